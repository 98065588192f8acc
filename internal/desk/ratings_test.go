package desk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/rating"
)

func TestBadRatings(t *testing.T) {
	h := open(t)
	it, _ := h.items.Get("food-filing")
	s := casework.State{ID: "c1", Item: it.Name, Stage: "filed", Unit: "chengguan", Number: "3415230001", Acted: map[string]casework.Officer{"accept": {ID: "chenyan"}}}
	h.must(h.ratings.Give(t.Context(), it, s, rating.Given{Moment: rating.Result, Level: 1, Reasons: []string{"slow"}, Text: "等了<很>久"}))
	given, err := h.ratings.Of(t.Context(), "c1")
	h.must(err)
	one := "/desk/ratings/" + given[rating.Result].ID

	h.as("chenyan").get("/desk").lacks("/desk/ratings")
	h.as("chenyan").get("/desk/ratings").is(http.StatusForbidden)
	b := h.as("zhouwei")
	b.get("/desk/ratings").is(http.StatusOK, it.Guide.Title, "非常不满意", "待核实", "正常 · 剩 1 个工作日").lacks(s.Number, "等了")
	b.get(one).is(http.StatusOK, "办得慢", "等了&lt;很&gt;久", "属实，开始整改", "/desk/cases/c1").lacks("整改完成，告诉评价人")
	b.post(one, url.Values{"act": {"dispute"}}).is(http.StatusUnprocessableEntity, "写明做了什么", `aria-describedby="text-hint text-error"`)
	b.post(one, url.Values{"act": {"nonsense"}, "text": {"x"}}).is(http.StatusConflict)
	b.post(one, url.Values{"act": {"confirm"}}).is(http.StatusOK, "属实，整改中")
	h.wait(40 * 24 * time.Hour)
	b.get("/desk/ratings").is(http.StatusOK, "超期")
	b.post(one, url.Values{"act": {"settle"}, "text": {"加了人手"}}).is(http.StatusOK, "已整改", "加了人手").lacks("<textarea")
	b.get("/desk/ratings").is(http.StatusOK, "没有差评")
	b.get("/desk/ratings?over=yes").is(http.StatusOK, it.Guide.Title)
}
