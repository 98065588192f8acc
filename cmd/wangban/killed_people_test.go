package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"

	"wangban/internal/cn"
	"wangban/internal/web"
)

// request is something an applicant wants done, with the acts at the door that
// it leads to and their keys. However often it is sent, it is done once.
type request struct {
	path     string
	values   url.Values
	caseID   string // empty for one that begins a case, until it is answered
	acts     []string
	keys     []string // of each act
	location string   // where the last answer led
}

// applicant is somebody who applies again and again.
type applicant struct {
	*crowd
	client *http.Client
	step   int
	caseID string

	asked        *request   // not answered yet
	cutOff       bool       // it had been sent when the product died
	acknowledged []*request // since the last start
	all          []*request // answered at last
}

func newApplicant(c *crowd) *applicant {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.Fatal(err)
	}
	a := &applicant{crowd: c, client: &http.Client{Jar: jar, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	// A browser that has a session already: one whose very first answer is
	// lost begins anew, as another visitor.
	r, err := a.client.PostForm(c.url+"/display", url.Values{"set": {"zh"}})
	if err != nil {
		c.Fatal(err)
	}
	_ = r.Body.Close()
	return a
}

// units makes every unit and every number different.
var units atomic.Int64

// next is what the applicant wants next: two ways to begin, pages to save, and
// acts that send messages.
func (a *applicant) next() *request {
	n, key := int(units.Add(1)), web.NewKey()
	post := func(path string, values url.Values, acts ...string) *request {
		values.Set("key", key)
		a.asked = &request{path: path, values: values, acts: acts, keys: []string{key}}
		if acts[0] != "create" {
			a.asked.caseID = a.caseID
			a.asked.path = "/cases/" + a.caseID + path
		}
		return a.asked
	}
	a.step++
	switch a.step {
	case 1:
		return post("/items/legal-person-account/start", url.Values{}, "create")
	case 2:
		return post("/form/role", url.Values{"role": {"agent"}}, "save")
	case 3:
		r := post("/demo/start", url.Values{"item": {"legal-person-account"}, "fixture": {"agent-complete"}}, "create", "save", "verify")
		r.keys = append(r.keys, key+"-save", key+"-verify")
		return r
	case 4:
		return post("/form/unit", a.unit(n), "save")
	case 5:
		return post("/form/rep-mobile", url.Values{"rep.mobile": {fmt.Sprintf("137%08d", n)}}, "save")
	case 6, 9, 12:
		return post("/acts/submit", url.Values{}, "submit")
	case 7, 10:
		return post("/acts/recall", url.Values{}, "recall")
	case 8, 11:
		return post("/form/unit", a.unit(n), "save")
	}
	a.step = 0
	return a.next()
}

func (a *applicant) unit(n int) url.Values {
	return url.Values{"unit.kind": {"enterprise"}, "unit.uscc": {cn.MakeUSCC(cn.Enterprise, "341523", 5000+n)},
		"unit.name": {fmt.Sprintf("舒城县城关镇第%d食品经营部", n)}, "unit.town": {"341523100"}}
}

// send sends a request and tells whether it was answered; any answer but a
// redirect fails the test.
func (a *applicant) send(r *request) bool {
	a.cutOff = false
	answer, err := a.client.PostForm(a.url+r.path, r.values)
	if err != nil {
		// A refused connection was never a request to anybody.
		a.cutOff = !strings.Contains(err.Error(), "connection refused")
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(answer.Body) // the head was the acknowledgement
	if answer.StatusCode != http.StatusSeeOther {
		a.Errorf("%s answered %s\n%s", r.path, answer.Status, cut(body, 3000))
		return false
	}
	first := r.location == ""
	r.location = answer.Header.Get("Location")
	if first && r.acts[0] == "create" {
		r.caseID = strings.Split(r.location, "/")[2]
		a.caseID = r.caseID
	}
	return true
}
