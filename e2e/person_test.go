package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed axe/axe.min.js
var axe string

// person is somebody with a browser of their own. What they do is said in the
// words on the screen: people know no selectors.
type person struct {
	t    *testing.T
	name string
	*stage
	ctx     context.Context
	scripts bool

	mu     sync.Mutex
	errors []string
	pages  int
}

// visitor opens a browser for somebody.
func (s *stage) visitor(t *testing.T, name string, w window, options ...func(*person)) *person {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &person{t: t, name: name, stage: s, ctx: ctx, scripts: true}
	for _, o := range options {
		o(p)
	}
	if err := chromedp.Do(ctx); err != nil { // opens the window; it lives as long as this call's context
		t.Fatal(err)
	}
	p.run(chromedp.EmulateViewport(w.width, w.height, func(m *emulation.SetDeviceMetricsOverrideParams, t *emulation.SetTouchEmulationEnabledParams) {
		m.Mobile, t.Enabled = w.phone, w.phone
	}))
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	if !p.scripts {
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// hear keeps what scripts complain about.
func (p *person) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.errors = append(p.errors, fmt.Sprintf("%+v", e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			p.errors = append(p.errors, fmt.Sprint(e.Args))
		}
	}
}

// withoutScripts is a browser that runs no JavaScript.
func withoutScripts(p *person) { p.scripts = false }

func (p *person) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.fatalf("%v", err)
	}
}

func (p *person) fatalf(format string, args ...any) {
	p.t.Helper()
	p.shot("failed")
	p.t.Fatalf("%s at %s: %s\n--- the page ---\n%s", p.name, p.where(), fmt.Sprintf(format, args...), p.text())
}

// eval runs a script on somebody's page and returns what it gives.
func eval[T any](p *person, script string, options ...chromedp.EvaluateOption) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, options...))
}

func (p *person) where() string {
	at, _ := eval[string](p, `location.pathname + location.search`)
	return at
}

func (p *person) text() string {
	text, _ := eval[string](p, `(document.querySelector("main") || document.body).innerText`)
	return text
}

// open goes to an address of the product.
func (p *person) open(address string) *person {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.url + address
	}
	p.run(chromedp.Navigate(address))
	return p.look()
}

// look looks the page over that somebody has come to.
func (p *person) look() *person {
	p.t.Helper()
	p.pages++
	p.shot(fmt.Sprintf("%02d", p.pages))
	p.mu.Lock()
	for _, e := range p.errors {
		p.t.Errorf("%s at %s: script error: %s", p.name, p.where(), e)
	}
	p.errors = nil
	p.mu.Unlock()
	wide, err := eval[struct {
		Over  int
		Where string
	}](p, `(() => {
		const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
		let where = "";
		if (over > 0) for (const e of document.querySelectorAll("main *, header *, footer *")) {
			const r = e.getBoundingClientRect();
			if (r.right > document.documentElement.clientWidth + 1 && !e.closest(".wb-table-wrap, .wb-sr")) { where = e.tagName + "." + e.className; break; }
		}
		return {Over: over, Where: where};
	})()`)
	if err != nil {
		p.fatalf("%v", err)
	}
	if wide.Over > 0 {
		p.t.Errorf("%s at %s: the page scrolls sideways by %d pixels, because of %s", p.name, p.where(), wide.Over, wide.Where)
	}
	p.accessible()
	return p
}

// looked remembers which kinds of pages axe has seen, by route, title and
// window: looking at the same page twice finds nothing new.
var looked sync.Map

var ids = regexp.MustCompile(`/(cases|s|t|h|phone|licences)/[^/?]+`)

// accessible fails for every violation axe-core finds (WCAG 2.2 AA and best
// practices).
func (p *person) accessible() {
	p.t.Helper()
	if !p.scripts { // axe needs timers; the same pages are looked over with scripts
		return
	}
	kind, err := eval[struct{ Title, Headings, Lang, Size string }](p, `({Title: document.title, Headings: [...document.querySelectorAll("h1,h2,h3,legend,label")].map(h => h.innerText).join("|"),
		Lang: document.documentElement.lang + JSON.stringify(document.documentElement.dataset) + matchMedia("(prefers-color-scheme: dark)").matches + matchMedia("(prefers-contrast: more)").matches + document.querySelectorAll("header details[open]").length, Size: innerWidth + ""})`)
	if err != nil {
		p.fatalf("%v", err)
	}
	key := ids.ReplaceAllString(p.where(), "/$1/*") + kind.Title + kind.Headings + kind.Lang + kind.Size
	if _, seen := looked.LoadOrStore(key, true); seen {
		return
	}
	_, err = eval[int](p, axe+";0")
	if err != nil {
		p.fatalf("axe: %v", err)
	}
	// A colour on its way to another is no colour of the page.
	report, err := eval[string](p, `Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < Infinity).map(a => a.finished.catch(() => {}))).then(() => axe.run(document, {resultTypes: ["violations"]})).then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 300) + " " + (n.any[0] ? n.any[0].message : ""))}))))`, chromedp.EvalAwaitPromise)
	if err != nil {
		p.fatalf("axe: %v", err)
	}
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(report), &violations); err != nil {
		p.fatalf("axe: %v", err)
	}
	for _, v := range violations {
		p.t.Errorf("%s at %s (%s): axe %s: %s\n\t%s", p.name, p.where(), kind.Title, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// shot keeps a picture of the page when pictures are wanted.
func (p *person) shot(name string) {
	folder := os.Getenv("WANGBAN_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err != nil {
		return
	}
	file := filepath.Join(folder, strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name()+"-"+p.name+"-"+name)+".jpg")
	_ = os.MkdirAll(folder, 0o755)
	_ = os.WriteFile(file, picture, 0o644)
}

// find is a function for scripts: the control or link with these words. It
// takes what people can see and use only.
const find = `
const words = s => (s || "").replace(/\s+/g, " ").trim();
const seen = e => e.offsetParent !== null || e.getClientRects().length > 0;
const within = scope => scope ? [...document.querySelectorAll("fieldset, section, li, tr, form, .wb-card, .wb-field, [data-field]")].filter(e => words(e.innerText).includes(scope)).sort((a, b) => a.innerText.length - b.innerText.length)[0] : document;
const pressable = (text, scope) => {
	const everything = [...(within(scope) || document).querySelectorAll("button, a, summary, input[type=submit]")].filter(seen);
	const all = [...everything.filter(e => e.closest("main")), ...everything.filter(e => !e.closest("main"))];
	return all.find(e => words(e.innerText || e.value) === text) || all.find(e => words(e.innerText || e.value).startsWith(text)) || all.find(e => words(e.getAttribute("aria-label")) === text);
};
const labelled = (text, scope) => {
	const labels = [...(within(scope) || document).querySelectorAll("label, legend")].filter(seen);
	const match = l => words(l.innerText);
	const label = labels.find(l => match(l) === text) || labels.find(l => match(l).startsWith(text)) || labels.find(l => match(l).includes(text));
	if (!label) return null;
	if (label.tagName === "LEGEND") return label.closest("fieldset");
	return label.control || label.querySelector("input, select, textarea");
};
`

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// patience is how long somebody waits for what should be there at once: on a
// busy machine at once is late.
const patience = 20 * time.Second

// do runs a script that returns "" or what is wrong, until it works: pages
// may still be drawing themselves. A script whose answer is lost runs again.
func (p *person) do(what, script string) {
	p.t.Helper()
	p.doOr(what, script, "")
}

// doOr runs other before the script once an answer has been lost.
func (p *person) doOr(what, script, other string) {
	p.t.Helper()
	before := ""
	for end := time.Now().Add(patience); ; {
		problem, err := eval[string](p, `(() => {`+find+before+script+`})()`)
		if err == nil && problem == "" {
			return
		}
		if err != nil {
			problem, before = err.Error(), other
		}
		if time.Now().After(end) {
			p.fatalf("%s: %s", what, problem)
		}
		tick(p.t)
	}
}

// press uses a button or link that leads to another page, and looks at it.
func (p *person) press(text string, scope ...string) *person {
	p.t.Helper()
	p.leave("press "+text, `
		const e = pressable(`+quote(text)+`, `+quote(strings.Join(scope, ""))+`);
		if (!e) return "there is no such button or link";
		document.documentElement.dataset.old = "yes";
		e.click();
		return "";`)
	p.arrive()
	return p.look()
}

// leave is do for a script that leads to another page, once: when the browser
// leaves before it has said that the script was run, the next page must not be
// pressed in its place.
func (p *person) leave(what, script string) {
	p.t.Helper()
	this, err := eval[float64](p, `performance.timeOrigin`)
	if err != nil {
		p.fatalf("%s: %v", what, err)
	}
	p.doOr(what, script, fmt.Sprintf(`if (performance.timeOrigin !== %v || document.documentElement.dataset.old) return "";`, this))
}

// unfold opens what is folded under these words, and looks at it.
func (p *person) unfold(text string) *person {
	p.t.Helper()
	p.do("unfold "+text, `
		const e = pressable(`+quote(text)+`, "");
		if (!e || e.tagName !== "SUMMARY") return "there is nothing folded called so";
		if (!e.parentElement.open) e.click();
		return e.parentElement.open ? "" : "it stays folded";`)
	return p.look()
}

// arrive waits for the page that a press has led to.
func (p *person) arrive() {
	p.t.Helper()
	for end := time.Now().Add(2 * patience); ; {
		if there, err := eval[bool](p, `!document.documentElement.dataset.old && document.readyState === "complete"`); err == nil && there {
			return
		}
		if time.Now().After(end) {
			p.fatalf("no new page came")
		}
		tick(p.t)
	}
}

// fill types into the field with this label.
func (p *person) fill(label, text string, scope ...string) *person {
	p.t.Helper()
	p.do("fill "+label, `
		const e = labelled(`+quote(label)+`, `+quote(strings.Join(scope, ""))+`);
		if (!e) return "there is no such field";
		e.focus();
		if (e.tagName === "SELECT") {
			const o = [...e.options].find(o => words(o.text) === `+quote(text)+`);
			if (!o) return "there is no option "+`+quote(text)+`;
			e.value = o.value;
		} else e.value = `+quote(text)+`;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return "";`)
	return p
}

// date fills a date of three fields: year, month, day.
func (p *person) date(label, year, month, day string) *person {
	p.t.Helper()
	p.do("date "+label, `
		const set = labelled(`+quote(label)+`);
		if (!set || set.tagName !== "FIELDSET") return "there is no such date";
		const parts = [`+quote(year)+`, `+quote(month)+`, `+quote(day)+`];
		const inputs = [...set.querySelectorAll("input:not([type=checkbox]):not([type=hidden])")];
		if (inputs.length < 3) return "the date has " + inputs.length + " fields";
		parts.forEach((part, i) => { inputs[i].value = part; inputs[i].dispatchEvent(new Event("input", {bubbles: true})); });
		return "";`)
	return p
}

// choose picks a radio button or ticks a box by its words.
func (p *person) choose(text string, scope ...string) *person {
	p.t.Helper()
	p.do("choose "+text, `
		const e = labelled(`+quote(text)+`, `+quote(strings.Join(scope, ""))+`);
		if (!e) return "there is nothing to choose called so";
		if (e.type !== "radio" && e.type !== "checkbox") return "it is a " + e.tagName + " " + e.type;
		if (!e.checked) e.click();
		return "";`)
	return p
}

// attach hands in a file at the upload with this label and waits for the page
// that shows it. Without scripts, the button does what the script would.
func (p *person) attach(label, file string) *person {
	p.t.Helper()
	p.do("attach at "+label, `
		const e = labelled(`+quote(label)+`);
		if (!e) return "there is no such upload";
		for (const old of document.querySelectorAll("[data-e2e]")) delete old.dataset.e2e;
		const input = e.closest(".wb-field").querySelector("input[type=file]");
		if (!input) return "it takes no file";
		input.dataset.e2e = "yes";
		document.documentElement.dataset.old = "yes";
		return "";`)
	p.run(chromedp.SetUploadFiles(chromedp.CSS(`[data-e2e]`), []string{file}, chromedp.NodeReady))
	if !p.scripts {
		p.do("send "+label, `
			const input = document.querySelector("[data-e2e]");
			const send = input.closest(".wb-field, fieldset, form").querySelector("button[name=upload], button[value=upload]") || pressable("上传");
			if (!send) return "there is no button to send the file";
			send.click();
			return "";`)
	}
	p.arrive()
	return p.look()
}

// sees makes sure that the page says all this.
func (p *person) sees(texts ...string) *person {
	p.t.Helper()
	for _, text := range texts {
		p.do("see "+text, `return words(document.body.innerText).includes(`+quote(text)+`) ? "" : "the page does not say so"`)
	}
	return p
}

// misses makes sure that the page says nothing of this.
func (p *person) misses(texts ...string) *person {
	p.t.Helper()
	page := strings.Join(strings.Fields(p.text()), " ")
	for _, text := range texts {
		if strings.Contains(page, text) {
			p.fatalf("the page says %q", text)
		}
	}
	return p
}

// at makes sure where somebody is.
func (p *person) at(pattern string) *person {
	p.t.Helper()
	if ok, _ := regexp.MatchString(pattern, p.where()); !ok {
		p.fatalf("expected to be at %s", pattern)
	}
	return p
}

// draw writes a name with the mouse on the signature pad.
func (p *person) draw() *person {
	p.t.Helper()
	box, err := eval[struct{ X, Y, W, H float64 }](p, `(() => { const c = document.querySelector("canvas"); c.scrollIntoView({block: "center"}); const r = c.getBoundingClientRect(); return {X: r.x, Y: r.y, W: r.width, H: r.height}; })()`)
	if err != nil {
		p.fatalf("%v", err)
	}
	var strokes []chromedp.Action[chromedp.Void]
	for _, stroke := range [][4]float64{{.1, .3, .3, .8}, {.3, .2, .15, .85}, {.45, .2, .5, .85}, {.4, .5, .65, .45}, {.7, .2, .9, .8}} {
		x1, y1, x2, y2 := box.X+stroke[0]*box.W, box.Y+stroke[1]*box.H, box.X+stroke[2]*box.W, box.Y+stroke[3]*box.H
		strokes = append(strokes, chromedp.MouseEvent(chromedp.MousePressed, x1, y1, chromedp.ButtonLeft))
		for i := 1; i <= 8; i++ {
			strokes = append(strokes, chromedp.MouseEvent(chromedp.MouseMoved, x1+(x2-x1)*float64(i)/8, y1+(y2-y1)*float64(i)/8, chromedp.ButtonLeft))
		}
		strokes = append(strokes, chromedp.MouseEvent(chromedp.MouseReleased, x2, y2, chromedp.ButtonLeft))
	}
	p.run(strokes...)
	return p
}

// choosePicture takes a picture for a field that is sent with its form.
func (p *person) choosePicture(label string) *person {
	p.t.Helper()
	return p.chooseFile(label, picture(p.t, label+".jpg"))
}

// chooseFile takes a file for a field that is sent with its form.
func (p *person) chooseFile(label, file string) *person {
	p.t.Helper()
	p.do("choose a file for "+label, `
		const e = labelled(`+quote(label)+`);
		const input = e && e.closest(".wb-field").querySelector("input[type=file]");
		if (!input) return "there is no such upload";
		for (const old of document.querySelectorAll("[data-e2e]")) delete old.dataset.e2e;
		input.dataset.e2e = "yes";
		return "";`)
	p.run(chromedp.SetUploadFiles(chromedp.CSS(`[data-e2e]`), []string{file}, chromedp.NodeReady))
	return p
}
