package form

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/types"
)

// Kind is what an expression can be asked to give, and what a name stands for.
type Kind int

// Kinds.
const (
	Any Kind = iota
	Truth
	Words
	Number
	List
	Instant
)

// Kinds are the names an expression can speak of, dotted, with what they stand
// for. A name that ends with a point stands for all names below it; "name[]."
// in a name stands for what each record of a list has.
type Kinds map[string]Kind

// Kinds are those of the form's answers.
func (f Form) Kinds() Kinds {
	k := Kinds{}
	for _, p := range f.Pages {
		for _, field := range p.Fields {
			k[field.ID] = field.kind()
			if field.Type == TypeRows {
				for _, sub := range field.Fields {
					k[field.ID+"[]."+sub.ID] = sub.kind()
					sub.columnKinds(k, field.ID+"[].catalogue."+sub.ID)
				}
				continue
			}
			field.columnKinds(k, "catalogue."+field.ID)
		}
	}
	return k
}

// Rows are the kinds of what one row of a field can speak of by itself: its own
// sub-fields, and columns of what they choose.
func (f Field) Rows() Kinds {
	k := Kinds{}
	for _, sub := range f.Fields {
		k[sub.ID] = sub.kind()
		sub.columnKinds(k, "catalogue."+sub.ID)
	}
	return k
}

// columnKinds are those of the columns of what a field chooses.
func (f Field) columnKinds(k Kinds, at string) {
	if f.Type != TypeCatalogue || f.Catalogue == nil {
		return
	}
	if f.Many > 0 {
		at += "[]"
	}
	for _, column := range f.Catalogue.Names() {
		k[at+"."+column] = Words
	}
}

func (f Field) kind() Kind {
	switch f.Type {
	case TypeYesNo, TypeAgree:
		return Truth
	case TypeNumber, TypeDecimal, TypeMoney:
		return Number
	case TypeChoices:
		return List
	case TypeCatalogue:
		if f.Many > 0 {
			return List
		}
	case TypeFile, TypeRows:
		return Any
	}
	return Words
}

// TypeError tells what of an expression can never be worked out, because it
// compares a text with a number, for example, or gives no yes or no where one
// is wanted. Such an expression never holds. The names are those it may speak
// of; an answer may be missing all the same.
func (c Cond) TypeError(names Kinds, want Kind) error {
	if c.Empty() {
		return nil
	}
	wanted := append([]expr.Option{}, options[1:]...) // all but that names may be unknown
	wanted = append(wanted, expr.Env(names.nested()))
	if want == Truth {
		wanted = append(wanted, expr.AsBool())
	}
	_, err := expr.Compile(c.Source, wanted...)
	return err
}

func (k Kinds) nested() types.Map {
	root := types.Map{}
	records := map[string]types.Map{} // of lists, by name
	for _, name := range slices.Sorted(maps.Keys(k)) {
		kind := k[name]
		group, parts := root, strings.Split(name, ".")
		for i, p := range parts[:len(parts)-1] {
			if list, ok := strings.CutSuffix(p, "[]"); ok {
				at := strings.Join(parts[:i+1], ".")
				if records[at] == nil {
					records[at] = types.Map{}
				}
				group[list] = types.Array(records[at])
				group = records[at]
				continue
			}
			inner, ok := group[p].(types.Map)
			if !ok {
				inner = types.Map{}
				group[p] = inner
			}
			group = inner
		}
		switch last := parts[len(parts)-1]; {
		case last == "":
			group[types.Extra] = types.Any
		case group[last] == nil:
			group[last] = kind.typ()
		}
	}
	return root
}

func (k Kind) typ() types.Type {
	switch k {
	case Truth:
		return types.Bool
	case Words:
		return types.String
	case Number:
		return types.Int
	case List:
		return types.TypeOf([]string{})
	case Instant:
		return types.TypeOf(time.Time{})
	}
	return types.Any
}
