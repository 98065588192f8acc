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

// benchClient is a connection that stays open, with a session: as a browser has
// them. It writes its requests by hand, because what a browser does is no cost
// of the product's.
type benchClient struct {
	conn    net.Conn
	read    *bufio.Reader
	cookies string
	token   string // in place of cookies
}

// connect opens a connection to an address like http://127.0.0.1:8080.
func connect(base string) (*benchClient, error) {
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/"))
	if err != nil {
		return nil, err
	}
	return &benchClient{conn: conn, read: bufio.NewReader(conn)}, nil
}

func (c *benchClient) post(path string, values url.Values) (*http.Response, error) {
	resp, _, err := c.send(http.MethodPost, path, "application/x-www-form-urlencoded", values.Encode())
	return resp, err
}

func (c *benchClient) send(method, path, kind, body string) (*http.Response, []byte, error) {
	if _, err := fmt.Fprintf(c.conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\nAuthorization: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		method, path, c.cookies, c.token, kind, len(body), body); err != nil {
		return nil, nil, err
	}
	resp, err := http.ReadResponse(c.read, nil)
	if err != nil {
		return nil, nil, err
	}
	content, err := io.ReadAll(resp.Body)
	for _, cookie := range resp.Cookies() {
		c.cookies = cookie.Name + "=" + cookie.Value
	}
	return resp, content, errors.Join(err, resp.Body.Close())
}

// get reads a page to its end.
func (c *benchClient) get(path string) error {
	resp, _, err := c.send(http.MethodGet, path, "", "")
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", path, resp.Status)
	}
	return err
}

// benchPerson saves a page of an application again and again.
type benchPerson struct {
	*benchClient
	path   string
	field  string // the answer that changes
	values url.Values
	n      int
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
		if p.benchClient, err = connect(base); err != nil {
			return nil, err
		}
		resp, err := p.post("/items/"+it+"/start", url.Values{"key": {rand.Text()}})
		if err != nil {
			return nil, err
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
