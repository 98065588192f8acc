package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/web"
)

// An item that only this test knows is put into the installation's folder while
// two processes of the product run; it is published, and a whole case of it is
// played from outside. Then comes a second version, while a case of the first
// is under way, and a third that closes the item.
func TestItemAtRunTime(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { itemAtRunTime(t, "") })
	t.Run("postgres", func(t *testing.T) { itemAtRunTime(t, dbtest.PostgresURL(t)) })
}

const umbrella = "umbrella-stand"

func itemAtRunTime(t *testing.T, database string) {
	o := &operator{T: t, data: filepath.Join(t.TempDir(), "demo"), database: database}
	first := o.start("--at", "2026-11-24T09:00") // a working morning: at night, notices wait
	second := o.start()

	// The folder alone changes nothing; nor does one that is broken.
	folder := filepath.Join(o.data, "items", umbrella)
	o.must(os.CopyFS(folder, os.DirFS("testdata/items/"+umbrella)))
	someone := o.visitor(first)
	someone.has(someone.get("/items/"+umbrella), http.StatusNotFound)
	o.edit(folder, "flow.yaml", "licence.issue:", "licence.isue:")
	said := o.command(1, "publish", folder)
	for _, text := range []string{"flow.yaml", "licence.isue", "nothing was published"} {
		if !strings.Contains(said, text) {
			t.Errorf("a broken item: nobody is told of %q:\n%s", text, said)
		}
	}
	if n := o.published(); n != 0 {
		t.Errorf("a broken item was published %d times", n)
	}
	o.edit(folder, "flow.yaml", "licence.isue:", "licence.issue:")

	// Published, both processes have it.
	if said := o.command(0, "publish"); !strings.Contains(said, umbrella) || !strings.Contains(said, "published") {
		t.Error(said)
	}
	for _, p := range []*product{first, second} {
		v := o.visitor(p)
		v.until("/items/"+umbrella, http.StatusOK, "共享雨伞架设置登记", "5 个工作日", "不收费", "雨伞架照片")
		v.has(v.get("/items?q=jiesan"), http.StatusOK, "/items/"+umbrella) // 借伞, a keyword
		v.post("/display", url.Values{"set": {"en"}, "back": {"/"}})
		v.has(v.get("/items/"+umbrella), http.StatusOK, "Register here before you put up a stand of shared umbrellas.")
	}
	if said := o.command(0, "publish"); !strings.Contains(said, "current already") || o.published() != 1 {
		t.Errorf("published again: %s", said)
	}

	// A whole case, the applicant at one process, the officer at the other.
	owner, officer := o.visitor(first), o.visitor(second)
	officer.has(officer.post("/demo/be", url.Values{"kind": {"staff"}, "id": {"chenyan"}}), http.StatusSeeOther)
	id := owner.applies("92341523TXTG0021X9", "舒城县听雨伞铺", "")
	owner.act(id, "submit")
	officer.has(officer.get("/desk"), http.StatusOK, "舒城县听雨伞铺")
	officer.decides(id, "accept")
	owner.until("/cases/"+id, http.StatusOK, "雨伞架受理通知书", "伞受", "/papers/")
	paper := owner.until(owner.link("/cases/"+id, "/cases/"+id+"/papers/"), http.StatusOK)
	if !strings.HasPrefix(paper.body, "%PDF") {
		t.Errorf("the notice is %q", cut([]byte(paper.body), 40))
	}
	officer.decides(id, "grant")
	page := owner.has(owner.get("/cases/"+id), http.StatusOK, "SAN000001", "雨伞架登记证")
	anybody := o.visitor(second)
	anybody.has(anybody.get("/licences?number=SAN000001&holder=舒城县听雨伞铺"), http.StatusOK, "有效", "12")
	anybody.has(anybody.get("/licences?number=SAN000001&holder=别人"), http.StatusNotFound)
	o.genuine("licence.pdf", owner.until("/licences/SAN000001/pdf", http.StatusOK).body, "SAN000001", "genuine, and unchanged")
	owner.until("/demo/phone/17712345678", http.StatusOK, "雨伞架登记已办好，编号SAN000001")
	key := strings.TrimSpace(anybody.until("/log/key", http.StatusOK).body)
	receipts := regexp.MustCompile(`/cases/[^"]+/receipts/\d+\.json`).FindAllString(page.body, -1)
	if len(receipts) != 2 {
		t.Fatalf("%d receipts", len(receipts))
	}
	for _, at := range receipts {
		o.genuine("receipt.json", owner.until(at, http.StatusOK).body, "genuine: this act was in the log", "--log-key", key)
	}

	// A second version while a case of the first is under way.
	under := owner.applies("91341523TXT0078UXJ", "舒城县第二伞铺", "")
	owner.act(under, "submit")
	officer.decides(under, "accept")
	late := owner.applies("91341523TXT0078W6C", "舒城县第三伞铺", "")
	o.edit(folder, "form.yaml", "      stand.note:", "      stand.colour: {label: 伞是什么颜色, type: text}\n      stand.note:")
	o.edit(folder, "flow.yaml", "limit: 5 workdays", "limit: 3 workdays")
	o.edit(folder, "item.yaml", "promised: 5 workdays", "promised: 3 workdays")
	o.edit(folder, "en.yaml", "补充说明: More about it", "补充说明: More about it\n伞是什么颜色: Colour of the umbrellas")
	o.edit(folder, "examples/one-stand.yaml", "  stand.umbrellas: 12", "  stand.umbrellas: 12\n  stand.colour: 蓝")
	o.command(0, "publish")
	for _, p := range []*product{first, second} {
		o.visitor(p).until("/items/"+umbrella, http.StatusOK, "3 个工作日")
	}
	fresh := owner.begins()
	owner.has(owner.get("/cases/"+fresh+"/form/stand"), http.StatusOK, "伞是什么颜色")
	if a := owner.has(owner.get("/cases/"+late+"/form/stand"), http.StatusOK, "有几把伞"); strings.Contains(a.body, "伞是什么颜色") {
		t.Error("a case of the first version is asked what the second asks")
	}
	said = o.command(0, "migrate-cases", umbrella, "--dry-run")
	if !strings.Contains(said, under) || !strings.Contains(said, late) || strings.Contains(said, fresh) || strings.Contains(said, id) {
		t.Errorf("the cases that would move:\n%s", said)
	}
	officer.decides(under, "grant")
	owner.has(owner.get("/cases/"+under), http.StatusOK, "SAN000002")

	// The item closes. What is typed in an open tab is kept; it cannot be handed
	// in any more, and nobody begins anew.
	o.edit(folder, "item.yaml", "live: {from: 2020-01-01}", "live: {from: 2020-01-01, until: 2026-11-01}")
	o.command(0, "publish")
	owner.until("/items/"+umbrella, http.StatusOK, "不接收新申请")
	if a := anybody.get("/items?q=jieshan"); strings.Contains(a.body, "/items/"+umbrella) {
		t.Error("a closed item is offered")
	}
	owner.has(owner.post("/items/"+umbrella+"/start", url.Values{"key": {web.NewKey()}}), http.StatusGone, "不接收新申请")
	owner.has(owner.post("/cases/"+late+"/form/stand", url.Values{"key": {web.NewKey()}, "stand.umbrellas": {"12"}, "stand.note": {"门口有雨棚"}}), http.StatusSeeOther)
	a := owner.post("/cases/"+late+"/acts/submit", url.Values{"key": {web.NewKey()}})
	owner.has(a, a.status, "已经停止接收新申请，填写的内容还在")
	if a.status < 400 || a.status >= 500 {
		t.Errorf("a late tab is answered with %d", a.status)
	}
	owner.has(owner.get("/cases/"+late+"/form/stand"), http.StatusOK, "门口有雨棚")

	// A process that starts anew, with a folder as it was, takes nothing back.
	o.must(os.RemoveAll(folder))
	o.must(os.CopyFS(folder, os.DirFS("testdata/items/"+umbrella)))
	second.stop(t)
	third := o.start()
	v := o.visitor(third)
	v.has(v.get("/items/"+umbrella), http.StatusOK, "不接收新申请")
	o.command(0, "publish", folder) // who means it says so
	v.until("/items/"+umbrella, http.StatusOK, "5 个工作日")
	for _, what := range []string{"records", "log"} {
		o.command(0, "verify", what)
	}
}

// operator runs an installation and its commands.
type operator struct {
	*testing.T
	data, database string
	url            string // of the first process: every command is told
}

func (o *operator) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *operator) flags() []string {
	flags := []string{"--data", o.data}
	if o.database != "" {
		flags = append(flags, "--database", o.database)
	}
	return flags
}

// start starts a process of the demo.
func (o *operator) start(more ...string) *product {
	o.Helper()
	args := append([]string{"demo", "--listen", "127.0.0.1:0", "--private", ""}, o.flags()...)
	if o.url != "" {
		args = append(args, "--url", o.url)
	}
	p := launch(o.T, append(args, more...)...).ready(o.T)
	if o.url == "" {
		o.url = p.url
	}
	return p
}

// command runs a command beside the processes and returns all it has said.
func (o *operator) command(status int, args ...string) string {
	o.Helper()
	var out bytes.Buffer
	if got := run(append(append(args, o.flags()...), "--url", o.url), &out, &out); got != status {
		o.Fatalf("wangban %v: status %d, not %d\n%s", args, got, status, out.String())
	}
	return out.String()
}

// genuine lets the command line look at a file that somebody was given.
func (o *operator) genuine(name, content string, more ...string) {
	o.Helper()
	file := filepath.Join(o.TempDir(), name)
	o.must(os.WriteFile(file, []byte(content), 0o600))
	args := []string{"verify", file}
	for i, text := range more {
		if strings.HasPrefix(text, "--") {
			args, more = append(args, more[i:]...), more[:i]
			break
		}
	}
	said := o.command(0, args...)
	for _, text := range more {
		if !strings.Contains(said, text) {
			o.Errorf("%s: nobody is told %q:\n%s", name, text, said)
		}
	}
}

// edit changes a file of an item as its author does.
func (o *operator) edit(folder, file, was, is string) {
	o.Helper()
	path := filepath.Join(folder, filepath.FromSlash(file))
	source, err := os.ReadFile(path)
	o.must(err)
	if !strings.Contains(string(source), was) {
		o.Fatalf("%s: there is no %q", file, was)
	}
	o.must(os.WriteFile(path, []byte(strings.Replace(string(source), was, is, 1)), 0o600))
}

// open opens the database beside the processes.
func (o *operator) open() *db.DB {
	o.Helper()
	address := settings{Data: o.data, Database: o.database}.database()
	d, err := db.Open(o.Context(), address)
	o.must(err)
	o.Cleanup(func() { _ = d.Close() })
	return d
}

// published is how many versions of the test's item are on record.
func (o *operator) published() (n int) {
	o.Helper()
	o.must(o.open().Read().QueryRow(`SELECT count(*) FROM item_publication WHERE name = $1`, umbrella).Scan(&n))
	return n
}

// visitor is somebody with a browser of their own.
type visitor struct {
	*operator
	base   string
	client *http.Client
}

func (o *operator) visitor(p *product) *visitor {
	o.Helper()
	jar, err := cookiejar.New(nil)
	o.must(err)
	return &visitor{o, p.url, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visitor) read(r *http.Response, err error) answer {
	v.Helper()
	v.must(err)
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	v.must(err)
	return answer{status: r.StatusCode, header: r.Header, body: string(body)}
}

func (v *visitor) get(path string) answer {
	v.Helper()
	return v.read(v.client.Get(v.base + path))
}

func (v *visitor) post(path string, values url.Values) answer {
	v.Helper()
	return v.read(v.client.PostForm(v.base+path, values))
}

func (v *visitor) has(a answer, status int, texts ...string) answer {
	v.Helper()
	if a.status != status {
		v.Fatalf("status %d, want %d\n%s", a.status, status, cut([]byte(a.body), 3000))
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			v.Errorf("the page lacks %q", text)
		}
	}
	return a
}

// until asks for a page until it is what it is to be: what jobs and the other
// processes do comes a moment later.
func (v *visitor) until(path string, status int, texts ...string) answer {
	v.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		a := v.get(path)
		var lacks []string
		for _, text := range texts {
			if !strings.Contains(a.body, text) {
				lacks = append(lacks, text)
			}
		}
		if a.status == status && len(lacks) == 0 {
			return a
		}
		if time.Now().After(end) {
			v.Fatalf("%s: status %d, want %d; it never has %q", path, a.status, status, lacks)
		}
	}
}

// link is the first address on a page that begins so.
func (v *visitor) link(page, begin string) string {
	v.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(begin) + `[^"]*`).FindString(v.get(page).body)
	if m == "" {
		v.Fatalf("%s has no link to %s", page, begin)
	}
	return m
}

func (v *visitor) begins() string {
	v.Helper()
	a := v.has(v.post("/items/"+umbrella+"/start", url.Values{"key": {web.NewKey()}}), http.StatusSeeOther)
	return strings.Split(a.header.Get("Location"), "/")[2]
}

// applies fills in an application page by page, with a picture of its own.
func (v *visitor) applies(uscc, name, note string) string {
	v.Helper()
	id := v.begins()
	save := func(page string, values url.Values) {
		v.Helper()
		values.Set("key", web.NewKey())
		v.has(v.post("/cases/"+id+"/form/"+page, values), http.StatusSeeOther)
	}
	save("unit", url.Values{"unit.uscc": {uscc}, "unit.name": {name}, "stand.town": {"341523100"}, "stand.place": {"城关镇和平街 36 号门口"}})
	save("contact", url.Values{"contact.name": {"张三"}, "contact.mobile": {"17712345678"}})
	v.has(v.upload(id, "stand", "files.stand", picture(v.T, name)), http.StatusOK)
	save("stand", url.Values{"stand.umbrellas": {"12"}, "stand.note": {note}})
	return id
}

func (v *visitor) upload(id, page, field string, content []byte) answer {
	v.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	v.must(w.WriteField("upload", field))
	v.must(w.WriteField("key", web.NewKey()))
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="照片.jpg"`, field)}})
	v.must(err)
	_, err = part.Write(content)
	v.must(err)
	v.must(w.Close())
	return v.read(v.client.Post(v.base+"/cases/"+id+"/form/"+page, w.FormDataContentType(), &body))
}

func (v *visitor) act(id, act string) {
	v.Helper()
	v.has(v.post("/cases/"+id+"/acts/"+act, url.Values{"key": {web.NewKey()}}), http.StatusSeeOther)
}

var verdicts = regexp.MustCompile(`name="(judge:[^"]+)"`)

// decides does an act of an officer who finds everything right.
func (v *visitor) decides(id, act string) {
	v.Helper()
	values := url.Values{"key": {web.NewKey()}}
	for _, m := range verdicts.FindAllStringSubmatch(v.has(v.get("/desk/cases/"+id), http.StatusOK).body, -1) {
		values.Set(m[1], "right")
	}
	v.has(v.post("/desk/cases/"+id+"/acts/"+act, values), http.StatusSeeOther)
}

// picture is a photograph that no other name gives.
func picture(t *testing.T, name string) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 800, 600))
	sum := sha256.Sum256([]byte(name))
	for i := range m.Pix {
		m.Pix[i] = sum[i/97%len(sum)]
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
