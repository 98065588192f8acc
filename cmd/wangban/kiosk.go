package main

import (
	"context"
	"io"
	"net/http"

	"wangban/internal/document"
	"wangban/internal/kiosk"
	"wangban/internal/web"
)

// kioskCookie says that a browser is a device of the installation's description.
func (in *installation) kioskCookie() string {
	if in.secure() {
		return "__Host-wb-kiosk"
	}
	return "wb_kiosk"
}

// kioskLife is how long a device stays one, in seconds: it is set up once.
const kioskLife = 10 * 365 * 24 * 3600

func (in *installation) kiosk() *kiosk.Kiosk {
	return &kiosk.Kiosk{
		Items: in.items, Door: in.door, Now: in.now, Licences: in.licences, URL: in.settings.URL, Offer: in.offerTakeover,
		Admit: func(w http.ResponseWriter, token string) bool {
			_, known := in.county.Kiosk(token, in.demo)
			if known {
				http.SetCookie(w, &http.Cookie{Name: in.kioskCookie(), Value: token, Path: "/", HttpOnly: true, Secure: in.secure(), SameSite: http.SameSiteLaxMode, MaxAge: kioskLife})
			}
			return known
		},
		Wipe: func(w http.ResponseWriter, r *http.Request) error {
			web.ForgetDisplay(w)
			http.SetCookie(w, &http.Cookie{Name: in.sessionCookie(), Path: "/", HttpOnly: true, Secure: in.secure(), SameSite: http.SameSiteLaxMode, MaxAge: -1})
			return in.accounts.End(r.Context(), web.VisitorOf(r.Context()).Session)
		},
		Paper: in.licencePaper,
	}
}

// kioskMode is how pages are shown to a browser that is a device.
func (in *installation) kioskMode(r *http.Request) *web.KioskMode {
	cookie, err := r.Cookie(in.kioskCookie())
	if err != nil {
		return nil
	}
	k, known := in.county.Kiosk(cookie.Value, in.demo)
	if !known {
		return nil
	}
	return &web.KioskMode{Name: web.T(r.Context(), k.Name.ZH), Idle: k.Idle}
}

// paperWidth is wide enough for A4 at some 200 dots an inch, in pixels.
const paperWidth = 1654

// licencePaper are the pages of a licence's document as pictures.
func (in *installation) licencePaper(ctx context.Context, number string) ([][]byte, error) {
	file, err := in.licences.PDF(ctx, number)
	if err != nil {
		return nil, err
	}
	content, _, err := in.files.Open(ctx, file.Hash)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	pdf, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	return document.Pages(ctx, pdf, paperWidth)
}
