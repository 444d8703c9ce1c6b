package run

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/engine/flow"
)

// How Windmill's clients read a run. There a step's code, a branch, an iteration of a
// loop and a flow that a step runs are jobs of their own, and a gate stands
// before the step that it holds back. This file tells our states so; nothing
// here decides anything.

// FlowStatus is where a flow job stands. Step is the place of the module that
// it is at: -1 at the preprocessor, the number of modules past the last one.
type FlowStatus struct {
	Step         int            `json:"step"`
	Modules      []ModuleStatus `json:"modules"`
	Failure      ModuleStatus   `json:"failure_module"`
	Preprocessor *ModuleStatus  `json:"preprocessor_module,omitempty"`
	Retry        RetryStatus    `json:"retry"`
	Restarted    *RestartStatus `json:"restarted_from,omitempty"`
}

// RestartStatus is which run this one took steps over from, and where it starts.
type RestartStatus struct {
	Job       string `json:"flow_job_id"`
	Step      string `json:"step_id"`
	Iteration *int   `json:"branch_or_iteration_n,omitempty"`
}

// RetryStatus tells how often the module at Step has failed so far.
type RetryStatus struct {
	FailCount  int      `json:"fail_count"`
	FailedJobs []string `json:"failed_jobs"`
}

// The types of a ModuleStatus.
const (
	ModuleWaiting   = "WaitingForPriorSteps"
	ModuleSuspended = "WaitingForEvents"
	ModuleQueued    = "WaitingForExecutor"
	ModuleRunning   = "InProgress"
	ModuleSuccess   = "Success"
	ModuleFailure   = "Failure"
)

// ModuleStatus is where one module stands. Which fields are set depends on Type
// and on the kind of the module.
type ModuleStatus struct {
	Type     string           `json:"type"`
	ID       string           `json:"id"`
	Job      string           `json:"job,omitempty"`
	Count    int              `json:"count,omitempty"` // of the events that are waited for
	Iterator *IteratorStatus  `json:"iterator,omitempty"`
	Jobs     []string         `json:"flow_jobs,omitempty"` // of iterations and branches
	JobsOK   []*bool          `json:"flow_jobs_success,omitempty"`
	Chosen   *BranchStatus    `json:"branch_chosen,omitempty"`
	All      *BranchAllStatus `json:"branchall,omitempty"`
	Parallel bool             `json:"parallel,omitempty"`
	While    bool             `json:"while_loop,omitempty"`
	Approved []ApproverStatus `json:"approvers,omitempty"`
	Failed   []string         `json:"failed_retries,omitempty"`
	Skipped  bool             `json:"skipped,omitempty"`
	Parent   string           `json:"parent_module,omitempty"` // of the failure module: what failed
}

// IteratorStatus is how far a for loop has come.
type IteratorStatus struct {
	Index  int             `json:"index"`
	Itered json.RawMessage `json:"itered,omitempty"` // the list, where it is a small one
	Len    int             `json:"itered_len"`
}

// BranchStatus is the way that a branchone took.
type BranchStatus struct {
	Type   string `json:"type"` // "branch" or "default"
	Branch *int   `json:"branch,omitempty"`
}

// BranchAllStatus is how far a branchall has come.
type BranchAllStatus struct {
	Branch int `json:"branch"`
	Len    int `json:"len"`
}

// ApproverStatus is a vote that let a gate open.
type ApproverStatus struct {
	ResumeID int    `json:"resume_id"`
	Approver string `json:"approver"`
}

// Answer is a step's result as OpenFlow tells it: a failed one has its error.
func (s Step) Answer() Ref {
	if s.Err != nil && s.Iterations == nil && (s.Phase == Done && s.Outcome == Failed) {
		return errorRef(s.Err)
	}
	return s.Result
}

// JobID makes the id of a job that exists for Windmill's clients only: an iteration, a
// branch, a flow that a step runs, or a step that has no code. It is the same
// whenever it is asked for.
func JobID(id ID, at StepID) string {
	b := sha256.Sum256([]byte(string(id) + "\x00" + string(at)))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // a UUID of version 8
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// JobPlace is what a job id stands for in a run. Both fields are "" for the run
// itself.
type JobPlace struct {
	Step StepID // a step's own job
	Flow StepID // or what is inside a step: "loop/2", "c/default", "sub/flow"
}

// FindJob finds a job of the run by its id.
func (s *State) FindJob(id string) (JobPlace, bool) {
	if id == string(s.id) {
		return JobPlace{}, true
	}
	for _, st := range s.order {
		for _, p := range st.insides() {
			if s.idOf(p) == id {
				return JobPlace{Flow: p}, true
			}
		}
		if s.jobOf(st) == id {
			return JobPlace{Step: st.id}, true
		}
	}
	return JobPlace{}, false
}

func (s *State) idOf(flow StepID) string {
	if flow == "" {
		return string(s.id)
	}
	return JobID(s.id, flow)
}

// insides lists the child flows of a step so far, in order.
func (st *step) insides() []StepID {
	switch n := st.node; {
	case n.kind == kindFlow && !st.args.IsZero():
		return []StepID{st.within(flowPart)}
	case n.kind == kindBranchOne && st.branch == -1:
		return []StepID{st.within(defaultPart)}
	case n.kind == kindBranchOne && st.branch >= 0:
		return []StepID{st.within(strconv.Itoa(st.branch))}
	case st.iterations != nil:
		out := make([]StepID, st.iterations.begun)
		for i := range out {
			out[i] = st.within(strconv.Itoa(i))
		}
		return out
	}
	return nil
}

// within is inside for the attempt that was begun last.
func (st *step) within(which string) StepID {
	n := st.tried()
	if st.phase == Retrying {
		n-- // the next one has no inside yet
	}
	return st.id + "/" + StepID(part(which, n))
}

// jobOf is the job that a step stands for from outside.
func (s *State) jobOf(st *step) string {
	switch {
	case st.node.kind == kindJob && st.job != "":
		return st.job
	case st.node.kind == kindFlow:
		return JobID(s.id, st.within(flowPart))
	}
	return JobID(s.id, st.id)
}

// JobFlow is the inside of a step, or the run itself, as a flow job.
type JobFlow struct {
	Path    StepID // "" for the run
	Owner   StepID // the step that it is inside of
	Parent  string // id of the flow job around it; "" for the run
	Modules []*flow.Module
	Done    bool
	Success bool
	Result  Ref
	Started time.Time
	Ended   time.Time
}

// JobFlow returns the flow job of that path; false if the run has none there.
func (s *State) JobFlow(path StepID) (JobFlow, bool) {
	j := JobFlow{Path: path}
	if path == "" {
		if s.started == nil {
			return j, false
		}
		j.Modules, j.Done, j.Success = s.plan.flow.Value.Modules, s.outcome != "", s.outcome == Succeeded
		j.Result, j.Started, j.Ended = s.result, s.startedAt, s.ended
		return j, true
	}
	at := strings.LastIndexByte(string(path), '/')
	if at < 0 {
		return j, false
	}
	st := s.steps[path[:at]]
	if st == nil || !slices.Contains(st.insides(), path) {
		return j, false
	}
	nodes, _ := st.node.within(string(path[at+1:]))
	for _, n := range nodes {
		j.Modules = append(j.Modules, n.module)
	}
	j.Owner, j.Parent = st.id, s.idOf(st.frame.path)
	j.Started, j.Ended = s.span(st, path, nodes)
	if t := st.iterations; t != nil {
		i, _ := strconv.Atoi(strings.SplitN(string(path[at+1:]), "~", 2)[0])
		j.Result = t.results[i]
		ok := st.iterationOK(s, i, path, nodes)
		j.Done, j.Success = ok != nil, ok != nil && *ok
		if !j.Done {
			j.Ended = time.Time{}
		}
		return j, true
	}
	j.Done = st.outcome != "" || st.phase == Done
	j.Success, j.Result = j.Done && st.err == nil && st.outcome != Canceled, st.result
	if j.Done && st.err != nil && st.result.IsZero() {
		j.Result = errorRef(st.err)
	}
	return j, true
}

// span tells from when to when the steps of a sequence have worked.
func (s *State) span(owner *step, path StepID, nodes []*node) (from, to time.Time) {
	from = owner.started
	for i, n := range nodes {
		st := s.steps[path+"/"+StepID(n.id)]
		if st == nil {
			break
		}
		if i == 0 {
			from = st.started
		}
		to = st.ended
	}
	if to.IsZero() {
		to = owner.ended
	}
	return from, to
}

// iterationOK tells how an iteration ended; nil if it has not.
func (st *step) iterationOK(s *State, i int, path StepID, nodes []*node) *bool {
	if st.iterations.results[i].IsZero() {
		if st.phase != Done {
			return nil
		}
		return new(bool) // it was broken off
	}
	ok := true
	for _, n := range nodes {
		if in := s.steps[path+"/"+StepID(n.id)]; in != nil {
			ok = in.outcome == Succeeded || in.outcome == Skipped || in.outcome == Failed && in.carried()
		}
	}
	return &ok
}

// carried reports whether the flow went on over the step's failure.
func (st *step) carried() bool {
	return st.node.module.ContinueOnError && st.gate == nil
}

// FlowStatus tells where the run, or the flow job inside one of its steps,
// stands; false if there is none of that path.
func (s *State) FlowStatus(path StepID) (FlowStatus, bool) {
	out := FlowStatus{Modules: []ModuleStatus{}, Retry: RetryStatus{FailedJobs: []string{}}, Failure: ModuleStatus{Type: ModuleWaiting, ID: string(FailureStep)}}
	nodes, p := s.plan.steps, s.plan.program
	prefix := StepID("")
	if s.started == nil {
		return out, false
	}
	if path != "" {
		if _, ok := s.JobFlow(path); !ok {
			return out, false
		}
		at := strings.LastIndexByte(string(path), '/')
		owner := s.steps[path[:at]]
		nodes, _ = owner.node.within(string(path[at+1:]))
		if p = owner.node.sub; p == nil {
			p = &program{} // what is inside a branch or a loop has no failure module of its own
		}
		prefix = path + "/"
	}
	var last *step
	for i, n := range nodes {
		st := s.steps[prefix+StepID(n.id)]
		if st == nil {
			m := ModuleStatus{Type: ModuleWaiting, ID: n.id}
			if k := s.keptAt(prefix + StepID(n.id)); k != nil {
				m, out.Step = s.keptStatus(k), i+1
			}
			out.Modules = append(out.Modules, m)
			continue
		}
		last = st
		out.Modules = append(out.Modules, s.moduleStatus(st))
		if st.phase == Done && (st.err == nil || st.carried()) {
			out.Step = i + 1
		} else {
			out.Step = i
		}
	}
	if n := len(nodes); n > 0 && (nodes[n-1].gated || nodes[n-1].module.Sleep != nil) {
		m := s.afterLast(s.steps[prefix+StepID(nodes[n-1].id)], nodes[n-1].id)
		if out.Modules = append(out.Modules, m); m.Type == ModuleSuccess {
			out.Step++
		}
	}
	if last != nil {
		s.heldBack(&out, last, prefix)
		out.Retry.FailCount = len(last.failures)
	}
	if st := s.steps[prefix+FailureStep]; st != nil && p.failure != nil {
		out.Failure = s.moduleStatus(st)
		if in := st.frame.in; in.broken != nil {
			out.Failure.Parent = in.broken.err.StepID
		}
		out.Step = len(out.Modules)
	}
	if r := s.started.Restart; r != nil && path == "" {
		id, which, inLoop := strings.Cut(string(r.From), "/")
		out.Restarted = &RestartStatus{Job: string(r.Run), Step: id}
		if n, err := strconv.Atoi(which); inLoop && err == nil {
			out.Restarted.Iteration = &n
		}
	}
	if p.before != nil && path == "" {
		pre := ModuleStatus{Type: ModuleWaiting, ID: string(PreprocessorStep)}
		if st := s.steps[PreprocessorStep]; st != nil {
			pre = s.moduleStatus(st)
			if st.phase != Done {
				out.Step = -1
			}
		}
		out.Preprocessor = &pre
	}
	return out, true
}

// keptAt is a step that was taken over; nil if it was not.
func (s *State) keptAt(id StepID) *KeptStep {
	if i := slices.IndexFunc(s.kept, func(k KeptStep) bool { return k.Step == id }); i >= 0 {
		return &s.kept[i]
	}
	return nil
}

// keptStatus is a module that was done in an earlier run: its job is one of that.
func (s *State) keptStatus(k *KeptStep) ModuleStatus {
	m := ModuleStatus{ID: k.Step.module(), Type: ModuleSuccess, Skipped: k.Outcome == Skipped, Job: k.Job}
	if k.Gate == nil && k.Err != nil {
		m.Type = ModuleFailure
	}
	if g := k.Gate; g != nil && g.Outcome == Approved {
		for i, v := range g.Votes {
			if v.Approve {
				m.Approved = append(m.Approved, ApproverStatus{ResumeID: i + 1, Approver: v.Person})
			}
		}
	}
	return m
}

// heldBack tells a gate of the last step that was reached on the module after it.
func (s *State) heldBack(out *FlowStatus, st *step, prefix StepID) {
	if st.gate == nil {
		return
	}
	i := slices.IndexFunc(out.Modules, func(m ModuleStatus) bool { return m.ID == st.node.id }) + 1
	if i >= len(out.Modules) {
		return
	}
	m := &out.Modules[i]
	switch {
	case st.open != nil:
		out.Step = i
		*m = ModuleStatus{Type: ModuleSuspended, ID: m.ID, Count: st.gate.Required, Job: s.jobOf(st)}
	case st.err != nil:
		out.Step = i
		*m = ModuleStatus{Type: ModuleFailure, ID: m.ID, Job: JobID(s.id, prefix+StepID(m.ID))}
	}
}

// afterLast is the module that Windmill adds behind a last step that holds the
// end of its flow back.
func (s *State) afterLast(st *step, id string) ModuleStatus {
	m := ModuleStatus{Type: ModuleWaiting, ID: id + "-v"}
	switch {
	case st == nil:
	case st.phase == Sleeping:
		m.Type, m.Job = ModuleQueued, JobID(s.id, st.id+"-v")
	case st.phase == Done && st.err == nil:
		m.Type, m.Job = ModuleSuccess, JobID(s.id, st.id+"-v")
	}
	return m
}

func (s *State) moduleStatus(st *step) ModuleStatus {
	m := ModuleStatus{ID: st.node.id, Job: s.jobOf(st)}
	settled := st.phase == Waiting || st.phase == Sleeping || st.gate != nil
	switch {
	case st.phase == Done && st.err != nil && !settled, st.phase == Done && st.outcome == Canceled:
		m.Type = ModuleFailure
	case st.phase == Done || settled:
		m.Type, m.Skipped = ModuleSuccess, st.outcome == Skipped
	case st.phase == Running && (st.node.kind != kindJob || st.job != ""):
		m.Type = ModuleRunning
	default:
		m.Type = ModuleQueued
	}
	if st.gate != nil && st.gate.Outcome == Approved {
		for i, v := range st.votes {
			if v.Approve {
				m.Approved = append(m.Approved, ApproverStatus{ResumeID: i + 1, Approver: v.Person})
			}
		}
	}
	children := st.insides()
	switch {
	case st.iterations != nil:
		s.iterationsStatus(&m, st, children)
	case len(children) == 1:
		m.Job = s.idOf(children[0])
	}
	if st.node.kind == kindBranchOne && st.branch > -2 {
		m.Chosen = &BranchStatus{Type: "default"}
		if b := st.branch; b >= 0 {
			m.Chosen = &BranchStatus{Type: "branch", Branch: &b}
		}
	}
	return m
}

func (s *State) iterationsStatus(m *ModuleStatus, st *step, children []StepID) {
	t := st.iterations
	m.Parallel, m.While = st.node.parallel(), st.node.kind == kindWhileLoop
	for i, path := range children {
		nodes, _ := st.node.within(string(path[len(st.id)+1:]))
		m.Jobs = append(m.Jobs, s.idOf(path))
		m.JobsOK = append(m.JobsOK, st.iterationOK(s, i, path, nodes))
	}
	if n := len(m.Jobs); n > 0 {
		m.Job = m.Jobs[n-1]
	}
	switch st.node.kind {
	case kindBranchAll:
		m.All = &BranchAllStatus{Branch: max(t.begun-1, 0), Len: t.total}
	default:
		m.Iterator = &IteratorStatus{Index: max(t.begun-1, 0), Len: max(t.total, t.begun)}
		if t.list.Inline != nil {
			m.Iterator.Itered = t.list.Inline
		}
	}
}

// Within returns the path of the sequence that a step stands in: "loop/2" of
// "loop/2/send", "" at the top.
func (id StepID) Within() StepID {
	if i := strings.LastIndexByte(string(id), '/'); i >= 0 {
		return id[:i]
	}
	return ""
}
