package web

import (
	"context"
	"net/http"
	"time"
)

// Site is how the installation presents itself; from its description.
type Site struct {
	Portal, PortalEN   string // name of the portal
	Office, OfficeEN   string // who runs it
	Hotline            string
	Hours, HoursEN     string
	Address, AddressEN string
	Legal              []string // ICP, 公安备案, 网站标识码
	Demo               bool
}

// Chrome is what the frame of a page depends on besides the page: who reads
// it, how, and when. Middleware puts it into the request's context.
type Chrome struct {
	Site     *Site
	Lang     Lang
	Size     string // "", elder, huge
	Theme    string // dark, light; "": as the device
	Contrast string // more, less; "": as the device
	Path     string // to come back to after changing the display
	Now      time.Time
	Shifted  bool // the demo's clock has been moved
	User     string
	UserURL  string
	Staff    *StaffUser
	Request  string
	Kiosk    *KioskMode // the browser is a kiosk's (办照一体机); nil elsewhere

	texts map[string]string // English of the item that the page is about; see Speak
}

// KioskMode is how pages are shown on a device that stands in a hall: large
// targets, nothing that leads away, and an end when nobody touches it.
type KioskMode struct {
	Name string // of the device, in the reader's language
	Idle int    // seconds without touch until what is on the screen is wiped
}

// KioskWarning is how many seconds before the end somebody is asked whether
// they are still there.
const KioskWarning = 15

// kioskMost is when a page is wiped in any case, should its script have failed:
// a touch that nobody hears cannot put it off.
const kioskMost = 900

// StaffUser is who is logged in to the workbench.
type StaffUser struct {
	Name, Unit string
	// Waiting counts cases, and opinions that other units ask of theirs. Pages
	// ask for it; acts show none.
	Waiting func() (cases, asked int)
	Notices func() int // counts what they were told and have not read
	Helps   bool       // may begin an application for somebody
	Follows bool       // follows up bad ratings
}

type chromeKey struct{}

// WithChrome attaches the frame's data to a context.
func WithChrome(ctx context.Context, c *Chrome) context.Context {
	return context.WithValue(ctx, chromeKey{}, c)
}

// ChromeOf reads the frame's data; outside a request it is an empty one.
func ChromeOf(ctx context.Context) *Chrome {
	if c, ok := ctx.Value(chromeKey{}).(*Chrome); ok {
		return c
	}
	return &Chrome{Site: &Site{}, Lang: Chinese}
}

// LangOf is the reader's language.
func LangOf(ctx context.Context) Lang { return ChromeOf(ctx).Lang }

// Elder tells whether the reader uses the elder mode, in which they are
// addressed as 您.
func Elder(ctx context.Context) bool { return ChromeOf(ctx).Size != "" }

func (s *Site) portal(ctx context.Context) string { return pick(ctx, s.Portal, s.PortalEN) }
func (s *Site) office(ctx context.Context) string { return pick(ctx, s.Office, s.OfficeEN) }

func pick(ctx context.Context, zh, en string) string {
	if LangOf(ctx) == English && en != "" {
		return en
	}
	return zh
}

// displayCookie holds language and display preferences; nothing personal.
const displayCookie = "wb_display"

// readDisplay reads the preferences from their cookie: lang.size.theme.contrast.
func readDisplay(r *http.Request, c *Chrome) {
	c.Lang = Chinese
	cookie, err := r.Cookie(displayCookie)
	if err != nil {
		return
	}
	for i, part := range splitDots(cookie.Value) {
		switch {
		case i == 0 && part == "en":
			c.Lang = English
		case i == 1 && (part == "elder" || part == "huge"):
			c.Size = part
		case i == 2 && (part == "dark" || part == "light"):
			c.Theme = part
		case i == 3 && (part == "more" || part == "less"):
			c.Contrast = part
		}
	}
}
