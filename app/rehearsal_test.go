package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/hub"
	"sluice/ui/model"
)

// What a preview takes for the request of a script of the hub is what the script asks
// when it runs: the examples of its own tests say so.
func TestPreviewAsksWhatTheScriptAsks(t *testing.T) {
	seen := 0
	for _, name := range []string{"approval_by_email", "prompt"} {
		b, err := os.ReadFile(filepath.Join("..", "hub", "scripts", name, "golden.json"))
		if err != nil {
			t.Fatal(err)
		}
		var examples []struct {
			Name   string
			Args   map[string]json.RawMessage
			Result map[string]json.RawMessage
			Error  string
			Calls  []struct {
				Fn   string
				Args []json.RawMessage
			}
		}
		if err := json.Unmarshal(b, &examples); err != nil {
			t.Fatal(err)
		}
		var script hub.Script
		for _, s := range hub.All() {
			if strings.HasSuffix(s.Path, "/"+name) {
				script = s
			}
		}
		for _, ex := range examples {
			if ex.Error != "" {
				continue
			}
			seen++
			result, m, asks, mails := askedBy(script, ex.Args)
			if !asks {
				t.Fatalf("%s: nothing is asked", name)
			}
			var got map[string]json.RawMessage
			if err := json.Unmarshal(result, &got); err != nil {
				t.Fatal(err)
			}
			for key, v := range got {
				if !flow.Alike(flow.Raw(v), flow.Raw(ex.Result[key])) {
					t.Errorf("%s, %s: %s is %s, and the script says %s", name, ex.Name, key, v, ex.Result[key])
				}
			}
			if !mails {
				continue
			}
			var want struct {
				Subject, Question, Message string
				Facts                      []run.Fact
				To                         []string
			}
			if err := json.Unmarshal(ex.Calls[0].Args[0], &want); err != nil {
				t.Fatal(err)
			}
			to, err := run.Addresses(m.To...)
			if err != nil || strings.Join(to, " ") != strings.Join(want.To, " ") || m.Subject != want.Subject || m.Ask.Question != want.Question || m.Ask.Message != want.Message || len(m.Ask.Facts) != len(want.Facts) {
				t.Errorf("%s: %+v, %v, want %+v", ex.Name, m, err, want)
			}
		}
	}
	if seen < 4 {
		t.Errorf("only %d examples", seen)
	}
}

// A preview asks nobody: there is no link, no mail and no run after it, and nothing can be
// sent to what the browser gets.
func TestPreviewLeavesNothingBehind(t *testing.T) {
	h := aServer(t)
	ctx := context.Background()
	sample := hub.Samples()[0]
	f, err := flow.ParseYAML(sample.Data)
	if err != nil {
		t.Fatal(err)
	}
	m := model.New()
	m.Open(sample.Path, f)
	r := rehearsals{h}
	for state := range model.RehearsedStates {
		of, ok := m.Rehearsal("b", model.Rehearsed(state))
		if !ok {
			t.Fatal("the sample asks nobody")
		}
		got, err := r.Show(ctx, of)
		if err != nil {
			t.Fatal(err)
		}
		if state == 0 && (got.Page.Form == nil || got.Mail == nil || !strings.Contains(got.Page.Note, "Preview")) {
			t.Errorf("open: %+v", got)
		}
		for _, letter := range []bool{false, true} {
			address, err := r.Serve(ctx, of, letter)
			if err != nil {
				t.Fatal(err)
			}
			keepPreview(t, address, fmt.Sprintf("%s-%t", model.RehearsedStates[state], letter), got)
			res, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader("action=approve"))
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("a preview takes a POST: %d", res.StatusCode)
			}
		}
	}
	mails, err := h.eng.Outbox(ctx, 10)
	if err != nil || len(mails) != 0 {
		t.Errorf("%d mails, %v", len(mails), err)
	}
	if n, err := h.eng.Waiting(ctx, 0); err != nil || n != 0 {
		t.Errorf("%d requests, %v", n, err)
	}
}

// keepPreview keeps what the browser gets, and the values that the window draws, if
// SLUICE_SHOTS names a folder: both are looked at side by side.
func keepPreview(t *testing.T, address, name string, got model.Preview) {
	t.Helper()
	dir := os.Getenv("SLUICE_SHOTS")
	if dir == "" {
		return
	}
	for suffix, from := range map[string]string{".html": address, "-letter.html": address + "/letter"} {
		res, err := http.Get(from)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == http.StatusOK {
			if err := os.WriteFile(filepath.Join(dir, name+suffix), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".json"), b, 0o644); err != nil {
		t.Fatal(err)
	}
}
