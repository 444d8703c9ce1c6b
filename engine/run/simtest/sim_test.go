package simtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestSimulation drives random flows through random schedules. SIM_RUNS says
// how many, SIM_SEED where to begin; the seed of a failing case is printed.
func TestSimulation(t *testing.T) {
	runs := number(t, "SIM_RUNS", 3000)
	first := number(t, "SIM_SEED", uint64(time.Now().UnixNano()))
	t.Logf("SIM_SEED=%d SIM_RUNS=%d", first, runs)
	met := map[string]uint64{}
	for i := range runs {
		seed := first + i
		c := newCase(seed)
		d, err := check(c, seed)
		if err != nil {
			small := shrink(c, func(c *flowCase) bool {
				_, err := check(c, seed)
				_, nonsense := err.(refusedPlan)
				return err != nil && !nonsense
			})
			d, err = check(small, seed)
			text := transcript(d, err)
			file := filepath.Join(os.TempDir(), fmt.Sprintf("sluice-sim-%d.txtar", seed))
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Log(err)
			}
			t.Fatalf("SIM_SEED=%d SIM_RUNS=1, shrunk and written to %s:\n%s", seed, file, text)
		}
		for rule := range d.want.hits {
			met[rule]++
		}
	}
	report(t, met, runs)
}

// report tells how many runs met each rule, and fails if the generator does not
// reach one of them any more.
func report(t *testing.T, met map[string]uint64, runs uint64) {
	for _, rule := range slices.Sorted(maps.Keys(met)) {
		t.Logf("%6d  %s", met[rule], rule)
		if !slices.Contains(shapes, rule) && !slices.Contains(rare, rule) {
			t.Errorf("%q is met and not listed", rule)
		}
	}
	if runs < 2000 {
		return
	}
	for _, rule := range shapes {
		if met[rule]*100 < runs {
			t.Errorf("%q is met by %d of %d runs, want one in a hundred", rule, met[rule], runs)
		}
	}
	for _, rule := range rare {
		if met[rule] == 0 {
			t.Errorf("%q is never met", rule)
		}
	}
}

// shapes are the rules that one run in a hundred must meet, rare those that
// some run must.
var (
	shapes = []string{
		"branchall", "branchall, parallel", "branchall, sequential", "branchone", "cache", "cancel", "continue on refusal",
		"continue_on_error", "continue_on_error of a container", "early vote on a container", "empty branch", "empty branch of all", "empty list", "failure module",
		"failure module of a subflow", "flow", "flow_env of a subflow", "for", "forloop, parallel", "forloop, parallel, bounded",
		"forloop, sequential", "gate approved", "gate in a branch", "gate in branches to all", "gate in a loop", "gate in a parallel container", "gate in a subflow", "gate expired", "gate of a container", "gate refused", "identity", "inputs throws",
		"limit", "loop stopped", "mock", "nested iter", "no list", "preprocessor", "recover", "retry", "retry of a container", "script",
		"skip", "skip of a container", "skip_expr", "skip_failure", "skip_failures", "sleep", "stop", "stop in a loop",
		"stop_after_all_iters_if", "subflow broken off", "three deep", "while",
	}
	rare = []string{
		"branch throws", "iterator throws", "parallelism throws", "preprocessor fails", "skip of the failure module", "skip throws", "skip_expr throws", "sleep throws",
		"stop in a branch of all", "stop in a parallel branch", "stop of branches", "stop throws", "timeout throws",
	}
)

func number(t *testing.T, name string, or uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return or
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
