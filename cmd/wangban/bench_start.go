package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

type benchStartCmd struct {
	Rounds int `default:"5" help:"How often."`
}

// Run measures how long it takes from the start of a demo's process until its
// first page is there: on a fresh folder, and on one that has been used.
func (c *benchStartCmd) Run(s *surroundings) (err error) {
	dir, err := os.MkdirTemp("", "wangban-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	_, _ = fmt.Fprintln(s.out, machine())
	var took, used [2][]time.Duration
	for n := range c.Rounds {
		for i := range took {
			t, u, err := firstPage(filepath.Join(dir, fmt.Sprint(n)))
			if err != nil {
				return err
			}
			took[i], used[i] = append(took[i], t), append(used[i], u)
		}
	}
	middle := func(t []time.Duration) time.Duration {
		return slices.Sorted(slices.Values(t))[len(t)/2].Round(time.Millisecond)
	}
	for i, what := range []string{"a fresh folder", "a used one"} {
		_, _ = fmt.Fprintf(s.out, "first page of %s after %s, %s of CPU (median of %d; goal: under 1s)\n", what, middle(took[i]), middle(used[i]), c.Rounds)
	}
	return nil
}

// firstPage starts a demo, reads its first page, and ends it. used is the CPU
// time of the process from its start to its end.
func firstPage(data string) (took, used time.Duration, err error) {
	program, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.Command(program, "demo", "--data", data, "--listen", "127.0.0.1:0", "--private", "", "--quiet")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
		used = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 || fields[1] != "portal" {
			continue
		}
		page, err := http.Get(fields[2])
		if err != nil {
			return 0, 0, err
		}
		_, err = io.Copy(io.Discard, page.Body)
		took = time.Since(began)
		go func() { _, _ = io.Copy(io.Discard, out) }()
		return took, 0, errors.Join(err, page.Body.Close())
	}
	return 0, 0, errors.New("the demo did not start")
}
