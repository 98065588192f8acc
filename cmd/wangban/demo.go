package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"wangban/county"
	"wangban/internal/account"
	"wangban/internal/demo"
	"wangban/internal/item"
	"wangban/internal/registry"
	"wangban/internal/web"
	"wangban/internal/workday"
)

type demoCmd struct {
	settings
	Fresh bool   `help:"Throw away what the demo has kept in its folder and begin anew. A PostgreSQL database is emptied by hand."`
	At    string `placeholder:"2020-08-21T09:00" help:"Set the demo's clock, Shanghai time, e.g. into the season of the county's campaign. Default: it goes on as it was left, at first with the real time."`
	Quiet bool   `help:"Print the addresses only, no log."`
}

// Run starts the demo: everything embedded, nothing leaves the machine.
func (c *demoCmd) Run(s *surroundings) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if c.Data == "" {
		c.Data = "wangban-demo"
	}
	if err := c.claim(); err != nil {
		return err
	}
	var at time.Time
	if c.At != "" {
		var err error
		if at, err = time.ParseInLocation("2006-01-02T15:04", c.At, workday.Shanghai); err != nil {
			return fmt.Errorf("--at %s is no time like 2020-08-21T09:00", c.At)
		}
	}
	logs := s.err
	if c.Quiet {
		logs = io.Discard
	}
	return serve(ctx, c.settings, true, logger(logs), func(in *installation, server *server) error {
		if err := in.seed(ctx); err != nil {
			return err
		}
		if !at.IsZero() {
			if err := in.clock.Set(ctx, at); err != nil {
				return fmt.Errorf("--at: %w", err)
			}
		}
		return welcome(s.out, server.url())
	}, stage)
}

// demoMark lies in a data folder that belongs to a demo, so that a demo never
// touches, nor empties, the data of a real installation.
const demoMark = "this-is-a-demo"

// claim makes the data folder a demo's, or refuses a folder that is not.
func (c *demoCmd) claim() error {
	mark := filepath.Join(c.Data, demoMark)
	entries, err := os.ReadDir(c.Data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	_, unmarked := os.Stat(mark)
	if len(entries) > 0 && unmarked != nil {
		return fmt.Errorf("the folder %s holds something that is no demo; name another with --data", c.Data)
	}
	if c.Fresh {
		// With the folder the key would go that opens what is in the database.
		if strings.HasPrefix(c.Database, "postgres") {
			return errors.New("--fresh empties the demo's folder, not PostgreSQL: drop the database, create it again, remove the folder, and start without --fresh")
		}
		if err := os.RemoveAll(c.Data); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o600)
}

// seed brings the invented units and staff in. That there are staff says that
// it was done, so they come last: a process that dies in between begins again.
func (in *installation) seed(ctx context.Context) error {
	members, err := in.accounts.Members(ctx)
	if err != nil || len(members) > 0 {
		return err
	}
	if _, err := in.entities.Import(ctx, "entities-demo.csv", bytes.NewReader(county.DemoEntities), nil); err != nil {
		return err
	}
	_, err = in.accounts.ImportStaff(ctx, county.DemoStaff)
	return err
}

// stage wires the demo's own pages.
func stage(in *installation) func(*web.Mux) {
	d := &demo.Demo{
		Door: in.door, Items: in.items, House: in.house, Clock: in.clock, Outbox: in.outbox, Sweep: in.sweep,
		Workday: func(start time.Time, n int) time.Time {
			due, err := in.rules.Count(start, item.Limit{N: n, Unit: item.Workdays}, nil)
			if err != nil { // the calendar ends; the demo's clock stays where it is
				return start
			}
			return due.At
		},
		Staff: in.accounts.Members, UnitName: func(unit string) string { return in.county.Units[unit].Name },
		People: in.registered, Entities: in.demoEntities, Become: in.become, Picture: in.samplePicture,
	}
	return d.Routes
}

// registered are the people who have an account, with their units.
func (in *installation) registered(ctx context.Context) ([]demo.Registered, error) {
	units, err := in.accounts.Organisations(ctx, 20)
	if err != nil {
		return nil, err
	}
	var people []demo.Registered
	for _, u := range units {
		mandates, err := in.accounts.MandatesOf(ctx, u.USCC)
		if err != nil {
			return nil, err
		}
		for _, m := range mandates {
			role := "代理人"
			if m.Role == account.Owner {
				role = "法定代表人"
			}
			people = append(people, demo.Registered{ID: m.Person, Name: m.Name, Unit: u.Name, Role: role})
		}
	}
	return people, nil
}

// demoEntities are the units of the shipped list.
func (in *installation) demoEntities(ctx context.Context) ([]demo.Entity, error) {
	var entities []demo.Entity
	for i, line := range bytes.Split(bytes.TrimSpace(county.DemoEntities), []byte("\n")) {
		if i == 0 {
			continue
		}
		uscc, _, _ := bytes.Cut(line, []byte(","))
		e, ok, err := in.entities.Find(ctx, string(uscc))
		if err != nil {
			return nil, err
		}
		if ok {
			entities = append(entities, demo.Entity{USCC: e.USCC, Name: e.Name, Representative: e.Rep, Status: e.Status.Label(),
				Kind: e.Kind, Town: e.Town, Living: e.Status == registry.Living})
		}
	}
	return entities, nil
}

// become changes who a browser is; nobody, when no kind is named.
func (in *installation) become(w http.ResponseWriter, r *http.Request, kind, id string) error {
	ctx := r.Context()
	s := sessionOf(ctx)
	if err := in.accounts.StepOut(ctx, s.ID); err != nil || kind == "" {
		return err
	}
	var known bool
	var err error
	if kind == "staff" {
		_, known, err = in.accounts.Member(ctx, id)
	} else {
		_, known, err = in.accounts.Person(ctx, id)
	}
	if err != nil || !known {
		return errors.Join(err, fmt.Errorf("there is no %s %q", kind, id))
	}
	cookie, err := in.accounts.LetIn(ctx, s.ID, kind, id)
	if err == nil {
		in.setCookie(w, cookie)
	}
	return err
}

// welcome says where to look, whom to be, and what to try.
func welcome(w io.Writer, url string) error {
	_, err := fmt.Fprintf(w, `网办演示 Wangban demo

  门户 portal           %[1]s/
  演示台 stage          %[1]s/demo          换人、收短信、拨时钟 be somebody, read SMS, move the clock
  工作台 workbench      %[1]s/desk/login    工号 login: sunli, liumin, chenyan, zhaohang, zhouwei, hejun, luqing   密码 password: wangban-demo-2026
                                           验证码在短信手机里 codes arrive on the SMS phone: %[1]s/demo/phone
  自助机 kiosk          %[1]s/kiosk         口令 token: wangban-demo-kiosk

先试 try first: %[1]s/demo → “填好的申请”里选“代理人为企业注册”，核对并提交；
  在短信手机里打开法定代表人的链接（用无痕窗口），签名；换成审核人员，通过。
  Pick “An agent registers an enterprise” there, check and submit it; open the legal representative's link from the SMS phone
  in a private window and sign; become a reviewer and approve.

按 Ctrl+C 结束 Ctrl+C ends it.
`, url)
	return err
}
