package portal_test

import (
	"net/http"
	"testing"
	"time"
)

func TestFindingItems(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	b := h.browser()
	const filing, account = "仅销售预包装食品备案", "法人账号注册"
	b.get("/").is(http.StatusOK, account, "开食品店", "/items?event=", "一共 ")
	b.get("/items").is(http.StatusOK, filing, account, "一共 ", "食品安全监管室", "行政审批股")
	b.get("/items?q=spba").is(http.StatusOK, filing).lacks(account)
	b.get("/items?q=xiaomaibu").is(http.StatusOK, filing).lacks(account)
	b.get("/items?theme=企业服务").is(http.StatusOK, filing, account)
	b.get("/items?theme=企业服务&office=food").is(http.StatusOK, filing).lacks("/items/legal-person-account")
	b.get("/items?event=开食品店").is(http.StatusOK, filing).lacks("/items/legal-person-account")
	b.get("/items?licence=food-filing").is(http.StatusOK, filing).lacks("/items/legal-person-account")
	b.get("/items?q=备案&office=approval").is(http.StatusOK, "没有找到这样的事项", "0564-8620000").lacks("/items/food-filing")
	b.get("/items?q=食品执照备案号").is(http.StatusOK, "你要找的是不是这些", filing, "0564-8620000")
	b.get("/items?q=飞机&theme=没有").is(http.StatusOK, "没有找到这样的事项").lacks("你要找的是不是这些")
	guide := b.get("/items/food-filing").is(http.StatusOK, "谁可以办", "最多上传 1 份", "办理部门：食品安全监管室")
	guide.lacks("/items?q=")
}
