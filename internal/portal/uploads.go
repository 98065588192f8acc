package portal

import (
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/material"
	"wangban/internal/web"
)

func fileViews(ctx context.Context, base, field string, v form.Values) []web.FileView {
	files, _ := v[field].([]form.File)
	var out []web.FileView
	for i, f := range files {
		u := fmt.Sprintf("%s/files/%s/%d", base, field, i)
		view := web.FileView{Name: f.Name, URL: u, Remove: field + " " + f.Hash, Note: web.Tf(ctx, "已上传 · %d KB", (f.Size+1023)/1024)}
		if f.View != "" {
			view.Image = u + "?view=small"
		}
		out = append(out, view)
	}
	return out
}

// uploads takes in the files of a posted page and carries out removals.
func (p *Portal) uploads(r *http.Request, it *item.Item, page string, v form.Values) (form.Values, []form.Problem) {
	changes, problems := form.Values{}, []form.Problem(nil)
	if field, hash, ok := strings.Cut(r.PostFormValue("remove"), " "); ok {
		files, _ := v[field].([]form.File)
		left := slices.DeleteFunc(slices.Clone(files), func(f form.File) bool { return f.Hash == hash })
		changes[field] = left
		if len(left) == 0 {
			changes[field] = nil
		}
	}
	if r.MultipartForm == nil {
		return changes, nil
	}
	for _, f := range it.Form.Draw(page, v) {
		if f.Type != form.TypeFile {
			continue
		}
		for _, header := range r.MultipartForm.File[f.ID] {
			if header.Filename == "" && header.Size == 0 {
				continue
			}
			file, err := p.takeIn(r.Context(), header, f.Field)
			if err != nil {
				text, args, ok := worded(err)
				if !ok {
					panic(err)
				}
				problems = append(problems, form.Problem{Field: f.ID, Text: text, Args: args})
				continue
			}
			if problem, bad := form.CheckFile(f.Field, file); bad { // the earlier file stays
				problems = append(problems, problem)
				continue
			}
			v[f.ID] = web.WithFile(v[f.ID], file, f.Field)
			changes[f.ID] = v[f.ID]
		}
	}
	return changes, problems
}

func (p *Portal) takeIn(ctx context.Context, header *multipart.FileHeader, f form.Field) (form.File, error) {
	content, err := header.Open()
	if err != nil {
		return form.File{}, &material.Refusal{Code: material.CodeCut, Text: "没有收全这个文件，可能是网络断了。再传一次。", Cause: err}
	}
	defer func() { _ = content.Close() }()
	file, _, err := p.Intake(ctx, header.Filename, content, f)
	return file, err
}
