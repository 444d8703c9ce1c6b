package model

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// The editor offers the values of one run of the open flow: beside fields, in what an
// expression gives, in completion and to be picked. It is the run that is shown, where
// that is one of this flow; else the newest that is known, or one that a person chose,
// which is read without being shown.

// Offered is the run whose values are offered.
type Offered struct {
	Run    run.ID
	Words  string // "values of the run of 14:02"
	Chosen bool   // by a person
}

// offered is the run whose values are offered, nil if there is none.
func (m *Model) offered() *runView {
	if r := m.aside; r != nil && r.state != nil {
		return r
	}
	if r := m.run; r != nil && r.state != nil && m.doc != nil && m.own(r) {
		return r
	}
	return nil
}

// own reports whether a run is one of the whole open flow.
func (m *Model) own(r *runView) bool {
	if m.doc.ReadOnly {
		return m.belongs(r)
	}
	return m.doc.Path == r.began.Path
}

// Values tells whose values are offered; ok is false where there are none.
func (m *Model) Values() (o Offered, ok bool) {
	r := m.offered()
	if r == nil {
		return o, false
	}
	return Offered{Run: r.id, Words: textValuesOf(when(m.now, r.at)), Chosen: r == m.aside}, true
}

// WantsValues reports whether the newest run of the open flow is to be offered, by
// Offer: none is shown.
func (m *Model) WantsValues() bool {
	return m.doc != nil && m.doc.Path != "" && m.aside == nil && (m.run == nil && m.followed == "" || m.run != nil && m.run.state != nil && !m.own(m.run))
}

// Offer takes the values of a run of the open flow from now on, until another one is
// shown; its journal is asked for. The run that is shown needs none.
func (m *Model) Offer(id run.ID) Dirty {
	d := Dirty{Panes: PaneInspector}
	if id == m.followed {
		m.aside = nil
		return d
	}
	m.aside = newRunView(id)
	m.aside.trial = true
	m.load(id)
	d.Loads = true
	return d
}

// order is which steps of the open flow come before which.
func (m *Model) order() *flow.Order {
	if m.orderOf != m.doc.Flow {
		m.ordered, m.orderOf = flow.OrderOf(m.doc.Flow), m.doc.Flow
	}
	return m.ordered
}

// Place is where an expression stands.
type Place struct {
	Step      string
	Field     string // as in flow.Problem
	Condition bool   // it is asked for yes or no
	Number    bool
}

// InputPlace is the place of an argument of a step.
func InputPlace(step, name string) Place { return Place{Step: step, Field: inputField + name} }

// behind reports whether what stands there is worked out once the step has its result.
func (p Place) behind() bool {
	for _, start := range []string{"stop_after", "retry", "sleep", "timeout"} {
		if strings.HasPrefix(p.Field, start) {
			return true
		}
	}
	return false
}

// Tryout is an expression with what it reads, to be computed for who types it.
type Tryout struct {
	Command run.Evaluate
	Veil    Veil
}

// Try returns what it takes to compute an expression with the values that are offered, as
// it would see them at its place; ok is false where there is no run, or nothing to compute.
func (m *Model) Try(at Place, expr string) (t Tryout, ok bool) {
	r := m.offered()
	if r == nil || m.doc == nil || strings.TrimSpace(expr) == "" {
		return t, false
	}
	shape := run.ShapeValue
	if at.Condition {
		shape = run.ShapeBool
	}
	s := m.scope(r, at, flow.Uses(expr))
	return Tryout{
		Command: run.Evaluate{Step: run.StepID(at.Step), Shape: shape, Scope: s, Exprs: []run.NamedInput{{Name: at.Field, Input: flow.Input{Kind: flow.JavaScript, Expr: expr}}}},
		Veil:    m.veil(r, at),
	}, true
}

// scope is what the names in an expression stand for.
func (m *Model) scope(r *runView, at Place, uses flow.Names) run.Scope {
	seen, order := m.see(r), m.order()
	prior := m.prior(r, seen, at)
	s := run.Scope{Names: map[string]run.Ref{"flow_input": r.began.Input, "flow_env": m.env(r), "previous_result": prior, "result": prior}, Results: map[string]run.Ref{}}
	if !at.behind() {
		s.Names["resume"], s.Names["resumes"], s.Names["approvers"] = r.answers(seen, order.Gate(at.Step))
	}
	ids := uses.Results
	if uses.All {
		ids = order.Before(at.Step)
	}
	for _, id := range ids {
		if ref := m.resultFor(r, seen, at, id); !ref.IsZero() {
			s.Results[id] = ref
		}
	}
	s.Iters = m.iters(r, seen, at.Step)
	return s
}

// resultFor is the result of a step as another would see it, zero where it would not.
func (m *Model) resultFor(r *runView, seen *sight, at Place, id string) run.Ref {
	if !m.order().Reads(at.Step, id) && (id != at.Step || !at.behind()) {
		return run.Ref{}
	}
	return resultOf(seen, id)
}

func resultOf(seen *sight, id string) run.Ref {
	i, ok := seen.byModule[id]
	if !ok || seen.items[i].st == nil {
		return run.Ref{}
	}
	return seen.items[i].st.Result
}

// prior is previous_result.
func (m *Model) prior(r *runView, seen *sight, at Place) run.Ref {
	if at.behind() {
		if i, ok := seen.byModule[at.Step]; ok && seen.items[i].st != nil {
			st := seen.items[i].st
			if f := st.Err; f != nil && st.Result.IsZero() {
				return run.Inline(map[string]any{"error": map[string]any{"name": f.Name, "message": f.Message, "step_id": f.StepID}})
			}
			return st.Result
		}
		return run.Inline(nil)
	}
	id := m.order().Prior(at.Step)
	if id == "" {
		return r.began.Input
	}
	if ref := resultOf(seen, id); !ref.IsZero() {
		return ref
	}
	return run.Inline(nil)
}

// env is flow_env of a run.
func (m *Model) env(r *runView) run.Ref {
	env := r.flow().Value.FlowEnv
	if len(env) == 0 {
		return run.Ref{Inline: json.RawMessage("{}")}
	}
	return run.Inline(env)
}

// iters are the iterations around a step: those that are chosen in the run.
func (m *Model) iters(r *runView, seen *sight, step string) (out []run.Iter) {
	for _, loop := range m.order().Loops(step) {
		i, ok := seen.byModule[loop]
		if !ok || seen.items[i].st == nil || seen.items[i].iteration < 0 {
			return out
		}
		it := seen.items[i]
		out = append(out, run.Iter{Index: it.iteration, Value: r.itemRef(it)})
	}
	return out
}

// itemRef is the value that the chosen iteration of a loop is about.
func (r *runView) itemRef(it item) run.Ref {
	if _, while := it.mod.Value.(*flow.WhileLoop); while {
		return run.Inline(it.iteration)
	}
	r.itemOf(it, it.iteration) // it reads a fixed list
	if list := r.lists[it.st.ID]; it.iteration < len(list) {
		return run.Ref{Inline: list[it.iteration]}
	}
	if far := r.far[it.st.ID]; far.Hash != "" {
		far.Item = it.iteration + 1
		return far
	}
	return run.Inline(nil)
}

// answers are what people answered at the approval of a step.
func (r *runView) answers(seen *sight, gate string) (resume, resumes, approvers run.Ref) {
	resume, resumes, approvers = run.Inline(nil), run.Inline([]int{}), run.Inline([]int{})
	i, ok := seen.byModule[gate]
	if gate == "" || !ok || seen.items[i].st == nil || seen.items[i].st.Gate == nil {
		return resume, resumes, approvers
	}
	var all []run.Ref
	var who []string
	for _, v := range seen.items[i].st.Gate.Votes {
		p := v.Payload
		if p.IsZero() {
			p = run.Inline(nil)
		}
		all, who = append(all, p), append(who, v.Person)
	}
	if len(all) == 0 {
		return resume, resumes, approvers
	}
	return all[len(all)-1], run.Ref{Items: all, Len: len(all)}, run.Inline(who)
}

// GaveBefore is the value that a fixed argument of a step had in the run that is
// offered, in a few words; "" where it had the same, or none.
func (m *Model) GaveBefore(step, name string) string {
	r := m.offered()
	if r == nil || m.doc == nil {
		return ""
	}
	s, _ := flow.Find(m.doc.Flow, step)
	seen := m.see(r)
	i, ok := seen.byModule[step]
	if s == nil || !ok || seen.items[i].st == nil {
		return ""
	}
	var had map[string]json.RawMessage
	if json.Unmarshal(seen.items[i].st.Args.Inline, &had) != nil || had[name] == nil {
		return ""
	}
	var now json.RawMessage
	if in := flow.InputsOf(s).By[name]; in != nil {
		if in.Kind != flow.Static {
			return ""
		}
		now = json.RawMessage(in.Value)
	}
	if string(had[name]) == "null" && len(now) == 0 || flow.Alike(flow.Raw(had[name]), flow.Raw(now)) {
		return ""
	}
	return textHad(m.veil(r, InputPlace(step, name)).Glimpse(had[name]), when(m.now, r.at))
}

// Pickable lists what an expression can read, with where its values are: the names of
// its place, and the results of steps that come before it.
type Pickable struct {
	Path string // "flow_input", "results.a"
	Ref  run.Ref
	Keys []string // known without a value, such as the inputs of the flow
}

// Pickables lists what can be read at a place.
func (m *Model) Pickables(at Place) (out []Pickable, v Veil) {
	if m.doc == nil {
		return nil, v
	}
	r := m.offered()
	add := func(path string, ref run.Ref, keys ...string) { out = append(out, Pickable{path, ref, keys}) }
	var s run.Scope
	if r != nil {
		s, v = m.scope(r, at, flow.Names{All: true}), m.veil(r, at)
	}
	add("flow_input", s.Names["flow_input"], inputNames(m.doc.Flow.Schema)...)
	for i := len(s.Iters) - 1; i >= 0; i-- {
		path := "flow_input.iter" + strings.Repeat("_parent", len(s.Iters)-1-i)
		add(path+".value", s.Iters[i].Value)
		add(path+".index", run.Inline(s.Iters[i].Index))
	}
	if len(s.Iters) == 0 && len(m.order().Loops(at.Step)) > 0 {
		add("flow_input.iter.value", run.Ref{})
		add("flow_input.iter.index", run.Ref{})
	}
	if at.behind() {
		add("result", s.Names["result"])
	}
	for _, id := range slices.Backward(m.order().Before(at.Step)) {
		add(resultPath(id), s.Results[id])
	}
	if gate := m.order().Gate(at.Step); gate != "" && !at.behind() {
		var keys []string
		if g, _ := flow.Find(m.doc.Flow, gate); g != nil && g.Suspend != nil && g.Suspend.ResumeForm != nil {
			keys = inputNames(g.Suspend.ResumeForm.Schema)
		}
		add("resume", s.Names["resume"], keys...)
		add("approvers", s.Names["approvers"])
	}
	if len(m.doc.Flow.Value.FlowEnv) > 0 {
		add("flow_env", s.Names["flow_env"])
	}
	return out, v
}

// resultPath is how an expression names the result of a step.
func resultPath(id string) string {
	if plainName.MatchString(id) {
		return "results." + id
	}
	return "results[" + quote(id) + "]"
}

// CanRead reports whether an expression can read the result of a step.
func (m *Model) CanRead(at Place, step string) bool {
	if m.doc == nil {
		return false
	}
	if s, _ := flow.Find(m.doc.Flow, step); s == nil {
		return false
	}
	return m.order().Reads(at.Step, step)
}

// PickTree puts what can be read at a place into one value, of which each part has the
// path that reaches it. read reads a value, nil where that cannot be had.
func PickTree(list []Pickable, read func(run.Ref) json.RawMessage) json.RawMessage {
	root := &pickNode{}
	for _, p := range list {
		path, ok := flow.ReadPlainPath(p.Path)
		if !ok {
			continue
		}
		n := root
		for _, name := range append([]flow.PathKey{{Name: path.Root}}, path.Keys...) {
			n = n.kid(name.Name)
		}
		if !p.Ref.IsZero() {
			n.value = read(p.Ref)
		}
		for _, key := range p.Keys {
			n.kid(key)
		}
	}
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes()
}

// pickNode is a part of what can be read.
type pickNode struct {
	name  string
	value json.RawMessage
	kids  []*pickNode
}

func (n *pickNode) kid(name string) *pickNode {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	k := &pickNode{name: name}
	n.kids = append(n.kids, k)
	return k
}

// write writes the node: its value, and in it the kids that the value does not have.
func (n *pickNode) write(b *bytes.Buffer) {
	value := bytes.TrimSpace(n.value)
	if len(n.kids) == 0 {
		if len(value) == 0 {
			value = []byte("null")
		}
		b.Write(value)
		return
	}
	had := keysOf(value)
	b.WriteByte('{')
	sep := ""
	for _, k := range had {
		b.WriteString(sep + quote(k.name) + ":")
		b.Write(k.value)
		sep = ","
	}
	for _, k := range n.kids {
		if slices.ContainsFunc(had, func(h kid) bool { return h.name == k.name }) {
			continue
		}
		b.WriteString(sep + quote(k.name) + ":")
		k.write(b)
		sep = ","
	}
	b.WriteByte('}')
}

// RunLine tells a run in a menu: "14:02 · Succeeded".
func (m *Model) RunLine(r run.Summary) string {
	word, _ := RunState(r)
	return dots(when(m.now, r.Started), word)
}

// ValuesMark changes whenever the values that are offered do.
func (m *Model) ValuesMark() string {
	r := m.offered()
	if r == nil {
		return ""
	}
	return string(r.id) + " " + strconv.Itoa(r.moved)
}

// WithPath is what a fixed value becomes when the path of a value is put into its field:
// a text that stands there goes on, the rest gives way.
func WithPath(in *flow.Input, path string) string {
	var text string
	if in == nil || in.Kind != flow.Static || json.Unmarshal(in.Value, &text) != nil || strings.TrimSpace(text) == "" || strings.HasPrefix(text, "$") {
		return path
	}
	text = strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${").Replace(text)
	if !strings.HasSuffix(text, " ") && !strings.HasSuffix(text, "\n") {
		text += " "
	}
	return "`" + text + "${" + path + "}`"
}

// Reachable reports whether the path of a value can be read at a place.
func (m *Model) Reachable(at Place, path string) bool {
	p, ok := flow.ReadPlainPath(path)
	if !ok || p.Root != "results" || len(p.Keys) == 0 {
		return true
	}
	return m.CanRead(at, p.Keys[0].Name)
}
