package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"wangban/internal/form"
)

// startPeer starts another system and lets it handle the same cases over its
// own API for records: as many requests, the same answers, as many changes.
// It is spared everything else that a case brings about: checks of answers and
// rights, history, messages, sealing, the public log.
func startPeer(ctx context.Context, spec, folder string, clients int, script *benchScript) (side caseSide, end func(), err error) {
	name, command, ok := strings.Cut(spec, "=")
	fields := strings.Fields(command)
	if !ok || len(fields) == 0 {
		return side, nil, fmt.Errorf("--peer %s is not NAME=COMMAND", spec)
	}
	dir, err := os.MkdirTemp(folder, "wangban-bench-*")
	if err != nil {
		return side, nil, err
	}
	cmd := exec.CommandContext(ctx, fields[0], append(fields[1:], "--dir", dir)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return side, nil, errors.Join(err, os.RemoveAll(dir))
	}
	end = func() { _, _, _ = cmd.Process.Kill(), cmd.Wait(), os.RemoveAll(dir) }
	url, token, err := readyLine(out)
	if err != nil {
		end()
		return side, nil, fmt.Errorf("%s: %w", name, err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	workers := make([]*peerWorker, clients)
	for i := range workers {
		c, err := connect(url)
		if err != nil {
			end()
			return side, nil, err
		}
		c.token = token
		workers[i] = &peerWorker{c, script}
	}
	return caseSide{name, func(_ context.Context, i int) error { return workers[i].handle() }}, end, nil
}

// readyLine waits for "ready URL TOKEN".
func readyLine(out io.Reader) (url, token string, err error) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) == 3 && fields[0] == "ready" {
			return fields[1], fields[2], nil
		}
	}
	return "", "", errors.New("it did not say that it is ready")
}

// peerWorker handles cases as records of collections cases and licences.
type peerWorker struct {
	*benchClient
	script *benchScript
}

func (w *peerWorker) handle() error {
	answers := w.script.unit()
	so := form.Values{}
	id, err := w.record(http.MethodPost, "cases", map[string]any{"item": w.script.item.Name, "stage": "draft", "answers": so})
	if err != nil {
		return err
	}
	for _, page := range w.script.item.Form.Shown(answers) {
		for _, f := range page.Fields {
			if v, ok := answers[f.ID]; ok {
				so[f.ID] = v
			}
		}
		if _, err := w.record(http.MethodPatch, "cases/records/"+id, map[string]any{"answers": so,
			"subject": answers[w.script.item.Flow.Subject], "title": answers[w.script.item.Flow.Title]}); err != nil {
			return err
		}
	}
	for _, act := range w.script.acts {
		if _, err := w.record(http.MethodPatch, "cases/records/"+id, map[string]any{"stage": act.name}); err != nil {
			return err
		}
	}
	_, err = w.record(http.MethodPost, "licences", map[string]any{"number": id, "of": id, "holder": answers[w.script.item.Flow.Title]})
	return err
}

func (w *peerWorker) record(method, path string, content map[string]any) (id string, err error) {
	body, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	if method == http.MethodPost {
		path += "/records"
	}
	resp, said, err := w.send(method, "/api/collections/"+path, "application/json", string(body))
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s %s answered %s: %s", method, path, resp.Status, said)
	}
	var record struct {
		ID string `json:"id"`
	}
	return record.ID, errors.Join(json.Unmarshal(said, &record))
}
