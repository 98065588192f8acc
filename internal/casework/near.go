package casework

import "sync"

// nearby is how many cases are kept near.
const nearby = 1000

// near keeps the cases that were read or written last, so that an act on a
// page that has just been shown need not read, open and decode its case once
// more. It is never the truth: a decision may begin with what is near, because
// writing it succeeds only when the case is still at that version, and only
// the database's answer turns anybody down.
type near struct {
	mu    sync.Mutex
	cases map[string]stored
	order [nearby]string // a ring of IDs, the oldest next
	next  int
}

func (n *near) keep(c stored) {
	id := c.state.ID
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cases == nil {
		n.cases = make(map[string]stored, nearby)
	}
	if _, ok := n.cases[id]; !ok {
		delete(n.cases, n.order[n.next])
		n.order[n.next] = id
		n.next = (n.next + 1) % nearby
	}
	n.cases[id] = c
}

func (n *near) find(id string) (stored, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, ok := n.cases[id]
	return c, ok
}
