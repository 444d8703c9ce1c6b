package run

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// TestTranscripts plays testdata/*.txtar, which is the specification of the
// core: why, a flow, and a talk. In it ">" is an event, "<" a command that
// follows, "!" why the event was not taken, "?" a question about the state and
// "=" its answer. Times are counted from the start of the run. A file "earlier" is the talk
// of the run that "restart STEP" takes over from; with "ask" behind it people are asked again.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			tr := readTranscript(t, file)
			b := newBench(t, tr.flow, tr.scripts, tr.flows...)
			if tr.earlier != "" {
				was := newBench(t, cmp.Or(tr.was, tr.flow), tr.scripts, tr.flows...)
				if d := diff.Diff(tr.earlier, play(t, was, tr.earlier)); d != "" {
					t.Errorf("the earlier talk went otherwise (-file +core):\n%s", d)
				}
				b.earlier = was.state
			}
			got := play(t, b, tr.talk)
			if *update {
				tr.file.Files[len(tr.file.Files)-1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(tr.file), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := diff.Diff(tr.talk, got); d != "" {
				t.Errorf("the talk went otherwise (-file +core):\n%s", d)
			}
		})
	}
}

// transcript is a file of testdata, read.
type transcript struct {
	file    *txtar.Archive
	flow    string
	scripts map[string]Code
	flows   []txtar.File // that steps run, by path
	talk    string
	earlier string // the talk of the run that this one restarts
	was     string // the flow that it ran, if it was another
}

func readTranscript(t *testing.T, file string) transcript {
	t.Helper()
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.TrimSpace(string(ar.Comment))) < 20 {
		t.Error("the transcript does not say why")
	}
	tr := transcript{file: ar}
	for i := range ar.Files {
		switch f := &ar.Files[i]; f.Name {
		case "flow.yaml":
			tr.flow = string(f.Data)
		case "scripts.json":
			if err := json.Unmarshal(f.Data, &tr.scripts); err != nil {
				t.Fatal(err)
			}
		case "earlier":
			tr.earlier = string(f.Data)
		case "earlier.yaml":
			tr.was = string(f.Data)
		case "talk":
			tr.talk = string(f.Data)
		default:
			tr.flows = append(tr.flows, *f)
		}
	}
	return tr
}

func play(t *testing.T, b *bench, talk string) string {
	t.Helper()
	var out strings.Builder
	now := epoch
	for line := range strings.Lines(talk) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "<"), strings.HasPrefix(line, "="), strings.HasPrefix(line, "!"):
			continue
		case strings.HasPrefix(line, "?"):
			fmt.Fprintln(&out, line)
			for _, l := range b.tell(strings.Fields(line[1:])) {
				fmt.Fprintln(&out, "=", l)
			}
			continue
		case !strings.HasPrefix(line, ">"):
			fmt.Fprintln(&out, line)
			continue
		}
		fmt.Fprintln(&out, line)
		at, ev, err := parseEvent(line[1:], now)
		if words := strings.Fields(line[1:]); words[0] == "restart" {
			if ev, err = b.restart(words[1:]); err != nil {
				fmt.Fprintln(&out, "!", err)
				continue
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		cmds, err := b.apply(at, ev)
		if err != nil {
			fmt.Fprintln(&out, "!", showError(err))
		} else {
			now = at
		}
		for _, c := range cmds {
			fmt.Fprintln(&out, "<", showCommand(c))
		}
		if err := b.settled(); err != nil {
			t.Errorf("after %s: %v", line, err)
		}
		if err := b.replayed(); err != nil {
			t.Errorf("after %s: %v", line, err)
		}
	}
	return out.String()
}

func showError(err error) string {
	if errors.Is(err, ErrStale) {
		return "stale"
	}
	if r, ok := errors.AsType[*Refusal](err); ok {
		s := "refused: " + r.Kind
		if r.Who != "" {
			s += " by " + r.Who
		}
		if !r.When.IsZero() {
			s += " at " + since(r.When)
		}
		if r.Approved {
			s += " (approved)"
		}
		return s
	}
	return err.Error()
}

// parseEvent reads "+10s ok a#1 {…}". Without a time it is that of the event
// before.
func parseEvent(line string, now time.Time) (time.Time, Event, error) {
	word := func() (w string) {
		w, line, _ = strings.Cut(strings.TrimSpace(line), " ")
		return w
	}
	verb := word()
	if strings.HasPrefix(verb, "+") {
		d, err := time.ParseDuration(verb[1:])
		if err != nil {
			return now, nil, err
		}
		now, verb = epoch.Add(d), word()
	}
	first := word()
	rest := strings.TrimSpace(line)
	name, number, _ := strings.Cut(first, "#")
	step := StepID(name)
	attempt, _ := strconv.Atoi(number)
	switch verb {
	case "start":
		ev := Started{Flow: "f00d", Name: "Test", Rules: RulesNow, Trigger: Trigger{Kind: "test"}}
		if first == "rules1" {
			ev.Rules, first = 1, ""
		}
		if first == TriggerWebhook {
			ev.Trigger.Kind, first = first, ""
		}
		if text := strings.TrimSpace(first + " " + rest); text != "" {
			ev.Input = value(text)
		}
		return now, ev, nil
	case "value": // of an expression: value STEP PURPOSE JSON, or ! message
		purpose, text, _ := strings.Cut(rest, " ")
		ev := Evaluated{Step: step, For: Purpose(purpose)}
		if name == "-" {
			ev.Step = ""
		}
		if strings.HasPrefix(text, "!") {
			ev.Err = &Failure{Name: NameExpr, Message: strings.TrimSpace(text[1:])}
		} else {
			ev.Value = value(text)
		}
		return now, ev, nil
	case "admitted":
		return now, Admitted{}, nil
	case "recalled":
		ev := Recalled{Hit: first != "nothing"}
		if ev.Hit {
			ev.Result = value(strings.TrimSpace(first + " " + rest))
		}
		return now, ev, nil
	case "taken":
		return now, JobStarted{Step: step, Attempt: attempt, Job: rest}, nil
	case "ok":
		return now, JobSucceeded{Step: step, Attempt: attempt, Result: value(rest)}, nil
	case "fail":
		n, message, _ := strings.Cut(rest, ": ")
		return now, JobFailed{Step: step, Attempt: attempt, Err: Failure{Name: n, Message: message}}, nil
	case "lost":
		return now, JobLost{Step: step, Attempt: attempt}, nil
	case "interrupted":
		return now, JobInterrupted{Step: step, Attempt: attempt}, nil
	case "fire":
		return now, TimerFired{Step: step, Kind: TimerKind(rest)}, nil
	case "approve":
		who, payload, _ := strings.Cut(rest, " ")
		ev := DecisionMade{Step: step, Person: who, Approve: true, Via: ViaLink}
		if payload != "" {
			ev.Payload = value(payload)
		}
		return now, ev, nil
	case "deny":
		who, reason, _ := strings.Cut(rest, " ")
		ev := DecisionMade{Step: step, Person: who, Reason: reason, Via: ViaLink}
		if strings.HasPrefix(reason, "{") {
			ev.Reason, ev.Payload = "", value(reason)
		}
		return now, ev, nil
	case "cancel":
		return now, CancelRequested{By: first, Reason: rest}, nil
	case "ask":
		ev := AskNoted{Step: step, Attempt: attempt}
		err := json.Unmarshal([]byte(rest), &ev.Ask)
		return now, ev, err
	case "link":
		return now, LinkMinted{Step: step, Link: 7, Person: rest}, nil
	case "mail":
		f := strings.Fields(rest)
		if len(f) != 3 {
			return now, nil, errors.New("want: mail STEP ID TO STATE")
		}
		return now, MailNoted{Step: step, Mail: f[0], To: f[1], State: MailState(f[2])}, nil
	}
	return now, nil, fmt.Errorf("unknown verb %q", verb)
}

// value is JSON, or blob:HASH for one that is not at hand, or nothing.
func value(text string) Ref {
	if text == "nothing" {
		return Ref{}
	}
	if hash, ok := strings.CutPrefix(text, "blob:"); ok {
		hash, items, _ := strings.Cut(hash, "*") // blob:HASH*N is a list of N items
		n, _ := strconv.Atoi(items)
		return Ref{Hash: hash, Size: 5000, Preview: "…", Len: n}
	}
	if !json.Valid([]byte(text)) {
		panic("no JSON: " + text)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		panic(err)
	}
	return Ref{Inline: b.Bytes()}
}

// restart is the start of a run that takes over from the earlier one.
func (b *bench) restart(words []string) (Event, error) {
	_, was := b.earlier.Started()
	from := StepID(words[0])
	r, err := b.earlier.TakeOver(b.plan, from, len(words) > 1 && words[1] == "ask")
	if err != nil {
		return nil, err
	}
	r.Run = "0180-run"
	return Started{Flow: "f00d", Name: "Test", Rules: RulesNow, Input: b.earlier.Input(), Restart: r, Trigger: RestartOf(was, r.Run, r.From, "me")}, nil
}

// tell answers a question about the state.
func (b *bench) tell(q []string) []string {
	s := b.state
	switch q[0] {
	case "status":
		return []string{string(s.Status())}
	case "outstanding":
		var out []string
		for _, c := range s.Outstanding() {
			out = append(out, showCommand(c))
		}
		return out
	case "steps":
		var out []string
		for _, st := range s.Steps() {
			out = append(out, showStep(st))
		}
		return out
	case "kept":
		var out []string
		for _, v := range s.Start().Restart.Decisions(b.plan) {
			high := ""
			if v.HighStakes {
				high = ", high stakes"
			}
			out = append(out, fmt.Sprintf("%s %q: %s=%v at %s%s", v.Step, v.Title, v.Person, v.Approve, since(v.At), high))
		}
		return out
	case "open":
		return []string{fmt.Sprint(OpenApprovals(s))}
	case "approval":
		a, ok := ApprovalOf(s, StepID(q[1]), q[2])
		if !ok {
			return []string{"none"}
		}
		return showApproval(a)
	}
	return []string{"what?"}
}

func showStep(st Step) string {
	s := fmt.Sprintf("%s %s", st.ID, st.Phase)
	if st.Outcome != "" {
		s += " " + string(st.Outcome)
	}
	if st.Attempt > 0 {
		s += fmt.Sprintf(" attempt %d", st.Attempt)
	}
	if st.Branch != -2 {
		s += fmt.Sprintf(" branch %d", st.Branch)
	}
	if !st.Result.IsZero() {
		s += " result " + showRef(st.Result)
	}
	if st.Err != nil {
		s += " because " + st.Err.Error()
	}
	if t := st.Iterations; t != nil {
		s += fmt.Sprintf(" turns %d of %d begun %d failed %d", t.Ended, t.Total, t.Begun, t.Failed)
	}
	if st.Kept != "" {
		s += " kept of " + string(st.Kept)
	}
	for _, f := range st.Failures {
		s += " after " + f.Error()
	}
	if !st.NextTry.IsZero() {
		s += " again " + since(st.NextTry)
	}
	if !st.Wake.IsZero() {
		s += " until " + since(st.Wake)
	}
	for _, v := range st.Early {
		s += fmt.Sprintf(" early %s=%v", v.Person, v.Approve)
	}
	if g := st.Gate; g != nil {
		o := string(g.Outcome)
		if o == "" {
			o = "open"
		}
		s += fmt.Sprintf(" gate %s", o)
		if g.EndedBy != "" {
			s += " by " + g.EndedBy
		}
		if g.Reason != "" {
			s += " (" + g.Reason + ")"
		}
		for _, v := range g.Votes {
			s += fmt.Sprintf(" %s=%v", v.Person, v.Approve)
		}
	}
	return s
}

func showApproval(a Approval) []string {
	out := []string{fmt.Sprintf("%s: %s / %s, needs %d", a.State, a.FlowName, a.StepName, a.Required)}
	b, err := json.Marshal(a.Ask)
	if err != nil {
		panic(err)
	}
	out = append(out, "ask "+string(b))
	for _, p := range a.People {
		s := "asked " + p.Person
		if p.Mail != "" {
			s += ", mail " + string(p.Mail)
		}
		if p.Vote != nil {
			s += fmt.Sprintf(", answered %v", p.Vote.Approve)
		}
		out = append(out, s)
	}
	if !a.Opened.IsZero() {
		out = append(out, "opened "+since(a.Opened)+", deadline "+since(a.Deadline))
	}
	if !a.Ended.IsZero() {
		out = append(out, strings.TrimSpace("ended "+since(a.Ended)+" "+a.EndedBy+" "+a.Reason))
	}
	if a.MyVote != nil {
		out = append(out, fmt.Sprintf("mine %v", a.MyVote.Approve))
	}
	if a.HideDeny {
		out = append(out, "no Deny is offered")
	}
	if a.Form != nil {
		out = append(out, "form "+compact(a.Form))
	}
	return append(out, a.Next)
}
