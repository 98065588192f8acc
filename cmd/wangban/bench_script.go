package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
)

// benchScript is a worked example as requests: how one case goes from the
// first page to its result.
type benchScript struct {
	in      *installation
	name    string // item/example
	item    *item.Item
	answers form.Values
	pages   []string
	acts    []scriptAct
	officer account.Member
	n       atomic.Int64 // units so far
}

// scriptAct is an act after the pages are saved.
type scriptAct struct {
	name   string
	staff  bool
	judged []string // what the officer finds right
}

// requests is how many a case takes.
func (s *benchScript) requests() int { return 1 + len(s.pages) + len(s.acts) }

// benchScript finds a worked example that can be played by requests alone.
func (in *installation) benchScript(ctx context.Context, name string) (*benchScript, error) {
	for _, it := range in.items.All() {
		for _, example := range sortedKeys(it.Examples) {
			full := it.Name + "/" + strings.TrimSuffix(example, ".yaml")
			if name != "" && name != full {
				continue
			}
			s, err := in.scriptOf(ctx, full, it, it.Examples[example])
			if err == nil || name != "" {
				return s, err
			}
		}
	}
	return nil, errors.New("no worked example leads from a filled-in form to a result by requests alone: " + name)
}

func (in *installation) scriptOf(ctx context.Context, name string, it *item.Item, ex item.Example) (*benchScript, error) {
	s := &benchScript{in: in, name: name, item: it}
	unfit := func(why string) (*benchScript, error) {
		return nil, fmt.Errorf("the example %s cannot be played by requests: %s", name, why)
	}
	applicant, last := "", ""
	var role string
	for _, step := range ex.Steps {
		switch {
		case step.Refused != "":
			continue
		case step.Act == "":
			return unfit("it waits")
		case step.Act == casework.ActCreate:
			fixture, _ := step.With["answers"].(string)
			uploads := 0
			answers, err := it.Answers(fixture, func(name string) form.File { uploads++; return form.File{Name: name} })
			if err != nil || uploads > 0 {
				return unfit("it uploads")
			}
			applicant, s.answers = step.Who, answers
		case step.Who == applicant:
			s.acts = append(s.acts, scriptAct{name: step.Act})
		case step.Who == "signer" || step.Who == "stranger" || step.Who == "house":
			return unfit(step.Who + " acts in it")
		default:
			if role != "" && role != step.Who {
				return unfit("more than one officer acts in it")
			}
			role = step.Who
			act := scriptAct{name: step.Act, staff: true}
			if step.With["judge"] != nil {
				act.judged = s.judged(last)
			}
			s.acts = append(s.acts, act)
		}
		if step.Then != nil && step.Then.Stage != "" {
			last = step.Then.Stage
		}
	}
	if end, _ := it.Flow.Stage(last); end.End == "" || len(s.acts) == 0 || s.answers == nil {
		return unfit("it comes to no end")
	}
	for _, page := range it.Form.Shown(s.answers) {
		s.pages = append(s.pages, page.Name)
	}
	members, err := in.accounts.Members(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(members, func(m account.Member) bool {
		return slices.Contains(m.Roles, role) && slices.Contains(m.Units, "*")
	})
	if role != "" && i < 0 {
		return unfit("nobody is " + role)
	}
	s.officer = members[max(i, 0)]
	return s, nil
}

// judged is what there is to judge in a stage.
func (s *benchScript) judged(stage string) []string {
	st, _ := s.item.Flow.Stage(stage)
	return casework.ToJudge(s.item, st, casework.State{Stage: stage, Values: s.answers})
}

// unit is what is different in the next case: a unit that no other one has.
func (s *benchScript) unit() form.Values {
	n := int(s.n.Add(1))
	v := maps.Clone(s.answers)
	uscc, _ := v[s.item.Flow.Subject].(string)
	v[s.item.Flow.Subject] = cn.MakeUSCC(cn.USCCKind(uscc), s.in.county.Region, n%cn.MadeUnits)
	v[s.item.Flow.Title] = fmt.Sprintf("舒城县城关镇第%d便利店", n)
	for id := range v {
		if f, _ := s.item.Form.Field(id); f.Type == form.TypeMobile {
			v[id] = fmt.Sprintf("13%09d", n)
		}
	}
	return v
}

// caseWorker handles cases one after the other, as applicant and officer.
type caseWorker struct {
	*benchScript
	applicant, desk *benchClient
}

func (s *benchScript) worker(ctx context.Context, base string) (*caseWorker, error) {
	w := &caseWorker{benchScript: s}
	var err error
	if w.applicant, err = connect(base); err != nil {
		return nil, err
	}
	if w.desk, err = connect(base); err != nil {
		return nil, err
	}
	_, session, err := s.in.accounts.Begin(ctx)
	if err != nil {
		return nil, err
	}
	cookie, err := s.in.accounts.LetIn(ctx, session.ID, "staff", s.officer.ID)
	w.desk.cookies = s.in.sessionCookie() + "=" + cookie
	return w, err
}

// handle plays the script once, as an applicant who has never been here.
func (w *caseWorker) handle(ctx context.Context) error {
	answers := w.unit()
	w.applicant.cookies = ""
	resp, err := w.redirected(w.applicant, "/items/"+w.item.Name+"/start", url.Values{"key": {rand.Text()}})
	if err != nil {
		return err
	}
	parts := strings.Split(resp.Header.Get("Location"), "/")
	if len(parts) < 3 {
		return fmt.Errorf("beginning a case led to %s", resp.Header.Get("Location"))
	}
	id := parts[2]
	fc := casework.FormContext(w.in.house(), casework.State{}, w.in.now())
	for _, page := range w.pages {
		values := form.Inputs(w.item.Form, page, nil, answers, fc)
		values.Set("key", rand.Text())
		if _, err := w.redirected(w.applicant, "/cases/"+id+"/form/"+page, values); err != nil {
			return err
		}
	}
	if err := w.proveNumbers(ctx, id, answers); err != nil {
		return err
	}
	for _, act := range w.acts {
		values := url.Values{"key": {rand.Text()}}
		for _, field := range act.judged {
			values.Set("judge:"+field, "right")
		}
		who, at := w.applicant, "/cases/"
		if act.staff {
			who, at = w.desk, "/desk/cases/"
		}
		if _, err := w.redirected(who, at+id+"/acts/"+act.name, values); err != nil {
			return err
		}
	}
	return nil
}

// proveNumbers passes the proof of mobile numbers through the door directly:
// codes are limited by number and address, which is what they are for.
func (w *caseWorker) proveNumbers(ctx context.Context, id string, answers form.Values) error {
	verified, env := map[string]string{}, w.item.Form.Env(answers)
	for _, page := range w.item.Form.Pages {
		for _, f := range page.Fields {
			if number, ok := answers[f.ID].(string); ok && !f.Verify.Empty() && f.Verify.Holds(env) {
				verified[f.ID] = number
			}
		}
	}
	if len(verified) == 0 {
		return nil
	}
	s, _, err := w.in.door.Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = w.in.door.Do(ctx, id, casework.Input{Act: casework.ActVerify, Key: rand.Text(),
		Actor: casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}, Data: casework.Data{Verified: verified}})
	return err
}

// redirected posts a form; any answer but a redirect is an error.
func (w *caseWorker) redirected(c *benchClient, path string, values url.Values) (*http.Response, error) {
	resp, err := c.post(path, values)
	if err == nil && resp.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("%s answered %s", path, resp.Status)
	}
	return resp, err
}
