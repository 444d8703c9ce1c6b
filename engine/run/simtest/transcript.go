package simtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// transcript writes a case and what happened in it in the form of the files in
// engine/run/testdata: play them there with -update to see the commands.
func transcript(d *driver, why error) []byte {
	pinned := d.c.pinned()
	ar := &txtar.Archive{Comment: []byte("Found by a random flow, seed " + strconv.FormatUint(d.c.seed, 10) + ":\n" + why.Error() + "\n\n")}
	add := func(name string, data []byte) {
		ar.Files = append(ar.Files, txtar.File{Name: name, Data: append(data, '\n')})
	}
	yaml := func(text json.RawMessage) []byte {
		f, err := flow.ParseJSON(text)
		if err != nil {
			return text
		}
		b, err := f.YAML()
		if err != nil {
			return text
		}
		return []byte(strings.TrimSpace(string(b)))
	}
	add("flow.yaml", yaml(pinned.Flow))
	if len(pinned.Scripts) > 0 {
		b, err := json.Marshal(pinned.Scripts)
		if err != nil {
			panic(err)
		}
		add("scripts.json", b)
	}
	paths := []string{}
	for path := range pinned.Flows {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		add(path, yaml(pinned.Flows[path]))
	}
	var talk []string
	at := epoch
	for _, e := range d.journal {
		line := "> "
		if e.At.After(at) {
			line += fmt.Sprintf("+%gs ", e.At.Sub(epoch).Seconds())
			at = e.At
		}
		talk = append(talk, line+line1(e.Event))
	}
	add("talk", []byte(strings.Join(append(talk, "? steps", "? outstanding"), "\n")))
	return txtar.Format(ar)
}

// line1 is an event as transcripts say it.
func line1(ev run.Event) string {
	switch ev := ev.(type) {
	case run.Started:
		return strings.TrimSpace("start " + strings.TrimSpace(ev.Trigger.Kind+" "+value(ev.Input)))
	case run.Evaluated:
		step := string(ev.Step)
		if step == "" {
			step = "-"
		}
		if ev.Err != nil {
			return fmt.Sprintf("value %s %s ! %s", step, ev.For, ev.Err.Message)
		}
		return fmt.Sprintf("value %s %s %s", step, ev.For, value(ev.Value))
	case run.Admitted:
		return "admitted"
	case run.Recalled:
		if !ev.Hit {
			return "recalled nothing"
		}
		return "recalled " + value(ev.Result)
	case run.JobStarted:
		return fmt.Sprintf("taken %s#%d %s", ev.Step, ev.Attempt, ev.Job)
	case run.JobSucceeded:
		return fmt.Sprintf("ok %s#%d %s", ev.Step, ev.Attempt, value(ev.Result))
	case run.JobFailed:
		return fmt.Sprintf("fail %s#%d %s: %s", ev.Step, ev.Attempt, ev.Err.Name, ev.Err.Message)
	case run.JobLost:
		return fmt.Sprintf("lost %s#%d", ev.Step, ev.Attempt)
	case run.JobInterrupted:
		return fmt.Sprintf("interrupted %s#%d", ev.Step, ev.Attempt)
	case run.TimerFired:
		return fmt.Sprintf("fire %s %s", ev.Step, ev.Kind)
	case run.DecisionMade:
		verb := "deny"
		if ev.Approve {
			verb = "approve"
		}
		return fmt.Sprintf("%s %s %s %s", verb, ev.Step, ev.Person, value(ev.Payload))
	case run.CancelRequested:
		return fmt.Sprintf("cancel %s %s", ev.By, ev.Reason)
	case run.AskNoted, run.LinkMinted, run.MailNoted:
		// No transcript has them.
	}
	return fmt.Sprintf("%T%+v", ev, ev)
}

// value is a Ref as transcripts say it.
func value(r run.Ref) string {
	switch {
	case r.IsZero():
		return "nothing"
	case r.Inline == nil && r.Len > 0:
		return fmt.Sprintf("blob:%s*%d", r.Hash, r.Len)
	case r.Inline == nil:
		return "blob:" + r.Hash
	}
	return string(r.Inline)
}
