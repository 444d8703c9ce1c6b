package model

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/hub"
)

// kept is a flow as the journal gives it back.
func kept(t testing.TB, f *flow.Flow) *run.Plan {
	t.Helper()
	p := pin(t, f)
	p.Scripts, p.Flows = map[string]run.Code{}, map[string]json.RawMessage{}
	flow.Every(f, func(s *flow.Module) {
		switch v := s.Value.(type) {
		case *flow.Script:
			p.Scripts[run.ScriptKey(v.Path, v.Hash)] = run.Code{Language: "bun"}
		case *flow.Subflow:
			p.Flows[v.Path] = json.RawMessage(`{"value":{"modules":[]}}`)
		}
	})
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	p = run.Pinned{}
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	plan, err := run.Compile(p)
	if err != nil {
		t.Skip("not one that runs: ", err)
	}
	return plan
}

// ended returns a model that shows f and a run of it that is over.
func ended(t testing.TB, f *flow.Flow, plan *run.Plan) *Model {
	t.Helper()
	m := New()
	m.Open("u/me/flow", f)
	m.SetNow(start)
	j := &journal{id: "r1"}
	j.add(0, run.Started{Flow: hash, Path: "u/me/flow", Input: run.Inline(map[string]any{}), Rules: run.RulesNow})
	j.add(ms, run.CancelRequested{By: "you"})
	m.Apply(j.entries)
	m.SetPlan(hash, plan)
	m.Follow("r1")
	if m.run.status() != run.StatusDone {
		t.Fatal("the run is not over")
	}
	return m
}

// corpus calls do for every sample and every flow that the reader of flows is tested
// with.
func corpus(t *testing.T, do func(t *testing.T, f *flow.Flow)) {
	for _, s := range hub.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			f, err := flow.ParseYAML(s.Data)
			if err != nil {
				t.Fatal(err)
			}
			do(t, f)
		})
	}
	for _, glob := range []string{"../../engine/flow/testdata/flows/*.*", "../../engine/run/testdata/*.txtar"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatal("no flows: ", err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				continue // a folder
			}
			for _, part := range txtar.Parse(data).Files {
				if strings.HasPrefix(part.Name, "flow.") {
					data = part.Data
				}
			}
			f, err := flow.Parse("flow.yaml", data)
			if err != nil {
				t.Fatal(file, ": ", err)
			}
			t.Run(filepath.Base(file), func(t *testing.T) { do(t, f) })
		}
	}
}

// What nobody touched is not told as changed, however the journal and the library
// spell it.
func TestNothingChangedByItself(t *testing.T) {
	corpus(t, func(t *testing.T, f *flow.Flow) {
		text, err := f.JSON()
		if err != nil {
			t.Fatal(err)
		}
		stored, err := flow.ParseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		plan := kept(t, f)
		for name, shown := range map[string]*flow.Flow{"as it was read": f, "as the library has it": stored} {
			m := ended(t, shown, plan)
			if c := m.changedSince(m.run); c.flow || len(c.steps) > 0 {
				t.Errorf("%s: changed is %v, steps %v", name, c.flow, c.steps)
			}
		}
	})
}

// A changed step is told, with the containers it stands in and no other.
func TestWhatWasChangedIsTold(t *testing.T) {
	corpus(t, func(t *testing.T, f *flow.Flow) {
		plan := kept(t, f)
		around := map[string]string{}
		var ids []string
		flow.Walk(f, func(s *flow.Module, at flow.Place, _ int) {
			around[s.ID] = at.Container
			ids = append(ids, s.ID)
		})
		for _, id := range ids {
			named, err := flow.Update(f, id, func(s flow.Module) flow.Module { s.Summary += " again"; return s })
			if err != nil {
				t.Fatal(err)
			}
			m := ended(t, named, plan)
			if c := m.changedSince(m.run); c.flow || len(c.steps) > 0 {
				t.Errorf("another name for %s: changed is %v, steps %v", id, c.flow, c.steps)
			}
			other, err := flow.Update(f, id, func(s flow.Module) flow.Module { s.CacheTTL += 7; return s })
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			for at := id; at != ""; at = around[at] {
				want[at] = true
			}
			m = ended(t, other, plan)
			c := m.changedSince(m.run)
			for _, at := range ids {
				if c.steps[at] != want[at] {
					t.Errorf("after a change of %s, %s is told as changed: %v", id, at, c.steps[at])
				}
			}
		}
	})
}

func TestTheSameInOtherSpelling(t *testing.T) {
	read := func(text string) *flow.Flow {
		f, err := flow.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	const had = `{"value":{"modules":[{"id":"a","cache_ttl":5,"value":{"type":"identity"},"mock":{"enabled":true,"return_value":{"x":1,"y":"<é>"}}}]}}`
	for was, now := range map[string]string{"5": "5.0", "<é>": `\u003c\u00e9>`, `"x":1,"y":"<é>"`: `"y":"<é>","x":1`} {
		m := ended(t, read(strings.Replace(had, was, now, 1)), planOf(t, pin(t, read(had))))
		if c := m.changedSince(m.run); c.flow {
			t.Errorf("%s instead of %s is told as a change", now, was)
		}
	}
	m := ended(t, read(strings.Replace(had, "<é>", "<e>", 1)), planOf(t, pin(t, read(had))))
	if c := m.changedSince(m.run); !c.flow || !c.steps["a"] {
		t.Error("another value is not told")
	}
}

// A run took no way between steps that did not follow each other in it, whatever stands
// there now; also while it goes on.
func TestWaysThatNeverRanAreNotDrawnAsTaken(t *testing.T) {
	f := flowOf(ts("a"), ts("b"), ts("c"), ts("d"))
	m := play(t, pin(t, f), f, events(did("a"), did("b"), did("c"))...)
	taken := func() string {
		var out []string
		for _, w := range m.Scene().Wires {
			if w.Taken {
				out = append(out, w.From+">"+w.To)
			}
		}
		return strings.Join(out, " ")
	}
	if got := taken(); got != "#input>a a>b b>c c>d" {
		t.Fatal(got)
	}
	m.Do(Move("a", 1)) // b a c d
	if got := taken(); got != "c>d" {
		t.Errorf("after a move: %s", got)
	}
	m.Undo()
	if got := taken(); got != "#input>a a>b b>c c>d" {
		t.Errorf("moved back: %s", got)
	}
}
