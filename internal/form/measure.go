package form

import (
	"cmp"
	"strconv"
	"time"
)

func checkNumber(f Field, s string) *Problem {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil:
		return &Problem{Text: "“%s”要填整数。", Args: []any{Label(f.Label)}}
	case n < f.Min:
		return &Problem{Text: "“%s”不能小于 %d。", Args: []any{Label(f.Label), f.Min}}
	case f.Max > 0 && n > f.Max:
		return &Problem{Text: "“%s”不能大于 %d。", Args: []any{Label(f.Label), f.Max}}
	}
	return nil
}

func (c checker) date(f Field, s string) *Problem {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return malformed(f)
	}
	before, _ := c.values[f.After].(string)
	start, err := time.Parse(time.DateOnly, before)
	if f.After == "" || err != nil {
		return nil
	}
	switch other, _ := c.form.Field(f.After); {
	case !t.After(start):
		return &Problem{Text: "“%s”要在“%s”（%s）之后。", Args: []any{Label(f.Label), Label(other.Label), Date(before)}}
	case f.WithinYears > 0 && t.After(start.AddDate(f.WithinYears, 0, 0)):
		return &Problem{Text: "从“%s”算起最长 %d 年，改成 %s 或更早。",
			Args: []any{Label(other.Label), f.WithinYears, Date(start.AddDate(f.WithinYears, 0, 0).Format(time.DateOnly))}}
	}
	return nil
}

// DefaultMinSide is the shortest side of a picture in pixels below which
// nobody can read a document on it (domain sheet 2.2); a field may say otherwise.
const DefaultMinSide = 600

func checkFiles(f Field, files []File) *Problem {
	if limit := max(f.Many, 1); len(files) > limit {
		return &Problem{Text: "“%s”最多传 %d 个文件，现在是 %d 个。删去多余的。", Args: []any{Label(f.Label), limit, len(files)}}
	}
	for _, file := range files {
		if p := checkFile(f, file); p != nil {
			return p
		}
	}
	return nil
}

func checkFile(f Field, file File) *Problem {
	side := cmp.Or(f.MinSide, DefaultMinSide)
	if short := min(file.Width, file.Height); short > 0 && short < side && file.Pages == 0 {
		return &Problem{Text: "“%s”的图片太小，短边只有 %d 像素，文字看不清。走近一点重拍，短边至少 %d 像素。", Args: []any{Label(f.Label), short, side}}
	}
	return nil
}

// CheckFile is what stands against one file as an answer, before it becomes
// one: a file that will be refused must not take a good one's place.
func CheckFile(f Field, file File) (Problem, bool) {
	p := checkFile(f, file)
	if p == nil {
		return Problem{}, false
	}
	p.Field = f.ID
	return *p, true
}
