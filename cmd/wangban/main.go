// Command wangban is the whole product in one binary: it serves the portal and
// the workbench, runs a demo, checks items, migrates and verifies an
// installation, imports data and measures itself. This package reads the
// command line and wires the rooms; it decides nothing.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// commands is the command line. Every flag can also be given as an environment
// variable; docs/configuration.md lists them, and a test keeps that list true.
type commands struct {
	Serve   serveCmd        `cmd:"" help:"Serve the portal and the workbench."`
	Demo    demoCmd         `cmd:"" help:"Start a demo with people, units and a clock that can be moved."`
	Check   checkCmd        `cmd:"" help:"Check service items: what is wrong, where, and what to do."`
	Publish publishCmd      `cmd:"" help:"Publish new versions of service items while the product runs."`
	Import  importCmd       `cmd:"" help:"Import data, such as the entity base."`
	Staff   staffCmd        `cmd:"" help:"Import the list of staff from a spreadsheet."`
	Migrate migrateCmd      `cmd:"" help:"Bring the database to this version."`
	Cases   migrateCasesCmd `cmd:"" name:"migrate-cases" help:"Move the running cases of an item to its current version."`
	Forget  forgetCmd       `cmd:"" help:"Erase for good what is personal in a case, the account of a person, or what was imported of a licence."`
	Verify  verifyCmd       `cmd:"" help:"Check that the records of an installation are whole, or that a signed PDF is genuine."`
	Bench   benchCmd        `cmd:"" help:"Measure this machine."`
	Version versionCmd      `cmd:"" help:"Print the version."`
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with its surroundings given, for tests. It returns the exit
// status: 0 done, 1 something is wrong, 2 the command line is.
func run(args []string, stdout, stderr io.Writer) int {
	var c commands
	status := -1
	parser, err := kong.New(&c,
		kong.Name("wangban"),
		kong.Description("网办 Wangban: government services for enterprises, fully online. Start with: wangban demo"),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { status = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		panic(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if status >= 0 { // help was asked for and shown
		return status
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "wangban: %v\nTry: wangban --help\n", err)
		return 2
	}
	if err := ctx.Run(&surroundings{stdout, stderr}); err != nil {
		_, _ = fmt.Fprintf(stderr, "wangban: %v\n", err)
		return 1
	}
	return 0
}

// surroundings are where a command writes to.
type surroundings struct{ out, err io.Writer }
