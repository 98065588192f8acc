package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// old is a file with one licence of the unit that has an account, ending in
// sixty days.
func (h *house) old(number string) string {
	last := h.now().In(form.Shanghai).AddDate(0, 0, 60).Format(time.DateOnly)
	return "证照编号,持证人,统一社会信用代码,首次发证日期,有效期至,unit.rep,unit.residence,site.town,site.address,site.area,food.business,food.items\n" +
		number + ",舒城县老街饭店," + h.unit()["unit"] + ",2022-02-01," + last + ",汤㛃,和平街 36 号,城关镇,和平街 36 号一楼,120.5,餐饮服务经营者,热食类食品制售\n"
}

// oldNumber is a number of a food business licence with its check digit.
func oldNumber() string {
	for check := range 10 {
		if n := fmt.Sprintf("JY2341523000412%d", check); cn.FoodLicence(n).OK() {
			return n
		}
	}
	panic("no check digit fits")
}

func (h *house) importOld(item, content string, dry bool) (string, error) {
	h.Helper()
	var out bytes.Buffer
	err := h.importLicences(h.Context(), &out, licence.Importing{Item: item, Name: "old.csv", File: strings.NewReader(content), ByID: "sunli", DryRun: dry})
	return out.String(), err
}

// A licence on paper is imported, found by its holder and by who verifies it,
// renewed, and only then has a certificate that was signed here.
//
func TestLicenceFromBeforeIsRenewed(t *testing.T) {
	h := openHouse(t)
	good := oldNumber()
	if said, err := h.importOld("food-licence", h.old(good), true); err != nil || !strings.Contains(said, "试算") {
		t.Fatal(said, err)
	}
	if _, ok, err := h.licences.Find(t.Context(), good); ok || err != nil {
		t.Fatal("a dry run has written", err)
	}
	if said, err := h.importOld("food-licence", h.old(good), false); err != nil || !strings.Contains(said, "added 1") || !strings.Contains(said, "up to 412") {
		t.Fatal(said, err)
	}
	public := h.browser()
	paper := "/licences?number=" + good + "&holder=" + url.QueryEscape("舒城县老街饭店")
	page := h.has(public.get(paper), http.StatusOK, "有这份证照的记录，现在有效。", "来源：历史数据", "不是在这里签发的")
	if strings.Contains(page.body, "这份证照是真的") || strings.Contains(page.body, "孙丽") || strings.Contains(page.body, "/pdf") {
		t.Error("claims what it cannot")
	}
	h.has(public.get("/licences/all?q="+good), http.StatusOK, good)
	h.has(public.get("/licences/"+good), http.StatusOK, "持证单位的名称")
	h.has(h.as("staff", "sunli").get("/desk/licences?number="+good), http.StatusOK, "old.csv", "孙丽", "依职权办理")

	owner := h.as("person", h.unit()["person"])
	wallet := h.has(owner.get("/my/licences"), http.StatusOK, good, "来源：历史数据", "现在可以办理延续")
	if strings.Contains(wallet.body, "/licences/"+good+"/show") {
		t.Error("there is no QR code to hold out")
	}
	h.has(owner.get("/licences/"+good+"/show"), http.StatusNotFound)
	h.has(owner.get("/licences/"+good+"/pdf"), http.StatusNotFound)
	at := h.has(owner.post("/items/food-licence-renewal/start", url.Values{"key": {web.NewKey()}, "licence": {good}}), http.StatusSeeOther).header.Get("Location")
	id := strings.Split(at, "/")[2]
	me := casework.Actor{Kind: casework.Applicant, ID: h.unit()["person"], Session: owner.session.ID}
	s := h.state(id)
	if s.Values["held.number"] != good || s.Values["site.address"] != "和平街 36 号一楼" || s.Values["unit.rep"] != "汤㛃" {
		t.Errorf("not taken over: %v", s.Values)
	}
	h.do(id, casework.ActSave, me, casework.Data{Values: form.Values{"apply.as": "rep", "contact.name": "汤㛃", "contact.mobile": "13800000077", "renew.changed": false, "promise.made": true}})
	h.do(id, casework.ActVerify, me, casework.Data{Verified: map[string]string{"contact.mobile": "13800000077"}})
	h.do(id, "submit", me, casework.Data{})
	h.do(id, "accept", h.officer("sunli"), h.allRight(id))
	h.do(id, "recommend", h.officer("sunli"), casework.Data{Sheet: form.Values{"opinion.result": "grant", "opinion.text": "条件没有变化"}})
	h.do(id, "approve", h.officer("hejun"), casework.Data{})
	l, _, err := h.licences.Find(t.Context(), good)
	h.must(err)
	if l.Unsigned || l.Version != 2 || l.Versions[1].Act != licence.ActRenew {
		t.Fatalf("%+v", l)
	}
	h.has(public.get(paper), http.StatusOK, "这份证照是真的，现在有效。", "历史数据导入", "延续", "来源")
	h.has(owner.get("/licences/"+good+"/pdf"), http.StatusOK)
	h.has(owner.get("/licences/"+good+"/show"), http.StatusOK)
	file, err := h.licences.PDF(t.Context(), good)
	h.must(err)
	if !h.sealedHere(h.content(file)) {
		t.Error("the certificate has no seal")
	}
	h.makePapers(id)
}

func (h *house) content(f form.File) []byte {
	h.Helper()
	r, _, err := h.files.Open(h.Context(), f.Hash)
	h.must(err)
	defer func() { _ = r.Close() }()
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	h.must(err)
	return b.Bytes()
}

// What was imported of a licence that has ended is erased, and the record of it
// stands.
func TestImportedLicenceIsForgottenOnceItHasEnded(t *testing.T) {
	h := openHouse(t)
	content, err := os.ReadFile("../../county/licences-food.csv")
	h.must(err)
	if said, err := h.importOld("food-licence", string(content), false); err != nil {
		t.Fatal(said, err)
	}
	of := map[licence.Status]licence.Public{}
	all, _, err := h.licences.List(t.Context(), licence.Query{Limit: 50})
	h.must(err)
	for _, l := range all {
		of[l.Status] = l
	}
	var out bytes.Buffer
	f, ended := forgetter{house: h}, of[licence.Cancelled].Number
	if said := f.command(1, "forget", "licence", of[licence.Valid].Number, "--reason", "保管期满", "--by", "sunli"); !strings.Contains(said, "forget it when it has ended") {
		t.Error("a licence in force is forgotten: ", said)
	}
	if said := f.command(1, "forget", "licence", ended, "--by", "sunli"); !strings.Contains(said, "--reason") {
		t.Error(said)
	}
	f.command(0, "forget", "licence", ended, "--dry-run")
	if _, _, ok, err := h.licences.Answers(t.Context(), ended); !ok || err != nil {
		t.Error("looking has erased it", err)
	}
	f.command(0, "forget", "licence", ended, "--reason", "保管期满", "--by", "sunli")
	if _, _, ok, err := h.licences.Answers(t.Context(), ended); ok || err != nil {
		t.Error("it can still be read", err)
	}
	// A restored backup would have it again: the list knows, and finds it gone here.
	listed, err := os.ReadFile(filepath.Join(h.settings.Data, forgottenFile))
	h.must(err)
	again, err := readForgotten(listed)
	h.must(err)
	if len(again) != 1 || again[0].Kind != forgottenLicence || again[0].ID != ended {
		t.Errorf("the list says %+v", again)
	}
	out.Reset()
	h.must(h.forgetAgain(t.Context(), &out, again, false))
	if said := out.String(); !strings.Contains(said, "1 on the list, 0 forgotten again") {
		t.Error(said)
	}
	// As long as it is there, it is forgotten again, or said why not.
	still := []forgotten{{Kind: forgottenLicence, ID: of[licence.Valid].Number, By: "sunli", Reason: "保管期满"}}
	if err := h.forgetAgain(t.Context(), &out, still, false); err == nil || !strings.Contains(out.String(), "forget it when it has ended") {
		t.Error(err, out.String())
	}
	h.has(h.browser().get("/licences/all?q="+ended), http.StatusOK, "已注销")
}

// One mistake keeps the whole file out, and somebody answers for every file.
func TestImportOfLicencesIsWholeOrNothing(t *testing.T) {
	h := openHouse(t)
	good := h.old("JY23415230004120")
	if said, err := h.importOld("food-licence", strings.Replace(good, "JY23415230004120", "JY1", 1), false); err == nil || !strings.Contains(said, "第 2 行 A 证照编号") {
		t.Error(said, err)
	}
	err := h.importLicences(t.Context(), &bytes.Buffer{}, licence.Importing{Item: "food-licence", File: strings.NewReader(good), ByID: "nobody"})
	if err == nil || !strings.Contains(err.Error(), "no member of staff") {
		t.Error(err)
	}
	var u *licence.Unusable
	if _, err := h.importOld("food-licence-renewal", good, true); !errors.As(err, &u) {
		t.Error(err)
	}
}

// The examples that administrators are given are right.
func TestExampleFilesOfLicences(t *testing.T) {
	h := openHouse(t)
	for file, item := range map[string]string{"licences-food.csv": "food-licence", "licences-equipment.csv": "equipment-registration", "licences-sole-trader.csv": "sole-trader-setup"} {
		content, err := os.ReadFile("../../county/" + file)
		h.must(err)
		if said, err := h.importOld(item, string(content), false); err != nil || strings.Contains(said, "added 0") {
			t.Errorf("%s: %s %v", file, said, err)
		}
	}
}

// A wrong file is taken back by its batch's name as long as no case is about one
// of its licences; who did it, and why, can be told.
func TestImportOfLicencesIsTakenBack(t *testing.T) {
	h := openHouse(t)
	number := oldNumber()
	content := h.old(number)
	said, err := h.importOld("food-licence", content, false)
	if err != nil {
		t.Fatal(said, err)
	}
	_, batch, _ := strings.Cut(said, "wangban import undo ")
	batch = strings.TrimRight(batch, "）\n")
	h.has(h.as("staff", "sunli").get("/desk/licences?number="+number), http.StatusOK, batch)

	owner := h.as("person", h.unit()["person"])
	at := h.has(owner.post("/items/food-licence-renewal/start", url.Values{"key": {web.NewKey()}, "licence": {number}}), http.StatusSeeOther).header.Get("Location")
	id := strings.Split(at, "/")[2]
	me := casework.Actor{Kind: casework.Applicant, ID: h.unit()["person"], Session: owner.session.ID}
	undo := func(look bool, by string) (string, error) {
		var out bytes.Buffer
		err := h.undoImport(t.Context(), &out, batch, by, "文件拿错了", look)
		return out.String(), err
	}
	if said, err := undo(true, ""); err != nil || !strings.Contains(said, "taken back 1") || !strings.Contains(said, "to 0") {
		t.Fatal("a draft is in the way: ", said, err)
	}
	h.do(id, casework.ActSave, me, casework.Data{Values: form.Values{"apply.as": "rep", "contact.name": "汤㛃", "contact.mobile": "13800000077", "renew.changed": false, "promise.made": true}})
	h.do(id, casework.ActVerify, me, casework.Data{Verified: map[string]string{"contact.mobile": "13800000077"}})
	// What is handed in after the long look is seen by the transaction's own.
	cases := &licenceCases{in: h.installation}
	_, err = cases.asked(t.Context(), h.db.Read())
	h.must(err)
	h.do(id, "submit", me, casework.Data{})
	if out, err := h.licences.Undo(t.Context(), licence.Undoing{Batch: batch, ByID: "sunli", Reason: "文件拿错了", Asked: cases.asked}); err != nil || len(out.Standing) != 1 {
		t.Errorf("%+v %v", out, err)
	}
	if said, err := undo(false, "sunli"); err == nil || !strings.Contains(said, number) || !strings.Contains(said, h.state(id).Number) {
		t.Fatal(said, err)
	}
	h.do(id, "withdraw", me, casework.Data{})
	if _, err := undo(false, "nobody"); err == nil || !strings.Contains(err.Error(), "no member of staff") {
		t.Error(err)
	}
	if said, err := undo(false, "sunli"); err != nil || !strings.Contains(said, "taken back 1") {
		t.Fatal(said, err)
	}
	h.has(h.browser().get("/licences/all?q="+number), http.StatusOK, "没有")
	if _, err := undo(false, "sunli"); err == nil || !strings.Contains(err.Error(), "by sunli: 文件拿错了") {
		t.Error(err)
	}
	var out bytes.Buffer
	h.must(h.listImports(t.Context(), &out))
	if said := out.String(); !strings.Contains(said, batch) || !strings.Contains(said, "sunli: 文件拿错了") {
		t.Error(said)
	}
	if said, err := h.importOld("food-licence", content, false); err != nil || !strings.Contains(said, "added 1") {
		t.Error(said, err)
	}
}
