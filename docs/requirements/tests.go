package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
)

// claim is a requirement named by a test.
type claim struct {
	id   string
	test string // name of the Go test or of the worked example
	file string // from the root of the repository, with slashes
	line int
}

// findClaims reads every Go test and every worked example of the repository.
func findClaims(root string) (claims []claim, problems []string, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (name == "testdata" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		file = filepath.ToSlash(file)
		read := readGoTests
		switch {
		case strings.HasSuffix(name, "_test.go"):
		case isExample(file):
			read = readExample
		default:
			return nil
		}
		more, wrong, err := read(path, file)
		claims, problems = append(claims, more...), append(problems, wrong...)
		return err
	})
	return claims, problems, err
}

// readGoTests reads the `covers:` lines in the doc comments of a file's tests.
// Such a line anywhere else would be believed by its reader and by nobody
// else, so it is a problem.
func readGoTests(path, file string) (claims []claim, problems []string, err error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	tests := map[*ast.CommentGroup]string{}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && isTest(f) && f.Doc != nil {
			tests[f.Doc] = f.Name.Name
		}
	}
	for _, group := range parsed.Comments {
		for _, comment := range group.List {
			ids, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(comment.Text, "//")), "covers:")
			if !ok {
				continue
			}
			line := files.Position(comment.Pos()).Line
			test, ok := tests[group]
			if !ok {
				problems = append(problems, fmt.Sprintf("%s:%d: covers: does not stand in the doc comment of a test", file, line))
				continue
			}
			for id := range strings.SplitSeq(ids, ",") {
				claims = append(claims, claim{strings.TrimSpace(id), test, file, line})
			}
		}
	}
	return claims, problems, nil
}

func isTest(f *ast.FuncDecl) bool {
	return f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz"))
}
