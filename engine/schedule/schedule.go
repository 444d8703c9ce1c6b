package schedule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"sluice/engine/fault"
)

// A Schedule starts a flow or a script whenever its cron text is due. Its fields are
// those of Windmill's schedule files, under their names there; what is Sluice's own
// stands under x-sluice, and what Sluice does not use is kept in Rest.
type Schedule struct {
	Path        string          `json:"-"`
	Summary     string          `json:"summary,omitempty"`
	Description string          `json:"description,omitempty"`
	Cron        string          `json:"schedule"`
	Zone        string          `json:"timezone"`
	Version     string          `json:"cron_version,omitempty"` // "v1" or "v2"; "" means v2
	Target      string          `json:"script_path"`            // path of the flow or script
	IsFlow      bool            `json:"is_flow"`
	Args        json.RawMessage `json:"args"` // an object
	Enabled     bool            `json:"enabled"`
	NoOverlap   bool            `json:"no_flow_overlap,omitempty"` // while a run of it is open, another is left out
	PausedUntil time.Time       `json:"paused_until,omitzero"`

	// Who is told how a run ended: "flow/PATH" or "script/PATH".
	OnFailure      string          `json:"on_failure,omitempty"`
	OnFailureTimes int             `json:"on_failure_times,omitempty"` // failures in a row before it is told; 0 means 1
	OnFailureExact bool            `json:"on_failure_exact,omitempty"` // told at that number only
	OnFailureArgs  json.RawMessage `json:"on_failure_extra_args,omitempty"`

	OnRecovery      string          `json:"on_recovery,omitempty"`
	OnRecoveryTimes int             `json:"on_recovery_times,omitempty"` // successes in a row after a failure; 0 means 1
	OnRecoveryArgs  json.RawMessage `json:"on_recovery_extra_args,omitempty"`

	OnSuccess     string          `json:"on_success,omitempty"`
	OnSuccessArgs json.RawMessage `json:"on_success_extra_args,omitempty"`

	DynamicSkip string `json:"dynamic_skip,omitempty"` // path of a script that decides; not run here

	Own Own `json:"x-sluice,omitzero"`

	Rest map[string]json.RawMessage `json:"-"`
}

// Own is what only Sluice knows of a schedule.
type Own struct {
	Missed   Missed  `json:"missed,omitempty"`
	MaxAge   float64 `json:"max_age_s,omitempty"` // of what was missed, in seconds; 0 means seven days
	QueueOne bool    `json:"queue_one,omitempty"` // with NoOverlap: what falls due meanwhile runs afterwards, once
}

// UnmarshalJSON reads it, and says of each member what is wrong with it.
func (o *Own) UnmarshalJSON(text []byte) error {
	var by map[string]json.RawMessage
	if json.Unmarshal(text, &by) != nil {
		return errors.New("x-sluice is no object")
	}
	var wrong []string
	for _, m := range []struct {
		name, want string
		to         any
	}{{"missed", "a text", &o.Missed}, {"max_age_s", "a number", &o.MaxAge}, {"queue_one", "true or false", &o.QueueOne}} {
		if v, ok := by[m.name]; ok && json.Unmarshal(v, m.to) != nil {
			wrong = append(wrong, "x-sluice."+m.name+" is not "+m.want)
		}
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "; "))
	}
	return nil
}

// Missed says what becomes of what fell due while nothing could start it.
type Missed string

// What may become of it. MissedLatest is that of a schedule which says nothing.
const (
	MissedLatest Missed = ""     // the latest runs, once
	MissedSkip   Missed = "skip" // it is left out
	MissedAll    Missed = "all"  // all of it runs
)

// Read reads a schedule's JSON. Code schedule.invalid.
func Read(path string, doc []byte) (Schedule, error) {
	s := Schedule{Path: path}
	if err := json.Unmarshal(doc, &s); err != nil {
		return s, invalid(err)
	}
	if err := json.Unmarshal(doc, &s.Rest); err != nil {
		return s, invalid(err)
	}
	for name := range s.Rest {
		if known[name] {
			delete(s.Rest, name)
		}
	}
	if s.Args == nil || string(s.Args) == "null" {
		s.Args = json.RawMessage("{}")
	}
	return s, nil
}

func invalid(err error) error {
	return fault.Because(err, "schedule.invalid", "The schedule cannot be read: "+err.Error(), "It is kept as it is. It needs schedule, timezone and script_path as text, is_flow and enabled as true or false.")
}

// known are the names of a schedule's fields.
var known = func() map[string]bool {
	out := make(map[string]bool)
	for f := range reflect.TypeFor[Schedule]().Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "-" {
			out[name] = true
		}
	}
	return out
}()

// JSON writes a schedule, its fields sorted.
func (s Schedule) JSON() ([]byte, error) {
	if len(s.Args) == 0 {
		s.Args = json.RawMessage("{}")
	}
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, err
	}
	rest := maps.Clone(s.Rest)
	maps.DeleteFunc(rest, func(name string, _ json.RawMessage) bool { return known[name] })
	maps.Copy(fields, rest)
	return json.Marshal(fields)
}

// Timing is when a schedule is due, and what becomes of what was missed.
type Timing struct {
	cron   *Cron
	zone   *time.Location
	missed Missed
	maxAge time.Duration
	paused time.Time
}

// maxAge is how old what was missed may be where a schedule does not say it.
const maxAge = 7 * 24 * time.Hour

// Timing reads when s is due. Codes: schedule.cron, schedule.zone, schedule.never,
// schedule.missed.
func (s Schedule) Timing() (Timing, error) {
	d := V2
	switch s.Version {
	case "", "v2":
	case "v1":
		d = V1
	default:
		return Timing{}, fault.Newf("schedule.cron", "Write v1 or v2; v2 is that of new schedules.", "There is no cron_version %q", s.Version)
	}
	t := Timing{missed: s.Own.Missed, maxAge: maxAge, paused: s.PausedUntil}
	var err error
	if t.cron, err = Parse(s.Cron, d); err != nil {
		return t, err
	}
	if t.zone, err = Zone(s.Zone); err != nil {
		return t, err
	}
	if t.cron.Next(time.Time{}, t.zone).IsZero() {
		return t, t.cron.Never()
	}
	var titles, hints []string
	switch s.Own.Missed {
	case MissedLatest, MissedSkip, MissedAll:
	default:
		titles = append(titles, fmt.Sprintf("What was missed cannot be dealt with by %q", s.Own.Missed))
		hints = append(hints, "Write skip or all, or leave it out: then the latest runs once.")
	}
	switch age := s.Own.MaxAge; {
	case age < 0 || age > 366*24*3600:
		titles = append(titles, "What was missed may be at most a year old")
		hints = append(hints, "Write max_age_s in seconds, 604800 for seven days.")
	case age > 0:
		t.maxAge = time.Duration(age * float64(time.Second))
	}
	if len(titles) > 0 {
		return t, fault.New("schedule.missed", strings.Join(titles, "; "), strings.Join(hints, " "))
	}
	return t, nil
}

// Handler is a flow or script that is told how a run ended.
type Handler struct {
	Path   string
	IsFlow bool
}

// HandlerOf reads the name of one: "flow/PATH" or "script/PATH"; ok is false for "".
// Code schedule.handler.
func HandlerOf(name string) (h Handler, ok bool, err error) {
	kind, path, _ := strings.Cut(name, "/")
	switch {
	case name == "":
		return h, false, nil
	case kind == "flow" && path != "":
		return Handler{path, true}, true, nil
	case kind == "script" && path != "":
		return Handler{path, false}, true, nil
	}
	return h, false, fault.Newf("schedule.handler", "Write flow/ or script/ and the path: flow/f/ops/on_error.", "%q names no flow or script", name)
}

// checkArgs says whether arguments are an object.
func checkArgs(field string, args json.RawMessage) error {
	if a := bytes.TrimSpace(args); len(a) == 0 || a[0] == '{' || string(a) == "null" {
		return nil
	}
	return fault.Newf("schedule.input", "Write them as an object: {\"name\": \"value\"}.", "The field %s of the schedule is no object", field)
}

// Check says why a schedule could not run, as far as it tells by itself. Codes: those of
// Timing, schedule.target, schedule.handler, schedule.input, schedule.dynamic.
func (s Schedule) Check() error {
	if _, err := s.Timing(); err != nil {
		return err
	}
	if s.Target == "" {
		return fault.New("schedule.target", "The schedule names no flow or script", "Choose what it is to start.")
	}
	for _, name := range []string{s.OnFailure, s.OnRecovery, s.OnSuccess} {
		if _, _, err := HandlerOf(name); err != nil {
			return err
		}
	}
	for field, args := range map[string]json.RawMessage{"args": s.Args, "on_failure_extra_args": s.OnFailureArgs, "on_recovery_extra_args": s.OnRecoveryArgs, "on_success_extra_args": s.OnSuccessArgs} {
		if err := checkArgs(field, args); err != nil {
			return err
		}
	}
	if s.DynamicSkip != "" {
		return fault.Newf("schedule.dynamic", "The schedule stays off. Ask in the first step of the flow instead, and stop early.", "This schedule asks the script %s whether it is to run, and Sluice does not", s.DynamicSkip)
	}
	return nil
}

// Called is what people call a schedule.
func (s Schedule) Called() string {
	if s.Summary != "" {
		return s.Summary
	}
	return s.Path
}

// ran says when a run began that was due before: "due 09:30, ran 11:12", each in a zone.
func ran(due, at time.Time, zone *time.Location) string {
	due, at = due.In(zone), at.In(zone)
	layout := "15:04"
	if y, m, d := due.Date(); (time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) != time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC) {
		layout = "2 Jan 15:04"
	}
	return fmt.Sprintf("due %s, ran %s", due.Format(layout), at.Format(layout))
}

// Late is a sentence about a run that began after it was due, "" for one in time.
func Late(due, at time.Time, zone *time.Location) string {
	if due.IsZero() || at.Sub(due) < inTime {
		return ""
	}
	return ran(due, at, zone)
}

// State is a schedule as it stands in the library.
type State struct {
	Schedule
	Problem error     // why it cannot run; nil if it can
	Next    time.Time // when it is due; zero if it is off, or is not due again
	Waiting time.Time // when that was due which waits for an earlier run to end; zero for none
	Last    Fire      // zero if it was not due yet
	Updated time.Time
	Doc     []byte // its JSON as it is stored; it may be of one that cannot be read
}

// Same reports whether two schedules' JSON say the same. That one leaves out what the
// other says as it is anyhow is no difference.
func Same(a, b []byte) bool {
	x, err := Read("", a)
	if err != nil {
		return bytes.Equal(a, b)
	}
	y, err := Read("", b)
	if err != nil {
		return false
	}
	i, err := x.JSON()
	if err != nil {
		return false
	}
	j, err := y.JSON()
	return err == nil && sameJSON(i, j)
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// Fire is what became of one time at which a schedule was due.
type Fire struct {
	Due, At time.Time // At is when it was dealt with
	What    What
	Run     string // id of the run; "" if none was started
	Outcome string // how that ended: a run.Outcome; "" for one that is open or not there
	Left    int    // earlier times that were left out with it
	Note    string // why nothing was started
	Open    string // id of the earlier run that was still open; "" for none
}

// What became of a time.
type What string

// What may become of one.
const (
	Started    What = "started"
	Ended      What = "ended"      // its run has
	Overlapped What = "overlapped" // an earlier run was still open
	Left       What = "missed"     // it was missed, and left out
	Failed     What = "failed"     // the run could not be started
)
