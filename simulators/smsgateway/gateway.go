// Package smsgateway is a short-message company for tests and demos: it takes messages as Aliyun (SendSms
// 2017-05-25) and as Tencent (SendSms 2021-01-11) do, checks their signatures, pushes delivery reports to a callback
// address, makes trouble when told to, and shows on a page what it got. Messages go nowhere.
package smsgateway

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"wangban/simulators/fault"
	"wangban/simulators/rpc"
	"wangban/simulators/signature"
)

// Settings say who may send and what becomes of it. The zero value lets nobody in.
type Settings struct {
	AliyunKeys  signature.Keys
	TencentKeys signature.Keys
	Signs       []string // registered signatures (签名); empty: any

	// Templates that are registered; a name that is missing is refused. Empty: any, without a text to show.
	AliyunTemplates  map[string]string // TemplateCode → text with ${name}
	TencentTemplates map[string]string // TemplateId → text with {1}

	AliyunReportURL  string        // where reports go; empty: nowhere
	TencentReportURL string        //
	ReportDelay      time.Duration // from taking a message to its report
	RetryPause       time.Duration // between tries to push a report; 2 s

	PerMinute     int               // messages to one number within a minute; 0: any
	Impossible    map[string]bool   // numbers refused at once
	Undeliverable map[string]string // numbers whose report says so, with its code, e.g. MOBILE_NOT_ON_SERVICE
	fault.Faults

	Now    func() time.Time // nil: time.Now
	Client *http.Client     // for pushing; nil: gives up after five seconds
}

// Message is one accepted message.
type Message struct {
	At         time.Time
	Shape      string // "aliyun", "tencent"
	ProviderID string
	OutID      string
	To         string // 11 digits
	Sign       string
	Template   string
	Params     string // JSON as it came
	Text       string // signature and template filled in; empty when the template's text is unknown
	Answer     string // "OK", "LOST"
	Report     string // how the pushing stands: "", "WAITING", "TAKEN", "GIVEN UP"
}

// Refused is one request that was turned away.
type Refused struct {
	At          time.Time
	Shape, Code string
}

// Gateway is the server; it is an http.Handler.
type Gateway struct {
	pages http.Handler
	now   func() time.Time
	http  *http.Client

	nonces signature.Nonces
	stop   context.Context
	cancel context.CancelFunc
	pushes sync.WaitGroup

	mu       sync.Mutex
	settings Settings
	messages []*Message
	refused  []Refused
}

// keep bounds what the gateway remembers of each kind.
const keep = 10_000

// New makes a gateway; Close ends its pushing.
func New(s Settings) *Gateway {
	g := &Gateway{settings: s, now: s.Now, http: s.Client}
	if g.now == nil {
		g.now = time.Now
	}
	if g.http == nil {
		g.http = &http.Client{Timeout: 5 * time.Second}
	}
	g.stop, g.cancel = context.WithCancel(context.Background())
	g.pages = g.routes()
	return g
}

// Close drops reports that were not pushed yet and waits for those under way.
func (g *Gateway) Close() {
	g.mu.Lock() // so that no push starts after the wait has begun
	g.cancel()
	g.mu.Unlock()
	g.pushes.Wait()
}

// Set changes settings while the gateway runs; Now and Client stay. Maps are replaced, never written into.
func (g *Gateway) Set(change func(*Settings)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.settings)
}

func (g *Gateway) current() Settings {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.settings
}

// Messages are those accepted, oldest first.
func (g *Gateway) Messages() []Message {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []Message
	for _, m := range g.messages {
		all = append(all, *m)
	}
	return all
}

// Refusals are the requests turned away, oldest first.
func (g *Gateway) Refusals() []Refused {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.refused)
}

// ServeHTTP tells the companies apart by their headers; everything else is a page.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var d dialect
	switch {
	case r.Header.Get("X-TC-Action") != "":
		d = tencent{g}
	case r.Header.Get("x-acs-action") != "":
		d = aliyun{g}
	default:
		g.pages.ServeHTTP(w, r)
		return
	}
	body, ok := rpc.Body(w, r)
	if !ok {
		return
	}
	g.serve(w, r, body, d)
}

// dialect is one company's protocol.
type dialect interface {
	shape() string
	// read checks signature and parameters.
	read(r *http.Request, body []byte, now time.Time) (*Message, *signature.Refusal)
	accepted(w http.ResponseWriter, m *Message)
	refuse(w http.ResponseWriter, r *signature.Refusal)
	// words for refusals that both companies know
	throttled() *signature.Refusal
	tooMany(perMinute int) *signature.Refusal
	impossible() *signature.Refusal
	unknownSign() *signature.Refusal
	unknownTemplate() *signature.Refusal
}

func (g *Gateway) serve(w http.ResponseWriter, r *http.Request, body []byte, d dialect) {
	g.mu.Lock()
	s := &g.settings
	faults := s.Faults
	down, throttle := fault.Take(&s.Down), false
	if !down {
		throttle = fault.Take(&s.Throttle)
	}
	g.mu.Unlock()

	if down {
		fault.Sleep(r.Context(), faults.Delay)
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	now := g.now()
	m, refusal := d.read(r, body, now)
	if refusal == nil && throttle {
		refusal = d.throttled()
	}
	lose := false
	if refusal == nil {
		refusal, lose = g.take(m, d, now)
	}
	fault.Sleep(r.Context(), faults.Delay)
	switch {
	case refusal != nil:
		g.mu.Lock()
		g.refused = trim(append(g.refused, Refused{now, d.shape(), refusal.Code}))
		g.mu.Unlock()
		d.refuse(w, refusal)
	case lose:
		fault.HangUp(w)
	default:
		d.accepted(w, m)
	}
}

// take keeps a message that may be sent, or says why it may not.
func (g *Gateway) take(m *Message, d dialect, now time.Time) (refusal *signature.Refusal, lose bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := &g.settings
	if len(s.Signs) > 0 && !slices.Contains(s.Signs, m.Sign) {
		return d.unknownSign(), false
	}
	if s.Impossible[m.To] {
		return d.impossible(), false
	}
	if s.PerMinute > 0 {
		recent := 0
		for _, old := range g.messages {
			if old.To == m.To && now.Sub(old.At) < time.Minute {
				recent++
			}
		}
		if recent >= s.PerMinute {
			return d.tooMany(s.PerMinute), false
		}
	}
	lose = fault.Take(&s.LoseAnswer)
	m.At, m.Shape, m.Answer = now, d.shape(), "OK"
	if lose {
		m.Answer = "LOST"
	}
	g.messages = trim(append(g.messages, m))
	g.report(m)
	return nil, lose
}

// text fills a registered template in. Without any registered, every template is known and has no text.
func text(templates map[string]string, code string, fill func(string) string) (filled string, known bool) {
	if len(templates) == 0 {
		return "", true
	}
	template, ok := templates[code]
	return fill(template), ok
}

func trim[T any](all []T) []T {
	if len(all) > keep {
		return slices.Clone(all[len(all)-keep:])
	}
	return all
}
