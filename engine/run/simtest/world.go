package simtest

import (
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/run"
)

// kind is what a step is.
type kind string

const (
	script   kind = "script"
	identity kind = "identity"
	branch   kind = "branchone"
	all      kind = "branchall"
	forLoop  kind = "for"
	while    kind = "while"
	subflow  kind = "flow"
)

// node is a step of a random flow. What becomes of it is its fate, which hangs
// on the path under which it runs.
type node struct {
	id       string
	kind     kind
	branches [][]*node // of branch and all
	lenient  []bool    // of all: skip_failure
	fallback []*node   // of branch
	body     []*node   // of a loop
	sub      *program  // of a subflow

	parallel     bool
	width        int // parallelism; 0: none
	widthExpr    bool
	skipFailures bool
	fixed        bool // the iterator, or the inputs of a script or subflow, are fixed values
	plain        bool // the pause and the timeout are fixed values
	ignored      bool // it has settings that mean nothing: squash, a while loop's parallel
	count        int  // items of a fixed iterator

	byPath  bool     // a script of the workspace
	uses    []string // the ids whose results its expressions mention
	fragile bool     // its job may fail
	throws  bool     // its expressions may throw

	skip        bool
	mock        bool
	constant    int // attempts of the retry
	exponential int
	retryIf     bool
	stop        bool
	stopSkip    bool
	stopError   *string
	stopTells   bool // error_include_result
	stopAll     bool // stop_after_all_iters_if
	stopAllFail bool // … with an error message
	carryOn     bool // continue_on_error
	sleep       bool
	timeout     bool // an expression

	gate      int  // required_events
	carryGate bool // continue_on_disapprove_timeout
}

// container reports whether steps run inside n.
func (n *node) container() bool { return n.kind != script && n.kind != identity }

// program is a flow: the outermost one, or one that a step runs by its path.
type program struct {
	path     string
	nodes    []*node
	failure  *node
	recover  bool // what its failure module says
	env      bool // it has a flow_env
	skipExpr bool
}

// flowCase is a random flow with its world.
type flowCase struct {
	seed     uint64
	top      *program
	prepared bool // a run from outside, with a preprocessor
	limited  bool // concurrent_limit
	cached   int  // cache_ttl: 0 none, 1 nothing kept, 2 a kept result
	canceled int  // the iteration at which somebody cancels the run; 0: nobody

	told map[run.StepID]fate // in hand-made cases: what becomes of the steps that do not just succeed
}

// fate is what becomes of a step at one place.
type fate struct {
	fails         int         // the first attempts that fail
	lost          uint        // bit k: attempt k is lost with Sluice and does not fail by itself
	throws        run.Purpose // the expression that throws; "" for none
	wrong         bool        // it does not throw, but has no value of the shape that is asked
	skip          bool        // what skip_if says
	stop          bool        // stop_after_if, on a step that is not a loop
	stopIteration int         // stop_after_if of a loop: the first iteration it is true for
	stopAll       bool        // stop_after_all_iters_if
	retryUntil    int         // retry_if is true for so many failures
	chosen        int         // the predicate that is true; -1: none
	items         int         // of an iterator
	noList        bool        // the iterator is no list
	big           bool        // the result is not held by the core
	bigInput      bool        // so are the inputs
	skipFlow      bool        // what the skip_expr of a flow says
	noSkip        bool        // it throws
	votes         []vote
	early         int // of the votes: cast while the job runs
}

type vote struct {
	person  string
	approve bool
}

// calmFrom is the iteration from which on all goes well, so that every loop ends.
const calmFrom = 3

// fate draws what becomes of a step from the seed and its path.
func (c *flowCase) fate(n *node, id run.StepID) fate {
	if c.told != nil {
		f, ok := c.told[id]
		if !ok {
			f.chosen = -1
		}
		return f
	}
	h := fnv.New64a()
	io.WriteString(h, string(id))
	r := rand.New(rand.NewPCG(c.seed, h.Sum64()))
	fails, one, other := r.IntN(5)-2, uint(r.IntN(8)), uint(r.IntN(8))
	f := fate{
		fails: max(0, fails), lost: one & other << 1, skip: r.IntN(2) == 0,
		stop: r.IntN(3) == 0, stopIteration: r.IntN(4), stopAll: r.IntN(3) == 0, retryUntil: r.IntN(3),
		items: r.IntN(4), noList: r.IntN(2) == 0, big: r.IntN(5) == 0, skipFlow: r.IntN(4) == 0, noSkip: r.IntN(6) == 0, bigInput: r.IntN(4) == 0, wrong: r.IntN(2) == 0,
	}
	f.chosen = r.IntN(len(n.branches)+1) - 1
	if p := r.IntN(64); n.throws {
		if may := n.expressions(); p < 32 && len(may) > 0 {
			f.throws = may[p%len(may)]
		}
	}
	if !n.fragile {
		f.fails = 0
	}
	if !n.throws {
		f.noList = false
	}
	if n.fixed && n.kind == forLoop {
		f.items, f.noList = n.count, false
	}
	refusals := 6
	if calm(id) {
		f.fails, f.throws, f.stop, f.stopAll, f.noList, f.skip, refusals = 0, "", false, false, false, false, 0
		if n.kind != while {
			f.stopIteration = 99
		}
	}
	votes := r.IntN(5)
	if refusals == 0 {
		votes = n.gate
	}
	for i := range votes {
		f.votes = append(f.votes, vote{person: fmt.Sprintf("p%d@x.example", i), approve: refusals == 0 || r.IntN(refusals) != 0})
	}
	if n.gate == 0 {
		f.votes = nil
	}
	if n.container() && len(f.votes) > 0 { // may be cast at any time: nobody votes beyond what decides
		_, counted := decide(n, f)
		f.votes = f.votes[:counted]
	}
	if n.kind == script && !n.mock && len(f.votes) > 0 {
		f.early = r.IntN(len(f.votes) + 1)
		for i, v := range f.votes[:f.early] {
			if !v.approve { // nobody is asked after a refusal
				f.early = i + 1
				break
			}
		}
	}
	return f
}

// expressions lists what the core has computed for a step.
func (n *node) expressions() []run.Purpose {
	may := []run.Purpose{}
	for purpose, is := range map[run.Purpose]bool{
		run.ForSkip: n.skip, run.ForStop: n.stop, run.ForAllStop: n.stopAll, run.ForSleep: n.sleep && !n.plain, run.ForTimeout: n.timeout && !n.plain, run.ForRetry: n.retryIf,
		run.ForInputs: (n.kind == script || n.kind == subflow) && !n.fixed, run.ForBranch: n.kind == branch && len(n.branches) > 0,
		run.ForIterator: n.kind == forLoop && !n.fixed, run.ForWidth: n.widthExpr,
	} {
		if is {
			may = append(may, purpose)
		}
	}
	slices.Sort(may)
	return may
}

// calm reports whether a path leads through a late iteration of a loop.
func calm(id run.StepID) bool {
	for part := range strings.SplitSeq(string(id), "/") {
		part, _, _ = strings.Cut(part, "~")
		if i, err := strconv.Atoi(part); err == nil && i >= calmFrom {
			return true
		}
	}
	return false
}

// find follows a path to its node and to the program it belongs to.
func (c *flowCase) find(id run.StepID) (*node, *program) {
	p := c.top
	if id == run.PreprocessorStep {
		return &node{id: "preprocessor", kind: script}, p
	}
	nodes := p.nodes
	var n *node
	parts := strings.Split(string(id), "/")
	for i := 0; i < len(parts); i++ {
		if n = nil; parts[i] == "failure" && (i == 0 || parts[i-1] == "flow" || strings.HasPrefix(parts[i-1], "flow~")) {
			return p.failure, p
		}
		for _, m := range nodes {
			if m.id == parts[i] {
				n = m
			}
		}
		if n == nil || i == len(parts)-1 {
			return n, p
		}
		i++
		part, _, _ := strings.Cut(parts[i], "~")
		switch n.kind {
		case subflow:
			p, nodes = n.sub, n.sub.nodes
		case forLoop, while:
			nodes = n.body
		default:
			nodes = n.fallback
			if k, err := strconv.Atoi(part); err == nil {
				nodes = n.branches[k]
			}
		}
	}
	return n, p
}
