// Command requirements makes docs/requirements.md: which test shows which
// requirement. The list is kept by hand in list.yaml; the tests name what they
// show, a Go test by a line of its doc comment,
//
//	// covers: R-065, C-04
//
// and a worked example of an item by `covers: [R-065, C-04]`.
//
// Run it from the root of the repository:
//
//	go run ./docs/requirements          say what is wrong
//	go run ./docs/requirements -write   and write the table anew
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

const tableFile = "docs/requirements.md"

func main() {
	write := flag.Bool("write", false, "write "+tableFile+" anew")
	flag.Parse()
	if err := run(".", *write); err != nil {
		fmt.Fprintln(os.Stderr, "requirements:", err)
		os.Exit(1)
	}
}

func run(root string, write bool) error {
	table, problems, err := tableOf(root)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, p)
	}
	file := filepath.Join(root, tableFile)
	if write {
		// Even with problems: the table then shows where a test is missing.
		if err := os.WriteFile(file, []byte(table), 0o644); err != nil {
			return err
		}
	} else if kept, err := os.ReadFile(file); err != nil || string(kept) != table {
		problems = append(problems, stale)
		fmt.Fprintln(os.Stderr, stale)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems", len(problems))
	}
	return nil
}

const stale = tableFile + " is stale; run: ./dev requirements"

// tableOf is the table as it should be, with all that is wrong about it.
func tableOf(root string) (table string, problems []string, err error) {
	list, err := readList(filepath.Join(root, "docs/requirements/list.yaml"))
	if err != nil {
		return "", nil, err
	}
	claims, problems, err := findClaims(root)
	if err != nil {
		return "", nil, err
	}
	return draw(list, claims), append(problems, check(list, claims)...), nil
}
