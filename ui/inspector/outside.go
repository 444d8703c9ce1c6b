package inspector

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/engine/plain"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// lookOutside is the time between two looks at a file that is open in an editor outside.
const lookOutside = 500 * time.Millisecond

// outside is the steps whose code is open in an editor of the person's own. Each save
// there becomes an edit here. What both changed is asked about.
type outside struct {
	p     *Inspector
	open  map[string]*codeCopy // by step
	doc   *model.Document      // whose steps they are
	asked map[string]bool      // steps of which nobody wants to be told what an earlier Sluice left
	beats bool
}

// codeCopy is code that an editor outside has.
type codeCopy struct {
	file, by string
	agreed   string // what the file and the step both held last
	sign     string // of the file's last change
	asks     bool
}

func newOutside(p *Inspector) *outside {
	return &outside{p: p, open: map[string]*codeCopy{}, asked: map[string]bool{}}
}

// belongs names a step among all flows.
func belongs(doc *model.Document, id string) string { return doc.Path + "\n" + id }

// begin opens the code of a step in the person's editor, or opens it there once more.
func (o *outside) begin(id string) {
	h := o.p.h
	doc := h.Model.Doc()
	m, raw := o.script(id)
	if raw == nil || h.Code == nil || doc == nil || doc.ReadOnly {
		return
	}
	o.follow()
	name, text, of := fileName(h.Model.Title(m), raw.Language), raw.Content, belongs(doc, id)
	had := o.open[id]
	host.AskThen(h, func(ctx context.Context) (*codeCopy, error) {
		command, err := h.Library.Setting(ctx, host.SettingEditor)
		if err != nil {
			return nil, err
		}
		l := had
		if l == nil {
			file, err := h.Code.MakeCopy(of, name, text)
			if err != nil {
				return nil, err
			}
			l = &codeCopy{file: file, agreed: text}
			if _, l.sign, err = h.Code.ReadCopy(file, ""); err != nil {
				return nil, err
			}
		}
		l.by = editorName(command)
		if err := h.Code.OpenOutside(l.file, command); err != nil {
			if had == nil {
				h.Code.DropCopy(l.file)
			}
			return nil, err
		}
		return l, nil
	}, func(l *codeCopy) {
		if h.Model.Doc() != doc {
			h.Code.DropCopy(l.file)
			return
		}
		o.open[id] = l
		o.beat()
		o.p.Rebuild()
	})
}

// EditOutside opens the code of a step in the person's own editor.
func (p *Inspector) EditOutside(id string) { p.outside.begin(id) }

// script is a step with its own code.
func (o *outside) script(id string) (*flow.Module, *flow.RawScript) {
	doc := o.p.h.Model.Doc()
	if doc == nil {
		return nil, nil
	}
	m, _ := flow.Find(doc.Flow, id)
	if m == nil {
		return nil, nil
	}
	raw, _ := m.Value.(*flow.RawScript)
	return m, raw
}

// follow ends what belongs to a flow that is not open any more.
func (o *outside) follow() {
	if doc := o.p.h.Model.Doc(); doc != o.doc {
		for id := range o.open {
			o.end(id)
		}
		o.doc = doc
		clear(o.asked)
	}
}

// end lets go of a step. The file is removed: what is saved there is of no use.
func (o *outside) end(id string) {
	if l := o.open[id]; l != nil {
		delete(o.open, id)
		h, file := o.p.h, l.file
		h.Ask(func(context.Context) (func(), error) {
			h.Code.DropCopy(file)
			return nil, nil
		})
	}
}

// beat looks at the files as long as there are any.
func (o *outside) beat() {
	if o.beats || len(o.open) == 0 {
		return
	}
	o.beats = true
	o.p.h.Later(lookOutside, func() {
		o.beats = false
		o.follow()
		o.look()
		o.beat()
	})
}

// look takes up what was saved outside.
func (o *outside) look() {
	h := o.p.h
	for id, l := range o.open {
		if l.asks {
			continue
		}
		if _, raw := o.script(id); raw == nil { // the step is gone, or became another
			o.end(id)
			continue
		}
		sign := l.sign
		h.Ask(func(context.Context) (func(), error) {
			text, now, err := h.Code.ReadCopy(l.file, sign)
			return func() {
				if err == nil && now != sign && o.open[id] == l {
					l.sign = now
					o.take(id, l, text)
				}
			}, nil
		})
	}
}

// take makes what was saved outside the code of the step.
func (o *outside) take(id string, l *codeCopy, text string) {
	_, raw := o.script(id)
	switch {
	case raw == nil, text == l.agreed:
		return
	case raw.Content == l.agreed || raw.Content == text:
		o.put(id, l, text)
		return
	}
	l.asks = true
	h := o.p.h
	ours := raw.Content
	var d *host.Dialog
	keep := kit.NewButton(say.T(textKeepOurs), kit.Outline, func() { d.Close() })
	theirs := kit.NewButton(say.T(textTakeTheirs), kit.Primary, func() {
		l.asks = false
		o.put(id, l, text)
		d.Close()
	})
	spec := kit.ModalSpec{Title: say.T(textBothChanged), Width: 460, Firm: true, Body: kit.NewParagraph(say.T(hintBothChanged), kit.Muted), Buttons: []fyne.CanvasObject{keep, theirs}, OnClose: func() {
		if !l.asks {
			return
		}
		l.asks = false
		h.Ask(func(context.Context) (func(), error) { // the file gets what is here
			if err := h.Code.WriteCopy(l.file, ours); err != nil {
				return nil, err
			}
			_, sign, err := h.Code.ReadCopy(l.file, "")
			return func() { l.agreed, l.sign = ours, sign }, err
		})
	}}
	d = host.Modal(h, spec)
}

// put is one edit of the flow's history.
func (o *outside) put(id string, l *codeCopy, text string) {
	h := o.p.h
	l.agreed = text
	if _, raw := o.script(id); raw != nil && raw.Content != text {
		h.Do(model.SetCodeAs(id, text, textEditIn(l.by)))
		h.Tell(textTaken(l.by))
	}
	h.Ask(func(context.Context) (func(), error) { return nil, h.Code.Synced(l.file, text) })
}

// banner tells that a step's code is open outside, or what was left there.
func (o *outside) banner(id string) fyne.CanvasObject {
	o.follow()
	h := o.p.h
	if l := o.open[id]; l != nil {
		b := kit.NewBanner(kit.Accent, textOpenIn(l.by, filepath.Base(l.file)), "")
		b.Do(say.T(textStopOutside), func() {
			o.end(id)
			o.p.Rebuild()
		})
		return kit.Pad(0, 16, 8, 16, b)
	}
	place := kit.VBox(0)
	doc := h.Model.Doc()
	if h.Code == nil || doc == nil || doc.ReadOnly || o.asked[id] {
		return place
	}
	of := belongs(doc, id)
	h.Ask(func(context.Context) (func(), error) {
		file, text, first, ok := h.Code.LeftCopy(of)
		if !ok {
			return nil, nil
		}
		return func() {
			if _, raw := o.script(id); raw == nil || raw.Content == text || text == first {
				h.Code.DropCopy(file)
				return
			}
			b := kit.NewBanner(kit.Waiting, say.T(textLeftOpen), say.T(hintLeftOpen))
			b.Do(say.T(textTakeTheirs), func() {
				place.Objects = nil
				h.Do(model.SetCodeAs(id, text, textEditIn(editorName(""))))
				h.Code.DropCopy(file)
				o.p.Rebuild()
			})
			b.Closing(func() { // the file stays, and is told of again after the next start
				o.asked[id] = true
				place.Objects = nil
				kit.Relayout(place)
				o.p.body.Refresh()
			})
			place.Objects = []fyne.CanvasObject{kit.Pad(0, 16, 8, 16, b)}
			kit.Relayout(place)
			o.p.body.Refresh()
		}, nil
	})
	return place
}

// editorName is what people call an editor.
func editorName(command string) string {
	name := strings.TrimSuffix(filepath.Base(firstWord(command)), ".exe")
	switch name {
	case "", ".":
		return say.T(textYourEditor)
	case "code", "codium", "code-insiders":
		return "VS Code"
	case "subl":
		return "Sublime Text"
	case "gvim":
		return "Vim"
	}
	return name
}

func firstWord(command string) string {
	command = strings.TrimSpace(command)
	if rest, ok := strings.CutPrefix(command, `"`); ok {
		word, _, _ := strings.Cut(rest, `"`)
		return word
	}
	word, _, _ := strings.Cut(command, " ")
	return word
}

// endings are the endings of files by language.
var endings = map[string]string{
	"bun": ".ts", "deno": ".ts", "nativets": ".ts", "bunnative": ".ts", "nodejs": ".js", "javascript": ".js", "python3": ".py", "bash": ".sh", "go": ".go",
	"postgresql": ".sql", "mysql": ".sql", "bigquery": ".sql", "snowflake": ".sql", "mssql": ".sql", "oracledb": ".sql", "duckdb": ".sql", "php": ".php", "rust": ".rs",
	"csharp": ".cs", "powershell": ".ps1", "java": ".java", "ruby": ".rb", "rlang": ".r", "graphql": ".gql", "nu": ".nu", "ansible": ".yml",
}

// fileName names a file by a step and its language.
func fileName(title, language string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r == '-', r == '_':
			return r
		case r == ' ', r == '.':
			return '_'
		}
		return -1
	}, plain.Line(title))
	name = strings.Trim(name[:min(len(name), 60)], "_")
	if name == "" {
		name = say.T("step")
	}
	end := endings[language]
	if end == "" {
		end = ".txt"
	}
	return name + end
}
