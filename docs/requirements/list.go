package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml"
)

// requirement is a row of the list.
type requirement struct {
	ID     string
	Text   string
	NotYet string `yaml:"not-yet"` // a part that the product does not do yet
	Later  string // the work it waits for; nothing has to show it until then
}

var wellFormed = regexp.MustCompile(`^(R-\d{3}|T\d{1,2}|C-\d{2})$`)

// readList reads the requirements in the order of writing.
func readList(file string) ([]requirement, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []requirement
	if err := yaml.UnmarshalWithOptions(source, &list, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for i, r := range list {
		switch {
		case !wellFormed.MatchString(r.ID):
			return nil, fmt.Errorf("%s: %q is no id: R-065, T9 or C-04 is expected", file, r.ID)
		case r.Text == "":
			return nil, fmt.Errorf("%s: %s has no text", file, r.ID)
		case slices.ContainsFunc(list[:i], func(other requirement) bool { return other.ID == r.ID }):
			return nil, fmt.Errorf("%s: %s is listed twice", file, r.ID)
		}
	}
	return list, nil
}
