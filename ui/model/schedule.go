package model

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/schedule"
	"sluice/ui/say"
)

// ScheduleLine is a schedule as the list tells it.
type ScheduleLine struct {
	Title, Target string
	When, Zone    string // "Every weekday at 09:00"
	Next, Away    string // "Mon 30 Nov, 09:00", "in 2 days 16 h"
	Last          string // what became of its last time; "" if there was none
	Role          Role   // of Last
	Approval      bool   // its last run waits for people
	On            bool
}

// Schedules is what the list of schedules tells besides the schedules themselves.
type Schedules struct {
	Now    time.Time // in the reader's zone
	Paused bool      // all of them
	Runs   map[run.ID]run.Summary
	Asks   map[run.ID]string // whom a run waits for: "waiting for li@acme.example"
}

// Line tells a schedule.
func (l Schedules) Line(s schedule.State) ScheduleLine {
	line := ScheduleLine{Title: s.Called(), Target: s.Target, When: s.Cron, Zone: s.Zone, On: s.Enabled}
	zone := l.Now.Location()
	if t, err := s.Timing(); err == nil {
		line.When, zone = say.When(t.Words()), t.Zone()
	}
	line.Next, line.Away = l.next(s, zone)
	line.Last, line.Role = l.last(s, zone)
	if r, ok := l.Runs[run.ID(s.Last.Run)]; ok && r.Status == run.StatusSuspended && r.Outcome == "" {
		line.Approval = true
	}
	return line
}

// next tells when a schedule is due next, and how far that is.
func (l Schedules) next(s schedule.State, zone *time.Location) (at, away string) {
	switch {
	case s.Problem != nil:
		return say.T(textCannotRun), Fault(s.Problem).Title
	case !s.Enabled:
		return say.T(textOff), ""
	case l.Paused:
		return say.T(textAllPaused), ""
	case s.Next.IsZero():
		return say.T(textNeverAgain), ""
	}
	away = InTime(l.Now, s.Next)
	if s.PausedUntil.After(l.Now) {
		away = say.F("paused, %s", away)
	}
	if yours := forYou(l.Now, s.Next, zone); yours != "" {
		away += " · " + yours
	}
	return DueAt(l.Now, s.Next, zone), away
}

// last tells what became of the last time of a schedule.
func (l Schedules) last(s schedule.State, zone *time.Location) (string, Role) {
	f := s.Last
	r, known := l.Runs[run.ID(f.Run)]
	if f.Due.IsZero() || !s.Enabled && (!known || r.Outcome != "") { // of one that is off only what goes on is news
		return "", Idle
	}
	word, role := fireWord(f, l.Now, zone)
	if f.Run == "" || !known {
		return word, role
	}
	state, role := RunState(r)
	switch {
	case r.Outcome == "" && l.Asks[r.ID] != "":
		return l.Asks[r.ID], role
	case role == Good && word != "":
		return word, Idle
	case r.Outcome == run.Succeeded:
		return say.F("succeeded · %s", took(r.Ended.Sub(r.Started))), role
	}
	return say.Lower(state), role
}

// fireWord tells what became of a time, apart from how its run went: "" where that is
// all there is to tell.
func fireWord(f schedule.Fire, now time.Time, zone *time.Location) (string, Role) {
	switch f.What {
	case schedule.Failed:
		return say.F("could not start: %s", say.Engine(f.Note)), Bad
	case schedule.Overlapped:
		return say.T("left out, one still ran"), Idle
	case schedule.Left:
		return say.F("missed %s, left out", clockOf(now, f.Due, zone)), AwaitsPeople
	case schedule.Started, schedule.Ended:
		if late := schedule.Late(f.Due, f.At, zone); late != "" {
			return "missed" + strings.TrimPrefix(late, "due"), Idle
		}
	}
	return "", Idle
}

// FireLine is a time at which a schedule was due, as its page tells it.
type FireLine struct {
	Due  string // "Mon 30 Nov, 09:00:00"
	Note string
	Word string
	Role Role
	Run  run.ID // that the line is about; "" for none
}

// Fire tells a time at which a schedule was due.
func (l Schedules) Fire(f schedule.Fire, zone *time.Location) FireLine {
	word, role := fireWord(f, l.Now, zone)
	line := FireLine{Due: say.Time(f.Due.In(zone), "Mon 2 Jan, 15:04:05"), Note: f.Note, Word: word, Role: role, Run: run.ID(f.Run)}
	switch f.What {
	case schedule.Failed:
		line.Word = say.T("could not start")
	case schedule.Overlapped:
		line.Word, f.Note = say.T("left out"), say.T("An earlier run had not ended")
		if r, ok := l.Runs[run.ID(f.Open)]; ok {
			line.Run = r.ID
			f.Note = say.F("The run that began at %s had not ended", clockOf(f.Due, r.Started, zone))
		}
	case schedule.Started, schedule.Ended, schedule.Left:
	}
	var notes []string
	if f.Run != "" {
		line.Word = say.T("started")
		if word != "" {
			notes = append(notes, word)
		}
		if r, ok := l.Runs[line.Run]; ok {
			line.Word, line.Role = RunState(r)
			if !r.Ended.IsZero() {
				notes = append(notes, took(r.Ended.Sub(r.Started)))
			}
		}
	}
	if f.Left > 0 {
		notes = append(notes, say.N(f.Left, "%d earlier time left out", "%d earlier times left out"))
	}
	line.Note = strings.Join(append(notes, nonEmpty(say.Engine(f.Note))...), " · ")
	return line
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// Missed counts the schedules that are on and whose last time was missed.
func Missed(list []schedule.State) (n int) {
	for _, s := range list {
		if !s.Enabled {
			continue
		}
		if s.Last.What == schedule.Left || s.Last.Run != "" && schedule.Late(s.Last.Due, s.Last.At, time.UTC) != "" {
			n++
		}
	}
	return n
}

// FindIn returns the indexes of those of a list whose text has all words of a query, which
// are in small letters.
func FindIn[T any](list []T, words []string, text func(*T) string) []int {
	out := make([]int, 0, len(list))
next:
	for i := range list {
		if len(words) > 0 {
			text := strings.ToLower(text(&list[i]))
			for _, w := range words {
				if !strings.Contains(text, w) {
					continue next
				}
			}
		}
		out = append(out, i)
	}
	return out
}

// DueAt tells a coming or past time of a schedule in a zone: "today, 16:45",
// "Mon 30 Nov, 09:00".
func DueAt(now, at time.Time, zone *time.Location) string {
	now, at = now.In(zone), at.In(zone)
	clock := at.Format("15:04")
	if at.Second() != 0 {
		clock = at.Format("15:04:05")
	}
	switch daysBetween(now, at) {
	case 0:
		return say.F("today, %s", clock)
	case 1:
		return say.F("tomorrow, %s", clock)
	}
	if at.Year() != now.Year() && at.Sub(now) > 300*24*time.Hour {
		return say.Time(at, "Mon 2 Jan 2006") + ", " + clock
	}
	return say.Time(at, "Mon 2 Jan") + ", " + clock
}

// clockOf is the clock's time of a moment in a zone, with the day if that is not today.
func clockOf(now, at time.Time, zone *time.Location) string {
	now, at = now.In(zone), at.In(zone)
	if daysBetween(now, at) == 0 {
		return at.Format("15:04")
	}
	return say.Time(at, "2 Jan 15:04")
}

// forYou tells a time of another zone in the reader's: "13:30 for you"; "" where both
// clocks show the same.
func forYou(now, at time.Time, zone *time.Location) string {
	_, there := at.In(zone).Zone()
	_, here := at.In(now.Location()).Zone()
	if there == here {
		return ""
	}
	mine, theirs := at.In(now.Location()), at.In(zone)
	if daysBetween(mine, theirs) != 0 {
		return say.F("%s for you", say.Time(mine, "Mon 15:04"))
	}
	return say.F("%s for you", mine.Format("15:04"))
}

// InTime tells how far a coming time is: "in 4 min", "in 2 days 16 h", "now".
func InTime(now, at time.Time) string {
	d := at.Sub(now)
	if d <= 0 {
		return say.T("now")
	}
	if d <= time.Minute {
		return say.F("in %d s", max(1, int((d+time.Second-1)/time.Second)))
	}
	d = begun(d)
	days, h, m := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case days >= 10 || days > 0 && h == 0:
		return say.N(days, "in %d day", "in %d days")
	case days > 0:
		return say.N(days, "in %d day %d h", "in %d days %d h", h)
	case h > 0 && m == 0:
		return say.F("in %d h", h)
	case h > 0:
		return say.F("in %d h %d min", h, m)
	}
	return say.F("in %d min", m)
}

// TimeStays is how long what is told of a coming time stays as it is: zero for a time that
// has come.
func TimeStays(now, at time.Time) time.Duration {
	d := at.Sub(now)
	switch {
	case d <= 0:
		return 0
	case d <= time.Minute:
		return time.Second
	}
	return max(time.Second, (d-1)%time.Minute+1)
}

// A Pace is a plain way to say when a schedule is due.
type Pace int

// The paces, in the order in which they are offered.
const (
	EveryWeekday Pace = iota
	EveryMinutes
	FirstMonday
	EveryDay
	OwnCron
)

// Paces are the words for them.
var Paces = []string{say.Mark("Every weekday at…"), say.Mark("Every … minutes"), say.Mark("First Monday"), say.Mark("Every day at…"), say.Mark("Own")}

// PaceOf reads a cron text as a pace, with its time ("09:00") or its minutes ("15").
func PaceOf(text, version string) (p Pace, detail string) {
	f := strings.Fields(text)
	if len(f) != 6 || f[0] != "0" || f[4] != "*" {
		return OwnCron, ""
	}
	if n, ok := strings.CutPrefix(f[1], "*/"); ok && f[2] == "*" && f[3] == "*" && f[5] == "*" && minutesOf(n) != "" {
		return EveryMinutes, n
	}
	minute, err1 := strconv.Atoi(f[1])
	hour, err2 := strconv.Atoi(f[2])
	if err1 != nil || err2 != nil || minute < 0 || minute > 59 || hour < 0 || hour > 23 {
		return OwnCron, ""
	}
	detail = fmt.Sprintf("%02d:%02d", hour, minute)
	for p := range OwnCron {
		if made, ok := p.Cron(detail, version); ok && strings.EqualFold(strings.Join(strings.Fields(made)[3:], " "), strings.Join(f[3:], " ")) && p != EveryMinutes {
			return p, detail
		}
	}
	if f[3] == "*" && f[5] == "1-5" && version != "v1" {
		return EveryWeekday, detail
	}
	return OwnCron, ""
}

// Cron writes a pace; ok is false where its time or minutes cannot be read.
func (p Pace) Cron(detail, version string) (text string, ok bool) {
	if p == EveryMinutes {
		n := minutesOf(detail)
		return "0 */" + n + " * * * *", n != ""
	}
	at, err := time.Parse("15:4", strings.TrimSpace(detail))
	if err != nil {
		return "", false
	}
	clock := fmt.Sprintf("0 %d %d ", at.Minute(), at.Hour())
	switch p {
	case EveryWeekday:
		return clock + "* * MON-FRI", true
	case FirstMonday:
		if version == "v1" { // which wants both day fields to match, and knows no #
			return clock + "1-7 * MON", true
		}
		return clock + "* * MON#1", true
	case EveryDay:
		return clock + "* * *", true
	}
	return "", false
}

// minutesOf reads a number of minutes from 1 to 59; "" if it is none.
func minutesOf(text string) string {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > 59 {
		return ""
	}
	return strconv.Itoa(n)
}

// ScheduleDraft is a schedule while somebody changes it.
type ScheduleDraft struct {
	schedule.Schedule
	New   bool
	saved string
}

// NewSchedule is a schedule that is about to be made: on workdays in the morning.
func NewSchedule(path, target string, isFlow bool, zone string) *ScheduleDraft {
	return &ScheduleDraft{New: true, Schedule: schedule.Schedule{Path: path, Cron: "0 0 9 * * MON-FRI", Zone: zone, Target: target, IsFlow: isFlow,
		Args: json.RawMessage("{}"), Enabled: true, NoOverlap: true}}
}

// EditSchedule begins to change a schedule.
func EditSchedule(s schedule.Schedule) *ScheduleDraft {
	d := &ScheduleDraft{Schedule: s}
	d.saved = d.text()
	return d
}

// text is all of a schedule but whether it is on: the list switches that.
func (d *ScheduleDraft) text() string {
	s := d.Schedule
	s.Enabled = false
	b, err := s.JSON()
	if err != nil { // its arguments are no JSON
		return fmt.Sprint(s)
	}
	return string(b)
}

// Trim takes away what nobody sees.
func (d *ScheduleDraft) Trim() { d.Path = strings.TrimSpace(d.Path) }

// Changed reports whether there is something to save.
func (d *ScheduleDraft) Changed() bool { return d.New || d.text() != d.saved }

// SetInput takes the arguments that a form gave, and keeps those that its schema has no
// field for.
func (d *ScheduleDraft) SetInput(schema flow.Raw, value json.RawMessage) {
	var s struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var old, args map[string]json.RawMessage
	if json.Unmarshal(value, &args) != nil || args == nil {
		return
	}
	_ = json.Unmarshal(schema, &s)
	_ = json.Unmarshal(d.Args, &old)
	for name, v := range old {
		if _, asked := s.Properties[name]; !asked {
			args[name] = v
		}
	}
	b, err := json.Marshal(args)
	if err == nil {
		d.Args = b
	}
}

// ScheduleInputs is the schema of what a schedule gives: all but the time at which it is
// due, which Sluice tells.
func ScheduleInputs(schema flow.Raw) (asked flow.Raw, told bool) {
	var s map[string]json.RawMessage
	var fields map[string]json.RawMessage
	if json.Unmarshal(schema, &s) != nil || json.Unmarshal(s["properties"], &fields) != nil || fields[scheduledAt] == nil {
		return schema, false
	}
	delete(fields, scheduledAt)
	s["properties"], _ = json.Marshal(fields)
	for _, list := range []string{"required", "order"} {
		var names []string
		if json.Unmarshal(s[list], &names) == nil && s[list] != nil {
			kept := []string{}
			for _, n := range names {
				if n != scheduledAt {
					kept = append(kept, n)
				}
			}
			s[list], _ = json.Marshal(kept)
		}
	}
	b, err := json.Marshal(s)
	if err != nil {
		return schema, false
	}
	return b, true
}

// WithDefaults adds to arguments what a schema proposes for fields that they lack.
func WithDefaults(schema flow.Raw, args json.RawMessage) json.RawMessage {
	var s struct {
		Properties map[string]struct{ Default json.RawMessage }
	}
	var have map[string]json.RawMessage
	if json.Unmarshal(schema, &s) != nil || json.Unmarshal(args, &have) != nil || have == nil {
		return args
	}
	for name, field := range s.Properties {
		if _, there := have[name]; !there && len(field.Default) > 0 && string(field.Default) != "null" && name != scheduledAt {
			have[name] = field.Default
		}
	}
	b, err := json.Marshal(have)
	if err != nil {
		return args
	}
	return b
}

// scheduledAt is the input that is told when a run was due.
const scheduledAt = "scheduled_at"

// SchedulePreview tells what a schedule says that is being changed.
type SchedulePreview struct {
	Words string // "Every weekday at 09:00"
	Next  []NextTime
	Field string // the field that is wrong; "" if none is
	Err   string // what is wrong with it
}

// NextTime is one of the times at which a schedule is due.
type NextTime struct{ At, Yours, Away string }

// nextShown is how many times are shown.
const nextShown = 5

// Preview tells what the draft says, as of now.
func (d *ScheduleDraft) Preview(now time.Time) (p SchedulePreview) {
	t, err := d.Timing()
	if err != nil {
		p.Field, p.Err = d.FieldOf(err), ErrorText(err)
		if c, err := schedule.Parse(d.Cron, dialect(d.Version)); err == nil && p.Field != FieldCron {
			p.Words = say.When(c.Words())
		}
		return p
	}
	p.Words = say.When(t.Words())
	for i, at := range t.Times(now, nextShown) {
		n := NextTime{At: DueAt(now, at, t.Zone()), Yours: forYou(now, at, t.Zone())}
		if i == 0 {
			n.Away = InTime(now, at)
		}
		p.Next = append(p.Next, n)
	}
	return p
}

func dialect(version string) schedule.Dialect {
	if version == "v1" {
		return schedule.V1
	}
	return schedule.V2
}

// The fields of a schedule that can be wrong.
const (
	FieldCron       = "schedule"
	FieldZone       = "timezone"
	FieldAge        = "max_age_s"
	FieldTarget     = "script_path"
	FieldArgs       = "args"
	FieldPath       = "path"
	FieldOnFailure  = "on_failure"
	FieldOnRecovery = "on_recovery"
	FieldOnSuccess  = "on_success"

	FieldFailureArgs  = "on_failure_extra_args"
	FieldRecoveryArgs = "on_recovery_extra_args"
	FieldSuccessArgs  = "on_success_extra_args"
)

// ExtraArgs reads what a handler gets besides what it is told: a JSON object, or nothing.
func ExtraArgs(text string) (json.RawMessage, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil || fields == nil {
		return nil, fault.Because(err, "schedule.input", say.T("It is no JSON object"), say.T(`Write it as {"name": "value"}.`))
	}
	return json.RawMessage(text), nil
}

// FieldOf names the field that an error of saving is about, "" if it is about none.
func (d *ScheduleDraft) FieldOf(err error) string {
	switch fault.From(err).Code {
	case "schedule.cron", "schedule.never":
		return FieldCron
	case "schedule.zone":
		return FieldZone
	case "schedule.missed":
		return FieldAge
	case "schedule.target", "flow.unknown", "script.unknown":
		return FieldTarget
	case "schedule.input", "flow.input":
		return FieldArgs
	case "resource.path", "schedule.path":
		return FieldPath
	case "schedule.handler":
		for field, name := range map[string]string{FieldOnFailure: d.OnFailure, FieldOnRecovery: d.OnRecovery, FieldOnSuccess: d.OnSuccess} {
			if _, _, err := schedule.HandlerOf(name); err != nil {
				return field
			}
		}
	}
	return ""
}

// ErrorText is an error with its hint, as a field tells it.
func ErrorText(err error) string {
	f := Fault(err)
	return strings.TrimSpace(strings.TrimSuffix(f.Title, ".") + ". " + f.Hint)
}

// The units in which an age is told, the largest first.
var ageUnits = []struct {
	One, Many string
	Of        float64
}{{"day", "days", 24 * 3600}, {"hour", "hours", 3600}, {"minute", "minutes", 60}, {"second", "seconds", 1}}

// AgeUnits are the words for the units of an age, behind a number as it is typed.
func AgeUnits(number string) []string {
	one := strings.TrimSpace(number) == "1"
	words := make([]string, len(ageUnits))
	for i, u := range ageUnits {
		if words[i] = u.Many; one {
			words[i] = u.One
		}
	}
	return words
}

// AgeOf tells a length of time, or what is usual for zero: in the largest unit that it is a
// whole number of.
func AgeOf(seconds, usual float64) (number string, unit int) {
	if seconds == 0 {
		seconds = usual
	}
	for i, u := range ageUnits {
		if n := seconds / u.Of; n == float64(int64(n)) {
			return strconv.FormatInt(int64(n), 10), i
		}
	}
	return strconv.FormatFloat(seconds, 'f', -1, 64), len(ageUnits) - 1
}

// Age reads an age; ok is false where it is no number above 0.
func Age(number string, unit int) (seconds float64, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(n > 0) || unit < 0 || unit >= len(ageUnits) {
		return 0, false
	}
	return n * ageUnits[unit].Of, true
}

// pauseLayout is how the end of a pause is written, in the schedule's zone.
const pauseLayout = "2006-01-02 15:04"

// PauseText is the end of a pause as it is written; "" for none.
func (d *ScheduleDraft) PauseText() string {
	if d.PausedUntil.IsZero() {
		return ""
	}
	zone, err := schedule.Zone(d.Zone)
	if err != nil {
		zone = time.UTC
	}
	return d.PausedUntil.In(zone).Format(pauseLayout)
}

// SetPause reads the end of a pause; ok is false where it cannot be read.
func (d *ScheduleDraft) SetPause(text string) (ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		d.PausedUntil = time.Time{}
		return true
	}
	zone, err := schedule.Zone(d.Zone)
	if err != nil {
		zone = time.UTC
	}
	for _, layout := range []string{pauseLayout, "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			d.PausedUntil = at
			return true
		}
	}
	return false
}

// FreePath proposes a path for a trigger of a target.
func FreePath(target string, taken func(string) bool) string { return flow.FreePath(target, taken) }

// Same reports whether two drafts say the same.
func (d *ScheduleDraft) Same(o *ScheduleDraft) bool { return d.Path == o.Path && d.text() == o.text() }
