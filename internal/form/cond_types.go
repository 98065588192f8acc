package form

import (
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
// for. A name that ends with a point stands for all names below it.
type Kinds map[string]Kind

// Kinds are those of the form's answers.
func (f Form) Kinds() Kinds {
	k := Kinds{}
	for _, p := range f.Pages {
		for _, field := range p.Fields {
			k[field.ID] = field.kind()
		}
	}
	return k
}

func (f Field) kind() Kind {
	switch f.Type {
	case TypeYesNo, TypeAgree:
		return Truth
	case TypeNumber:
		return Number
	case TypeChoices:
		return List
	case TypeFile:
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
	for name, kind := range k {
		group, parts := root, strings.Split(name, ".")
		for _, p := range parts[:len(parts)-1] {
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
