package licence

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// An import of the wrong file is taken back whole, as it came, and only as long
// as nothing rests on it: a licence that was changed, ended or forgotten, or
// about which a case is under way, is put right by the office's own items. What
// stays is who has imported what, who has taken it back, when and why.

// Batch is an import as it stays on record.
type Batch struct {
	Name         string // by which it is taken back
	Item, File   string
	Digest       string // SHA-256 of the file, hex
	ByID, ByName string
	Rows, Added  int
	At           time.Time
	Undone       *Undone // nil: it stands

	series    []Continued
	seriesOld bool // made before series were kept
}

// Undone tells that an import was taken back.
type Undone struct {
	ByID, ByName, Reason string
	Licences             int
	At                   time.Time
}

// Undoing is which import to take back.
type Undoing struct {
	Batch        string
	ByID, ByName string // member of staff who has decided it
	Reason       string // why, without anything personal
	// Asked tells which cases are under way, as the transaction that takes the
	// import back sees them. nil: none are. It may be asked more than once.
	Asked  func(ctx context.Context, q casework.Queryer) (Asked, error)
	DryRun bool // tell what would be done, and do nothing
}

// Asked are the cases that are under way, by the numbers of the licences that
// they are about; see Named.
type Asked map[string]string

// TakenBack is what taking an import back did, or would do.
type TakenBack struct {
	Batch    Batch
	Licences int
	Standing []Problem // licences that stand in the way, by their lines
	Series   []Continued
}

// Why an import is not taken back.
var (
	ErrNoBatch = errors.New("there is no such import; wangban import undo without a name lists them")
	ErrUndone  = errors.New("this import was taken back already")
)

// Batches lists the imports, the latest first, with those that were taken back.
func (r *Room) Batches(ctx context.Context) ([]Batch, error) {
	return batches(ctx, r.DB.Read(), `1 = 1`)
}

// Undo takes an import back: all of its licences or, where one stands in the
// way, none. Series go back as far as nothing that stays has moved them on, so
// that no number is left out; see seriesWithout.
//
// No case slips through: whoever hands one in asks licence.held once more in
// the transaction that does it (casework.Options.Again), and either this one
// finds that case or that one finds no licence.
func (r *Room) Undo(ctx context.Context, o Undoing) (out TakenBack, err error) {
	found, err := batches(ctx, r.DB.Read(), `i.id = $1`, o.Batch)
	switch {
	case err != nil:
		return out, err
	case len(found) == 0:
		return out, ErrNoBatch
	case found[0].Undone != nil:
		return TakenBack{Batch: found[0]}, ErrUndone
	}
	if o.DryRun {
		err = r.DB.Snapshot(ctx, func(ctx context.Context, tx db.Tx) error {
			out, err = r.look(ctx, tx, found[0], o)
			return err
		})
		return out, err
	}
	now := r.Now()
	err = r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := tx.Alone(ctx, NameHeld); err != nil { // before the rows: who hands a case in may have to wait for them
			return err
		}
		if err := holdBatch(ctx, tx, o.Batch); err != nil {
			return err
		}
		if out, err = r.look(ctx, tx, found[0], o); err != nil || len(out.Standing) > 0 {
			return err
		}
		return takeBack(ctx, tx, o, out, db.Micros(now))
	})
	if db.Unique(err) { // somebody else was quicker
		err = ErrUndone
	}
	return out, err
}

// look tells what stands in the way of taking an import back and, where nothing
// does, what would be done.
func (r *Room) look(ctx context.Context, tx db.Tx, b Batch, o Undoing) (TakenBack, error) {
	out := TakenBack{Batch: b}
	all, err := ofBatch(ctx, tx, b.Name)
	if err != nil {
		return out, err
	}
	asked := Asked{}
	if o.Asked != nil {
		if asked, err = o.Asked(ctx, tx); err != nil {
			return out, err
		}
	}
	out.Licences = len(all)
	for _, l := range all {
		if text, args := l.inTheWay(asked); text != "" {
			out.Standing = append(out.Standing, Problem{Line: l.line, Text: text, Args: args})
		}
	}
	if len(all) == 0 || len(out.Standing) > 0 {
		return out, nil
	}
	out.Series, err = seriesWithout(ctx, tx, b, all[0].kind)
	return out, err
}

// batched is a licence of an import with what became of it.
type batched struct {
	number, kind        string
	line, version       int
	act                 Act // that made the newest version
	ended               string
	replaced, forgotten string
}

func (l batched) inTheWay(asked Asked) (text string, args []any) {
	switch {
	case l.forgotten != "":
		return "编号 %s 的证照的个人信息已经按决定删除，要留下记录。", []any{l.number}
	case l.replaced != "":
		return "编号 %s 的证照已经换发，新编号是 %s。", []any{l.number, l.replaced}
	case l.ended != "":
		return "编号 %s 的证照导入以后已经注销或者撤销（办件 %s）。", []any{l.number, l.ended}
	case l.version > 1:
		return "编号 %s 的证照导入以后办过“%s”。", []any{l.number, form.Label(l.act.Label())}
	case asked[l.number] != "":
		return "编号 %s 的证照在办件 %s 里，还没有办结。", []any{l.number, asked[l.number]}
	}
	return "", nil
}

// seriesWithout tells how far the series of a kind go back when an import is
// gone: to behind the highest number of the other imports and, from there, of
// those that were given without a gap. What was given further on is passed over
// when its turn comes (see Room.number), so that in the end every number is
// given once, and none is left out.
func seriesWithout(ctx context.Context, tx db.Tx, gone Batch, kind string) (back []Continued, err error) {
	standing, err := batches(ctx, tx, `u.import_id IS NULL`)
	if err != nil {
		return nil, err
	}
	floor := map[string]int64{}
	for _, b := range standing {
		if b.seriesOld { // nobody can tell how far it has moved them
			return nil, nil
		}
		for _, s := range b.series {
			if b.Name != gone.Name {
				floor[s.Series] = max(floor[s.Series], s.Last)
			}
		}
	}
	all, err := seriesOf(ctx, tx, kind)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		to, err := gapless(ctx, tx, s.Series, floor[s.Series])
		if err != nil {
			return nil, err
		}
		if to < s.Last {
			back = append(back, Continued{s.Series, to})
		}
	}
	return back, nil
}

// Named are the numbers of the licences that a case is about: those that the
// effects and checks of its item find it by.
func Named(it *item.Item, s casework.State) (numbers []string) {
	asked := casework.State{Values: it.Form.Asked(s.Values), Results: s.Results}
	for _, use := range asking(it) {
		g := grant{it: it, call: casework.Call(use), after: asked}
		if f, ok := it.Form.Field(use.With["each"]); ok {
			for i, row := range form.RowsOf(asked.Values[f.ID]) {
				g.record = &record{f, i + 1, row}
				numbers = append(numbers, g.named())
			}
			continue
		}
		numbers = append(numbers, g.named())
	}
	slices.Sort(numbers)
	return slices.DeleteFunc(slices.Compact(numbers), func(n string) bool { return n == "" })
}

// Asks tells whether cases of an item can be about licences.
func Asks(it *item.Item) bool { return len(asking(it)) > 0 }

// asking are the effects and checks of an item that find a licence by a field.
func asking(it *item.Item) []item.EffectUse {
	all := slices.AppendSeq(effectsOf(it), maps.Values(it.Flow.Checks))
	return slices.DeleteFunc(all, func(use item.EffectUse) bool {
		return !strings.HasPrefix(use.Name, "licence.") || use.With["licence"] == ""
	})
}
