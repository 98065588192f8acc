// Package county reads the installation's own description: what it is called,
// the townships of its region with the units responsible for them, the unit
// directory, contacts, office hours, the signature of its messages. Nothing in
// the code names a county.
package county

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/item"
	"wangban/internal/workday"
)

// County is an installation's description.
type County struct {
	Name       Text            `yaml:"name"`
	Portal     Text            `yaml:"portal"`
	SeedPortal string          `yaml:"seed_portal"` // the name printed in the seed, oddity O-1
	Region     string          `yaml:"region"`      // GB/T 2260, 6 digits
	Department string          `yaml:"department"`  // two digits in case numbers
	Province   string          `yaml:"province"`    // in short (皖), in some official numbers
	USCC       string          `yaml:"uscc"`        // of the administration, in identifiers of electronic licences; empty: the region stands for it
	Registrar  string          `yaml:"registrar"`   // the registrar's letter in some official numbers
	Hotline    string          `yaml:"hotline"`
	Address    Text            `yaml:"address"`
	Hours      Text            `yaml:"hours"`
	Office     []string        `yaml:"office"`      // the sessions of a working day: [8:00-12:00, 14:30-17:30]
	SMSSign    string          `yaml:"sms_sign"`    // without 【】
	Legal      []Text          `yaml:"legal"`       // lines of the footer; official identifiers stay as they are
	CountyUnit string          `yaml:"county_unit"` // handles cases without a township
	Papers     Papers          `yaml:"papers"`
	Units      map[string]Unit `yaml:"units"`
	Towns      map[string]Town `yaml:"towns"` // by 9-digit code
	Roles      map[string]Text `yaml:"roles"` // of staff, by the names items and lists of staff use

	Notices Notices          `yaml:"notices"`
	Ratings Ratings          `yaml:"ratings"`
	Kiosks  map[string]Kiosk `yaml:"kiosks"` // devices in halls (办照一体机), by a name of their own
}

// Text is a text in Chinese and English.
type Text struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// Papers is how documents of acts (文书) are numbered, and what they say for the
// whole administration.
type Papers struct {
	Number string `yaml:"number"` // the pattern of official numbers (文号): （舒市监{unit}）{word}〔{year}〕第{n}号
	Remedy string `yaml:"remedy"` // how decisions can be challenged (行政复议、行政诉讼), and until when
}

// Notices are how members of staff are told what colleagues have done. What is
// left out is as in Read.
type Notices struct {
	SMS    string `yaml:"sms"`           // whom of a unit: everybody, leader (everybody where nobody leads), nobody; leader without it
	Apart  *int   `yaml:"apart_minutes"` // after an SMS no other of the same kind goes to the same person; 30 without it
	PerDay *int   `yaml:"per_day"`       // SMS of a kind to one person a day; 20 without it, 0: no limit of its own
}

// Ratings are what a county can choose about ratings (好差评). There are no
// national limits; the usual ones are those of municipal rules.
type Ratings struct {
	Check   *int  `yaml:"check_workdays"`   // until a bad rating is checked; 1 without it
	Rectify *int  `yaml:"rectify_workdays"` // until it is put right and answered; 15 without it
	Fewest  *int  `yaml:"fewest"`           // ratings before figures are told, so that nobody finds out who said what; 5 without it
	Ask     *bool `yaml:"ask"`              // an SMS leads to the page after each result and visit; true without it
	Remind  *int  `yaml:"remind_days"`      // after which who has not rated is reminded, once; 7 without it, 0: never
}

// settle puts in what the description leaves out, and tells what is wrong with
// the rest.
func (c *County) settle(need func(ok bool, format string, args ...any)) {
	number := func(of **int, usual, least, most int, name string) {
		if *of == nil {
			*of = &usual
		}
		need(**of >= least && **of <= most, "%s: %d to %d, not %d", name, least, most, **of)
	}
	c.Notices.SMS = cmp.Or(c.Notices.SMS, "leader")
	need(whom[c.Notices.SMS], "notices.sms: everybody, leader or nobody, not %q", c.Notices.SMS)
	number(&c.Notices.Apart, 30, 0, 24*60, "notices.apart_minutes")
	number(&c.Notices.PerDay, 20, 0, 50, "notices.per_day")
	number(&c.Ratings.Check, 1, 1, 30, "ratings.check_workdays")
	number(&c.Ratings.Rectify, 15, 1, 60, "ratings.rectify_workdays")
	number(&c.Ratings.Fewest, 5, 3, 1000, "ratings.fewest")
	number(&c.Ratings.Remind, 7, 0, 60, "ratings.remind_days")
	if ask := true; c.Ratings.Ask == nil {
		c.Ratings.Ask = &ask
	}
}

var whom = map[string]bool{"everybody": true, "leader": true, "nobody": true}

// TellBySMS is whom of a unit an SMS tells what is for the unit.
func (c *County) TellBySMS(unit string) string { return cmp.Or(c.Units[unit].SMS, c.Notices.SMS) }

// UnmarshalYAML takes a text in both languages, or one that is Chinese only.
func (t *Text) UnmarshalYAML(source []byte) error {
	if err := yaml.Unmarshal(source, &t.ZH); err == nil {
		return nil
	}
	type both Text
	return yaml.UnmarshalWithOptions(source, (*both)(t), yaml.Strict())
}

// Unit is an office, station or other part of the administration.
type Unit struct {
	Name    string   `yaml:"name"`
	EN      string   `yaml:"en"`
	Kind    string   `yaml:"kind"`    // 机关股室, 派出所, 直属, 秘书处
	Aliases []string `yaml:"aliases"` // other names in documents
	Mark    string   `yaml:"mark"`    // {unit} in the numbers of documents; empty: none
	Under   string   `yaml:"under"`   // the unit it belongs to, whose leaders see it too
	SMS     string   `yaml:"sms"`     // whom of it an SMS tells what is for the unit; without it as Notices.SMS
}

// Town is a township with the unit responsible for it.
type Town struct {
	Name string `yaml:"name"`
	EN   string `yaml:"en"`
	Unit string `yaml:"unit"`
}

// Kiosk is a device that stands in a hall. It has no rights of its own: pages
// are shown larger on it, and wiped when nobody touches them.
type Kiosk struct {
	Name  Text   `yaml:"name"`
	Token string `yaml:"token_sha256"` // SHA-256, in hexadecimal, of what is typed at the device once
	Idle  int    `yaml:"idle"`         // seconds without touch until the screen is wiped; 90 without it
	Demo  bool   `yaml:"demo"`         // its token is public: it counts in the demo only
}

// Seconds without touch that a kiosk can be given.
const (
	usualIdle = 90
	leastIdle = 30
	mostIdle  = 600
)

// Kiosk is the device that knows a token.
func (c *County) Kiosk(token string, demo bool) (Kiosk, bool) {
	sum := sha256.Sum256([]byte(token))
	for _, k := range c.Kiosks {
		if want, err := hex.DecodeString(k.Token); err == nil && subtle.ConstantTimeCompare(sum[:], want) == 1 && (demo || !k.Demo) {
			k.Idle = cmp.Or(k.Idle, usualIdle)
			return k, true
		}
	}
	return Kiosk{}, false
}

var kinds = map[string]bool{"机关股室": true, "派出所": true, "直属": true, "秘书处": true}

// Read reads a description. The error names every place to mend.
func Read(source []byte) (*County, error) {
	var c County
	if err := yaml.UnmarshalWithOptions(source, &c, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("the county's description: %s", yaml.FormatError(err, false, true))
	}
	return &c, c.check()
}

func (c *County) check() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	need(len(c.Region) == 6 && strings.Trim(c.Region, "0123456789") == "", "region: 6 digits of GB/T 2260 are needed, not %q", c.Region)
	need(len(c.Department) == 2, "department: two digits are needed, not %q", c.Department)
	need(c.Name.ZH != "" && c.Portal.ZH != "", "name and portal: the Chinese names are needed")
	need(c.SMSSign != "", "sms_sign: the signature of messages is needed")
	need(c.USCC == "" || cn.USCC(c.USCC).OK(), "uscc: %q is no unified social credit code", c.USCC)
	c.settle(need)
	_, known := c.Units[c.CountyUnit]
	need(known, "county_unit: there is no unit %q", c.CountyUnit)
	for code, u := range c.Units {
		need(kinds[u.Kind], "units.%s: the kind %q is none of 机关股室, 派出所, 直属, 秘书处", code, u.Kind)
		need(u.Name != "", "units.%s: a name is needed", code)
		need(u.SMS == "" || whom[u.SMS], "units.%s: sms: everybody, leader or nobody, not %q", code, u.SMS)
		_, known := c.Units[u.Under]
		need(u.Under == "" || known, "units.%s: there is no unit %q to be under", code, u.Under)
		need(!c.under(u.Under, code), "units.%s: it is under itself", code)
	}
	need(len(c.Roles) > 0, "roles: what members of staff can be is needed, e.g. reviewer: {zh: 审核, en: Reviewer}")
	for name, r := range c.Roles {
		need(r.ZH != "", "roles.%s: a Chinese name is needed", name)
	}
	need(c.Papers.Number != "" && c.Papers.Remedy != "", "papers: the pattern of official numbers and the words on remedies are needed")
	for code, t := range c.Towns {
		_, known := c.Units[t.Unit]
		need(known, "towns.%s: there is no unit %q", code, t.Unit)
		need(strings.HasPrefix(code, c.Region) && len(code) == 9, "towns.%s: nine digits beginning with the region are needed", code)
	}
	for name, k := range c.Kiosks {
		sum, err := hex.DecodeString(k.Token)
		need(err == nil && len(sum) == sha256.Size, "kiosks.%s: token_sha256: 64 hexadecimal digits are needed", name)
		need(k.Name.ZH != "", "kiosks.%s: a Chinese name is needed", name)
		need(k.Idle == 0 || k.Idle >= leastIdle && k.Idle <= mostIdle, "kiosks.%s: idle: %d to %d seconds, not %d", name, leastIdle, mostIdle, k.Idle)
	}
	_, err := c.office()
	need(err == nil, "office: the two sessions of a day are needed, such as [\"8:00-12:00\", \"14:30-17:30\"], not %q", c.Office)
	return errors.Join(errs...)
}

// UnitNamed finds a unit by its code, name or another name it has in
// documents.
func (c *County) UnitNamed(name string) (code string, ok bool) {
	if _, ok := c.Units[name]; ok {
		return name, true
	}
	for code, u := range c.Units {
		if u.Name == name {
			return code, true
		}
		for _, a := range u.Aliases {
			if a == name {
				return code, true
			}
		}
	}
	return "", false
}

// Leader is the role of those who lead units: they see what is under theirs.
const Leader = "leader"

// under tells whether a unit is another, or below it.
func (c *County) under(unit, above string) bool {
	for range len(c.Units) { // no chain is longer, one that bites its tail neither
		if unit == above {
			return true
		}
		unit = c.Units[unit].Under
	}
	return false
}

// Reach are the units whose cases a member of staff handles: those on the list
// of staff, and for leaders (负责人) all units under them.
func (c *County) Reach(units, roles []string) []string {
	if !slices.Contains(roles, Leader) || slices.Contains(units, "*") {
		return units
	}
	reach := slices.Clone(units)
	for _, code := range slices.Sorted(maps.Keys(c.Units)) {
		below := slices.ContainsFunc(units, func(above string) bool { return c.under(code, above) })
		if below && !slices.Contains(reach, code) {
			reach = append(reach, code)
		}
	}
	return reach
}

// House is what the county tells decisions on cases.
func (c *County) House(baseURL string, calendar *workday.Calendar) casework.House {
	office, _ := c.office()
	h := casework.House{BaseURL: baseURL, Region: c.Region, Department: c.Department, CountyUnit: c.CountyUnit, Towns: map[string]casework.Town{}, Units: map[string]string{}}
	for code, t := range c.Towns {
		h.Towns[code] = casework.Town{Name: t.Name, Unit: t.Unit}
	}
	for code, u := range c.Units {
		h.Units[code] = u.Name
	}
	h.Count = func(start time.Time, limit item.Limit, pauses []workday.Pause) (workday.Due, error) {
		return calendar.Count(start, limit, pauses, office)
	}
	h.Left = func(from, to time.Time, unit item.Unit) int { return calendar.Left(from, to, unit, office) }
	return h
}

// office reads the sessions of a working day.
func (c *County) office() (workday.Office, error) {
	var at []workday.Clock
	for _, session := range c.Office {
		from, until, _ := strings.Cut(session, "-")
		for _, text := range []string{from, until} {
			t, err := time.Parse("15:04", strings.TrimSpace(text))
			if err != nil {
				return workday.Office{}, err
			}
			at = append(at, workday.Clock{Hour: t.Hour(), Minute: t.Minute()})
		}
	}
	if len(at) != 4 {
		return workday.Office{}, errors.New("two sessions")
	}
	o := workday.Office{Morning: workday.Session{From: at[0], Until: at[1]}, Afternoon: workday.Session{From: at[2], Until: at[3]}}
	if !o.Valid() {
		return o, errors.New("sessions overlap")
	}
	return o, nil
}

// Places are what names of local businesses begin with: the county, in full and
// in short, and its townships.
func (c *County) Places() []string {
	county := strings.TrimSuffix(c.Name.ZH, "市场监督管理局")
	places := []string{county}
	if short := []rune(county); len(short) > 2 {
		places = append(places, string(short[:len(short)-1]))
	}
	for _, t := range c.Towns {
		places = append(places, t.Name)
	}
	slices.SortFunc(places, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // 舒城县 before 舒城
	return places
}

// English are the county's names by their Chinese, for screens.
func (c *County) English() map[string]string {
	t := map[string]string{}
	for _, u := range c.Units {
		t[u.Name] = u.EN
	}
	for _, k := range c.Kiosks {
		if k.Name.EN != "" {
			t[k.Name.ZH] = k.Name.EN
		}
	}
	for _, line := range c.Legal {
		if line.EN != "" {
			t[line.ZH] = line.EN
		}
	}
	for _, town := range c.Towns {
		t[town.Name] = town.EN
	}
	return t
}
