package simtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sluice/engine/run"
)

// apply hands an event to the core, records it and keeps the books of what was
// asked and not answered.
func (d *driver) apply(ev run.Event) error {
	typ, data, err := run.EncodeEvent(ev)
	if err != nil {
		return err
	}
	back, err := run.DecodeEvent(typ, data)
	if err != nil {
		return err
	}
	cmds, err := d.state.Next(d.at, ev)
	if err != nil {
		return fmt.Errorf("%T%+v: %w", ev, ev, err)
	}
	d.journal = append(d.journal, run.Entry{ID: int64(len(d.journal) + 1), Run: "sim", Seq: len(d.journal) + 1, At: d.at, Event: back})
	for _, c := range cmds {
		switch c := c.(type) {
		case run.Drop:
			delete(d.open, key(c.Of))
		case run.Finish:
		default:
			d.open[key(c)] = c
		}
		if timer, ok := c.(run.StartTimer); ok {
			if err := d.timed(timer); err != nil {
				return err
			}
		}
	}
	return nil
}

// timed checks for when a timer is set.
func (d *driver) timed(timer run.StartTimer) error {
	n, _ := d.fate(timer.Step)
	want := 90 * time.Second
	if n.plain {
		want = 30 * time.Minute
	}
	switch k := d.retried[timer.Step]; timer.Kind {
	case run.TimerSleep:
		want = 1500 * time.Millisecond
	case run.TimerRetry:
		if want = time.Second; k >= n.constant {
			want = time.Second << (k + 1) // 2 to the power of the attempts that failed, the constant ones counted
		}
	}
	if got := timer.At.Sub(d.at); got != want {
		return fmt.Errorf("the timer %s of %s is due after %s, want %s", timer.Kind, timer.Step, got, want)
	}
	return nil
}

// key names a command as the core's rules have it.
func key(c run.Command) string {
	switch c := c.(type) {
	case run.Evaluate:
		return fmt.Sprintf("eval %s %s", c.Step, c.For)
	case run.StartJob:
		return fmt.Sprintf("job %s %d", c.Step, c.Attempt)
	case run.StartTimer:
		return fmt.Sprintf("timer %s %s", c.Step, c.Kind)
	case run.OpenGate:
		return fmt.Sprintf("gate %s", c.Step)
	case run.Admit, run.Drop, run.Finish, run.Recall:
		// One of each is enough for a run.
	}
	return fmt.Sprintf("%T", c)
}

// agree checks that the core itself knows what it waits for, and that loops run
// no more iterations at a time than they may, and no fewer.
func (d *driver) agree() error {
	var core []string
	for _, c := range d.state.Outstanding() {
		core = append(core, key(c))
	}
	slices.Sort(core)
	books := d.keys()
	if !slices.Equal(core, books) {
		return fmt.Errorf("the core waits for %q, was asked and not answered %q", core, books)
	}
	if err := d.standing(); err != nil {
		return err
	}
	for _, st := range d.state.Steps() {
		if st.Iterations == nil || st.Phase != run.Running {
			continue
		}
		n, _ := d.c.find(st.ID)
		atWork, may := st.Iterations.Begun-st.Iterations.Ended, 1
		if n.parallel {
			may = st.Iterations.Total - st.Iterations.Ended
			if n.width > 0 {
				may = min(may, n.width)
			}
		}
		if atWork > may || n.parallel && atWork < may {
			return fmt.Errorf("loop %s runs %d iterations at a time, want %d", st.ID, atWork, may)
		}
	}
	return nil
}

// standing compares the status and the open requests with the books.
func (d *driver) standing() error {
	var gates []run.StepID
	status := run.StatusSuspended
	for _, c := range d.open {
		switch c := c.(type) {
		case run.OpenGate:
			gates = append(gates, c.Step)
		case run.StartTimer:
			if c.Kind != run.TimerDeadline && status == run.StatusSuspended {
				status = run.StatusSleeping
			}
		default:
			status = run.StatusRunning
		}
	}
	if len(d.open) == 0 {
		status = run.StatusDone
	}
	asked := run.OpenApprovals(d.state)
	slices.Sort(gates)
	slices.Sort(asked)
	if !slices.Equal(asked, gates) {
		return fmt.Errorf("%q are asked about, want %q", asked, gates)
	}
	for _, id := range asked {
		a, ok := run.ApprovalOf(d.state, id, "p0@x.example")
		if !ok || a.State != run.ApprovalWaiting || len(a.Votes) != d.cast[id] || (d.cast[id] > 0) != (a.MyVote != nil) {
			return fmt.Errorf("the request of %s is %+v after %d votes", id, a, d.cast[id])
		}
	}
	if got := d.state.Status(); got != status {
		return fmt.Errorf("status %s, want %s", got, status)
	}
	return nil
}

// look compares what expressions see with the oracle.
func (d *driver) look(cmd run.Evaluate, n *node) error {
	names := cmd.Scope.Names
	differ := func(what, got, want string) error {
		if alike(got, want) {
			return nil
		}
		return fmt.Errorf("%s of %s sees %s %s, want %s", cmd.For, cmd.Step, what, got, want)
	}
	if cmd.For == run.ForRecover {
		return differ("result", text(names["result"]), blob(cmd.Step))
	}
	s, known := d.want.sights[cmd.Step]
	if !known {
		return fmt.Errorf("step %s is evaluated and should not be reached", cmd.Step)
	}
	iters := []string{}
	for _, it := range cmd.Scope.Iters {
		iters = append(iters, strconv.Itoa(it.Index)+" "+text(it.Value))
	}
	if !slices.Equal(iters, s.iters) {
		return fmt.Errorf("%s of %s sees the iterations %q, want %q", cmd.For, cmd.Step, iters, s.iters)
	}
	env := s.env
	if env == "" {
		env = "{}"
	}
	if err := errors.Join(differ("flow_input", text(names["flow_input"]), s.input), differ("flow_env", text(names["flow_env"]), env)); err != nil {
		return err
	}
	switch cmd.For {
	case run.ForStop:
		at := cmd.Step
		if st, _ := d.state.Step(cmd.Step); st.Iterations != nil {
			at = join(at, strconv.Itoa(st.Iterations.Ended-1))
			if again := d.retried[cmd.Step]; again > 0 {
				at += run.StepID("~" + strconv.Itoa(again+1))
			}
		}
		w, ok := d.want.stops[at]
		if !ok {
			return fmt.Errorf("stop_after_if of %s is asked and should not be", at)
		}
		for id, want := range d.want.around[at] {
			if err := differ("results."+id, text(cmd.Scope.Results[id]), want); err != nil {
				return err
			}
		}
		if iters, ok := d.want.iters[at]; ok && !alike(text(names["all_iters"]), iters) {
			return fmt.Errorf("stop_after_if of %s sees all_iters %s, want %s", at, text(names["all_iters"]), iters)
		}
		return differ("result", text(names["result"]), w)
	case run.ForAllStop:
		w, ok := d.want.wholes[cmd.Step]
		if !ok {
			return fmt.Errorf("stop_after_all_iters_if of %s is asked and should not be", cmd.Step)
		}
		return differ("result", text(names["result"]), w)
	case run.ForRetry:
		if n.kind != script || d.c.fate(n, cmd.Step).lost != 0 {
			return nil
		}
		return differ("result", text(names["result"]), failure("Boom", message(cmd.Step, d.retried[cmd.Step]+1)))
	case run.ForSleep:
		w := d.want.steps[cmd.Step]
		if w == nil || w.result == "" {
			return nil
		}
		return differ("result", text(names["result"]), w.result)
	case run.ForTimeout, run.ForWidth:
		return differ("previous_result", text(names["previous_result"]), s.prev)
	}
	resume := "null"
	if k := len(s.resumes); k > 0 {
		resume = s.resumes[k-1]
	}
	for _, err := range []error{
		differ("previous_result", text(names["previous_result"]), s.prev),
		differ("resumes", orEmpty(names["resumes"]), list(s.resumes)),
		differ("resume", text(names["resume"]), resume),
	} {
		if err != nil {
			return err
		}
	}
	if s.approvers != nil {
		if err := differ("approvers", orEmpty(names["approvers"]), string(run.Inline(s.approvers).Inline)); err != nil {
			return err
		}
	}
	if d.retried[cmd.Step] > 0 {
		return nil // what is computed anew sees what the first attempt left
	}
	for id, want := range s.results {
		if err := differ("results."+id, text(cmd.Scope.Results[id]), want); err != nil {
			return err
		}
	}
	return nil
}

func orEmpty(r run.Ref) string {
	if r.IsZero() {
		return "[]"
	}
	return text(r)
}

// refused checks that an event changes nothing.
func (d *driver) refused(at time.Time, ev run.Event) error {
	before := d.picture(d.state)
	_, err := d.state.Next(at, ev)
	var refusal *run.Refusal
	if err == nil {
		return fmt.Errorf("%T%+v was accepted and must not be", ev, ev)
	}
	if !errors.Is(err, run.ErrStale) && !errors.As(err, &refusal) {
		return fmt.Errorf("%T%+v: %w, want stale or a refusal", ev, ev, err)
	}
	if after := d.picture(d.state); after != before {
		return fmt.Errorf("%T%+v was refused but changed the state:\n%s\n%s", ev, ev, before, after)
	}
	return nil
}

// stale repeats an event of the past that must not count again.
func (d *driver) stale() error {
	ev := d.journal[d.r.IntN(len(d.journal))].Event
	switch ev := ev.(type) {
	case run.Evaluated:
		if _, asked := d.open[key(run.Evaluate{Step: ev.Step, For: ev.For})]; asked {
			return nil // a later question of the same kind
		}
	case run.TimerFired:
		if _, asked := d.open[key(run.StartTimer{Step: ev.Step, Kind: ev.Kind})]; asked {
			return nil
		}
	case run.JobInterrupted:
		return nil // may be true again
	case run.JobStarted:
		if _, asked := d.open[key(run.StartJob{Step: ev.Step, Attempt: ev.Attempt})]; asked {
			return nil // the attempt was handed out once more
		}
	case run.Admitted, run.AskNoted, run.CancelRequested, run.DecisionMade, run.JobFailed, run.JobLost, run.JobSucceeded, run.LinkMinted, run.MailNoted, run.Recalled, run.Started:
		// Repeating them is tried elsewhere, or is allowed.
	}
	return d.refused(d.at, ev)
}

// restart folds the journal afresh, as after a kill.
func (d *driver) restart() error {
	again, err := run.Fold(d.plan, "sim", slices.Values(d.journal))
	if err != nil {
		return fmt.Errorf("fold: %w", err)
	}
	if a, b := d.picture(again), d.picture(d.state); a != b {
		return fmt.Errorf("the folded state differs:\n%s\n%s", a, b)
	}
	d.state = again
	return nil
}

// picture is a state as text.
func (d *driver) picture(s *run.State) string {
	b, err := json.Marshal(s.Steps())
	if err != nil {
		return err.Error()
	}
	var open []string
	for _, c := range s.Outstanding() {
		open = append(open, key(c))
	}
	out, ref, f := s.Outcome()
	return fmt.Sprintf("%s %s %s %v %v %s", s.Status(), out, text(ref), f, open, b)
}

// verify compares the end with the oracle.
func (d *driver) verify() error {
	outcome, result, failure := d.state.Outcome()
	if outcome != d.want.outcome {
		return fmt.Errorf("outcome %s (%s, %v), want %s", outcome, text(result), failure, d.want.outcome)
	}
	if d.want.failure != "" && (failure == nil || d.want.failure != "?" && failure.Name != d.want.failure) {
		return fmt.Errorf("failure %v, want %s", failure, d.want.failure)
	}
	if d.want.failure == "" && failure != nil {
		return fmt.Errorf("failure %v, want none", failure)
	}
	if !alike(text(result), d.want.result) {
		return fmt.Errorf("result %s, want %s", text(result), d.want.result)
	}
	came := map[run.StepID]bool{}
	for _, st := range d.state.Steps() {
		came[st.ID] = true
		w := d.want.steps[st.ID]
		if w == nil {
			return fmt.Errorf("the run came to step %s and should not have", st.ID)
		}
		if err := d.compare(st, w); err != nil {
			return err
		}
	}
	for id := range d.want.steps {
		if !came[id] {
			return fmt.Errorf("the run did not come to step %s", id)
		}
	}
	return d.over()
}

// compare compares one step with the oracle.
func (d *driver) compare(st run.Step, w *want) error {
	n, _ := d.c.find(st.ID)
	var gate run.Outcome
	if st.Gate != nil {
		gate = st.Gate.Outcome
	}
	switch {
	case gate != w.gate:
		return fmt.Errorf("gate of %s: %q, want %q", st.ID, gate, w.gate)
	case st.Phase != run.Done:
		return fmt.Errorf("the run is over, but step %s is %s", st.ID, st.Phase)
	case n != nil && n.kind == script && st.Attempt != w.attempts:
		return fmt.Errorf("step %s made %d attempts, want %d", st.ID, st.Attempt, w.attempts)
	case w.outcome != "" && st.Outcome != w.outcome:
		return fmt.Errorf("step %s %s, want %s", st.ID, st.Outcome, w.outcome)
	case w.result != "" && !alike(text(st.Result), w.result):
		return fmt.Errorf("step %s has the result %s, want %s", st.ID, text(st.Result), w.result)
	}
	return nil
}

// over checks that nothing that comes after the end counts, and that the
// journal folds to the same end.
func (d *driver) over() error {
	if err := d.agree(); err != nil {
		return err
	}
	if err := d.refused(d.at, run.CancelRequested{By: "late"}); err != nil {
		return err
	}
	return d.restart()
}

// text is a Ref's JSON. A value that the core does not hold shows its name.
func text(r run.Ref) string {
	switch {
	case r.IsZero():
		return "null"
	case r.Items != nil:
		var slots []string
		for _, i := range r.Items {
			slots = append(slots, text(i))
		}
		return list(slots)
	case r.Inline != nil:
		return string(r.Inline)
	case r.Item > 0:
		return quote("blob:" + r.Hash + "[" + strconv.Itoa(r.Item-1) + "]")
	}
	return quote("blob:" + r.Hash)
}

// alike compares a value of the core with one of the oracle, in which "?"
// stands for anything. Of an error the name counts, and the message if the
// oracle tells one.
func alike(got, want string) bool {
	if want == unknown || got == want {
		return true
	}
	var a, b any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		return false
	}
	return same(a, b)
}

func same(got, want any) bool {
	if want == "?" {
		return true
	}
	switch w := want.(type) {
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !same(g[i], w[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return false
		}
		_, named := w["name"]
		if _, told := w["message"]; named && told { // an error
			return g["name"] == w["name"] && (w["message"] == "" || g["message"] == w["message"]) && same(g["result"], w["result"])
		}
		for k := range w {
			if !same(g[k], w[k]) {
				return false
			}
		}
		return len(g) == len(w)
	}
	return got == want
}
