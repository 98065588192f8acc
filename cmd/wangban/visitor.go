package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/rating"
	"wangban/internal/web"
)

// sessionCookie opens a browser's session. Over https it carries the __Host-
// prefix, so that no neighbouring site can plant one.
func (in *installation) sessionCookie() string {
	if in.secure() {
		return "__Host-wb"
	}
	return "wb"
}

func (in *installation) secure() bool { return strings.HasPrefix(in.settings.URL, "https://") }

func (in *installation) setCookie(w http.ResponseWriter, value string) {
	http.SetCookie(w, &http.Cookie{Name: in.sessionCookie(), Value: value, Path: "/", HttpOnly: true, Secure: in.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(account.DefaultLimits.SessionLife.Seconds())})
}

type sessionKey struct{}

// sessionOf is the session of a request that has passed visitors.
func sessionOf(ctx context.Context) account.Session {
	s, _ := ctx.Value(sessionKey{}).(account.Session)
	return s
}

// read reads the request's session; false when it brings none.
func (in *installation) read(r *http.Request) (account.Session, bool) {
	cookie, err := r.Cookie(in.sessionCookie())
	if err != nil {
		return account.Session{}, false
	}
	s, ok, err := in.accounts.Open(r.Context(), cookie.Value)
	if err != nil {
		panic(err)
	}
	return s, ok
}

// visitors tells every handler who is on the other side. A browser that has
// done nothing yet has no session on record: looking around writes nothing.
func (in *installation) visitors(waiting func(r *http.Request, o *web.Officer) (cases, asked int), unread func(r *http.Request, o *web.Officer) int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") {
			next.ServeHTTP(w, r)
			return
		}
		s, ok := in.read(r)
		if !ok && r.Method == http.MethodPost {
			cookie, begun, err := in.accounts.Begin(r.Context())
			if err != nil {
				panic(err)
			}
			in.setCookie(w, cookie)
			s = begun
		} else if !ok {
			s = account.Session{ID: passing()}
		}
		v := in.visitor(r, s)
		if in.settings.ProxyHeader == "" && web.UnknownProxy(r) {
			in.proxy.Do(func() {
				in.log.Warn("a proxy in front of this process names its clients in a header; set --proxy-header, or clients are not told apart by address")
			})
		}
		outer := r
		r = r.WithContext(web.WithVisitor(context.WithValue(r.Context(), sessionKey{}, s), v))
		defer func() { outer.Pattern = r.Pattern }() // the log and the metrics name routes
		c := web.ChromeOf(r.Context())
		if c.Kiosk = in.kioskMode(r); c.Kiosk != nil {
			c.Kiosk.Watch(w, r)
		}
		switch {
		case v.Staff != nil:
			c.Staff = &web.StaffUser{Name: v.Staff.Name, Unit: v.Staff.UnitName,
				Waiting: sync.OnceValues(func() (int, int) { return waiting(r, v.Staff) }), Notices: sync.OnceValue(func() int { return unread(r, v.Staff) }),
				Helps: slices.Contains(v.Staff.Roles, casework.RoleHelper), Follows: rating.Handler{Roles: v.Staff.Roles}.Follows()}
		case v.Person != "":
			c.User, c.UserURL = v.Name, "/organisation"
		}
		next.ServeHTTP(w, r)
	})
}

// passing names the session of a browser that only looks.
func passing() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return "passing-" + hex.EncodeToString(b)
}

// visitor is what a session says about who it is.
func (in *installation) visitor(r *http.Request, s account.Session) web.Visitor {
	v := web.Visitor{Session: s.ID, Cases: s.Cases, Address: web.ClientAddress(r, in.settings.ProxyHeader)}
	ctx := r.Context()
	if s.Person != "" {
		p, ok, err := in.accounts.Person(ctx, s.Person)
		if err != nil {
			panic(err)
		}
		if ok {
			v.Person, v.Name = p.ID, cn.MaskName(p.Name)
			mandates, err := in.accounts.MandatesFor(ctx, p.ID)
			if err != nil {
				panic(err)
			}
			for _, m := range mandates {
				if m.Live(in.now()) {
					v.Units = append(v.Units, m.USCC)
				}
			}
		}
	}
	if s.Staff != "" {
		m, ok, err := in.accounts.Member(ctx, s.Staff)
		if err != nil {
			panic(err)
		}
		if ok && !m.Left {
			absent, err := in.accounts.StandsInFor(ctx, m.ID)
			if err != nil {
				panic(err)
			}
			v.Staff = &web.Officer{For: absent, ID: m.ID, Name: m.Name, Unit: m.Unit, UnitName: in.county.Units[m.Unit].Name, Roles: m.Roles, Units: in.county.Reach(m.Units, m.Roles)}
		}
	}
	return v
}
