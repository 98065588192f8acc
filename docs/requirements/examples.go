package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

func isExample(file string) bool {
	ok, _ := path.Match("items/*/examples/*.yaml", file)
	return ok
}

// readExample reads what a worked example covers. Answers that examples share
// stand in the same folder and cover nothing.
func readExample(name, file string) (claims []claim, problems []string, err error) {
	parsed, err := parser.ParseFile(name, 0)
	if err != nil {
		return nil, nil, err
	}
	covers, err := yaml.PathString("$.covers")
	if err != nil {
		return nil, nil, err
	}
	node, err := covers.FilterFile(parsed)
	if errors.Is(err, yaml.ErrNotFoundNode) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil, []string{fmt.Sprintf("%s:%d: covers: is no list", file, node.GetToken().Position.Line)}, nil
	}
	test := strings.TrimSuffix(path.Base(file), ".yaml")
	for _, id := range list.Values {
		claims = append(claims, claim{id.GetToken().Value, test, file, id.GetToken().Position.Line})
	}
	return claims, nil, nil
}
