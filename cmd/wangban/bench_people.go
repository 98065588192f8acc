package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
)

// benchPerson saves a page of an application again and again, on one
// connection that stays open, with a session: as a browser does. It writes its
// requests by hand, because what a browser does is no cost of the product's.
type benchPerson struct {
	conn    net.Conn
	read    *bufio.Reader
	cookies string
	path    string
	field   string // the answer that changes
	values  url.Values
	n       int
}

// people begin an application each.
func (c *benchActCmd) people(in *installation, base string) ([]*benchPerson, error) {
	it, page, field, values, err := in.benchPage()
	if err != nil {
		return nil, err
	}
	people := make([]*benchPerson, c.Clients)
	for i := range people {
		p := &benchPerson{field: field, values: maps.Clone(values)}
		if p.conn, err = net.Dial("tcp", strings.TrimPrefix(base, "http://")); err != nil {
			return nil, err
		}
		p.read = bufio.NewReader(p.conn)
		resp, err := p.post("/items/"+it+"/start", url.Values{"key": {rand.Text()}})
		if err != nil {
			return nil, err
		}
		for _, cookie := range resp.Cookies() {
			p.cookies = cookie.Name + "=" + cookie.Value
		}
		parts := strings.Split(resp.Header.Get("Location"), "/")
		if len(parts) < 3 {
			return nil, fmt.Errorf("starting an application answered %s", resp.Status)
		}
		p.path = "/cases/" + parts[2] + "/form/" + page
		people[i] = p
	}
	return people, nil
}

// benchPage finds a page to save in the items' own filled-in applications: one
// without uploads, with a text that can be changed.
func (in *installation) benchPage() (it, page, field string, values url.Values, err error) {
	ctx := casework.FormContext(in.house(), casework.State{}, in.now())
	for _, candidate := range in.items.All() {
		for _, fixture := range sortedKeys(candidate.Fixtures) {
			answers, err := candidate.Answers(fixture, func(name string) form.File { return form.File{Name: name} })
			if err != nil {
				return "", "", "", nil, err
			}
			for _, pg := range candidate.Form.Pages {
				values := form.Inputs(candidate.Form, pg.Name, nil, answers, ctx)
				if text := changeable(candidate.Form.Draw(pg.Name, answers)); text != "" && len(form.Read(candidate.Form, pg.Name, values, ctx, nil).Problems) == 0 {
					return candidate.Name, pg.Name, text, values, nil
				}
			}
		}
	}
	return "", "", "", nil, errors.New("no item has a filled-in application with a page to save")
}

// changeable is the first free text of a page without uploads.
func changeable(fields []form.Drawn) string {
	text := ""
	for _, f := range fields {
		switch f.Type {
		case form.TypeFile, form.TypePassword:
			return ""
		case form.TypeUnitName, form.TypeText, form.TypeAddress:
			text = f.ID
		}
	}
	return text
}

// save changes the answer each time, so that every request is an act.
func (p *benchPerson) save(context.Context) error {
	p.n++
	p.values.Set(p.field, fmt.Sprintf("舒城县城关镇第%d食品经营部", p.n))
	p.values.Set("key", rand.Text())
	resp, err := p.post(p.path, p.values)
	if err == nil && resp.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("saving a page answered %s", resp.Status)
	}
	return err
}

func (p *benchPerson) post(path string, values url.Values) (*http.Response, error) {
	body := values.Encode()
	if _, err := fmt.Fprintf(p.conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		path, p.cookies, len(body), body); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(p.read, nil)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp, errors.Join(err, resp.Body.Close())
}
