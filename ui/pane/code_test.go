package pane

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/kit"
)

// scribe reads scripts and opens editors as a test has it.
type scribe struct {
	problems  func(language, content string) ([]flow.CodeProblem, bool, error)
	formatter string
	file      string // what the editor outside has
	sign      int
	synced    string
	left      string
	dropped   []string
	opened    []string
	refuses   error
}

func (s *scribe) Problems(_ context.Context, language, content string) ([]flow.CodeProblem, bool, error) {
	if s.problems == nil {
		return nil, false, nil
	}
	return s.problems(language, content)
}
func (s *scribe) Formatter(string) (string, []string) { return s.formatter, []string{"black", "ruff"} }
func (s *scribe) Format(_ context.Context, _, content string) (string, error) {
	return strings.ToUpper(content), nil
}
func (s *scribe) MakeCopy(_, name, content string) (string, error) {
	s.file, s.synced = content, content
	return "/own/" + name, nil
}
func (s *scribe) LeftCopy(string) (file, content, first string, ok bool) {
	return "/own/left", s.left, "", s.left != ""
}
func (s *scribe) ReadCopy(_, seen string) (content, sign string, err error) {
	if sign = string(rune('a' + s.sign)); sign == seen {
		return "", sign, nil
	}
	return s.file, sign, nil
}
func (s *scribe) WriteCopy(_, content string) error {
	s.file, s.synced = content, content
	s.sign++
	return nil
}
func (s *scribe) Synced(_, content string) error { s.synced = content; return nil }
func (s *scribe) DropCopy(file string)           { s.dropped = append(s.dropped, file) }
func (s *scribe) OpenOutside(file, command string) error {
	s.opened = append(s.opened, command+" "+file)
	return s.refuses
}
func (s *scribe) save(text string) { s.file = text; s.sign++ }

// coding is a desk with a script on its page, and what was put off.
func coding(t *testing.T, s *scribe) (*desk, func()) {
	t.Helper()
	d := script1(t)
	var later []func()
	d.h.Later = func(_ time.Duration, f func()) { later = append(later, f) }
	d.h.Code = s
	d.tab("Code")
	return d, func() {
		due := later
		later = nil
		for _, f := range due {
			f()
		}
	}
}

// What cannot be read is underlined after a pause in typing, and as it is opened.
func TestMistakesAreUnderlinedAsOneTypes(t *testing.T) {
	looks := 0
	s := &scribe{problems: func(language, content string) ([]flow.CodeProblem, bool, error) {
		looks++
		if i := strings.Index(content, "oops"); i >= 0 {
			return []flow.CodeProblem{{Line: 1, From: i, To: i + 4, Message: "oops is no word"}}, true, nil
		}
		return nil, true, nil
	}}
	d, pass := coding(t, s)
	if looks != 1 || len(d.code().Marks()) != 0 {
		t.Fatalf("looked %d times, marks %v", looks, d.code().Marks())
	}
	d.typeCode("oops ")
	if looks != 1 {
		t.Error("it looks with each key")
	}
	pass()
	if m := d.code().Marks(); looks != 2 || len(m) != 1 || m[0].Text != "oops is no word" {
		t.Errorf("looked %d times, marks %v", looks, m)
	}
	test.Tap(d.editor.undo)
	test.Tap(d.editor.undo)
	pass()
	if m := d.code().Marks(); len(m) != 0 {
		t.Errorf("after undo the marks are %v", m)
	}
}

// Where nobody can read the language here, the foot says so, and nothing is in the way.
func TestWhyMistakesCannotBeToldIsSaid(t *testing.T) {
	d, _ := coding(t, &scribe{problems: func(string, string) ([]flow.CodeProblem, bool, error) {
		return nil, true, fault.New("x", "This computer has no Python", "")
	}})
	if len(d.failed) > 0 || d.code().Note() != "This computer has no Python" {
		t.Errorf("told are %v; the foot says %q", d.failed, d.code().Note())
	}
}

func TestLayingOutIsOneStepWithAName(t *testing.T) {
	s := &scribe{}
	d, _ := coding(t, s)
	layOut := &desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierAlt | fyne.KeyModifierShift}
	d.typeCode("f({\na\n") // its half comes with a bracket
	before := d.content()
	d.code().TypedShortcut(layOut)
	if got := d.content(); got == before || strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(before, " ", "") {
		t.Errorf("laid out to %q from %q", got, before)
	}
	if h := d.h.Model.History().Past; h[0] != "Lay out the code of a" {
		t.Errorf("the history says %q", h[0])
	}
	test.Tap(d.editor.undo)
	if d.content() != before {
		t.Errorf("undo leads to %q", d.content())
	}
	s.formatter = "prettier"
	d.code().TypedShortcut(layOut)
	if d.content() != strings.ToUpper(before) {
		t.Errorf("prettier gave %q", d.content())
	}
}

func TestPythonIsNotLaidOutByGuessing(t *testing.T) {
	s := &scribe{}
	d := sit(t, `{"summary":"F","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"python3","content":"def main():\n  pass","input_transforms":{}}}]}}`)
	d.h.Code = s
	d.h.Changed(d.h.Model.Select("a"))
	d.tab("Code")
	d.code().TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierAlt | fyne.KeyModifierShift})
	if len(d.failed) != 1 || !strings.Contains(d.failed[0].Error(), "install black or ruff") || d.content() != "def main():\n  pass" {
		t.Errorf("told %v; the code is %q", d.failed, d.content())
	}
}

// Each save in the person's own editor is one edit here, with a name.
func TestSavesOutsideComeHere(t *testing.T) {
	s := &scribe{}
	d, pass := coding(t, s)
	d.editor.inspector.EditOutside("a")
	if len(s.opened) != 1 || s.file != "code" {
		t.Fatalf("opened %q with %q, told %v", s.opened, s.file, d.failed)
	}
	pass()
	if n := len(d.h.Model.History().Past); n != 0 {
		t.Errorf("nothing was saved, and there are %d edits", n)
	}
	s.save("from outside")
	pass()
	if d.content() != "from outside" || d.code().Text() != "from outside" || s.synced != "from outside" {
		t.Errorf("the step has %q, the editor shows %q", d.content(), d.code().Text())
	}
	if h := d.h.Model.History().Past; len(h) != 1 || h[0] != "Edit in your own editor of a" {
		t.Errorf("the history says %q", h)
	}
	s.save("more from outside")
	pass()
	test.Tap(d.editor.undo)
	if d.content() != "from outside" {
		t.Errorf("undo leads to %q", d.content())
	}
	d.h.Changed(d.h.Model.Close())
	pass()
	if len(s.dropped) != 1 {
		t.Errorf("after the flow was closed %v were removed", s.dropped)
	}
}

// What both changed is asked about, and neither is lost.
func TestWhatBothChangedIsAsked(t *testing.T) {
	for name, take := range map[string]bool{"Take it over": true, "Keep the one here": false} {
		t.Run(name, func(t *testing.T) {
			s := &scribe{}
			d, pass := coding(t, s)
			d.editor.inspector.EditOutside("a")
			d.typeCode("here ")
			ours := d.content()
			s.save("outside")
			pass()
			if d.content() != ours || d.h.Window.Canvas().Overlays().Top() == nil {
				t.Fatalf("unasked the code became %q", d.content())
			}
			d.confirm(name)
			if take && d.content() != "outside" || !take && (d.content() != ours || s.file != ours) {
				t.Errorf("the step has %q, the file %q", d.content(), s.file)
			}
			s.save("and on")
			pass()
			if d.content() != "and on" {
				t.Errorf("the next save leads to %q", d.content())
			}
			test.Tap(d.editor.undo)
			if take && d.content() != "outside" || !take && d.content() != ours {
				t.Errorf("undo leads to %q", d.content())
			}
		})
	}
}

// What was saved outside while Sluice did not run is offered.
func TestWhatWasLeftOutsideIsOffered(t *testing.T) {
	s := &scribe{left: "saved after the crash"}
	d, _ := coding(t, s)
	if d.content() != "code" {
		t.Fatalf("unasked the code became %q", d.content())
	}
	pressed := false
	for _, b := range all[*kit.Button](d.editor.inspector.Object()) {
		if b.Text == "Take it over" {
			test.Tap(b)
			pressed = true
			break
		}
	}
	if !pressed || d.content() != "saved after the crash" || !slices.Contains(s.dropped, "/own/left") {
		t.Errorf("pressed %v; the code is %q, removed are %v", pressed, d.content(), s.dropped)
	}
}

func TestAnEditorThatIsNotThereIsTold(t *testing.T) {
	s := &scribe{refuses: errors.New("there is no program code")}
	d, pass := coding(t, s)
	d.editor.inspector.EditOutside("a")
	pass()
	if len(d.failed) != 1 || len(s.dropped) != 1 {
		t.Errorf("told %v, removed %v", d.failed, s.dropped)
	}
}

// A script that Windmill gives as JSON is taken as what it is, with its lock.
func TestAPastedWindmillScriptKeepsItsLock(t *testing.T) {
	d, _ := coding(t, &scribe{})
	paste := func(s string) {
		fyne.CurrentApp().Clipboard().SetContent(s)
		d.code().TypedShortcut(&fyne.ShortcutPaste{})
	}
	paste(`{"path":"f/a/b","content":"# py: 3.12\nimport x\ndef main(): pass","language":"python3","lock":"x==1"}`)
	m, _ := flow.Find(d.h.Model.Doc().Flow, "a")
	raw := m.Value.(*flow.RawScript)
	if raw.Lock != "x==1" || raw.Language != "python3" || !strings.HasPrefix(raw.Content, "# py: 3.12\n") || d.code().Text() != raw.Content {
		t.Errorf("the step is %+v", raw)
	}
	test.Tap(d.editor.undo)
	if d.content() != "code" {
		t.Errorf("undo leads to %q", d.content())
	}
	paste(`{"a":1}`)
	if !strings.Contains(d.content(), `{"a":1}`) {
		t.Errorf("other JSON makes it %q", d.content())
	}
}
