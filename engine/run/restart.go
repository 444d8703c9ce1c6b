package run

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

// A run may start in the middle of its flow: it takes over from an earlier run, which
// is over, what the steps before that place came to. What was done is not done again,
// and what people decided there stands, with their names; nobody is asked again. The
// earlier run's requests and links are no business of the new one: a step that is taken
// over takes no votes.

// Restart is what a run takes over from an earlier one. It is part of Started, and all that
// the new run needs: the earlier one may go.
type Restart struct {
	Run  ID         `json:"run"`            // whose steps are taken over
	From StepID     `json:"from"`           // where the new run starts: a step of the top level, or an iteration of a loop there, "loop/3"
	Kept []KeptStep `json:"kept,omitempty"` // as the earlier run came to them
	Loop *KeptLoop  `json:"loop,omitempty"` // of a start at an iteration
}

// KeptStep is a step that was done in an earlier run.
type KeptStep struct {
	Step       StepID      `json:"step"`
	Run        ID          `json:"run,omitempty"` // in which it was done, where that is not the run of Restart
	Outcome    Outcome     `json:"outcome"`
	Attempt    int         `json:"attempt,omitempty"`
	Job        string      `json:"job,omitempty"` // that others know it by
	Branch     int         `json:"branch"`        // as in Step
	Args       Ref         `json:"args,omitzero"`
	Result     Ref         `json:"result,omitzero"`
	Err        *Failure    `json:"err,omitempty"`
	Failures   []Failure   `json:"failures,omitempty"` // of earlier attempts
	Started    time.Time   `json:"started"`
	Ended      time.Time   `json:"ended"`
	Gate       *KeptGate   `json:"gate,omitempty"`
	Iterations *Iterations `json:"iterations,omitempty"`
	// Seen says that steps that come later find the result under the step's id.
	Seen bool `json:"seen,omitempty"`
}

// KeptGate is a gate that ended in an earlier run.
type KeptGate struct {
	Required int       `json:"required"`
	Outcome  Outcome   `json:"outcome"`
	Opened   time.Time `json:"opened"`
	Deadline time.Time `json:"deadline"`
	Ended    time.Time `json:"ended"`
	By       string    `json:"by,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Votes    []Vote    `json:"votes,omitempty"`
	Resume   Ref       `json:"resume,omitzero"` // where the run went on over a refusal or a deadline: the error
}

// KeptLoop is how far a loop had come whose later iterations are run anew.
type KeptLoop struct {
	List    Ref   `json:"list,omitzero"` // of a for loop
	Total   int   `json:"total"`         // -1 if nobody knows
	Noted   int   `json:"noted,omitempty"`
	Results []Ref `json:"results,omitempty"` // of the iterations before
}

// keptInside bounds the steps inside others that are taken over for show. Votes and what
// later steps read are taken over in any case.
const keptInside = 1000

// TriggerRestart is the kind of a run that starts in the middle, with what an earlier one
// came to. By is that run and the place: see Restarted. Person is who asked for it.
const TriggerRestart = "restart"

// RestartOf is what starts a run at a step (or iteration) of an earlier one.
func RestartOf(earlier Started, id ID, from StepID, by string) Trigger {
	t := Trigger{Kind: TriggerRestart, By: string(id) + "/" + string(from), Person: by, Origin: earlier.Trigger.Kind}
	if o := earlier.Trigger.Origin; o != "" {
		t.Origin = o
	}
	return t
}

// Restarted tells which run a run starts in the middle of, and where; false for others.
func (t Trigger) Restarted() (ID, StepID, bool) {
	id, from, ok := strings.Cut(t.By, "/")
	if t.Kind != TriggerRestart || !ok {
		return "", "", false
	}
	return ID(id), StepID(from), true
}

const codeRestart fault.Code = "run.restart"

// place finds where a run can start: a step of the top level by its position, and an
// iteration, -1 for none.
func (p *Plan) place(from StepID) (pos, iteration int, err error) {
	id, which, inLoop := strings.Cut(string(from), "/")
	pos = slices.IndexFunc(p.steps, func(n *node) bool { return n.id == id })
	if pos < 0 {
		hint := "Name one of: " + strings.Join(ids(p.steps), ", ") + "."
		if slices.ContainsFunc(p.order, func(n *node) bool { return n.id == id }) {
			hint = "It lies inside another step. A run starts at a step of the top level, or at an iteration of a loop there. " + hint
		}
		return 0, 0, fault.Newf(codeRestart, "Nothing was started. "+hint, "The flow has no step %q at its top level", id)
	}
	if !inLoop {
		return pos, -1, nil
	}
	n := p.steps[pos]
	iteration, err = strconv.Atoi(which)
	if err != nil || iteration < 0 || strconv.Itoa(iteration) != which || n.kind != kindForLoop && n.kind != kindWhileLoop && n.kind != kindBranchAll {
		return 0, 0, fault.Newf(codeRestart, "Nothing was started. Name a step, or LOOP/NUMBER for an iteration, the first being 0.", "%q is no iteration of a loop", from)
	}
	if n.parallel() {
		return 0, 0, fault.Newf(codeRestart, "Nothing was started. Start at the step itself.", "The iterations of %q ran side by side; none of them is where a run could start", id)
	}
	return pos, iteration, nil
}

func ids(nodes []*node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.id
	}
	return out
}

// TakeOver tells what a run of the plan to that starts at a place takes over from s, which
// is over. If askAgain is set and people decided on something before that place, the run
// starts at the first step that asked them, and nothing of what they said is taken over:
// From of what is returned says where. Of the plan this run followed, the steps before
// the place must be the same; that is not looked at here. Codes: run.going, run.restart.
func (s *State) TakeOver(to *Plan, from StepID, askAgain bool) (*Restart, error) {
	pos, iteration, err := to.place(from)
	if err != nil {
		return nil, err
	}
	if s.outcome == "" || s.top == nil {
		return nil, fault.New("run.going", "This run is not over", "Nothing was started: two runs would do the same. Wait for its end, or cancel it.")
	}
	if askAgain {
		if first := s.firstAsked(to, pos, iteration); first >= 0 {
			pos, iteration = first, -1
			from = StepID(to.steps[pos].id)
		}
	}
	if pos > 0 && s.plan.flow.Value.SameWorker {
		return nil, fault.New(codeRestart, "The steps of this flow share a folder, which went with the run", "Nothing was started. Run the flow again from its first step.")
	}
	done := s.passed()
	for i, n := range to.steps[:pos] {
		if i >= len(s.plan.steps) || s.plan.steps[i].id != n.id {
			return nil, fault.Newf(codeRestart, "Nothing was started. Start at an earlier step, or use the flow as it was then.", "That run had no step %q in this place", n.id)
		}
		if i >= done {
			return nil, fault.Newf(codeRestart, "Nothing was started: what comes after it needs what it gives. Start at "+n.id+" or before.", "That run did not get past step %q", n.id)
		}
	}
	r := &Restart{Run: s.id, From: from}
	if iteration >= 0 {
		if r.Loop, err = s.keptLoop(to, pos, iteration); err != nil {
			return nil, err
		}
	}
	s.keep(r, to, pos, iteration)
	return r, nil
}

// passed is how many steps of the top level the run went past.
func (s *State) passed() int { return s.top.main.pos }

// precedes reports whether a step, or what is around it, comes before a place.
func (p *Plan) precedes(id StepID, pos, iteration int) bool {
	top, rest, inside := strings.Cut(string(id), "/")
	i := slices.IndexFunc(p.steps, func(n *node) bool { return n.id == top })
	switch {
	case i < 0 || i > pos:
		return false
	case i < pos:
		return true
	case iteration < 0 || !inside:
		return false
	}
	which, _, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(which) // an iteration of an earlier attempt, "2~2", was thrown away
	return err == nil && n < iteration
}

// firstAsked is the first step before a place at which, or inside which, people were
// asked; -1 if nobody was.
func (s *State) firstAsked(to *Plan, pos, iteration int) int {
	first := -1
	for _, st := range s.Steps() {
		if st.Gate == nil || !to.precedes(st.ID, pos, iteration) {
			continue
		}
		top, _, _ := strings.Cut(string(st.ID), "/")
		i := slices.IndexFunc(to.steps, func(n *node) bool { return n.id == top })
		if first < 0 || i < first {
			first = i
		}
	}
	return first
}

// keptLoop is how far a loop had come before an iteration.
func (s *State) keptLoop(to *Plan, pos, iteration int) (*KeptLoop, error) {
	no := func(format string, args ...any) (*KeptLoop, error) {
		return nil, fault.Newf(codeRestart, "Nothing was started. Start at an iteration that it came to, or at the loop itself.", format, args...)
	}
	id := to.steps[pos].id
	if pos >= len(s.plan.steps) || s.plan.steps[pos].id != id || s.plan.steps[pos].kind != to.steps[pos].kind {
		return no("That run had no loop %q in this place", id)
	}
	st := s.steps[StepID(id)]
	if st == nil || st.iterations == nil {
		return no("That run did not come to the iterations of %q", id)
	}
	t := st.iterations
	if len(st.failures) > 0 {
		return no("The loop %q was tried more than once", id)
	}
	if iteration >= len(t.results) {
		return no("That run did not come to iteration %d of %q", iteration, id)
	}
	l := &KeptLoop{List: t.list, Total: t.total, Results: slices.Clone(t.results[:iteration])}
	for i, r := range l.Results {
		if r.IsZero() || i == t.failed {
			return no("Iteration %d of %q did not succeed in that run", i, id)
		}
		if s.plan.steps[pos].skips(i) && failedValue(r) {
			l.Noted++
		}
	}
	return l, nil
}

// failedValue reports whether a result is that of an iteration whose failure was noted.
func failedValue(r Ref) bool {
	var o map[string]json.RawMessage
	return isObject(r.Inline) && json.Unmarshal(r.Inline, &o) == nil && len(o) == 1 && o["error"] != nil
}

// keep notes the steps before a place, those inside others as far as somebody decided
// there, later steps read them, or there are not too many.
func (s *State) keep(r *Restart, to *Plan, pos, iteration int) {
	var all []KeptStep
	for _, k := range s.kept {
		if to.precedes(k.Step, pos, iteration) {
			if k.Run == "" {
				k.Run = s.started.Restart.Run
			}
			all = append(all, k)
		}
	}
	for _, st := range s.order {
		if to.precedes(st.id, pos, iteration) && st.phase == Done {
			all = append(all, s.keptStep(st))
		}
	}
	last := map[string]int{} // of the module, the step whose result later ones find
	inside := 0
	for i, k := range all {
		if k.Seen {
			last[k.Step.module()] = i
		}
		if k.Step.Within() != "" {
			inside++
		}
	}
	for i, k := range all {
		found, ok := last[k.Step.module()]
		k.Seen = ok && found == i
		if inside > keptInside && k.Step.Within() != "" && !k.Seen && (k.Gate == nil || len(k.Gate.Votes) == 0) {
			continue
		}
		r.Kept = append(r.Kept, k)
	}
}

// module is the id of the module that a step is of.
func (id StepID) module() string { return string(id[strings.LastIndexByte(string(id), '/')+1:]) }

func (s *State) keptStep(st *step) KeptStep {
	k := KeptStep{
		Step: st.id, Outcome: st.outcome, Attempt: st.attempt, Job: s.jobOf(st), Branch: st.branch, Args: st.args, Result: st.result,
		Err: copyOf(st.err), Failures: slices.Clone(st.failures), Started: st.started, Ended: st.ended, Iterations: st.iterations.view(),
		Seen: st.frame.in == s.top && st.frame.root == s.top.root && !st.result.IsZero() && st.outcome != Canceled,
	}
	if g := st.gate; g != nil {
		k.Gate = &KeptGate{
			Required: g.Required, Outcome: g.Outcome, Opened: g.Opened, Deadline: g.Deadline, Ended: g.Ended, By: g.EndedBy, Reason: g.Reason,
			Votes: slices.Clone(st.votes),
		}
		if g.Outcome != Approved && st.met != nil {
			k.Gate.Resume = st.met.resume
		}
	}
	return k
}

// fits refuses to take over what is not of this plan.
func (s *State) fits(r *Restart) error {
	pos, iteration, err := s.plan.place(r.From)
	if err != nil {
		return err
	}
	var top []string
	for _, k := range r.Kept {
		if s.plan.node(k.Step) == nil || !s.plan.precedes(k.Step, pos, iteration) {
			return fault.Newf(codeRestart, "Nothing was started.", "The step %q cannot be taken over", k.Step)
		}
		if k.Step.Within() == "" {
			top = append(top, string(k.Step))
		}
	}
	if !slices.Equal(top, ids(s.plan.steps[:pos])) || (iteration >= 0) != (r.Loop != nil) || r.Loop != nil && len(r.Loop.Results) != iteration {
		return fault.New(codeRestart, "What is taken over does not fit the flow", "Nothing was started.")
	}
	return nil
}

// takeUp goes on where an earlier run had come to, as far as it is taken over.
func (s *State) takeUp(r *Restart) {
	s.kept = r.Kept
	f := s.top.main
	for i := range r.Kept {
		k := &r.Kept[i]
		if k.Seen {
			f.root.note(k.Step.module(), k.Result)
		}
		if k.Step.Within() == "" {
			f.results = append(f.results, k.Result)
			f.prev, f.met = k.Result, s.metAt(k.Gate)
		}
	}
	pos, _, _ := s.plan.place(r.From) // it fits
	f.pos = pos
	if r.Loop == nil {
		s.later(f)
		return
	}
	st := s.reach(f, f.nodes[pos])
	l := r.Loop
	t := &iterations{list: l.List, total: l.Total, width: 1, begun: len(l.Results), ended: len(l.Results), noted: l.Noted, failed: -1,
		results: slices.Clone(l.Results)}
	if l.List.Inline != nil {
		_ = json.Unmarshal(l.List.Inline, &t.items) // it was one
	}
	st.iterations = t
	s.nextIterations(st)
}

// metAt is what people said at a gate that is taken over, as the step after it sees it.
func (s *State) metAt(g *KeptGate) *answers {
	if g == nil || g.Outcome == "" {
		return nil
	}
	a := s.answered(g.Votes)
	if g.Outcome != Approved {
		a.resume, a.resumes = g.Resume, list(append(payloads(g.Votes), g.Resume))
	}
	return a
}

// view is a step that was taken over as others show it.
func (k *KeptStep) view(from ID) Step {
	v := Step{
		ID: k.Step, Module: k.Step.module(), Phase: Done, Outcome: k.Outcome, Attempt: k.Attempt, Branch: k.Branch, Args: k.Args, Result: k.Result,
		Err: copyOf(k.Err), Failures: slices.Clone(k.Failures), Started: k.Started, Ended: k.Ended, Iterations: copyOf(k.Iterations), Kept: k.Run,
	}
	if v.Kept == "" {
		v.Kept = from
	}
	if g := k.Gate; g != nil {
		v.Gate = &Gate{Required: g.Required, Opened: g.Opened, Deadline: g.Deadline, Votes: slices.Clone(g.Votes), Outcome: g.Outcome,
			Ended: g.Ended, EndedBy: g.By, Reason: g.Reason}
	}
	return v
}

// KeptVote is a decision that a run takes over: nobody is asked again.
type KeptVote struct {
	Step       StepID
	Title      string // of the step
	HighStakes bool
	Vote
}

// Decisions lists what people decided that is taken over, in the order of the steps.
func (r *Restart) Decisions(p *Plan) (out []KeptVote) {
	for _, k := range r.Kept {
		n := p.node(k.Step)
		if k.Gate == nil || n == nil {
			continue
		}
		for _, v := range k.Gate.Votes {
			out = append(out, KeptVote{Step: k.Step, Title: title(n), HighStakes: n.module.HighStakes(), Vote: v})
		}
	}
	return out
}

// Again lists the steps of the top level that are done once more because people are asked
// again: from where the run starts to before the place that was wished for. A loop at an
// iteration of which it was to start is one of them: its iterations before are done again.
func (r *Restart) Again(p *Plan, wished StepID) (out []StepID) {
	from, _, err := p.place(r.From)
	to, iteration, bad := p.place(wished)
	if err != nil || bad != nil || r.From == wished {
		return nil
	}
	if iteration > 0 {
		to++
	}
	for _, n := range p.steps[from:to] {
		out = append(out, StepID(n.id))
	}
	return out
}

// Without is what is taken over without the values of the steps that mine names, as they
// are kept no longer; the same if there is none. Erased stands for a value.
func (r *Restart) Without(mine func(StepID) bool, erased Ref) *Restart {
	if r == nil || !slices.ContainsFunc(r.Kept, func(k KeptStep) bool { return mine(k.Step) }) && !r.loopIs(mine) {
		return r
	}
	out := *r
	out.Kept = slices.Clone(r.Kept)
	for i := range out.Kept {
		if k := &out.Kept[i]; mine(k.Step) {
			k.forget(erased)
		}
	}
	if r.loopIs(mine) {
		l := *r.Loop
		if l.List.Len > 0 || l.List.Inline != nil { // how many iterations there were is no value
			l.List = Ref{Items: make([]Ref, max(l.Total, 0)), Len: l.Total}
			for i := range l.List.Items {
				l.List.Items[i] = erased
			}
		}
		l.Results = slices.Clone(l.Results)
		for i := range l.Results {
			l.Results[i] = erased
		}
		out.Loop = &l
	}
	return &out
}

// loopIs reports whether mine names the loop that the run starts in, or what is in it.
func (r *Restart) loopIs(mine func(StepID) bool) bool {
	id, _, _ := strings.Cut(string(r.From), "/")
	return r.Loop != nil && mine(StepID(id))
}

// forget takes the values of a step out of what is told of it.
func (k *KeptStep) forget(erased Ref) {
	for _, v := range []*Ref{&k.Args, &k.Result} {
		if !v.IsZero() {
			*v = erased
		}
	}
	silent := func(f Failure) Failure {
		return Failure{Name: f.Name, Message: "what it said was deleted after use", StepID: f.StepID, Code: f.Code}
	}
	if k.Err != nil {
		err := silent(*k.Err)
		k.Err = &err
	}
	k.Failures = slices.Clone(k.Failures)
	for i, f := range k.Failures {
		k.Failures[i] = silent(f)
	}
	if k.Gate == nil {
		return
	}
	g := *k.Gate
	g.Reason = ""
	g.Votes = slices.Clone(g.Votes)
	for i := range g.Votes {
		if g.Votes[i].Reason = ""; !g.Votes[i].Payload.IsZero() {
			g.Votes[i].Payload = erased
		}
	}
	if !g.Resume.IsZero() {
		g.Resume = erased
	}
	k.Gate = &g
}

// RestartRequest asks for a run that starts in the middle of its flow.
type RestartRequest struct {
	Run      ID
	From     StepID // a step of the top level, or an iteration of a loop there: "loop/3"
	AskAgain bool   // people are asked again who decided before From: the run starts at the first such step
	By       string // who asks for it; "" is the owner

	// Flow is the flow as it is now, if that is to run; the steps before From must be the
	// same. Without it the version runs that ran then.
	Flow   []byte
	Parsed *flow.Flow
	Path   string // where that flow lives in the library, if anywhere
}

// Takeover is what a restart will do, for the person who asks for it.
type Takeover struct {
	*Restart
	Name      string     // of the flow
	Started   time.Time  // of the earlier run
	Decisions []KeptVote // that stand
	Again     []StepID   // done once more, because people are asked again
	Now       bool       // the flow as it is now runs, not the version that ran then
	Changed   StepID     // why not: the first step before From that is another one now; "" if the flow was not asked for or is the same
}

// Differs tells the first step of the top level before a place that is not the same in
// another plan: "" if all are.
func (p *Plan) Differs(q *Plan, from StepID) StepID {
	pos, iteration, err := p.place(from)
	if err != nil {
		return ""
	}
	if iteration >= 0 {
		pos++
	}
	for i, n := range p.steps[:pos] {
		if i >= len(q.steps) || !n.same(q.steps[i]) {
			return StepID(n.id)
		}
	}
	return ""
}

// same reports whether two modules do the same. What they are called on the screen may differ.
func (n *node) same(o *node) bool {
	if n.id != o.id || n.kind != o.kind || n.code.Content != o.code.Content || n.code.Language != o.code.Language ||
		!maps.Equal(n.code.Imports, o.code.Imports) || len(n.paths) != len(o.paths) || (n.sub == nil) != (o.sub == nil) {
		return false
	}
	all := func(a, b []*node) bool { return slices.EqualFunc(a, b, (*node).same) }
	if !all(n.other, o.other) || !slices.EqualFunc(n.paths, o.paths, all) {
		return false
	}
	if n.sub != nil {
		f, g := *n.sub.flow, *o.sub.flow
		if !sameJSON(&f, &g) || !all(n.sub.steps, o.sub.steps) {
			return false
		}
	}
	a, b := *n.module, *o.module
	a.Summary, b.Summary = "", ""
	return sameJSON(&a, &b)
}

func sameJSON(a, b any) bool {
	x, err := json.Marshal(a)
	y, bad := json.Marshal(b)
	return err == nil && bad == nil && bytes.Equal(x, y)
}

// StartsAt lists the steps of the top level at which a run that takes over from this one can
// start: those that it went past, and the one behind them. None while the run goes on.
func (s *State) StartsAt() []StepID {
	if s.outcome == "" || s.top == nil {
		return nil
	}
	n := min(s.passed()+1, len(s.plan.steps))
	if s.plan.flow.Value.SameWorker {
		n = min(n, 1)
	}
	out := make([]StepID, n)
	for i := range out {
		out[i] = StepID(s.plan.steps[i].id)
	}
	return out
}
