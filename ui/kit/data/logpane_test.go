package data

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestLevelsOfLines(t *testing.T) {
	for line, want := range map[string]Level{
		"2026-11-28 ERROR no channel":       Error,
		"[error] x":                         Plain, // no level word of its own form
		"Error: channel not found":          Error,
		"TypeError: x is not a function":    Error,
		"Traceback (most recent call last)": Error,
		"WARN slow":                         Warning,
		"DeprecationWarning: old":           Warning,
		"no errors were found":              Plain,
		"terror ERRORS":                     Plain,
		"hello":                             Plain,
	} {
		if got := LevelOf(line); got != want {
			t.Errorf("%q is %d, want %d", line, got, want)
		}
	}
}

func TestALogIsSearched(t *testing.T) {
	stage(t)
	p := NewLogPane("nothing")
	show(t, p.Object(), 400, 300)
	p.Append("one\nWARN two\nERR")
	p.Append("OR three\nfour\n")
	if p.Log.Len() != 4 || p.count.Text != "" {
		t.Fatalf("%d lines, %q", p.Log.Len(), p.count.Text)
	}
	p.find.OnChanged("T")
	if p.Log.Text() != "WARN two\nERROR three" || p.count.Text != "2 of 4" {
		t.Errorf("found %q, %q", p.Log.Text(), p.count.Text)
	}
	p.Log.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault})
	if c := fyne.CurrentApp().Driver().CanvasForObject(p.Log); c.Focused() != p.Find() {
		t.Error("Ctrl+F leads nowhere")
	}
	p.level = Error
	p.again()
	p.Append("ERROR ten\n")
	if p.Log.Text() != "ERROR three\nERROR ten" {
		t.Errorf("of errors %q", p.Log.Text())
	}
}
