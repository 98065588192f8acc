package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed css/*.css js/*.js icons/*.svg vendor/signature_pad@5.1.4/signature_pad.min.js
var sources embed.FS

// asset is a static file under a name that changes with its content, so that
// browsers may keep it for ever.
type asset struct {
	url, kind     string
	plain, zipped []byte
}

var assets = sync.OnceValue(func() map[string]asset {
	made := map[string]asset{}
	add := func(name, kind string, content []byte) {
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		a := asset{url: "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext, kind: kind, plain: content}
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		_, _ = z.Write(content)
		_ = z.Close()
		a.zipped = b.Bytes()
		made[name] = a
	}
	add("wb.css", "text/css; charset=utf-8", asTheDevice(squeeze(joined("css/*.css", "", ""))))
	add("icons.svg", "image/svg+xml", sprite())
	pad, err := sources.ReadFile("vendor/signature_pad@5.1.4/signature_pad.min.js")
	if err != nil {
		panic(err)
	}
	add("signature_pad.js", "text/javascript; charset=utf-8", pad)
	// Each script is a block of one module: names stay apart without a bundler.
	add("wb.js", "text/javascript; charset=utf-8", joined("js/*.js", "{\n", "}\n"))
	return made
})

func joined(pattern, before, after string) []byte {
	names, err := fs.Glob(sources, pattern)
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	for _, n := range names {
		content, err := sources.ReadFile(n)
		if err != nil {
			panic(err)
		}
		b.WriteString(before)
		b.Write(content)
		b.WriteString(after)
	}
	return b.Bytes()
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
)

func squeeze(css []byte) []byte {
	return bytes.TrimSpace(cssSpace.ReplaceAll(cssComment.ReplaceAll(css, nil), []byte(" ")))
}

// modes are the ways to show pages that a reader chooses here, or has chosen
// for the whole device already.
var modes = []struct{ chosen, open, device string }{
	{"[data-theme=dark]", ":not([data-theme])", "(prefers-color-scheme: dark)"},
	{"[data-contrast=more]", ":not([data-contrast])", "(prefers-contrast: more)"},
}

var modeRule = regexp.MustCompile(`html(?:\[data-theme=dark\]|\[data-contrast=more\])+[^{},]*\{[^{}]*\}`)

// asTheDevice says every rule of a mode once more, for who has chosen nothing
// here and whose device asks for it. It takes squeezed CSS.
func asTheDevice(css []byte) []byte {
	return modeRule.ReplaceAllFunc(css, func(rule []byte) []byte {
		out := string(rule)
		for some := 1; some < 1<<len(modes); some++ {
			again, asked, all := string(rule), []string{"screen"}, true
			for i, m := range modes {
				if some&(1<<i) != 0 {
					all = all && strings.Contains(again, m.chosen)
					again, asked = strings.Replace(again, m.chosen, m.open, 1), append(asked, m.device)
				}
			}
			if all {
				out += " @media " + strings.Join(asked, " and ") + " { " + again + " }"
			}
		}
		return []byte(out)
	})
}

var (
	svgInner = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
	svgBox   = regexp.MustCompile(`\s*<path stroke="none"[^>]*/>`)
)

// sprite joins the icons into one file of symbols.
func sprite() []byte {
	names, err := fs.Glob(sources, "icons/*.svg")
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, n := range names {
		content, err := sources.ReadFile(n)
		if err != nil {
			panic(err)
		}
		inner := svgInner.FindSubmatch(content)[1]
		b.WriteString(`<symbol id="` + strings.TrimSuffix(path.Base(n), ".svg") +
			`" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">`)
		b.Write(cssSpace.ReplaceAll(svgBox.ReplaceAll(inner, nil), []byte(" ")))
		b.WriteString(`</symbol>`)
	}
	b.WriteString(`</svg>`)
	return b.Bytes()
}

// Static is the address of a static file by its plain name: wb.css, wb.js,
// signature_pad.js, icons.svg.
func Static(name string) string { return assets()[name].url }

// StaticFiles serves the files of Static below /static/.
func StaticFiles() http.Handler {
	byURL := map[string]asset{}
	for _, a := range assets() {
		byURL[a.url] = a
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		body := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.zipped
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
}
