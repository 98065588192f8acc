package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"

	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/form/sheet"
)

// Posts are what members of staff can be: units and roles with what they are
// called, by the names that lists of staff use.
type Posts struct{ Units, Roles map[string]string }

// Roster is a list of staff (人员名册) read from a spreadsheet.
type Roster struct {
	Lines    []RosterLine
	Problems []RosterProblem
}

// RosterLine is a member of staff as the list has them.
type RosterLine struct {
	Row       int // in the spreadsheet
	Member    Member
	Left      bool
	Successor string // of who has left: who takes over what is open
}

// RosterProblem is something wrong in the list: what, where and what to do.
type RosterProblem struct {
	Row    int // 0: the whole
	Column string
	Text   string
	Args   []any
}

// everyUnit is how a list says that somebody handles all units' cases.
const everyUnit = "*"

// rosterField describes the spreadsheet, one row for each member of staff.
func rosterField(p Posts) form.Field {
	options := func(names map[string]string) []form.Option {
		var all []form.Option
		for _, name := range slices.Sorted(maps.Keys(names)) {
			all = append(all, form.Option{Value: name, Label: names[name]})
		}
		return all
	}
	units := options(p.Units)
	return form.Field{ID: "staff", Type: form.TypeRows, Label: "人员名册", RowLabel: "工作人员", Sheet: true, Fields: []form.Field{
		{ID: "id", Type: form.TypeText, Label: "工号", Min: 2, Max: 30, Pattern: "[a-z0-9][a-z0-9._-]*", PatternText: "工号用小写字母和数字，例如 liumin 或 0123。"},
		{ID: "name", Type: form.TypeText, Label: "姓名", Min: 2, Max: 50},
		{ID: "unit", Type: form.TypeChoice, Label: "所在单位", Options: units},
		{ID: "mobile", Type: form.TypeMobile, Label: "手机号", Help: "登录时收验证码。"},
		{ID: "roles", Type: form.TypeChoices, Label: "岗位", Options: options(p.Roles)},
		{ID: "units", Type: form.TypeChoices, Label: "办理哪些单位的件", Optional: true, Options: append([]form.Option{{Value: everyUnit, Label: "全部单位"}}, units...),
			Help: "不填就是所在单位。"},
		{ID: "left", Type: form.TypeYesNo, Label: "已离岗", Optional: true, Help: "填“是”，登录随即停用。"},
		{ID: "successor", Type: form.TypeText, Label: "交接给", Optional: true, Max: 30, Help: "接手在办事项的人的工号，离岗时填。"},
	}}
}

// RosterTemplate is an empty spreadsheet to be filled in.
func RosterTemplate(p Posts) ([]byte, error) {
	return sheet.Template(rosterField(p), form.Context{})
}

// ReadRoster reads a filled-in spreadsheet. What is wrong is told for each
// cell; the error is for a file of which nothing can be read.
func (r *Room) ReadRoster(ctx context.Context, content []byte, p Posts) (Roster, error) {
	field := rosterField(p)
	read, err := sheet.Read(field, content, form.Context{Now: r.now()})
	if err != nil {
		return Roster{}, err
	}
	var roster Roster
	for _, n := range read.Notes {
		roster.Problems = append(roster.Problems, RosterProblem{Text: n.Text, Args: n.Args})
	}
	whole := form.Form{Pages: []form.Page{{Name: "staff", Fields: []form.Field{field}}}}
	label := map[string]string{}
	for _, f := range field.Fields {
		label[f.ID] = f.Label
	}
	for _, line := range read.Lines {
		problems := line.Problems
		told := func(sub string) bool {
			return slices.ContainsFunc(line.Problems, func(p form.Problem) bool { return p.Sub == sub })
		}
		for _, problem := range form.RowProblems(whole, field, nil, line.Row, form.Context{Now: r.now()}) {
			if !told(problem.Sub) && !problem.Warn {
				problems = append(problems, problem)
			}
		}
		for _, problem := range problems {
			roster.Problems = append(roster.Problems, RosterProblem{line.Number, label[problem.Sub], problem.Text, problem.Args})
		}
		roster.Lines = append(roster.Lines, rosterLine(line))
	}
	known, err := r.Members(ctx)
	if err != nil {
		return Roster{}, err
	}
	roster.Problems = append(roster.Problems, roster.contradictions(known)...)
	slices.SortStableFunc(roster.Problems, func(a, b RosterProblem) int { return a.Row - b.Row })
	return roster, nil
}

func rosterLine(line sheet.Line) RosterLine {
	text := func(id string) string { s, _ := line.Row[id].(string); return s }
	list := func(id string) []string { l, _ := line.Row[id].([]string); return l }
	left, _ := line.Row["left"].(bool)
	l := RosterLine{Row: line.Number, Left: left, Successor: text("successor"),
		Member: Member{ID: text("id"), Name: text("name"), Unit: text("unit"), Mobile: text("mobile"), Roles: list("roles"), Units: list("units")}}
	switch {
	case slices.Contains(l.Member.Units, everyUnit):
		l.Member.Units = []string{everyUnit}
	case len(l.Member.Units) == 0 && l.Member.Unit != "":
		l.Member.Units = []string{l.Member.Unit}
	}
	return l
}

// contradictions are what is wrong between the lines: somebody twice, or a
// successor who is not there.
func (r Roster) contradictions(known []Member) (found []RosterProblem) {
	row := map[string]int{}
	here := map[string]bool{}
	for _, m := range known {
		here[m.ID] = true
	}
	for _, l := range r.Lines {
		here[l.Member.ID] = !l.Left
	}
	for _, l := range r.Lines {
		id := l.Member.ID
		if first, twice := row[id]; twice && id != "" {
			found = append(found, RosterProblem{l.Row, "工号", "工号“%s”在第 %d 行已经有了。删去一行。", []any{id, first}})
		}
		row[id] = l.Row
		switch {
		case l.Successor != "" && !l.Left:
			found = append(found, RosterProblem{l.Row, "交接给", "没有离岗的人不用交接。删去，或者在“已离岗”填“是”。", nil})
		case l.Successor != "" && (!here[l.Successor] || l.Successor == id):
			found = append(found, RosterProblem{l.Row, "交接给", "没有在岗的“%s”。填另一位的工号。", []any{l.Successor}})
		}
	}
	return found
}

// Change is what a line of a list changes.
type Change string

// Changes.
const (
	Joins   Change = "joins"
	Changes Change = "changes"
	Leaves  Change = "leaves"
	Stays   Change = "stays"
)

// Changes tells what each line of the list would change.
func (r *Room) Changes(ctx context.Context, roster Roster) ([]Change, error) {
	all := make([]Change, len(roster.Lines))
	for i, l := range roster.Lines {
		m, known, err := r.Member(ctx, l.Member.ID)
		if err != nil {
			return nil, err
		}
		new := l.Member
		switch {
		case l.Left && (!known || m.Left):
			all[i] = Stays
		case l.Left:
			all[i] = Leaves
		case !known:
			all[i] = Joins
		case m.Left || m.Name != new.Name || m.Unit != new.Unit || m.Mobile != new.Mobile || !slices.Equal(m.Roles, new.Roles) || !slices.Equal(m.Units, new.Units):
			all[i] = Changes
		default:
			all[i] = Stays
		}
	}
	return all, nil
}

// Take brings the staff to the list. Who is not in it stays as they are. Who
// has left is logged out everywhere and cannot log in any more. New members
// get a first password, told by their IDs.
func (r *Room) Take(ctx context.Context, roster Roster) (first map[string]string, err error) {
	changes, err := r.Changes(ctx, roster)
	if err != nil {
		return nil, err
	}
	first, hashes := map[string]string{}, map[string]string{}
	for i, l := range roster.Lines {
		if changes[i] == Joins {
			first[l.Member.ID] = rand.Text()[:12]
			hashes[l.Member.ID] = form.HashPassword(first[l.Member.ID])
		}
	}
	return first, r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, l := range roster.Lines {
			var err error
			if l.Left {
				err = r.leave(ctx, tx, l.Member.ID)
			} else {
				err = r.saveMember(ctx, tx, l.Member, hashes[l.Member.ID])
			}
			if err != nil {
				return fmt.Errorf("staff %s: %w", l.Member.ID, err)
			}
		}
		return nil
	})
}

func (r *Room) leave(ctx context.Context, tx db.Tx, id string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE account_staff SET gone = $2 WHERE id = $1 AND gone = 0`, id, db.Micros(r.now())); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE account_session SET staff = '', pending = '' WHERE staff = $1 OR pending = $2`, id, "staff:"+id)
	return err
}
