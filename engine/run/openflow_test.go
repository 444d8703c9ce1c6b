package run

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// A run as Windmill's clients read it. Jobs without code have made-up ids; the
// test writes the path of what they stand for in their place.
func TestFlowStatus(t *testing.T) {
	for _, tc := range []struct {
		name, flow, talk string
		at               StepID
		want             string
	}{
		{
			"running", `value: {modules: [{id: a, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}, {id: b, value: {type: identity}}]}`,
			"> start\n> taken a#1 job-a", "",
			`0 [a InProgress job-a] [b WaitingForPriorSteps] [failure WaitingForPriorSteps]`,
		},
		{
			"queued", `value: {modules: [{id: a, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}`,
			"> start", "",
			`0 [a WaitingForExecutor a] [failure WaitingForPriorSteps]`,
		},
		{
			"a gate is told on the module after it", `value: {modules: [{id: a, suspend: {required_events: 2}, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}, {id: b, value: {type: identity}}]}`,
			"> start\n> taken a#1 job-a\n> ok a#1 1", "",
			`1 [a Success job-a] [b WaitingForEvents job-a count=2] [failure WaitingForPriorSteps]`,
		},
		{
			"and its votes on its own", `value: {modules: [{id: a, suspend: {required_events: 1}, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}, {id: b, value: {type: identity}}]}`,
			"> start\n> taken a#1 job-a\n> ok a#1 1\n> approve a ann", "",
			`2 [a Success job-a approvers=ann] [b Success b] [failure WaitingForPriorSteps]`,
		},
		{
			"a refusal is a failure of the module after it", `value: {modules: [{id: a, suspend: {required_events: 1}, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}, {id: b, value: {type: identity}}]}`,
			"> start\n> taken a#1 job-a\n> ok a#1 1\n> deny a ann", "",
			`1 [a Success job-a] [b Failure b] [failure WaitingForPriorSteps]`,
		},
		{
			"a last gate has a module of its own", `value: {modules: [{id: a, suspend: {required_events: 1}, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}`,
			"> start\n> taken a#1 job-a\n> ok a#1 1", "",
			`1 [a Success job-a] [a-v WaitingForEvents job-a count=1] [failure WaitingForPriorSteps]`,
		},
		{
			"that succeeds with it", `value: {modules: [{id: a, suspend: {required_events: 1}, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}`,
			"> start\n> taken a#1 job-a\n> ok a#1 1\n> approve a ann", "",
			`2 [a Success job-a approvers=ann] [a-v Success a-v] [failure WaitingForPriorSteps]`,
		},
		{
			"a pause", `value: {modules: [{id: a, sleep: {type: static, value: 5}, value: {type: identity}}]}`,
			"> start", "",
			`0 [a Success a] [a-v WaitingForExecutor a-v] [failure WaitingForPriorSteps]`,
		},
		{
			"a failed step and its handler", `value: {modules: [{id: a, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}], failure_module: {id: failure, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}}`,
			"> start\n> taken a#1 job-a\n> fail a#1 Error: no\n> taken failure#1 job-f", "",
			`1 [a Failure job-a] [failure InProgress job-f parent=a]`,
		},
		{
			"skipped", `value: {modules: [{id: a, skip_if: {expr: "true"}, value: {type: identity}}]}`,
			"> start\n> value a skip true", "",
			`1 [a Success a skipped] [failure WaitingForPriorSteps]`,
		},
		{
			"the second attempt", `value: {modules: [{id: a, retry: {constant: {attempts: 2, seconds: 1}}, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}`,
			"> start\n> taken a#1 job-1\n> fail a#1 Error: no", "",
			`0 [a WaitingForExecutor job-1] [failure WaitingForPriorSteps] failed=1`,
		},
		{
			"a branch", `value: {modules: [{id: c, value: {type: branchone, default: [], branches: [{expr: "true", modules: [{id: d, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}]}}]}`,
			"> start\n> value c branch 0\n> taken c/0/d#1 job-d", "",
			`0 [c InProgress c/0 chosen=branch 0] [failure WaitingForPriorSteps]`,
		},
		{
			"its inside", `value: {modules: [{id: c, value: {type: branchone, default: [], branches: [{expr: "true", modules: [{id: d, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}]}}]}`,
			"> start\n> value c branch 0\n> taken c/0/d#1 job-d", "c/0",
			`0 [d InProgress job-d] [failure WaitingForPriorSteps]`,
		},
		{
			"a loop in its second iteration", `value: {modules: [{id: l, value: {type: forloopflow, skip_failures: false, iterator: {type: static, value: [7, 8]}, modules: [{id: d, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}}]}`,
			"> start\n> taken l/0/d#1 j0\n> ok l/0/d#1 1", "",
			`0 [l InProgress l/1 index=1 of 2 [7,8] jobs=l/0:true l/1:-] [failure WaitingForPriorSteps]`,
		},
		{
			"a loop that is done", `value: {modules: [{id: l, value: {type: forloopflow, skip_failures: true, iterator: {type: static, value: [7, 8]}, modules: [{id: d, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}}]}`,
			"> start\n> taken l/0/d#1 j0\n> ok l/0/d#1 1\n> taken l/1/d#1 j1\n> fail l/1/d#1 Error: no", "",
			`1 [l Success l/1 index=1 of 2 [7,8] jobs=l/0:true l/1:false] [failure WaitingForPriorSteps]`,
		},
		{
			"all branches at once", `value: {modules: [{id: b, value: {type: branchall, parallel: true, branches: [{modules: [{id: d, value: {type: rawscript, language: bash, content: x, input_transforms: {}}}]}, {modules: []}]}}]}`,
			"> start\n> taken b/0/d#1 j0", "",
			`0 [b InProgress b/1 all=1 of 2 parallel jobs=b/0:- b/1:true] [failure WaitingForPriorSteps]`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t, "summary: t\n"+tc.flow, nil)
			play(t, b, tc.talk)
			fs, ok := b.state.FlowStatus(tc.at)
			if !ok {
				t.Fatalf("there is no job %q", tc.at)
			}
			if d := cmp.Diff(tc.want, showStatus(b.state, fs)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Whatever a run does, every job that is told of can be asked for by its id, and
// tells the same of itself.
func TestEveryJobIsFound(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	jobs := 0
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var flowText, talk string
		var flows []txtar.File
		for _, f := range ar.Files {
			switch f.Name {
			case "flow.yaml":
				flowText = string(f.Data)
			case "talk":
				talk = string(f.Data)
				if slices.ContainsFunc(ar.Files, func(f txtar.File) bool { return f.Name == "earlier" }) {
					talk = "" // its jobs are those of another run, too: TestStatusOfARestart
				}
			case "scripts.json":
				flowText = ""
			case "earlier", "earlier.yaml":
			default:
				flows = append(flows, f)
			}
		}
		if flowText == "" || strings.Contains(flowText, "type: script") {
			continue // needs a library
		}
		b := newBench(t, flowText, nil, flows...)
		so, now := "", epoch
		for line := range strings.Lines(talk) {
			if !strings.HasPrefix(line, ">") {
				continue
			}
			so += line
			at, ev, err := parseEvent(line[1:], now)
			if err != nil {
				t.Fatal(err)
			}
			now = at
			b.state.Next(at, ev) // refusals are other tests' business
			if len(b.state.order) > 1000 {
				break // a loop to its limit; the short ones tell enough
			}
			jobs += told(t, filepath.Base(file)+"\n"+so, b.state, "")
		}
	}
	if jobs < 1000 {
		t.Errorf("only %d jobs were told of", jobs)
	}
}

func told(t *testing.T, where string, s *State, at StepID) (jobs int) {
	fs, ok := s.FlowStatus(at)
	if !ok {
		if s.started != nil {
			t.Errorf("%s: no status of %q", where, at)
		}
		return 0
	}
	if _, ok := s.JobFlow(at); !ok {
		t.Errorf("%s: no flow job %q", where, at)
	}
	if n := len(fs.Modules); fs.Step < -1 || fs.Step > n {
		t.Errorf("%s: step %d of %d", where, fs.Step, n)
	}
	for _, m := range append(fs.Modules, fs.Failure) {
		for i, id := range append(m.Jobs, m.Job) {
			if id == "" || strings.HasSuffix(m.ID, "-v") || m.Type == ModuleFailure && id == m.Job {
				continue // what no step stands for
			}
			jobs++
			p, ok := s.FindJob(id)
			switch {
			case !ok:
				t.Errorf("%s: job %s of %s is not found", where, id, m.ID)
			case p.Flow != "":
				j, _ := s.JobFlow(p.Flow)
				if i < len(m.Jobs) && (m.JobsOK[i] != nil) != j.Done {
					t.Errorf("%s: job %s of %s: done is %v", where, p.Flow, m.ID, j.Done)
				}
				if i < len(m.Jobs) || len(m.Jobs) == 0 {
					jobs += told(t, where, s, p.Flow)
				}
			}
		}
	}
	return jobs
}

func showStatus(s *State, fs FlowStatus) string {
	name := func(id string) string {
		p, ok := s.FindJob(id)
		if ok && p.Flow != "" {
			return string(p.Flow)
		}
		if ok && !strings.HasPrefix(id, "j") {
			return string(p.Step)
		}
		for _, n := range []string{"a-v", "b"} {
			if id == JobID(testID, StepID(n)) {
				return n
			}
		}
		return id
	}
	out := fmt.Sprint(fs.Step)
	for _, m := range append(fs.Modules, fs.Failure) {
		out += " [" + m.ID + " " + m.Type
		if m.Job != "" {
			out += " " + name(m.Job)
		}
		if m.Count > 0 {
			out += fmt.Sprint(" count=", m.Count)
		}
		for _, a := range m.Approved {
			out += " approvers=" + a.Approver
		}
		if m.Skipped {
			out += " skipped"
		}
		if c := m.Chosen; c != nil {
			out += " chosen=" + c.Type
			if c.Branch != nil {
				out += fmt.Sprint(" ", *c.Branch)
			}
		}
		if i := m.Iterator; i != nil {
			out += fmt.Sprintf(" index=%d of %d %s", i.Index, i.Len, compact(i.Itered))
		}
		if a := m.All; a != nil {
			out += fmt.Sprintf(" all=%d of %d", a.Branch, a.Len)
		}
		if m.Parallel {
			out += " parallel"
		}
		for i, id := range m.Jobs {
			ok := "-"
			if m.JobsOK[i] != nil {
				ok = fmt.Sprint(*m.JobsOK[i])
			}
			if i == 0 {
				out += " jobs="
			} else {
				out += " "
			}
			out += name(id) + ":" + ok
		}
		if m.Parent != "" {
			out += " parent=" + m.Parent
		}
		out += "]"
	}
	if fs.Retry.FailCount > 0 {
		out += fmt.Sprint(" failed=", fs.Retry.FailCount)
	}
	return out
}

// Steps that a run took over have succeeded, by jobs of the earlier run.
func TestStatusOfARestart(t *testing.T) {
	tr := readTranscript(t, "testdata/restart.txtar")
	was := newBench(t, tr.flow, nil)
	play(t, was, tr.earlier)
	b := newBench(t, tr.flow, nil)
	b.earlier = was.state
	ev, err := b.restart([]string{"pay"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.state.Next(epoch, ev); err != nil {
		t.Fatal(err)
	}
	fs, ok := b.state.FlowStatus("")
	if !ok || fs.Step != 3 || fs.Restarted == nil || fs.Restarted.Step != "pay" || fs.Restarted.Job != "0180-run" {
		t.Fatalf("status %+v, %v", fs, fs.Restarted)
	}
	if m := fs.Modules[2]; m.Type != ModuleSuccess || len(m.Approved) != 1 || m.Approved[0].Approver != "dana" {
		t.Errorf("the step that asked: %+v", m)
	}
	if p, ok := was.state.FindJob(fs.Modules[0].Job); !ok || p.Step != "a" {
		t.Errorf("its job %q is %+v", fs.Modules[0].Job, p)
	}
	if fs.Modules[3].Type == ModuleSuccess {
		t.Errorf("the step it starts at: %+v", fs.Modules[3])
	}
}
