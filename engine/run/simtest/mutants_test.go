//go:build mutants

package simtest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is a break of the core: a text of one of its files put in place of
// another, and the rule that it breaks.
type mutant struct {
	rule, file, old, new string
}

var mutants = []mutant{
	{"one refusal beats every approval", "policy.go", "if !vote.Approve {", "if !vote.Approve && v.Have < p.Required {"},
	{"one person has one vote", "gate.go", "if v.Person == who {", "if v.Person == who && v.Approve != ev.Approve {"},
	{"a vote after the deadline does not count", "gate.go", "case g != nil && g.policy().past(s.at):", "case g != nil && g.Required < 0:"},
	{"a gate that ended takes no more votes", "gate.go", `case g != nil && g.Outcome != "":`, "case g != nil && g.Outcome == Canceled:"},
	{"votes from before the gate stood count", "gate.go", "Decide(st.votes, s.at); v.Outcome != \"\" {\n\t\ts.conclude(st, v)\n\t\treturn\n", "Decide(nil, s.at); v.Outcome != \"\" {\n\t\ts.conclude(st, v)\n\t\treturn\n"},
	{"a deadline without enough votes expires the gate", "gate.go", "v.Outcome = Expired\n\ts.conclude", "v.Outcome = Approved\n\ts.conclude"},
	{"with continue_on_disapprove_timeout the error is the last resume", "gate.go", "list(append(payloads(st.votes), e))", "list(payloads(st.votes))"},
	{"an attempt is the fence: late results are stale", "next.go", "st.start == nil || st.attempt != attempt", "st.start == nil || st.attempt < attempt"},
	{"a timer that fires before its time is stale", "next.go", " || s.at.Before(t.At) {", " {"},
	{"an interruption costs no attempt", "next.go", "st.job = \"\"\n\ts.emit(*st.start)", "s.dispatch(st)"},
	{"a cancel takes back what is outstanding", "next.go", "s.drop(s.top.frame, ev.By, ev.Reason)", ""},
	{"an event that is refused leaves the time alone", "state.go", "s.at = before\n", "_ = before\n"},
	{"the power of the exponential attempts counts the constant ones", "retry.go", "float64(k+1)", "float64(k-constants+1)"},
	{"a skipped step passes the previous result on", "walk.go", "s.store(st, st.frame.prev)\n\ts.rest(st)", "s.store(st, Inline(nil))\n\ts.rest(st)"},
	{"a skipped step asks nobody", "walk.go", "s.store(st, st.frame.prev)\n\ts.rest(st)", "s.store(st, st.frame.prev)\n\ts.settle(st)"},
	{"only the step right behind a gate sees the answers", "walk.go", "f.prev, f.met = st.result, st.met", "if f.prev = st.result; st.met != nil {\n\t\tf.met = st.met\n\t}"},
	{"skip_if_stopped wins over error_message", "walk.go", "p.ErrorMessage == nil || p.SkipIfStopped", "p.ErrorMessage == nil"},
	{"an early stop breaks the nearest sequential loop", "walk.go", "o.iterations.halted = o.iterations.halted || !o.node.parallel()", ""},
	{"a container that is tried again has new steps", "walk.go", "part(which, st.tried())", "part(which, 1)"},
	{"ids inside containers are found from outside", "walk.go", "f.root.note(st.node.id, r)", ""},
	{"steps inside a container behind a gate see its answers", "scope.go", "case f.around != nil:", "case f.around != nil && f.iteration < 0:"},
	{"an iteration of a parallel loop sees nothing of the others", "iterations.go", "f.root = &root{}", "f.root = st.frame.root"},
	{"results of the own sequence come before those that finished last", "scope.go", "if g.nodes[i].id == id && !r.IsZero() {", "if g.nodes[i].id == id && !r.IsZero() && g == f {"},
	{"a loop's result is in the order of the iterations", "iterations.go", "t.results[f.iteration] = r\n", "t.results[t.ended] = r\n"},
	{"no more iterations at a time than parallelism", "iterations.go", "t.begun-t.ended < max(t.width, 1)", "t.begun-t.ended < max(t.width, 1)+1"},
	{"each branch has its own skip_failure", "iterations.go", "st.node.skips(f.iteration)", "st.node.skips(0)"},
	{"a parallel container runs all its iterations", "iterations.go", "t.why.barred, t.why.lost = barred, lost\n\t\tt.halted = t.halted || !st.node.parallel()", "t.why.barred, t.why.lost = barred, lost\n\t\tt.halted = true"},
	{"the first failure by index is the one that is told", "iterations.go", "t.failed < 0 || f.iteration < t.failed", "t.failed < 0"},
	{"no iteration's failure hides a gate that did not open", "iterations.go", "t.why.barred, t.why.lost = barred, lost", "_, _ = barred, lost"},
	{"continue_on_error is not for refusals and deadlines", "failure.go", "!e.barred && !e.lost", "!e.lost"},
	{"the failure module alone does not turn the run to success", "failure.go", "if recovered {", "if recovered || len(st.failures) > 0 {"},
	{"a subflow uses its own flow_env", "subflow.go", "if in.env.IsZero() {\n\t\t\tin.env = owner", "if len(in.env.Inline) >= 0 {\n\t\t\tin.env = owner"},
	{"a subflow sees its own input", "subflow.go", "in := s.newScope(st.node.sub, st, st.args)", "in := s.newScope(st.node.sub, st, st.frame.in.input)"},
}

// TestMutants breaks the core in known ways: its tests or the simulation must
// notice each. It takes minutes and runs with -tags mutants only.
func TestMutants(t *testing.T) {
	core, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	whole := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(whole, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"./simtest", "."} {
		if out, err := goTool(whole, "test", "-count=1", by); err != nil {
			t.Fatalf("the core fails its tests without any break:\n%s", out)
		}
	}
	for _, m := range mutants {
		t.Run(m.rule, func(t *testing.T) {
			overlay := mutate(t, core, m)
			if out, err := goTool(overlay, "build", "."); err != nil {
				t.Fatalf("the broken core does not compile:\n%s", out)
			}
			var noticed []string
			for _, by := range []string{"./simtest", "."} {
				if _, err := goTool(overlay, "test", "-count=1", "-failfast", "-timeout=5m", by); err != nil {
					noticed = append(noticed, map[string]string{"./simtest": "the simulation", ".": "the tests of the core"}[by])
				}
			}
			if noticed == nil {
				t.Fatalf("nobody notices that %s has %q for %q", m.file, m.new, m.old)
			}
			t.Logf("noticed by %s", strings.Join(noticed, " and "))
		})
	}
}

// mutate writes a mutant of a file of the core and returns the overlay that puts
// it in place.
func mutate(t *testing.T, core string, m mutant) string {
	t.Helper()
	file := filepath.Join(core, m.file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte(m.old)); n != 1 {
		t.Fatalf("%s has %q %d times, want once: bring the mutant up to date", m.file, m.old, n)
	}
	dir := t.TempDir()
	mutated := filepath.Join(dir, m.file)
	if err := os.WriteFile(mutated, bytes.Replace(text, []byte(m.old), []byte(m.new), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{file: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// goTool runs the go command on the core with an overlay. The simulation has a
// fixed seed, so that a mutant is noticed always or never.
func goTool(overlay, verb string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{verb, "-overlay=" + overlay}, args...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "SIM_SEED=1", "SIM_RUNS=3000")
	return cmd.CombinedOutput()
}
