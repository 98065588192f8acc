// Package facecloud is a company that checks identity by face, for tests and demos. It speaks Alibaba Cloud's
// cloudauth 2019-03-07 (InitFaceVerify, DescribeFaceVerify, callbacks), checks signatures, and serves the page to
// which a person is sent. There, instead of a camera, the person chooses the outcome. No face is ever looked at.
package facecloud

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

// Settings say who may ask and how the company behaves. The zero value lets nobody in.
type Settings struct {
	Keys           signature.Keys
	SceneIDs       []string      // known scenes; empty: any
	PublicURL      string        // how browsers reach the page, e.g. "http://127.0.0.1:7802"; empty: as the asker does
	Life           time.Duration // of a page address; 30 min
	FailuresPerDay int           // so many failures of one card within a day refuse the next attempt (418); 0: any number
	CallbackLies   bool          // callbacks claim that everybody passed
	RetryPause     time.Duration // between tries of a callback; 1 s
	fault.Faults

	Now    func() time.Time // nil: time.Now
	Client *http.Client     // for callbacks; nil: gives up after five seconds
}

// State is how far an attempt has come.
type State string

const (
	Open      State = "open"      // page address given, nothing chosen yet
	Finished  State = "finished"  // with an outcome
	Cancelled State = "cancelled" // left by the person: the company never tells an outcome
	TimedOut  State = "timed out" // likewise
)

// Session is one attempt.
type Session struct {
	CertifyID  string
	OrderNo    string // OuterOrderNo
	Name       string // CertName
	IDNumber   string // CertNo
	ReturnURL  string
	Callback   string // CallbackUrl
	Token      string // CallbackToken
	Elder      bool
	Begun      time.Time
	State      State
	SubCode    string // when Finished
	FinishedAt time.Time
	Calls      int // callbacks that were taken
}

// Cloud is the server; it is an http.Handler.
type Cloud struct {
	pages http.Handler
	now   func() time.Time
	http  *http.Client

	nonces signature.Nonces
	stop   context.Context
	cancel context.CancelFunc
	calls  sync.WaitGroup

	mu       sync.Mutex
	settings Settings
	sessions []*Session
}

const keep = 10_000

// New makes a cloud; Close ends its callbacks.
func New(s Settings) *Cloud {
	if s.Life <= 0 {
		s.Life = 30 * time.Minute
	}
	c := &Cloud{settings: s, now: s.Now, http: s.Client}
	if c.now == nil {
		c.now = time.Now
	}
	if c.http == nil {
		c.http = &http.Client{Timeout: 5 * time.Second}
	}
	c.stop, c.cancel = context.WithCancel(context.Background())
	c.pages = c.routes()
	return c
}

// Close drops callbacks that were not made yet and waits for those under way.
func (c *Cloud) Close() {
	c.mu.Lock() // so that no callback starts after the wait has begun
	c.cancel()
	c.mu.Unlock()
	c.calls.Wait()
}

// Set changes settings while the cloud runs; Now and Client stay. Maps are replaced, never written into.
func (c *Cloud) Set(change func(*Settings)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.settings)
}

// Sessions are all attempts, oldest first.
func (c *Cloud) Sessions() []Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Session
	for _, s := range c.sessions {
		all = append(all, *s)
	}
	return all
}

// find gives the attempt with an id, or nil. Callers hold mu.
func (c *Cloud) find(id string) *Session {
	for _, s := range c.sessions {
		if s.CertifyID == id {
			return s
		}
	}
	return nil
}

// ServeHTTP serves the API to whoever names an action and pages to everybody else.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("x-acs-action") == "" {
		c.pages.ServeHTTP(w, r)
		return
	}
	body, ok := rpc.Body(w, r)
	if !ok {
		return
	}
	c.mu.Lock()
	settings := c.settings
	down := fault.Take(&c.settings.Down)
	throttle := !down && fault.Take(&c.settings.Throttle)
	lose := !down && !throttle && fault.Take(&c.settings.LoseAnswer)
	c.mu.Unlock()

	status, answer := http.StatusServiceUnavailable, any(nil)
	refusal := signature.CheckACS3(r, body, settings.Keys, &c.nonces, c.now())
	switch {
	case down:
	case refusal != nil:
		status, answer = refusal.Status, failure(refusal.Code, refusal.Message)
	case throttle:
		status, answer = http.StatusBadRequest, failure("Throttling.User", "Request was denied due to user flow control.")
	default:
		status, answer = http.StatusOK, c.act(r, settings)
	}
	fault.Sleep(r.Context(), settings.Delay)
	switch {
	case lose:
		fault.HangUp(w)
	case answer == nil:
		http.Error(w, "Service Unavailable", status)
	default:
		rpc.JSON(w, status, answer)
	}
}

func (c *Cloud) act(r *http.Request, settings Settings) any {
	q := r.URL.Query()
	if r.Header.Get("x-acs-version") != "2019-03-07" {
		return failure("InvalidVersion", "Specified parameter Version is not valid.")
	}
	scene := q.Get("SceneId")
	if scene == "" {
		return failure("400", "参数不能为空")
	}
	if len(settings.SceneIDs) > 0 && !slices.Contains(settings.SceneIDs, scene) {
		return failure("404", "认证场景配置不存在")
	}
	switch r.Header.Get("x-acs-action") {
	case "InitFaceVerify":
		base := settings.PublicURL
		if base == "" {
			base = "http://" + r.Host
		}
		return c.begin(q, settings, base)
	case "DescribeFaceVerify":
		return c.describe(q.Get("CertifyId"))
	}
	return failure("InvalidAction.NotFound", "Specified api is not found.")
}

func failure(code, message string) map[string]any {
	return map[string]any{"Code": code, "Message": message, "RequestId": rpc.NewID(16)}
}
