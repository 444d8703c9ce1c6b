package run

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"sluice/engine/flow"
)

// What expressions see. The names differ by place, as in the reference: a
// pause cannot read results, an early stop sees no answer of people.

// wants says which results an expression mentions.
type wants struct {
	ids []string
	all bool
}

func wanted(expr string) wants {
	u := flow.Uses(expr)
	return wants{u.Results, u.All}
}

func wantedBy(in []NamedInput) wants {
	var w wants
	for _, i := range in {
		if i.Input.Kind != flow.JavaScript {
			continue
		}
		v := wanted(i.Input.Expr)
		w.all = w.all || v.all
		w.ids = append(w.ids, v.ids...)
	}
	slices.Sort(w.ids)
	w.ids = slices.Compact(w.ids)
	return w
}

// pick returns the results that w mentions as a step of f sees them: those of
// its own sequence first, then those around it, then whatever finished last
// under that id anywhere in the flow, or in this iteration of a parallel loop.
func (f *frame) pick(w wants) map[string]Ref {
	if !w.all && len(w.ids) == 0 {
		return nil
	}
	out := map[string]Ref{}
	if !w.all {
		for _, id := range w.ids {
			if r, ok := f.lookup(id); ok {
				out[id] = r
			}
		}
		return out
	}
	for id := range f.root.last {
		out[id], _ = f.lookup(id)
	}
	for g := f.up; g != nil && f.root != f.in.root; g = g.up {
		for i, r := range g.results {
			if id := g.nodes[i].id; !r.IsZero() {
				out[id], _ = f.lookup(id)
			}
		}
	}
	return out
}

func (f *frame) lookup(id string) (Ref, bool) {
	for g := f; g != nil && g.in == f.in; g = g.up {
		for i, r := range g.results {
			if g.nodes[i].id == id && !r.IsZero() {
				return r, true
			}
		}
	}
	r, ok := f.root.last[id]
	return r, ok
}

// before is what a step sees that has not run: inputs, skip_if, predicates.
func (s *State) before(st *step, p Purpose) Scope {
	f := st.frame
	names := f.names()
	if st.node.handler {
		names = maps.Clone(names)
		names["started_at"] = Inline(s.startedAt)
		names["flow_job_id"] = Inline(s.id)
	}
	return Scope{Names: names, Results: f.pick(st.node.wants[p]), Iters: f.iters}
}

// given is what the names were when they were last asked for. The iterations of a
// parallel loop begin with the same; they share one map, which nobody changes.
type given struct {
	input, prev Ref
	met         *answers
	names       map[string]Ref
}

// names are those that a step at f's position sees before it has run.
func (f *frame) names() map[string]Ref {
	g, met := &f.in.given, f.seen()
	if g.names == nil || g.met != met || !g.prev.is(f.prev) || !g.input.is(f.in.input) {
		*g = given{input: f.in.input, prev: f.prev, met: met, names: map[string]Ref{
			"flow_input": f.in.input, "flow_env": f.in.env,
			"previous_result": f.prev, "result": f.prev,
			"resume": met.resume, "resumes": met.resumes, "approvers": met.approvers,
		}}
	}
	return g.names
}

// is reports whether two refs are the same in memory, and so equal.
func (r Ref) is(o Ref) bool {
	return r.Hash == o.Hash && r.Item == o.Item && r.Len == o.Len && r.Size == o.Size && r.Preview == o.Preview &&
		same(r.Inline, o.Inline) && same(r.Items, o.Items)
}

func same[T any](a, b []T) bool {
	return len(a) == len(b) && (a == nil) == (b == nil) && (len(a) == 0 || &a[0] == &b[0])
}

// around is what the settings around a step's work see: its timeout, sleep,
// stop_after_if and retry_if. result is the value they are about.
func (s *State) around(st *step, p Purpose, result Ref) Scope {
	f := st.frame
	names := map[string]Ref{
		"flow_input": f.in.input, "flow_env": f.in.env,
		"previous_result": result, "result": result,
	}
	if t := st.iterations; t != nil && (p == ForStop || p == ForAllStop) {
		n := len(t.results)
		names["all_iters"] = Ref{Items: t.results[:n:n], Len: n}
	}
	return Scope{Names: names, Results: f.pick(st.node.wants[p]), Iters: f.iters}
}

// answers are what people said at a gate, as the steps after it see it.
type answers struct {
	resume, resumes, approvers Ref
}

var noAnswers = &answers{resume: Inline(nil), resumes: Inline([]int{}), approvers: Inline([]int{})}

// seen returns the answers that the step at f's position sees: those of the
// gate right before it, else those that its container sees.
func (f *frame) seen() *answers {
	switch {
	case f.met != nil:
		return f.met
	case f.around != nil:
		return f.around
	}
	return noAnswers
}

// errorRef returns a failure as a result: {"error": {…}}. A result that the
// failure carries is part of it where it is small.
func errorRef(f *Failure) Ref {
	type body struct {
		Name    string          `json:"name"`
		Message string          `json:"message"`
		Stack   string          `json:"stack,omitempty"`
		StepID  string          `json:"step_id,omitempty"`
		Extra   json.RawMessage `json:"extra,omitempty"`
		Result  json.RawMessage `json:"result,omitempty"`
	}
	if f.Value != nil {
		return Inline(map[string]json.RawMessage{"error": f.Value})
	}
	return Inline(map[string]body{"error": {f.Name, f.Message, f.Stack, f.StepID, f.Extra, f.Result.Inline}})
}

// object builds a JSON object with its keys in the given order.
func object(names []string, value func(string) json.RawMessage) Ref {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(n)
		if err != nil {
			panic("run: a name that is not text: " + err.Error()) // a string always marshals
		}
		b.Write(key)
		b.WriteByte(':')
		writeValue(&b, value(n))
	}
	b.WriteByte('}')
	return Ref{Inline: b.Bytes()}
}

// list builds a JSON list. Where one of the items is not at hand, or all of them
// are much, the list is made of references.
func list(items []Ref) Ref {
	size := 0
	for _, r := range items {
		if size += len(r.Inline) + 1; r.Hash != "" || r.Items != nil || size > InlineMax {
			return Ref{Items: slices.Clone(items), Len: len(items)}
		}
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i, r := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		writeValue(&b, r.Inline)
	}
	b.WriteByte(']')
	return Ref{Inline: b.Bytes(), Len: len(items)}
}

func writeValue(b *bytes.Buffer, v json.RawMessage) {
	if v == nil {
		b.WriteString("null")
		return
	}
	if err := json.Compact(b, v); err != nil {
		b.WriteString("null") // values come from files that were parsed before
	}
}
