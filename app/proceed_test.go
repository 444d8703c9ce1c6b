package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openAndProceed opens the server as a start does that is not refused.
func (o *options) openAndProceed(ctx context.Context) (*server, error) {
	h, err := o.open(ctx)
	if err == nil {
		err = h.proceed(ctx)
	}
	return h, err
}

// A start that is refused begins nothing of what waits in the folder: it would have to
// cut it off. What waits begins with the next start.
func TestARefusedStartBeginsNoStep(t *testing.T) {
	dir := t.TempDir()
	file, acted := filepath.Join(dir, "acts.flow.yaml"), filepath.Join(dir, "acted")
	data := filepath.Join(dir, "data")
	if err := os.WriteFile(file, []byte(actingFlow("bash", "file=\"$1\"\necho yes >> \"$file\"")), 0o600); err != nil {
		t.Fatal(err)
	}
	agent := filepath.Join(dir, "agent.flow.yaml")
	if err := os.WriteFile(agent, []byte("summary: Asks\nvalue:\n  modules:\n    - {id: a, value: {type: aiagent, tools: [], input_transforms: {}}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	typed := filepath.Join(dir, "typed.flow.yaml")
	if err := os.WriteFile(typed, []byte("summary: Typed\nschema: {type: object, properties: {n: {type: integer}}, required: [n]}\nvalue: {modules: [{id: a, value: {type: identity}}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if out, err := sluiceOutput(t, "run", file, "--no-wait", "--data", data, "--input", fmt.Sprintf(`{"file":%q}`, acted)); err != nil {
		t.Fatal(out, err)
	}
	for _, args := range [][]string{
		{"serve", "--listen", taken.Addr().String()},
		{"serve", "--listen", "nonsense"},
		{"serve", "--base-url", "::bad::", "--listen", "127.0.0.1:0"},
		{"run", typed, "--listen", taken.Addr().String()},
		{"run", "f/no/such", "--listen", "127.0.0.1:0"},
		{"run", typed, "--listen", "127.0.0.1:0", "--input", `{"n":"x"}`},
		{"run", agent, "--listen", "127.0.0.1:0"},
	} {
		out, err := sluiceOutput(t, append(args, "--data", data)...)
		if err == nil {
			t.Errorf("%v is not refused: %s", args, out)
		}
	}
	if _, err := os.Stat(acted); err == nil {
		t.Error("the step that waited was begun by a start that was refused")
	}
	if out, err := sluiceOutput(t, "runs", "--data", data); err != nil || !strings.Contains(out, "running") {
		t.Errorf("the run that waits is told as %s, %v", out, err)
	}
	p := startSluice(t, nil, "serve", "--json", "--listen", "127.0.0.1:0", "--data", data)
	awaitLines(t, acted, 1)
	p.interrupt()
}
