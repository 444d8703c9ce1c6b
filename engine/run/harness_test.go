package run

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"sluice/engine/flow"
)

var epoch = time.Date(2030, 1, 2, 3, 0, 0, 0, time.UTC)

const testID ID = "0190-run"

// whole compares states to the last unexported field. Plans are shared.
var whole = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmp.Comparer(func(a, b *Plan) bool { return a == b }),
	cmp.Comparer(func(a, b *node) bool { return a == b }),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b json.RawMessage) bool { return compact(a) == compact(b) }),
}

func compact(v json.RawMessage) string {
	if v == nil {
		return ""
	}
	var x any
	if err := json.Unmarshal(v, &x); err != nil {
		return string(v)
	}
	b, err := json.Marshal(x)
	if err != nil {
		return string(v)
	}
	return string(b)
}

// bench is a run under test together with its books: its journal, and what was
// asked and neither answered nor taken back.
type bench struct {
	plan    *Plan
	state   *State
	journal []Entry
	open    map[string]bool
	ended   bool
	earlier *State // whose steps a restart takes over
}

func newBench(t testing.TB, flowText string, scripts map[string]Code, flows ...txtar.File) *bench {
	t.Helper()
	read := func(text []byte) *flow.Flow {
		f, err := flow.ParseYAML(text)
		if err != nil {
			t.Fatalf("read the flow: %v", err)
		}
		return f
	}
	subs := map[string]*flow.Flow{}
	for _, f := range flows {
		subs[f.Name] = read(f.Data)
	}
	p, err := CompileParsed(Pinned{Scripts: scripts}, read([]byte(flowText)), subs)
	if err != nil {
		t.Fatalf("compile the flow: %v", err)
	}
	return &bench{plan: p, state: NewState(p, testID), open: map[string]bool{}}
}

// apply gives an event to the state and checks what must hold after any event:
// a refused one changed nothing, and what is outstanding is what was asked,
// less what was answered or taken back.
func (b *bench) apply(at time.Time, ev Event) ([]Command, error) {
	cmds, err := b.state.Next(at, ev)
	if err != nil {
		if len(cmds) > 0 {
			return nil, fmt.Errorf("commands with the error %w", err)
		}
		return nil, err
	}
	seq, last := b.state.Last()
	b.journal = append(b.journal, Entry{ID: int64(seq), Run: testID, Seq: seq, At: last, Event: ev})
	b.answer(ev)
	for _, c := range cmds {
		switch c := c.(type) {
		case Drop:
			key := commandKey(c.Of)
			if !b.open[key] {
				panic("dropped what was not outstanding: " + key)
			}
			delete(b.open, key)
		case Finish:
			if b.ended {
				panic("finished twice")
			}
			b.ended = true
		default:
			b.open[commandKey(c)] = true
		}
	}
	return cmds, nil
}

// answer strikes out what an event answers. A gate is struck out by its Drop.
func (b *bench) answer(ev Event) {
	key := ""
	switch ev := ev.(type) {
	case Evaluated:
		key = fmt.Sprintf("eval %s %s", ev.Step, ev.For)
	case JobSucceeded:
		key = fmt.Sprintf("job %s#%d", ev.Step, ev.Attempt)
	case JobFailed:
		key = fmt.Sprintf("job %s#%d", ev.Step, ev.Attempt)
	case JobLost:
		key = fmt.Sprintf("job %s#%d", ev.Step, ev.Attempt)
	case JobInterrupted:
		key = fmt.Sprintf("job %s#%d", ev.Step, ev.Attempt)
	case TimerFired:
		key = fmt.Sprintf("timer %s %s", ev.Step, ev.Kind)
	case Admitted:
		key = "admit"
	case Recalled:
		key = "recall"
	default:
		return
	}
	if !b.open[key] {
		panic(fmt.Sprintf("%T accepted, but %q was not outstanding", ev, key))
	}
	delete(b.open, key)
}

func commandKey(c Command) string {
	switch c := c.(type) {
	case Evaluate:
		return fmt.Sprintf("eval %s %s", c.Step, c.For)
	case StartJob:
		return fmt.Sprintf("job %s#%d", c.Step, c.Attempt)
	case StartTimer:
		return fmt.Sprintf("timer %s %s", c.Step, c.Kind)
	case OpenGate:
		return fmt.Sprintf("gate %s", c.Step)
	case Admit:
		return "admit"
	case Recall:
		return "recall"
	}
	panic(fmt.Sprintf("no key for %T", c))
}

// settled reports what is wrong with the books, and with a replay.
func (b *bench) settled() error {
	var keys []string
	for _, c := range b.state.Outstanding() {
		keys = append(keys, commandKey(c))
	}
	if slices.Sort(keys); len(slices.Compact(slices.Clone(keys))) != len(keys) {
		return fmt.Errorf("something is outstanding twice: %v", keys)
	}
	var want []string
	for k := range b.open {
		want = append(want, k)
	}
	slices.Sort(want)
	if !slices.Equal(keys, want) {
		return fmt.Errorf("outstanding %v, by the books %v", keys, want)
	}
	if done := b.state.Status() == StatusDone; done != b.ended || done && len(keys) > 0 || !done && b.state.started != nil && len(keys) == 0 {
		return fmt.Errorf("status %s with %d outstanding and finished=%v", b.state.Status(), len(keys), b.ended)
	}
	return nil
}

// replayed compares the state with what its journal, written out and read
// again, folds to.
func (b *bench) replayed() error {
	s, err := Fold(b.plan, testID, slices.Values(written(b.journal)))
	if err != nil {
		return err
	}
	if reflect.DeepEqual(b.state, s) {
		return nil // cmp is slow, and knows better only where a value is written otherwise
	}
	if d := cmp.Diff(b.state, s, whole); d != "" {
		return fmt.Errorf("the journal folds to another state (-lived +folded):\n%s", d)
	}
	return nil
}

func written(journal []Entry) []Entry {
	out := slices.Clone(journal)
	for i := range out {
		typ, data, err := EncodeEvent(out[i].Event)
		if err != nil {
			panic(err)
		}
		if out[i].Event, err = DecodeEvent(typ, data); err != nil {
			panic(err)
		}
	}
	return out
}

// showCommand writes a command as transcripts show it.
func showCommand(c Command) string {
	switch c := c.(type) {
	case Evaluate:
		parts := []string{"eval", orFlow(c.Step), string(c.For)}
		var said []string
		for _, in := range c.Exprs {
			text := in.Input.Expr
			if in.Input.Kind == flow.Static {
				text = string(in.Input.Value)
			} else {
				said = append(said, flow.Uses(text).Context...)
			}
			if in.Name != "" {
				text = in.Name + ": " + text
			}
			parts = append(parts, "`"+text+"`")
		}
		for _, name := range said {
			if r, ok := c.Scope.Names[name]; ok {
				parts = append(parts, name+"="+showRef(r))
			} else if name != "results" {
				parts = append(parts, name+" unknown")
			}
		}
		ids := []string{}
		for id := range c.Scope.Results {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			parts = append(parts, "results."+id+"="+showRef(c.Scope.Results[id]))
		}
		for _, it := range c.Scope.Iters {
			parts = append(parts, fmt.Sprintf("iter %d=%s", it.Index, showRef(it.Value)))
		}
		return strings.Join(parts, " ")
	case StartJob:
		s := fmt.Sprintf("run %s#%d %s", c.Step, c.Attempt, showRef(c.Args))
		if c.Timeout != 0 {
			s += " for " + c.Timeout.String()
		}
		if c.Cache != 0 {
			s += " cached " + c.Cache.String()
		}
		if c.Priority != 0 {
			s += fmt.Sprintf(" priority %d", c.Priority)
		}
		if c.Limit != (Limit{}) {
			s += " " + showLimit(c.Limit)
		}
		return s
	case StartTimer:
		return fmt.Sprintf("timer %s %s %s", c.Step, c.Kind, since(c.At))
	case Admit:
		return "admit " + showRef(c.Args) + " " + showLimit(c.Limit)
	case Recall:
		return "recall " + showRef(c.Input) + " not older than " + c.TTL.String()
	case OpenGate:
		return fmt.Sprintf("open %s for %d until %s", c.Step, c.Required, since(c.Deadline))
	case Drop:
		return "drop " + commandKey(c.Of)
	case Finish:
		s := fmt.Sprintf("finish %s %s", c.Outcome, showRef(c.Result))
		if c.Err != nil {
			s += " because " + c.Err.Error()
		}
		return s
	}
	return fmt.Sprintf("%T", c)
}

func showLimit(l Limit) string {
	return strings.TrimSpace(fmt.Sprintf("at most %d in %s %s", l.Max, l.Window, l.Key))
}

func orFlow(id StepID) string {
	if id == "" {
		return "-"
	}
	return string(id)
}

func showRef(r Ref) string {
	switch {
	case r.IsZero():
		return "nothing"
	case r.Items != nil:
		var parts []string
		for _, i := range r.Items {
			parts = append(parts, showRef(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case r.Item > 0:
		return fmt.Sprintf("blob:%s[%d]", r.Hash, r.Item-1)
	case r.Inline == nil:
		return "blob:" + r.Hash
	}
	return compact(r.Inline)
}

func since(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return "+" + strconv.FormatFloat(t.Sub(epoch).Seconds(), 'f', -1, 64) + "s"
}
