package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

const configurationFile = "../../docs/configuration.md"

// docs/configuration.md says what there is to set, and nothing else.
func TestConfigurationTable(t *testing.T) {
	made := configuration(t)
	if *update {
		if err := os.WriteFile(configurationFile, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(configurationFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != made {
		t.Error("docs/configuration.md is stale; run: go test ./cmd/wangban -run TestConfigurationTable -update")
	}
}

func configuration(t *testing.T) string {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Name("wangban"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(`# Configuration

Everything an installation can be told, for ` + "`serve`, `demo`, `migrate`, `verify` and `import`" + `. A flag wins over the environment. The defaults start a working installation on one machine with nothing else installed. This table is made by a test from the program itself.

| Flag | Environment | Default | Meaning |
|---|---|---|---|
`)
	for _, c := range parser.Model.Children {
		if c.Name != "serve" {
			continue
		}
		for _, f := range c.Flags {
			standard := f.Default
			if standard != "" {
				standard = "`" + standard + "`"
			}
			if len(f.Envs) != 1 {
				t.Errorf("--%s has %d environment variables", f.Name, len(f.Envs))
				continue
			}
			fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", f.Name, f.Envs[0], standard, strings.ReplaceAll(f.Help, "|", "\\|"))
		}
	}
	return b.String()
}
