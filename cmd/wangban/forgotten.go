package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"wangban/internal/casework"
)

// The list of what was forgotten (forgotten.jsonl in the data folder) is a line
// for each erasure. A restored backup knows nothing of what was erased after it
// was made; this file, kept apart from backups, does. It names nobody: ids, who
// has decided, and why.

// forgottenFile is its name.
const forgottenFile = "forgotten.jsonl"

// Kinds of what is forgotten.
const (
	forgottenCase    = "case"
	forgottenAccount = "account"
	forgottenLicence = "licence" // one that was imported
)

// forgotten is a line of the list.
type forgotten struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	ID     string    `json:"id"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// list adds a line, for good.
func (in *installation) list(f forgotten) (err error) {
	line, err := json.Marshal(f)
	if err != nil {
		return err
	}
	path := filepath.Join(in.settings.Data, forgottenFile)
	defer func() {
		if err != nil {
			err = fmt.Errorf("it is forgotten, but %s lacks the line by which it is forgotten again after restoring a backup; add %s: %w", path, line, err)
		}
	}()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n')) // in one piece: others may be writing
	return errors.Join(err, file.Sync(), file.Close())
}

type forgetAgainCmd struct {
	settings
	List   string `help:"The list of what was forgotten, as it was kept apart from the backup. Default: forgotten.jsonl in the data folder."`
	DryRun bool   `help:"Only show what would be forgotten again."`
}

// Run erases what is on the list and is there again.
func (c *forgetAgainCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(s.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	own := filepath.Join(in.settings.Data, forgottenFile)
	if c.List == "" {
		c.List = own
	}
	source, err := os.ReadFile(c.List)
	if err != nil {
		return fmt.Errorf("the list of what was forgotten: %w", err)
	}
	all, err := readForgotten(source)
	if err != nil {
		return fmt.Errorf("%s: %w", c.List, err)
	}
	return in.forgetAgain(ctx, s.out, all, c.DryRun)
}

// readForgotten reads the list; an error names the line.
func readForgotten(source []byte) (all []forgotten, err error) {
	lines := bufio.NewScanner(bytes.NewReader(source))
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var f forgotten
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if !slices.Contains([]string{forgottenCase, forgottenAccount, forgottenLicence}, f.Kind) || f.ID == "" {
			return nil, fmt.Errorf("line %d names neither a case nor an account nor a licence", n)
		}
		all = append(all, f)
	}
	return all, lines.Err()
}

// forgetAgain forgets what is there again, one by one; what it may not forget now
// it names, and goes on.
func (in *installation) forgetAgain(ctx context.Context, out io.Writer, all []forgotten, look bool) error {
	done, failed := 0, 0
	seen := map[string]bool{}
	for _, f := range all {
		if seen[f.Kind+f.ID] {
			continue // an earlier round has listed it once more
		}
		seen[f.Kind+f.ID] = true
		there, err := in.forgetListed(ctx, out, f, look)
		switch {
		case err != nil:
			failed++
			_, _ = fmt.Fprintf(out, "%s %s: %v\n", f.Kind, f.ID, err)
		case there:
			done++
		}
	}
	said := "forgotten again"
	if look {
		said = "to be forgotten again"
	}
	if _, err := fmt.Fprintf(out, "%d on the list, %d %s\n", len(seen), done, said); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d could not be forgotten again; see above", failed)
	}
	return nil
}

// forgetListed forgets one; there is false where it is gone already, or was not
// yet there when the backup was made.
func (in *installation) forgetListed(ctx context.Context, out io.Writer, f forgotten, look bool) (there bool, err error) {
	switch f.Kind {
	case forgottenLicence:
		_, _, known, err := in.licences.Answers(ctx, f.ID)
		if err != nil || !known {
			return false, err
		}
		return true, in.forgetLicence(ctx, out, f.ID, f.By, f.Reason, look)
	case forgottenAccount:
		p, ok, err := in.accounts.Person(ctx, f.ID)
		if err != nil || !ok {
			return false, err
		}
		return true, in.forgetAccount(ctx, out, p, f.By, f.Reason, look)
	}
	var gone *casework.Refusal
	switch _, _, err := in.door.Get(ctx, f.ID); {
	case errors.As(err, &gone):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, in.forget(ctx, out, f.ID, f.By, f.Reason, look)
}
