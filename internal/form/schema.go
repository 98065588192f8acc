package form

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Schema is the form as a JSON Schema (draft 2020-12) of its answers: an
// object with a property for each field. Conditions of showing become if/then;
// where a condition says more than JSON Schema can, the field is not required.
// What only Validate can tell (check digits, ages, other answers) is left out.
func Schema(f Form) ([]byte, error) {
	properties := map[string]any{}
	var rules, always []any
	for _, p := range f.Pages {
		for _, field := range p.Fields {
			properties[field.ID] = property(field)
			if field.Optional {
				continue
			}
			when, known := whenAsked(p, field)
			switch {
			case !known:
			case when == nil:
				always = append(always, field.ID)
			default:
				rules = append(rules, object{"if": when, "then": object{"required": []any{field.ID}}})
			}
		}
	}
	schema := object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"type":                 "object",
		"properties":           properties,
		"additionalProperties": false,
	}
	if always != nil {
		schema["required"] = always
	}
	if rules != nil {
		schema["allOf"] = rules
	}
	return json.MarshalIndent(schema, "", "  ")
}

type object = map[string]any

// whenAsked is the schema of answers that require the field; nil for all.
func whenAsked(p Page, f Field) (any, bool) {
	var all []any
	for _, c := range []Cond{p.When, f.When} {
		s, ok := c.schema()
		if !ok {
			return nil, false
		}
		if s != nil {
			all = append(all, s)
		}
	}
	if !f.OptionalWhen.Empty() {
		s, ok := f.OptionalWhen.schema()
		if !ok {
			return nil, false
		}
		all = append(all, object{"not": s})
	}
	switch len(all) {
	case 0:
		return nil, true
	case 1:
		return all[0], true
	}
	return object{"allOf": all}, true
}

func property(f Field) object {
	s := object{"title": f.Label}
	if f.Help != "" {
		s["description"] = f.Help
	}
	switch f.Type {
	case TypeYesNo:
		s["type"] = "boolean"
	case TypeAgree:
		s["const"], s["description"] = true, f.Text
	case TypeChoice, TypeUnitKind, TypeIDType:
		s["enum"] = optionValues(f)
	case TypeChoices:
		s["type"], s["uniqueItems"], s["items"] = "array", true, object{"enum": optionValues(f)}
	case TypeFile:
		s["type"], s["maxItems"], s["items"] = "array", max(f.Many, 1), fileSchema
	case TypeRows:
		s["type"], s["maxItems"], s["items"] = "array", f.RowLimit(), rowSchema(f)
		if f.Min > 0 {
			s["minItems"] = f.Min
		}
	case TypeCatalogue:
		if f.Many > 0 {
			s["type"], s["uniqueItems"], s["maxItems"], s["items"] = "array", true, f.Limit(), f.Catalogue.schema()
			break
		}
		maps.Copy(s, f.Catalogue.schema())
	default:
		s["type"] = "string"
		stringProperty(s, f)
	}
	return s
}

// rowSchema is one record. What a sub-field needs hangs on the other answers of
// its row; those that are asked always are required.
func rowSchema(f Field) object {
	properties, required := object{}, []any{}
	for _, sub := range f.Fields {
		properties[sub.ID] = property(sub)
		if sub.Type.odd() {
			properties[sub.ID+ConfirmSuffix] = object{"type": "string"}
		}
		if !sub.Optional && sub.When.Empty() && sub.OptionalWhen.Empty() {
			required = append(required, sub.ID)
		}
	}
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// longestEnum is up to how many codes a schema lists them.
const longestEnum = 500

func (c *Catalogue) schema() object {
	var codes []any
	for _, e := range c.Entries {
		if !e.Heading {
			codes = append(codes, e.Code)
		}
	}
	if len(codes) > longestEnum {
		return object{"type": "string", "minLength": 1}
	}
	return object{"enum": codes}
}

func stringProperty(s object, f Field) {
	limit := f.Max
	switch f.Type {
	case TypeNumber:
		s["pattern"] = `^-?[0-9]+$`
		return
	case TypeUSCC:
		s["pattern"] = `^[0-9A-HJ-NPQRTUWXY]{18}$`
	case TypeMobile:
		s["pattern"] = `^1[3-9][0-9]{9}$`
	case TypeIDNumber:
		s["pattern"] = `^[0-9A-Z]{5,20}$`
	case TypeDecimal, TypeMoney:
		s["pattern"] = fmt.Sprintf(`^-?[0-9]{1,12}(\.[0-9]{1,%d})?$`, f.PlacesOf())
		return
	case TypePostcode:
		s["pattern"] = `^[0-9]{6}$`
	case TypeEmail:
		s["format"] = "email"
	case TypeURL:
		s["format"] = "uri"
	case TypeEquipmentCode:
		s["pattern"] = `^[0-9A-Z]{18}$|^[0-9]{20}$`
	case TypeDate:
		s["format"] = "date"
	case TypeIDExpiry:
		s["anyOf"] = []any{object{"format": "date"}, object{"const": LongTerm}}
	case TypePassword:
		s["pattern"], s["writeOnly"] = `^\$argon2id\$`, true
	case TypePersonName:
		s["minLength"], limit = 2, 50
	case TypeUnitName:
		s["minLength"], limit = 2, 100
	case TypeText, TypeTextarea, TypeAddress:
		if limit == 0 {
			limit = maxText(f.Type)
		}
		if f.Min > 0 {
			s["minLength"] = f.Min
		}
		if f.Pattern != "" {
			s["pattern"] = "^(?:" + f.Pattern + ")$"
		}
	}
	if limit > 0 {
		s["maxLength"] = limit
	}
}

func optionValues(f Field) []any {
	values := make([]any, len(f.Options))
	for i, o := range f.Options {
		values[i] = o.Value
	}
	return values
}

var fileSchema = object{
	"type":     "object",
	"required": []any{"hash", "name", "type", "size"},
	"properties": object{
		"hash": object{"type": "string", "pattern": "^[0-9a-f]{64}$"}, "name": object{"type": "string"},
		"type": object{"type": "string"}, "size": object{"type": "integer", "minimum": 0},
	},
}

// schema says a condition as a schema of the answers, if it can be said; nil
// for the condition that always holds.
func (c Cond) schema() (any, bool) {
	if c.Empty() {
		return nil, true
	}
	tree, err := parser.Parse(c.Source)
	if err != nil {
		return nil, false
	}
	return nodeSchema(tree.Node)
}

func nodeSchema(n ast.Node) (any, bool) {
	if id, ok := answerPath(n); ok {
		return answerIs(id, object{"const": true}), true
	}
	switch n := n.(type) {
	case *ast.UnaryNode:
		s, ok := nodeSchema(n.Node)
		return object{"not": s}, ok && (n.Operator == "!" || n.Operator == "not")
	case *ast.BinaryNode:
		if word, ok := map[string]string{"&&": "allOf", "and": "allOf", "||": "anyOf", "or": "anyOf"}[n.Operator]; ok {
			left, ok1 := nodeSchema(n.Left)
			right, ok2 := nodeSchema(n.Right)
			return object{word: []any{left, right}}, ok1 && ok2
		}
		return comparison(n)
	}
	return nil, false
}

// comparison translates "field == value", "field != value", "field in [values]",
// "value in field" and "len(field) > 0".
func comparison(n *ast.BinaryNode) (any, bool) {
	if s, ok := several(n); ok {
		return s, true
	}
	id, ok := answerPath(n.Left)
	value, literal := literal(n.Right)
	if !ok || !literal {
		return nil, false
	}
	switch n.Operator {
	case "==":
		return answerIs(id, object{"const": value}), true
	case "!=":
		return object{"not": answerIs(id, object{"const": value})}, true
	case "in":
		values, isList := value.([]any)
		return answerIs(id, object{"enum": values}), isList
	}
	return nil, false
}

// several are the questions asked of answers that can be several.
func several(n *ast.BinaryNode) (any, bool) {
	if id, ok := answerPath(n.Right); ok && n.Operator == "in" {
		value, literal := literal(n.Left)
		return answerIs(id, object{"type": "array", "contains": object{"const": value}}), literal
	}
	call, ok := n.Left.(*ast.BuiltinNode)
	if zero, number := n.Right.(*ast.IntegerNode); !ok || !number || zero.Value != 0 || n.Operator != ">" || call.Name != "len" || len(call.Arguments) != 1 {
		return nil, false
	}
	id, ok := answerPath(call.Arguments[0])
	return answerIs(id, object{"minItems": 1, "minLength": 1}), ok
}

func answerIs(id string, s object) object {
	return object{"required": []any{id}, "properties": object{id: s}}
}

// answerPath is the path of an answer; columns of what is chosen are in no
// answer.
func answerPath(n ast.Node) (string, bool) {
	id, ok := Path(n)
	return id, ok && !strings.HasPrefix(id, "catalogue.")
}

// Path is the dotted path that a node of an expression is, if it is nothing
// else.
func Path(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		return memberPath(n)
	}
	return "", false
}

func literal(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.IntegerNode:
		return strconv.Itoa(n.Value), true // answers are kept as they were typed
	case *ast.ConstantNode:
		return n.Value, true
	case *ast.ArrayNode:
		values := make([]any, len(n.Nodes))
		for i, e := range n.Nodes {
			v, ok := literal(e)
			if !ok {
				return nil, false
			}
			values[i] = v
		}
		return values, true
	}
	return nil, false
}
