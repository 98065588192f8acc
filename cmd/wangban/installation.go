package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wangban/county"
	"wangban/internal/account"
	"wangban/internal/blob"
	"wangban/internal/casework"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/document/pdf"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/jobs"
	"wangban/internal/ledger"
	"wangban/internal/licence"
	"wangban/internal/material"
	"wangban/internal/notice"
	"wangban/internal/notify"
	"wangban/internal/paper"
	"wangban/internal/phrase"
	"wangban/internal/rating"
	"wangban/internal/registry"
	"wangban/internal/seal"
	"wangban/internal/signing"
	"wangban/internal/sim"
	"wangban/internal/vault"
	"wangban/internal/workday"
	"wangban/items"
)

// installation is the rooms of one installation, open and wired to each other.
type installation struct {
	settings settings
	demo     bool
	log      *slog.Logger

	clock    *sim.Clock // moves in the demo only; nil elsewhere
	now      func() time.Time
	proxy    sync.Once // its clients cannot be told apart: said once
	db       *db.DB
	vault    *vault.Vault
	files    *blob.Store
	county   *shucheng.County
	rules    casework.House // made of the county
	calendar *workday.Calendar
	typeface *pdf.Typeface // of documents
	items    *item.Library
	taken    int64        // the newest publication of an item that is taken up
	fresh    []*item.Item // versions of the folders that were never published

	jobs      *jobs.Queue
	outbox    *notify.Outbox
	accounts  *account.Room
	entities  *registry.Room
	materials *material.Room
	licences  *licence.Room
	acts      *paper.Room // documents of acts
	ledger    *ledger.Room
	ratings   *rating.Room
	notices   *notice.Room // what staff are told
	authority *seal.Authority
	door      *casework.Door
	signing   *signing.Room
	samples   samples // for the demo and tests

	lookAbandoned time.Time          // when to look for abandoned applications again
	abandoned     casework.Abandoned // the last one that was looked at

	acted func(act, outcome string) // hears of every act, once somebody counts them
}

// rooms are the tables of all rooms.
var rooms = []db.Migrations{
	blob.Migrations, casework.Migrations, account.Migrations, signing.Migrations, notify.Migrations,
	vault.Migrations, registry.Migrations, material.Migrations, licence.Migrations, paper.Migrations, phrase.Migrations, notice.Migrations, ledger.Migrations, rating.Migrations, sim.Migrations,
}

// shipped are the items that come with the program. They never change, so that
// one reading does for every installation that a process opens.
var shipped = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// itemsWith are the shipped items and those of an installation's own folder.
func itemsWith(own string) (*item.Library, error) {
	lib, err := shipped()
	if err != nil {
		return nil, err
	}
	return lib.With(own, items.Files)
}

// open opens an installation and brings its tables to this version. Whoever
// opens it closes it.
func open(ctx context.Context, s settings, demo bool, log *slog.Logger) (_ *installation, err error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	in := &installation{settings: s, demo: demo, log: log, now: time.Now, samples: samples{files: map[string]form.File{}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	if in.county, err = readCounty(s.County); err != nil {
		return nil, err
	}
	if in.calendar, err = readCalendar(s.Calendar); err != nil {
		return nil, err
	}
	if in.typeface, err = s.typeface(); err != nil {
		return nil, err
	}
	// Before anything is kept: a version with mistakes must not be.
	if err = in.refuseBrokenItems(); err != nil {
		return nil, err
	}
	in.rules = in.county.House(s.URL, in.calendar)
	if in.items, err = itemsWith(s.items()); err != nil {
		return nil, err
	}
	if in.vault, err = vault.Open(filepath.Join(s.Data, "key")); err != nil {
		return nil, fmt.Errorf("the installation's key: %w", err)
	}
	if in.db, err = db.Open(ctx, s.database()); err != nil {
		return nil, err
	}
	if err = in.db.Migrate(ctx, rooms...); err != nil {
		return nil, err
	}
	if err = in.vault.Match(ctx, in.db); err != nil {
		return nil, fmt.Errorf("%s: %w; put back the key that was kept with this database (every process of an installation uses the same one)", filepath.Join(s.Data, "key"), err)
	}
	if in.files, err = blob.Open(ctx, s.files(), in.vault); err != nil {
		return nil, err
	}
	// By the clock of the house, which a demo opens later.
	in.files.Count(in.db, func() time.Time { return in.now() })
	if demo {
		if in.clock, err = sim.OpenClock(ctx, in.db, func(ctx context.Context) (time.Time, error) { return in.door.Newest(ctx) }); err != nil {
			return nil, err
		}
		in.now = in.clock.Now
	}
	return in, in.furnish(ctx)
}

// furnish opens the domain rooms, each with what it needs of the others.
func (in *installation) furnish(ctx context.Context) (err error) {
	if in.jobs, err = jobs.Open(in.db, in.log); err != nil {
		return err
	}
	if in.outbox, err = in.openOutbox(); err != nil {
		return err
	}
	in.accounts = account.New(account.Options{DB: in.db, Vault: in.vault, Now: in.now, Limits: in.settings.Codes.limits(), Send: in.sendCode, StandIn: in.tellsSubstitute, URL: in.settings.URL, Name: in.county.Portal.ZH})
	in.entities = registry.New(registry.Options{DB: in.db, Vault: in.vault, Now: in.now, Towns: in.towns,
		Region: func() string { return in.county.Region }, Places: in.county.Places(), Items: in.items})
	if err = in.entities.KeyNames(ctx); err != nil {
		return err
	}
	if in.authority, err = seal.OpenAuthority(filepath.Join(in.settings.Data, "authority"), in.now); err != nil {
		return err
	}
	in.authority.Typeface = in.typeface
	if in.materials, err = in.openMaterials(); err != nil {
		return err
	}
	in.licences = in.openLicences()
	if in.acts, err = in.openPapers(); err != nil {
		return err
	}
	in.ledger = ledger.New(ledger.Options{DB: in.db, Vault: in.vault, Now: in.now, Origin: in.logOrigin()})
	in.notices, in.ratings = in.openNotices(), in.openRatings()
	in.door, err = casework.New(ctx, casework.Options{
		DB: in.db, Vault: in.vault, Items: in.items, House: in.house, Now: in.now,
		Effects: in.effects().acts(), Checks: in.checks().asks(), Outbox: in.outbox.Enqueue, Staff: in.roster, Papers: in.acts.Take, Inform: in.informs(), Joins: in.oneSMS, Log: in.ledger.Log,
		Uses: in.useFiles, Forgets: in.forgetElsewhere, Again: []string{licence.NameHeld},
		Observe: func(act, outcome string) {
			if in.acted != nil {
				in.acted(act, outcome)
			}
		},
	})
	if err != nil {
		return err
	}
	if in.signing, err = in.openSigning(); err != nil {
		return err
	}
	if err = in.ownMessages(ctx); err != nil {
		return err
	}
	if err = in.countFiles(ctx); err != nil {
		return err
	}
	if err = in.agreeOnItems(ctx); err != nil {
		return err
	}
	return in.warnOfUnheldRoles(ctx, in.items.All()...)
}

// effects are what approved cases do, by the names items use, each with what
// looks at the settings that items give it.
type effects map[string]struct {
	do    casework.Effect
	check item.EffectCheck
}

func (in *installation) effects() effects {
	return effects{
		"account.open":     {in.accounts.OpenAccount, account.CheckOpen},
		"licence.issue":    {in.licences.Issue, licence.CheckIssue},
		"licence.change":   {in.licences.Change, licence.CheckChange},
		"licence.renew":    {in.licences.Renew, licence.CheckRenew},
		"licence.replace":  {in.licences.Replace, licence.CheckReplace},
		"licence.correct":  {in.licences.Correct, licence.CheckCorrect},
		"licence.cancel":   {in.licences.Cancel, licence.CheckCancel},
		"licence.revoke":   {in.licences.Revoke, licence.CheckRevoke},
		"licence.suspend":  {in.licences.Suspend, licence.CheckSuspend},
		"licence.resume":   {in.licences.Resume, licence.CheckResume},
		registry.NameEnter: {in.entities.Enter, registry.LookEnter},
		"signing.invite":   {signing.Invite, item.NoSettings},
		"signing.revoke":   {signing.Revoke, item.NoSettings},
	}
}

func (e effects) acts() map[string]casework.Effect {
	out := map[string]casework.Effect{}
	for name, effect := range e {
		out[name] = effect.do
	}
	return out
}

// checks are for the one who looks at items; the door's own effects take no
// settings.
func (e effects) checks() map[string]item.EffectCheck {
	out := map[string]item.EffectCheck{casework.EffectSupersede: item.NoSettings}
	for name, effect := range e {
		out[name] = effect.check
	}
	return out
}

// checks are what cases are held against, by the names items use, each with
// what looks at the settings that items give it.
type checks map[string]struct {
	ask  casework.Check
	look item.EffectCheck
}

func (in *installation) checks() checks {
	return checks{
		"account.unit":          {in.accounts.UnitFree, item.NoSettings},
		"account.shared-number": {in.accounts.SharedNumber, item.NoSettings},
		"account.many-units":    {in.accounts.ManyUnits, item.NoSettings},
		registry.CheckUnit:      {in.entities.Check, registry.LookUnit},
		registry.CheckNameFree:  {in.entities.NameFree, registry.LookNameFree},
		licence.NameHeld:        {in.licences.Held, licence.CheckHeld},
	}
}

func (c checks) asks() map[string]casework.Check {
	out := map[string]casework.Check{}
	for name, check := range c {
		out[name] = check.ask
	}
	return out
}

// looks are for the one who looks at items; the door has checks of its own.
func (c checks) looks() map[string]item.EffectCheck {
	out := map[string]item.EffectCheck{casework.CheckSameApplicant: item.NoSettings, casework.CheckUnclaimed: casework.LookUnclaimed}
	for name, check := range c {
		out[name] = check.look
	}
	return out
}

// house is what the installation tells decisions on cases.
func (in *installation) house() casework.House { return in.rules }

// towns are the installation's townships, by code.
func (in *installation) towns() map[string]string {
	names := map[string]string{}
	for code, t := range in.county.Towns {
		names[code] = t.Name
	}
	return names
}

// close closes what is open. It may be called on half an installation.
func (in *installation) close() error {
	var closers []io.Closer
	if in.db != nil {
		closers = append(closers, in.db)
	}
	var err error
	for _, c := range closers {
		err = errors.Join(err, c.Close())
	}
	return err
}

// readCalendar reads the workday calendar with the years that the installation
// has itself.
func readCalendar(file string) (*workday.Calendar, error) {
	shipped := workday.Default()
	if file == "" {
		return shipped, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("the workday calendar: %w", err)
	}
	defer func() { _ = f.Close() }()
	own, err := workday.Read(f)
	if err != nil {
		return nil, fmt.Errorf("the workday calendar %s: %w", file, err)
	}
	return shipped.With(own), nil
}

// readCounty reads the installation's description; the shipped example when
// no file is named.
func readCounty(file string) (*shucheng.County, error) {
	source := county.Shucheng
	if file != "" {
		var err error
		if source, err = os.ReadFile(file); err != nil {
			return nil, fmt.Errorf("the installation's description: %w", err)
		}
	}
	c, err := shucheng.Read(source)
	if err != nil {
		return nil, fmt.Errorf("the installation's description: %w", err)
	}
	return c, nil
}
