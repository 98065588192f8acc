package casework

import (
	"context"
	"fmt"
	"sync"
	"time"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// numbers hands out 办件编号 from blocks, so that submissions do not queue for
// one counter. Numbers are unique, not gapless.
type numbers struct {
	mu         sync.Mutex
	day        string
	next, last int
}

const numberBlock = 20

func (d *Door) nextNumber(ctx context.Context, now time.Time) (string, error) {
	n := &d.numbers
	n.mu.Lock()
	defer n.mu.Unlock()
	local := now.In(form.Shanghai)
	if day := local.Format("20060102"); n.day != day || n.next > n.last {
		var used int
		err := d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			return tx.QueryRowContext(ctx, `INSERT INTO case_number (region, day, used) VALUES ($1, $2, $3)
				ON CONFLICT (region, day) DO UPDATE SET used = case_number.used + $3 RETURNING used`,
				d.house().Region, day, numberBlock).Scan(&used)
		})
		if err != nil {
			return "", fmt.Errorf("take a block of case numbers: %w", err)
		}
		n.day, n.next, n.last = day, used-numberBlock+1, used
	}
	seq := n.next
	n.next++
	return cn.CaseNumber(d.house().Region, d.house().Department, local, seq), nil
}
