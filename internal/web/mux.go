package web

import (
	"net/http"
	"slices"
)

// Mux is where screens add their addresses: an http.ServeMux that remembers
// them, so that a test can ask whether each says who may use it.
type Mux struct {
	http.ServeMux
	patterns []string
}

// Handle adds an address; see http.ServeMux.
func (m *Mux) Handle(pattern string, handler http.Handler) {
	m.ServeMux.Handle(pattern, handler)
	m.patterns = append(m.patterns, pattern)
}

// HandleFunc adds an address; see http.ServeMux.
func (m *Mux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(handler))
}

// Patterns are all addresses added so far, sorted.
func (m *Mux) Patterns() []string { return slices.Sorted(slices.Values(m.patterns)) }
