package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// ClientAddress is the network address a request comes from, for counting how
// much one client asks for; it is not logged. Behind a reverse proxy, trusted
// names the header in which the proxy tells the client's address; of a list
// the last entry counts, the one our own proxy has added. Without a trusted
// header the connection itself tells.
//
// An IPv6 client has a whole network to itself, so its network (/64) is told.
// Nothing is told for a proxy on this machine that was not made known: all its
// clients would be one.
func ClientAddress(r *http.Request, trusted string) string {
	text, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		text = r.RemoteAddr
	}
	if trusted != "" {
		text = r.Header.Get(trusted)
		if all := r.Header.Values(trusted); len(all) > 0 {
			text = all[len(all)-1]
		}
		text = strings.TrimSpace(text[strings.LastIndexByte(text, ',')+1:])
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return ""
	}
	address = address.Unmap().WithZone("")
	switch {
	case trusted == "" && UnknownProxy(r):
		return ""
	case address.Is6() && !address.IsLoopback():
		network, err := address.Prefix(64)
		if err != nil {
			return ""
		}
		return network.String()
	}
	return address.String()
}

// UnknownProxy tells that a request came through a proxy on this machine or in
// its network, which says whom it is for in a header.
func UnknownProxy(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() && !from.Addr().Unmap().IsPrivate() {
		return false
	}
	return r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("X-Real-IP") != "" || r.Header.Get("Forwarded") != ""
}
