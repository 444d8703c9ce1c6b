package model

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sluice/engine/flow"
)

// The history of a flow goes on where the last session left it: what was saved then can be
// undone, one state after the other, and made again.
func TestUndoGoesOnOverARestart(t *testing.T) {
	doc := func(summary string) *flow.Flow { return &flow.Flow{Summary: summary} }
	m := New()
	m.Open("u/me/x", doc("three"))
	m.Do(SetFlow("Rename", "", func(f *flow.Flow) { f.Summary = "four" }))
	reads := 0
	read := func(summary string) func() (*flow.Flow, error) {
		return func() (*flow.Flow, error) { reads++; return doc(summary), nil }
	}
	m.Recall(m.Doc(), []Earlier{{"First", read("one")}, {"Second", read("two")}})
	if got := strings.Join(m.History().Past, ", "); got != "Rename, Second, First" {
		t.Fatalf("the history is %s", got)
	}
	if m.Undo(); m.Doc().Flow.Summary != "three" || reads != 0 {
		t.Errorf("undone: %s, %d read", m.Doc().Flow.Summary, reads)
	}
	if m.UndoTo(1); m.Doc().Flow.Summary != "one" || reads != 2 {
		t.Errorf("undone: %s, %d read", m.Doc().Flow.Summary, reads)
	}
	for _, want := range []string{"two", "three", "four"} {
		if m.Redo(); m.Doc().Flow.Summary != want {
			t.Errorf("made again: %s, not %s", m.Doc().Flow.Summary, want)
		}
	}
	broken := errors.New("no")
	m.Open("u/me/y", doc("b"))
	m.Recall(m.Doc(), []Earlier{{"A", func() (*flow.Flow, error) { return nil, broken }}})
	if d := m.Undo(); d.Err == nil || m.Doc().Flow.Summary != "b" {
		t.Errorf("what cannot be read was gone back to: %+v", d)
	}
}

func TestSavingNamesWhatChanged(t *testing.T) {
	m := New()
	m.Open("u/me/x", &flow.Flow{})
	edit := func(name string) {
		m.Do(SetFlow(name, "", func(f *flow.Flow) { f.Summary += "x" }))
	}
	check := func(want string) {
		t.Helper()
		if got := m.Doc().Saving(); got != want {
			t.Errorf("it saves %q, not %q", got, want)
		}
	}
	check("")
	edit("One")
	check("One")
	edit("Two")
	check("Two, and 1 change more")
	m.MarkSaved(m.Doc(), m.Doc().Flow, false)
	edit("Three")
	check("Three")
	m.Undo()
	m.Undo()
	check("Undo: Two")
}

func TestVersionRows(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	rows := VersionRows(now, []flow.Version{
		{Hash: "c", Saved: now.Add(-time.Hour), Edit: "Delete step c"},
		{Hash: "b", Saved: now.Add(-2 * time.Hour), Number: 2, Name: "for the audit", Live: true},
		{Hash: "a", Saved: now.Add(-20 * time.Hour), Number: 1},
		{Hash: "0", Saved: now.Add(-400 * 24 * time.Hour)},
	})
	var told []string
	for _, r := range rows {
		told = append(told, strings.TrimSpace(r.Day+" "+r.Sub+" "+r.Title))
	}
	if got, want := strings.Join(told, "; "), "Today 08:00 Delete step c; 07:00 Version 2 · for the audit; Yesterday 13:00 Version 1; 24 October 2025 09:00 Saved"; got != want {
		t.Errorf("told:  %s\nwant: %s", got, want)
	}
}

// What was taken back and taken back again is what it was, not the undo of an undo.
func TestTheNameOfAnUndo(t *testing.T) {
	one := textUndone("Move step a")
	if one != "Undo: Move step a" || textUndone(one) != "Move step a" {
		t.Errorf("%q, %q", one, textUndone(one))
	}
}
