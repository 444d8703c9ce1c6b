package run

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var keep = flag.Bool("keep", false, "keep the journals of transcripts that testdata/journals does not hold under the present rules")

// kept is a journal as an earlier version wrote it, with all that it needs to
// replay and what came of it.
type kept struct {
	Flow    string            `json:"flow"`
	Flows   map[string]string `json:"flows,omitempty"`
	Scripts map[string]Code   `json:"scripts,omitempty"`
	Entries []keptEntry       `json:"entries"`
	End     []string          `json:"end"` // the steps, and the outcome
}

type keptEntry struct {
	At   time.Time       `json:"at"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// TestKeptJournals replays what earlier versions wrote. The files are never
// rewritten: a run that was decided stays decided as it was.
func TestKeptJournals(t *testing.T) {
	for rules := 1; rules <= RulesNow; rules++ {
		files, err := filepath.Glob(fmt.Sprintf("testdata/journals/%d/*.json", rules))
		if err != nil || len(files) < 10 {
			t.Errorf("rules %d: %d journals are kept, %v", rules, len(files), err)
		}
		for _, file := range files {
			t.Run(strings.TrimPrefix(strings.TrimSuffix(file, ".json"), "testdata/journals/"), func(t *testing.T) {
				k := readKept(t, file)
				if d := cmp.Diff(k.End, k.replay(t)); d != "" {
					t.Errorf("it ends otherwise (-kept +now):\n%s", d)
				}
			})
		}
	}
}

func readKept(t *testing.T, file string) (k kept) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &k); err != nil {
		t.Fatal(err)
	}
	return k
}

// entries are those of the journal, and what they are folded by.
func (k *kept) entries(t *testing.T) (*Plan, []Entry) {
	t.Helper()
	var flows []txtar.File
	for path, text := range k.Flows {
		flows = append(flows, txtar.File{Name: path, Data: []byte(text)})
	}
	b := newBench(t, k.Flow, k.Scripts, flows...)
	var entries []Entry
	for i, e := range k.Entries {
		ev, err := DecodeEvent(e.Type, e.Data)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, Entry{Run: testID, Seq: i + 1, At: e.At, Event: ev})
	}
	return b.plan, entries
}

func (k *kept) replay(t *testing.T) []string {
	t.Helper()
	plan, entries := k.entries(t)
	s, err := Fold(plan, testID, slices.Values(entries))
	if err != nil {
		t.Fatal(err)
	}
	o, result, f := s.Outcome()
	end := []string{fmt.Sprint(o, " ", showRef(result))}
	if f != nil {
		end = append(end, f.Error())
	}
	for _, st := range s.Steps() {
		end = append(end, showStep(st))
	}
	return end
}

// TestKeepJournals writes journals down, with -keep. Those that are there stay.
func TestKeepJournals(t *testing.T) {
	if !*keep {
		return
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		tr := readTranscript(t, file)
		b := newBench(t, tr.flow, tr.scripts, tr.flows...)
		play(t, b, tr.talk)
		if len(b.journal) < 4 {
			continue
		}
		k := kept{Flow: tr.flow, Scripts: tr.scripts, Flows: map[string]string{}}
		for _, f := range tr.flows {
			k.Flows[f.Name] = string(f.Data)
		}
		for _, e := range b.journal {
			typ, data, err := EncodeEvent(e.Event)
			if err != nil {
				t.Fatal(err)
			}
			k.Entries = append(k.Entries, keptEntry{e.At, typ, data})
		}
		k.End = k.replay(t)
		dir := fmt.Sprintf("testdata/journals/%d", b.state.started.Rules)
		name := filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".txtar")+".json")
		if _, err := os.Stat(name); err == nil {
			continue
		}
		text, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
