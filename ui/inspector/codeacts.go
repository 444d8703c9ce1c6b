package inspector

import (
	"bytes"
	"context"
	"encoding/json"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// codeMenu offers what can be done with a step's own code.
func (p codePage) codeMenu(editor *code.Editor, under fyne.CanvasObject) {
	do := func(f func()) func() {
		return func() {
			p.h.Window.Canvas().Focus(editor)
			f()
		}
	}
	items := []*fyne.MenuItem{
		fyne.NewMenuItem(say.T(textReplace), do(editor.OpenReplace)),
		fyne.NewMenuItem(say.T(textGoToLine), do(editor.OpenGoTo)),
		fyne.NewMenuItem(say.T(textNextProblem), do(editor.NextMark)),
		fyne.NewMenuItem(say.T(textComment), do(editor.Comment)),
		fyne.NewMenuItem(say.T(textLayOut), do(func() { p.layOut(editor) })),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(say.T(textOutside), func() { p.outside.begin(p.id) }),
		fyne.NewMenuItem(say.T(textCopyScript), p.copyScript),
	}
	kit.ShowMenu(under, items...)
}

// layOut lays the code out: with the program for that language, else by its brackets.
func (p codePage) layOut(editor *code.Editor) {
	s := p.h.Model.SelectedStep()
	if s == nil || p.h.Model.Doc().ReadOnly {
		return
	}
	raw, ok := s.Value.(*flow.RawScript)
	if !ok {
		return
	}
	language, text, id := raw.Language, editor.Text(), p.id
	put := func(out, told string) {
		if p.id != id || editor.Text() != text { // somebody typed on meanwhile
			return
		}
		p.naming = say.T(textLaidOut)
		editor.Rewrite(out)
		p.naming = ""
		p.h.Tell(told)
	}
	if p.h.Code == nil {
		return
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		here, would := p.h.Code.Formatter(language)
		if here != "" {
			out, err := p.h.Code.Format(ctx, language, text)
			return func() { put(out, textLaysOut(here)) }, err
		}
		out, ok := laidOut(text, language)
		return func() {
			if ok {
				put(out, say.T(textIndented))
			} else {
				p.h.Fail(fault.New("script.format", textNobodyLaysOut(model.LanguageName(language), would), say.T("Nothing was changed.")))
			}
		}, nil
	})
}

// laidOut lays out what needs no program.
func laidOut(text, language string) (string, bool) {
	if language == "json" {
		var b bytes.Buffer
		if json.Indent(&b, []byte(text), "", "  ") == nil {
			return b.String(), true
		}
		return text, false
	}
	return code.Reindent(text, language)
}

// copyScript puts the code on the clipboard as Windmill takes a script.
func (p codePage) copyScript() {
	if m := p.h.Model.SelectedStep(); m != nil {
		if text, ok := model.WindmillScript(m); ok {
			p.h.Copy(text, say.T(textWindmill))
		}
	}
}

// pasteScript takes a whole script of Windmill that is pasted: its code and its lock, and
// its language. It tells whether it was one.
func (p codePage) pasteScript(text string) bool {
	e, ok := model.PasteScript(p.id, text)
	if ok {
		p.h.Do(e)
	}
	return ok
}
