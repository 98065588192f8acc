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

Everything an installation can be told, for ` + "`serve`, `demo`, `migrate`, `verify` and `import`" + `. A flag wins over the environment. The defaults start a working installation on one machine with nothing else installed. These tables are made by a test from the program itself.

| Flag | Environment | Default | Meaning |
|---|---|---|---|
`)
	shared := map[string]bool{}
	for _, c := range parser.Model.Children {
		if c.Name != "serve" {
			continue
		}
		for _, f := range c.Flags {
			shared[f.Name] = true
			if len(f.Envs) != 1 {
				t.Errorf("--%s has %d environment variables", f.Name, len(f.Envs))
				continue
			}
			fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", f.Name, f.Envs[0], standard(f), meaning(f))
		}
	}
	b.WriteString("\n## What single commands can be told besides\n\n| Command | Flag | Default | Meaning |\n|---|---|---|---|\n")
	for _, c := range parser.Model.Leaves(true) {
		for _, f := range c.Flags {
			if !shared[f.Name] {
				fmt.Fprintf(&b, "| `%s` | `--%s` | %s | %s |\n", strings.TrimPrefix(c.FullPath(), "wangban "), f.Name, standard(f), meaning(f))
			}
		}
	}
	return b.String()
}

func standard(f *kong.Flag) string {
	if f.Default == "" {
		return ""
	}
	return "`" + f.Default + "`"
}

func meaning(f *kong.Flag) string { return strings.ReplaceAll(f.Help, "|", "\\|") }
