package main

import (
	"strings"
	"testing"
	"time"
)

// Runs are listed by their words, how they stand, when they began and who decided, without
// a Sluice that holds the folder, and beside one.
func TestRunsAreListedByWhatIsInThem(t *testing.T) {
	data := t.TempDir()
	flow := write(t, "flow.yaml", "summary: Refund\nschema: {type: object, properties: {customer: {type: string}}}\nvalue:\n  modules:\n  - {id: a, value: {type: rawscript, language: bash, content: 'echo \"{\\\"order\\\": 4711}\"', input_transforms: {}}}\n")
	bad := write(t, "bad.yaml", oneStep(`{type: rawscript, language: bash, content: "echo teapot >&2; exit 3", input_transforms: {}}`, ""))
	if got := call(t, nil, "run", flow, "--input", `{"customer":"Mia Berg"}`, "--data", data); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	if got := call(t, nil, "run", bad, "--data", data); got.code == exitOK {
		t.Fatalf("%+v", got)
	}
	look := func() {
		t.Helper()
		for line, want := range map[string]int{
			"--search mia": 1, "--search 4711": 1, "--search teapot --status failed": 1, "--search mia --status failed": 0,
			"--status succeeded": 1, "--status open": 0, "--since 1h": 2, "--since 2999-01-01": 0, "--by nobody@acme.example": 0, "--limit 1": 1, "": 2,
		} {
			got := call(t, nil, append(append([]string{"runs", "--json", "--data", data}, strings.Fields(line)...), []string{}...)...)
			if n := strings.Count(got.out, `"run":`); got.code != exitOK || n != want {
				t.Errorf("runs %s: %d of %d, %+v", line, n, want, got)
			}
		}
	}
	look()
	if got := call(t, nil, "runs", "--search", "nothing", "--data", data); !strings.Contains(got.out, "No run") {
		t.Errorf("%+v", got)
	}
	for _, line := range []string{"--status lost", "--since yesterday-ish", "--limit -1", "--since -5h"} {
		if got := call(t, nil, append([]string{"runs", "--data", data}, strings.Fields(line)...)...); got.code != exitUsage {
			t.Errorf("runs %s: %+v", line, got)
		}
	}
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	look()
	p.interrupt()
}

func TestTimesOfThePast(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{"2h": "2026-11-28T10:00:00Z", "7d": "2026-11-21T12:00:00Z", "2026-11-01": "2026-11-01T00:00:00Z", "2026-11-01 09:30": "2026-11-01T09:30:00Z", "2026-11-28T09:00:00+01:00": "2026-11-28T08:00:00Z"} {
		if got, err := sinceOf(text, now); err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
}
