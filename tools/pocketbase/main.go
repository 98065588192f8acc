// Command pocketbase is PocketBase with the collections that `wangban bench
// case --peer` speaks to, so that both do the same in one run. It is a module
// of its own: nothing of it is part of the product.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations"
)

func main() {
	dir := flag.String("dir", "", "where its data goes")
	synchronous := flag.String("synchronous", "", "FULL makes each commit durable; default: PocketBase's own, NORMAL, which loses the last ones when the machine stops")
	history := flag.Bool("history", false, "keep a record of each act in the transaction of the act, as an administration has to")
	flag.Parse()
	if err := serve(*dir, *synchronous, *history); err != nil {
		log.Fatal(err)
	}
}

func serve(dir, synchronous string, history bool) error {
	config := pocketbase.Config{DefaultDataDir: dir, HideStartBanner: true}
	if synchronous != "" {
		config.DBConnect = func(path string) (*dbx.DB, error) {
			// PocketBase's own settings but for one.
			return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)&_pragma=synchronous("+
				strings.ToUpper(synchronous)+")&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
		}
	}
	app := pocketbase.NewWithConfig(config)
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	token, err := collections(app)
	if err != nil {
		return err
	}
	if history {
		if err := keepHistory(app); err != nil {
			return err
		}
	}
	router, err := apis.NewRouter(app)
	if err != nil {
		return err
	}
	handler, err := router.BuildMux()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("ready http://%s %s\n", listener.Addr(), token)
	return http.Serve(listener, handler)
}

// collections makes what cases are kept in, and somebody who may write them.
func collections(app core.App) (token string, err error) {
	rule := `@request.auth.id != ""`
	add := func(name string, fields ...core.Field) error {
		c := core.NewBaseCollection(name)
		c.Fields.Add(fields...)
		c.ListRule, c.ViewRule, c.CreateRule, c.UpdateRule = &rule, &rule, &rule, &rule
		if name == "licences" {
			c.AddIndex("licences_number", true, "number", "")
		} else {
			c.AddIndex("cases_subject", false, "subject", "")
		}
		return app.Save(c)
	}
	if err := add("cases", &core.TextField{Name: "item"}, &core.TextField{Name: "stage"}, &core.TextField{Name: "subject"},
		&core.TextField{Name: "title"}, &core.JSONField{Name: "answers"}); err != nil {
		return "", err
	}
	if err := add("licences", &core.TextField{Name: "number"}, &core.TextField{Name: "of"}, &core.TextField{Name: "holder"}); err != nil {
		return "", err
	}
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return "", err
	}
	officer := core.NewRecord(users)
	officer.SetEmail("officer@example.org")
	officer.SetRandomPassword()
	if err := app.Save(officer); err != nil {
		return "", err
	}
	return officer.NewAuthToken()
}

// keepHistory writes what a case became into a record of its own, in the same
// transaction, with hooks as PocketBase's documentation has them.
func keepHistory(app core.App) error {
	acts := core.NewBaseCollection("acts")
	acts.Fields.Add(&core.TextField{Name: "case"}, &core.AutodateField{Name: "at", OnCreate: true}, &core.TextField{Name: "stage"}, &core.JSONField{Name: "answers"})
	acts.AddIndex("acts_case", false, "`case`", "")
	if err := app.Save(acts); err != nil {
		return err
	}
	keep := func(e *core.RecordEvent) error {
		outer := e.App
		defer func() { e.App = outer }()
		return outer.RunInTransaction(func(tx core.App) error {
			e.App = tx
			if err := e.Next(); err != nil {
				return err
			}
			act := core.NewRecord(acts)
			act.Set("case", e.Record.Id)
			act.Set("stage", e.Record.Get("stage"))
			act.Set("answers", e.Record.Get("answers"))
			return tx.Save(act)
		})
	}
	app.OnRecordCreate("cases").BindFunc(keep)
	app.OnRecordUpdate("cases").BindFunc(keep)
	return nil
}
