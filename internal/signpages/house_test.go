package signpages_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db/dbtest"
	"wangban/internal/document"
	"wangban/internal/item"
	"wangban/internal/signing/face"
	"wangban/internal/signing/signingtest"
	"wangban/internal/signpages"
	"wangban/internal/web"
	"wangban/simulators/facecloud"
	"wangban/simulators/signature"
)

// house is the signing pages over the real rooms.
type house struct {
	*signingtest.House
	*testing.T
	server *httptest.Server
	cloud  *facecloud.Cloud
	drawn  int  // documents drawn as pictures
	broken bool // nothing can be drawn
	log    bytes.Buffer
}

// open opens the pages; withFace puts a verification company behind a socket.
func open(t *testing.T, withFace bool) *house {
	t.Helper()
	h := &house{T: t}
	var verifier face.Verifier
	if withFace {
		verifier = h.company()
	}
	h.House = signingtest.Open(t, dbtest.SQLite(t, signingtest.Migrations...), verifier)
	pages := &signpages.Pages{Signing: h.Room, House: h.House.House, Picture: h.draw, Text: text, Open: h.file, Log: slog.New(slog.NewTextHandler(&h.log, nil))}
	mux := &web.Mux{}
	pages.Routes(mux)
	mux.Handle("GET /static/", web.StaticFiles())
	mux.HandleFunc("POST /display", web.SetDisplay)
	frame := &web.Frame{Site: &web.Site{Portal: "舒城县市场监管网上办事大厅"}, Log: slog.New(slog.DiscardHandler), Now: h.Now, MaxBody: 12 << 20}
	h.server = httptest.NewServer(frame.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := web.Visitor{}
		if c, err := r.Cookie("as"); err == nil {
			v.Session = c.Value
		}
		mux.ServeHTTP(w, r.WithContext(web.WithVisitor(r.Context(), v)))
	})))
	t.Cleanup(h.server.Close)
	h.BaseURL = h.server.URL
	return h
}

// text stands for the room that lays documents out: what the shipped letter
// says, with names that only an installation knows.
func text(s casework.State, it *item.Item, name string) ([]document.Part, error) {
	return document.Text(it.Documents[name].Source, document.Data{Item: it, Env: it.Form.Env(s.Values), At: s.UpdatedAt,
		Extra: map[string]any{"portal.name": "办事大厅", "case.number": s.Number, "document.number": s.Number + "-AB", "document.digest": casework.DocumentDigest(it, name, s.Values)}})
}

func (h *house) company() face.Verifier {
	h.T.Helper()
	h.cloud = facecloud.New(facecloud.Settings{Keys: signature.Keys{"LTAI": "face-secret"}})
	server := httptest.NewServer(h.cloud)
	h.T.Cleanup(func() { server.Close(); h.cloud.Close() })
	verifier, err := face.NewAliyun(face.Config{Endpoint: server.URL, AccessKeyID: "LTAI", AccessKeySecret: "face-secret",
		SceneID: 1000000006, MetaInfo: `{"deviceType":"h5"}`, Now: func() time.Time { return h.Now() }, WallClock: time.Now})
	if err != nil {
		h.T.Fatal(err)
	}
	return verifier
}

func (h *house) draw(_ context.Context, _ []byte, width int) ([][]byte, error) {
	if h.broken {
		return nil, errors.New("no engine")
	}
	h.drawn++
	return [][]byte{signingtest.Drawing(width/10, 40), signingtest.Drawing(width/10, 60)}, nil
}

func (h *house) file(_ context.Context, hash string) (io.ReadCloser, int64, error) {
	content := h.Files[hash]
	return io.NopCloser(bytes.NewReader(content)), int64(len(content)), nil
}

// browser is a phone or a computer with a session.
type browser struct {
	*testing.T
	*house
	client *http.Client
	link   string // path of the signing page
}

func (h *house) as(session string, c *signingtest.Case) *browser {
	h.T.Helper()
	jar, err := cookiejar.New(nil)
	h.Must(err)
	u, err := url.Parse(h.server.URL)
	h.Must(err)
	jar.SetCookies(u, []*http.Cookie{{Name: "as", Value: session, Path: "/"}})
	return &browser{h.T, h, &http.Client{Jar: jar}, "/s/" + c.Token()}
}

// page is an answer of the server.
type page struct {
	*testing.T
	status int
	path   string
	body   string
	header http.Header
}

func (b *browser) read(answer *http.Response, err error) page {
	b.T.Helper()
	b.Must(err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	b.Must(err)
	return page{b.T, answer.StatusCode, answer.Request.URL.Path, string(body), answer.Header}
}

func (b *browser) get(below string) page {
	b.T.Helper()
	return b.read(b.client.Get(b.server.URL + b.link + below))
}

func (b *browser) post(below string, values url.Values) page {
	b.T.Helper()
	return b.read(b.client.PostForm(b.server.URL+b.link+below, values))
}

// upload sends a picture with the consent to it.
func (b *browser) upload(picture []byte) page {
	b.T.Helper()
	return b.uploadWith(picture, "yes")
}

func (b *browser) uploadWith(picture []byte, consent string) page {
	b.T.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("picture", "me.png")
	b.Must(err)
	_, err = part.Write(picture)
	b.Must(errors.Join(err, form.WriteField("consent", consent), form.Close()))
	return b.read(b.client.Post(b.server.URL+b.link+"/picture", form.FormDataContentType(), &body))
}

// proveNumber takes the code from the registered phone.
func (b *browser) proveNumber() page {
	b.T.Helper()
	b.post("/code", nil).is(http.StatusOK, "验证码已发到登记的手机号 138****8000")
	return b.post("/code/check", url.Values{"code": {b.Codes[signingtest.RepMobile]}}).is(http.StatusOK, "确认是您本人")
}

// prove goes on to the document.
func (b *browser) prove() page {
	b.T.Helper()
	b.proveNumber()
	return b.photograph().is(http.StatusOK, "您要签的是《法定代表人授权委托书》")
}

// photograph sends a picture, which is kept as the second proof.
func (b *browser) photograph() page {
	b.T.Helper()
	return b.upload(signingtest.Drawing(80, 60))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(key|digest|note|reason)" value="([^"]*)"`)

// fill is what a page's form would send, with what is typed.
func (p page) fill(typed url.Values) url.Values {
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(p.body, -1) {
		values.Add(m[1], m[2])
	}
	for name, v := range typed {
		values[name] = v
	}
	return values
}

func (p page) is(status int, texts ...string) page {
	p.Helper()
	if p.status != status {
		p.Errorf("%s: status %d, not %d", p.path, p.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			p.Errorf("%s: the page does not say %q", p.path, text)
		}
	}
	return p
}

func (p page) lacks(texts ...string) page {
	p.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			p.Errorf("%s: the page says %q", p.path, text)
		}
	}
	return p
}

// drawing is a hand signature as the page's script hands it in.
func drawing() string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(signingtest.Drawing(400, 200))
}
