package demo

import (
	"net/http"

	"wangban/internal/web"
)

// gallery shows the parts that screens are made of, in every state, in the
// reader's language, size and colours.
func (d *Demo) gallery(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, galleryPage())
}
