package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"wangban/internal/form"
)

const (
	dataSheet   = "填写"
	choiceSheet = "选项"
	firstData   = 3
)

// Template is a spreadsheet to be filled in: a column for each sub-field with
// what to write there, all of them as text so that no code loses its digits,
// and lists to choose from.
func Template(f form.Field, ctx form.Context) ([]byte, error) {
	book := excelize.NewFile()
	t := &template{book: book, last: firstData + f.RowLimit() - 1}
	t.check(book.SetSheetName(book.GetSheetName(0), dataSheet))
	_, err := book.NewSheet(choiceSheet)
	t.check(err)
	styles := t.styles()
	for i, sub := range columns(f) {
		column, err := excelize.ColumnNumberToName(i + 1)
		t.check(err)
		t.check(book.SetColStyle(dataSheet, column, styles.text))
		t.check(book.SetColWidth(dataSheet, column, column, width(sub)))
		t.check(book.SetCellStr(dataSheet, column+"1", sub.Label))
		note := noteOf(sub)
		if i == 0 {
			note = noteMark + note
		}
		t.check(book.SetCellStr(dataSheet, column+"2", note))
		t.check(book.SetCellStyle(dataSheet, column+"1", column+"1", styles.heading))
		t.check(book.SetCellStyle(dataSheet, column+"2", column+"2", styles.note))
		t.choices(i, column, choicesOf(sub, ctx))
	}
	t.check(book.SetRowHeight(dataSheet, 2, 64))
	t.check(book.SetPanes(dataSheet, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}))
	t.check(book.SetSheetVisible(choiceSheet, false))
	if t.err != nil {
		return nil, fmt.Errorf("make a spreadsheet for %s: %w", f.ID, t.err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("write a spreadsheet for %s: %w", f.ID, err)
	}
	return out.Bytes(), book.Close()
}

type template struct {
	book *excelize.File
	last int // row
	err  error
}

func (t *template) check(err error) { t.err = errors.Join(t.err, err) }

type styles struct{ text, heading, note int }

func (t *template) styles() (s styles) {
	make := func(style excelize.Style) int {
		id, err := t.book.NewStyle(&style)
		t.check(err)
		return id
	}
	const asText = 49 // the format “@”
	s.text = make(excelize.Style{NumFmt: asText})
	s.heading = make(excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCEBF7"}}})
	s.note = make(excelize.Style{NumFmt: asText, Font: &excelize.Font{Color: "5A6772", Size: 9}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	return s
}

// choices makes a column choose from a list that stands on a sheet of its own:
// written into the column, a list could have no more than 255 characters.
func (t *template) choices(i int, column string, list []string) {
	if len(list) == 0 {
		return
	}
	for row, text := range list {
		cell, err := excelize.CoordinatesToCellName(i+1, row+1)
		t.check(err)
		t.check(t.book.SetCellStr(choiceSheet, cell, text))
	}
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("%s%d:%s%d", column, firstData, column, t.last)
	v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", choiceSheet, column, column, len(list)))
	v.ShowErrorMessage = false // what is pasted is looked at when it is read
	t.check(t.book.AddDataValidation(dataSheet, v))
}

// choicesOf are what can be chosen in a column; several can only be typed.
func choicesOf(sub form.Field, ctx form.Context) []string {
	var list []string
	switch {
	case sub.Type == form.TypeYesNo:
		return []string{"是", "否"}
	case sub.Choosing():
		for _, o := range sub.Options {
			list = append(list, o.Label)
		}
	case sub.Type == form.TypeTown:
		for _, name := range ctx.Towns {
			list = append(list, name)
		}
		slices.Sort(list)
	case sub.Type == form.TypeCatalogue && sub.Many == 0:
		for _, e := range sub.Catalogue.Entries {
			if !e.Heading {
				list = append(list, e.Code+" "+e.Name)
			}
		}
	}
	return list
}

func width(sub form.Field) float64 {
	switch sub.Type {
	case form.TypeAddress, form.TypeTextarea, form.TypeCatalogue, form.TypeUnitName:
		return 32
	case form.TypeUSCC, form.TypeIDNumber, form.TypeEquipmentCode, form.TypeLicenceNumber, form.TypeEmail, form.TypeURL:
		return 24
	}
	return 16
}

// noteOf tells what to write in a column.
func noteOf(sub form.Field) string {
	parts := []string{"必填"}
	switch {
	case !sub.When.Empty() || !sub.OptionalWhen.Empty():
		parts[0] = "有的要填"
	case sub.Optional:
		parts[0] = "选填"
	}
	if sub.Help != "" {
		parts = append(parts, strings.TrimSuffix(sub.Help, "。"))
	}
	switch {
	case sub.Type == form.TypeDate:
		parts = append(parts, "写成 2026-01-31")
	case sub.Type == form.TypeIDExpiry:
		parts = append(parts, "写成 2026-01-31，没有期限的写“长期”")
	case sub.Type == form.TypeChoices, sub.Type == form.TypeCatalogue && sub.Many > 0:
		var labels []string
		for _, o := range sub.Options {
			labels = append(labels, o.Label)
		}
		parts = append(parts, "可以写几项，用顿号隔开", strings.Join(labels, "、"))
	case sub.Unit != "":
		parts = append(parts, "单位："+sub.Unit)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "。")
}
