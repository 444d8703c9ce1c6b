package model

import (
	"bytes"
	"slices"
	"time"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// Live is which version of a flow runs when it is started by its path.
type Live struct {
	Number int    // 0: whatever was saved last
	JSON   []byte // that version
	Behind bool   // what was saved last is another
}

// LiveOf is what a flow of the library says of it.
func LiveOf(s flow.Stored) Live {
	return Live{s.Live, s.Runs(), s.Live != 0 && s.Ahead != nil && OtherThan(s.Ahead, s.JSON)}
}

// OtherThan reports whether two files of a flow say different things.
func OtherThan(a, b []byte) bool { return !bytes.Equal(a, b) && !flow.Alike(a, b) }

// Live is which version of the document's flow runs.
func (d *Document) Live() Live { return d.live }

// SetLive says which version of a document's flow runs.
func (m *Model) SetLive(doc *Document, l Live) Dirty {
	if doc.live = l; doc != m.doc {
		return Dirty{}
	}
	return Dirty{Panes: PaneTitle}
}

// Saving is the name of what was changed in a document since it was stored last.
func (d *Document) Saving() string {
	n := len(d.past)
	since := 0
	for i := n - 1; i >= 0; i-- {
		since++
		if d.past[i].flow == d.saved {
			break
		}
	}
	switch {
	case n == 0 && len(d.next) > 0, len(d.next) > 0:
		return textUndone(d.next[len(d.next)-1].name)
	case n == 0:
		return ""
	}
	return textAndMore(d.past[n-1].name, since-1)
}

// SaveWords tell where the open flow stands: "Saved · version 3 runs".
func (m *Model) SaveWords() string {
	switch l := m.doc.live; {
	case l.Number == 0:
		return say.T(textSaved)
	case l.Behind:
		return textSavedBehind(l.Number)
	default:
		return textSavedRuns(l.Number)
	}
}

// Restore makes the open flow as it was in a version or an earlier state; what names it.
func Restore(f *flow.Flow, what string) Edit {
	return Edit{Name: textRestore(what), Do: func(now *flow.Flow) (*flow.Flow, error) {
		if alikeFlows(now, f) {
			return now, nil
		}
		return f, nil
	}}
}

func alikeFlows(a, b *flow.Flow) bool {
	x, err := a.JSON()
	if err != nil {
		return false
	}
	y, err := b.JSON()
	return err == nil && flow.Alike(x, y)
}

// Recall fills the history of a flow that was just opened with the states in which it
// was saved before, oldest first. Each is read when it is first gone back to.
func (m *Model) Recall(doc *Document, states []Earlier) Dirty {
	if doc != m.doc || doc.ReadOnly || len(states) == 0 {
		return Dirty{}
	}
	var past []state
	for _, s := range states {
		past = append(past, state{name: s.Edit, read: s.Read})
	}
	doc.past = append(past, doc.past...)
	if over := len(doc.past) - historyMax; over > 0 {
		doc.past = slices.Delete(doc.past, 0, over)
	}
	return Dirty{Panes: PaneHistory}
}

// Earlier is a state in which a flow was saved before it was opened.
type Earlier struct {
	Edit string // what was changed after it
	Read func() (*flow.Flow, error)
}

// VersionRow is a line of the list of a flow's versions.
type VersionRow struct {
	Hash   string
	Number int // 0 of a state that was saved on the way
	Title  string
	Sub    string
	Live   bool
	Day    string // it is the first of that day: "Today", "Monday, 2 Nov"
}

// VersionRows are the versions and saved states of a flow, newest first.
func VersionRows(now time.Time, list []flow.Version) []VersionRow {
	rows := make([]VersionRow, len(list))
	last := ""
	for i, v := range list {
		at := v.Saved.In(now.Location())
		r := VersionRow{Hash: v.Hash, Number: v.Number, Live: v.Live, Sub: at.Format("15:04")}
		if v.Number > 0 {
			r.Title = textVersion(v.Number, v.Name)
		} else if r.Title = v.Edit; r.Title == "" {
			r.Title = say.T(textSavedState)
		}
		if day := dayWords(now, at); day != last {
			r.Day, last = day, day
		}
		rows[i] = r
	}
	return rows
}

func dayWords(now, at time.Time) string {
	days := func(t time.Time) int64 {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	switch days(now) - days(at) {
	case 0:
		return say.T(textToday)
	case 1:
		return say.T(textYesterday)
	}
	if at.Year() != now.Year() {
		return say.Time(at, "2 January 2006")
	}
	return say.Time(at, "Monday, 2 January")
}

// What tells what happened in a change, in a few words: "Subject: Pay? → Pay now?".
func (c Change) What() string {
	if c.Field == "" {
		switch c.Kind {
		case Added:
			return say.T(textStepAdded)
		case Removed:
			return say.T(textStepRemoved)
		case Shifted, Altered:
			return say.T(textStepMoved)
		}
	}
	switch {
	case c.Was == "" && c.Now == "":
		return c.Field
	case c.Was == "":
		return c.Field + ": " + c.Now
	case c.Now == "":
		return c.Field + ": " + textNothingNow(c.Was)
	}
	return c.Field + ": " + c.Was + " → " + c.Now
}
