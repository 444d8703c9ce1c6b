package inspector

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// tryPause is the pause in typing after which an expression is computed.
const tryPause = 200 * time.Millisecond

// exprField is a field with an expression on the page that is shown.
type exprField struct {
	p      *Inspector
	at     model.Place
	field  *kit.Field
	editor *code.Editor
	wrong  func(expr string) *run.Failure // of its syntax
	vain   func() string                  // what else is wrong with it
	nth    int                            // of what was asked last: only its answer counts
	stop   context.CancelFunc             // ends what is being computed
}

// exprIn is a small editor for the expression of a place: what is wrong with it, which
// names in it mean nothing, and what it gives now are told below it.
func (p *Inspector) exprIn(at model.Place, text string, field *kit.Field, wrong func(expr string) *run.Failure, changed func(string)) *exprField {
	e := code.NewExpr(text, "js")
	x := &exprField{p: p, at: at, field: field, editor: e, wrong: wrong, vain: func() string { return "" }}
	e.OnChanged = func(expr string) {
		changed(expr)
		x.check(expr)
		x.try(tryPause)
	}
	e.Complete = x.complete
	e.OnEnter = func() { p.aim(&target{label: field.Label, at: at, field: field, put: x.put}) }
	e.Forward = func(s fyne.Shortcut) {
		if c, ok := s.(*desktop.CustomShortcut); ok && c.KeyName == fyne.KeySpace && c.Modifier&fyne.KeyModifierShift != 0 {
			p.pick(field.Label, at, x.put)
			return
		}
		kit.Forward(s)
	}
	p.exprs = append(p.exprs, x)
	x.check(text)
	x.try(0)
	p.pickButton(field, at, x.put)
	return x
}

// placeOf is where the expression of a field other than an argument stands.
func (p *Inspector) placeOf(field *kit.Field) model.Place {
	at := model.Place{Step: p.h.Model.Selected(), Field: field.Name}
	switch field.Name {
	case "expr", "skip_if", "retry_if", "stop_after_if", "stop_after_all_iters_if":
		at.Condition = true
	}
	return at
}

// check tells what is wrong with the expression, and underlines names that mean nothing.
func (x *exprField) check(expr string) {
	var marks []code.Mark
	told, fix := "", ""
	for _, s := range x.p.h.Model.Strays(x.at, expr) {
		marks = append(marks, x.editor.MarkOf(s.From, s.To, model.TextStray(s)))
		if told == "" {
			told, fix = model.TextStray(s), s.Meant
		}
	}
	x.editor.SetMarks(marks)
	if strings.TrimSpace(expr) != "" {
		if why := x.vain(); why != "" {
			told = why
		}
		if f := x.wrong(expr); f != nil {
			told, fix = say.Engine(f.Message), ""
		}
	}
	x.field.SetErr(told)
	x.p.offerFix(x, fix)
}

// offerFix offers what was meant, beside the words that say so.
func (p *Inspector) offerFix(x *exprField, meant string) {
	if meant == "" {
		x.field.SetFix("", nil)
		return
	}
	x.field.SetFix(model.TextUse(meant), func() {
		for _, s := range p.h.Model.Strays(x.at, x.editor.Text()) {
			if s.Meant == meant {
				x.editor.ReplaceRange(s.From, s.To, meant)
				x.editor.Focus()
				return
			}
		}
	})
}

// try computes what the expression gives with the values that are offered, after a pause.
func (x *exprField) try(pause time.Duration) {
	x.nth++
	nth, h := x.nth, x.p.h
	if x.stop != nil {
		x.stop()
		x.stop = nil
	}
	if h.Compute == nil {
		return
	}
	begin := func() {
		if nth != x.nth {
			return // more was typed
		}
		expr := x.editor.Text()
		t, ok := h.Model.Try(x.at, expr)
		if !ok || x.wrong(expr) != nil {
			x.field.SetGives("")
			return
		}
		own, stop := context.WithCancel(context.Background())
		x.stop = stop
		h.Ask(func(ctx context.Context) (func(), error) {
			defer context.AfterFunc(ctx, stop)()
			defer stop()
			says := tryOut(own, h, t)
			return func() {
				if nth == x.nth {
					x.field.SetGives(says)
				}
			}, nil
		})
	}
	if pause == 0 {
		begin()
		return
	}
	h.Later(pause, begin)
}

// tryOut computes an expression and tells in words what it gives.
func tryOut(ctx context.Context, h *host.Host, t model.Tryout) string {
	veil, err := lift(ctx, h, t.Veil)
	if err != nil {
		return ""
	}
	v, err := h.Compute(ctx, t.Command)
	var f *run.Failure
	switch {
	case ctx.Err() != nil:
		return ""
	case errors.As(err, &f) && f.Name == run.NameAside:
		return model.TextNoValue(say.Engine(f.Message))
	case errors.As(err, &f):
		return model.TextFails(veil.Hide(say.Engine(f.Message)))
	case err != nil:
		return ""
	}
	return model.TextGives(veil.Glimpse(v))
}

// lift reads what a veil must know.
func lift(ctx context.Context, h *host.Host, v model.Veil) (model.Veil, error) {
	var values []json.RawMessage
	for _, ref := range v.Unread() {
		raw, err := h.Runs.Value(ctx, ref)
		if err != nil {
			return v, err
		}
		values = append(values, raw)
	}
	return v.With(values), nil
}

// complete proposes what could be typed.
func (x *exprField) complete(text string, at int, asked bool, show func([]code.Proposal)) {
	h := x.p.h
	c, ok := h.Model.Complete(x.at, text, at)
	if !ok {
		show(nil)
		return
	}
	if !c.Wants() {
		show(proposals(c.Choices(nil)))
		return
	}
	h.Ask(func(ctx context.Context) (func(), error) {
		var err error
		var raw json.RawMessage
		if c.Veil, err = lift(ctx, h, c.Veil); err == nil {
			raw, err = h.Runs.Value(ctx, c.Ref)
		}
		if err != nil {
			raw = nil
		}
		list := proposals(c.Choices(raw))
		return func() { show(list) }, nil
	})
}

func proposals(list []model.Choice) []code.Proposal {
	out := make([]code.Proposal, len(list))
	for i, c := range list {
		out[i] = code.Proposal{Label: c.Label, Note: c.Value, Text: c.Text, From: c.From}
	}
	return out
}

// put inserts a path at the caret.
func (x *exprField) put(path string) {
	from, to := x.editor.Selection()
	text := x.editor.Text()
	at, put := flow.Insertion(text[:from]+text[to:], from, path)
	if at != from {
		from, to = at, at
	}
	x.editor.ReplaceRange(from, to, put)
	x.editor.Focus()
}

// target is the field that a picked value goes into.
type target struct {
	label string
	at    model.Place
	field *kit.Field
	put   func(path string)
}

// aim makes a field the one that a picked value goes into; nil: none is.
func (p *Inspector) aim(t *target) {
	p.target = t
	if p.Aimed != nil {
		p.Aimed()
	}
}

// Aim is the field that a picked value goes into: its label, and where it stands.
func (p *Inspector) Aim() (label string, at model.Place, ok bool) {
	if p.target == nil || p.h.Model.Doc() == nil || p.h.Model.Doc().ReadOnly {
		return "", at, false
	}
	return p.target.label, p.target.at, true
}

// Unaim lets picked values go nowhere.
func (p *Inspector) Unaim() { p.aim(nil) }

// Put puts the path of a value into the field that was aimed at.
func (p *Inspector) Put(path string) {
	if p.target != nil {
		p.target.put(path)
	}
}

// pickButton adds the button that shows what can be read in a field.
func (p *Inspector) pickButton(field *kit.Field, at model.Place, put func(path string)) {
	p.takers = append(p.takers, taker{field, at, put})
	b := kit.IconButton(kit.IconPlus, say.Of(model.TextPick), kit.Words, func() { p.pick(field.Label, at, put) })
	p.lock(b)
	field.SetAct(b)
}

// pick shows all that can be read at a place; a value that is chosen is put in.
func (p *Inspector) pick(label string, at model.Place, put func(path string)) {
	list, veil := p.h.Model.Pickables(at)
	sub := say.Of(model.TextPickNoRun)
	if o, ok := p.h.Model.Values(); ok {
		sub = o.Words
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		veil, err := lift(ctx, p.h, veil)
		if err != nil {
			return nil, err
		}
		v := data.ReadJSON(pickTree(ctx, p.h, list, veil))
		return func() {
			tree := data.NewJSONTree("", "", v)
			var d *kit.Modal
			tree.OnPick = func(path string) {
				if path == "" || path == "results" {
					return // the root, and the steps themselves
				}
				d.Close()
				put(path)
			}
			tree.OpenTo(2)
			d = kit.ShowModal(p.h.Window.Canvas(), kit.ModalSpec{Title: model.TextPickFor(label), Sub: sub, Width: 560, Height: 520, Passing: true, Focus: tree,
				Body:    kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, tree),
				Note:    kit.Caption(say.Of(model.TextPickHow)),
				Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Close"), kit.Outline, func() { d.Close() })}})
		}, nil
	})
}

// pickMost is how much is read to be picked from, in bytes.
const pickMost = 2 << 20

// pickTree puts what can be read into one value, of which each part has the path that
// reaches it.
func pickTree(ctx context.Context, h *host.Host, list []model.Pickable, veil model.Veil) json.RawMessage {
	room := int64(pickMost)
	return model.PickTree(list, func(ref run.Ref) json.RawMessage {
		if ref.Inline != nil {
			return veil.JSON(ref.Inline)
		}
		if ref.Size > room {
			return nil
		}
		raw, err := h.Runs.Value(ctx, ref)
		if err != nil || int64(len(raw)) > room {
			return nil
		}
		room -= int64(len(raw))
		return veil.JSON(raw)
	})
}

// leave ends what an expression that is not shown any more is about.
func (x *exprField) leave() {
	x.nth++
	if x.stop != nil {
		x.stop()
	}
}

// dropExpr forgets what a field was before its control is exchanged.
func (p *Inspector) dropExpr(field *kit.Field) {
	p.exprs = slices.DeleteFunc(p.exprs, func(x *exprField) bool {
		if x.field == field {
			x.leave()
		}
		return x.field == field
	})
	p.takers = slices.DeleteFunc(p.takers, func(t taker) bool { return t.field == field })
	delete(p.vain, "input_transforms."+field.Name)
	if p.target != nil && p.target.field == field {
		p.aim(nil)
	}
	field.SetGives("")
	field.SetFix("", nil)
}

// beside is what stands around a fixed value: the button to pick one, what it was in
// the run whose values are offered, and that what is picked goes into it.
func (p *Inspector) beside(id string, fd flow.Field, field *kit.Field, put func(path string)) {
	at := model.InputPlace(id, fd.Name)
	p.pickButton(field, at, put)
	tell := func() {
		if in := (inputsPage{p}).current(id, fd.Name); in == nil || in.Kind == flow.Static {
			field.SetGives(p.h.Model.GaveBefore(id, fd.Name))
		}
	}
	p.had = append(p.had, tell)
	tell()
	walk(field.Control, func(o fyne.CanvasObject) {
		if e, ok := o.(*kit.Entry); ok {
			e.OnEnter = func() { p.aim(&target{label: field.Label, at: at, field: field, put: put}) }
		}
	})
}

// Offered tells anew what the fields give where the values that are offered have changed.
func (p *Inspector) Offered() {
	if mark := p.h.Model.ValuesMark(); mark != p.toldOf {
		p.toldOf = mark
		p.tellValues()
	}
}

// tellValues tells anew what fields give, after the values that are offered have changed.
func (p *Inspector) tellValues() {
	for _, x := range p.exprs {
		x.try(tryPause)
	}
	for _, tell := range p.had {
		tell()
	}
	p.tellRun()
}

// tellRun names the run whose values are offered, below the title.
func (p *Inspector) tellRun() {
	if p.valuesOf == nil {
		return
	}
	o, ok := p.h.Model.Values()
	host.Show(p.valuesOf, ok)
	host.Show(p.kindOnly, !ok)
	if ok {
		p.valuesOf.SetText(model.TextKindAndRun(p.kind, o.Words))
	}
	p.aboutBox.Refresh()
}

// about is the line below the name of a step: what sort of step it is, and the run whose
// values are offered, which can be exchanged.
func (p *Inspector) about(kind string) fyne.CanvasObject {
	p.kind, p.kindOnly = kind, kit.Caption(kind).Ellipsis()
	p.valuesOf = kit.NewButton(kind, kit.Words, p.chooseRun).With(kit.IconChevronDown).After()
	p.valuesOf.Tip = say.Of(model.TextOtherRun)
	p.aboutBox = kit.VBox(0, p.kindOnly, kit.HBox(0, p.valuesOf))
	p.tellRun()
	return p.aboutBox
}

// runsListed is how many runs are offered to take values of.
const runsListed = 8

// chooseRun offers the last runs of the flow to take values of.
func (p *Inspector) chooseRun() {
	doc := p.h.Model.Doc()
	if doc == nil {
		return
	}
	under := p.valuesOf
	host.AskThen(p.h, func(ctx context.Context) ([]run.Summary, error) {
		return p.h.Lists.Runs(ctx, host.RunQuery{Path: doc.Path, Limit: runsListed})
	}, func(list []run.Summary) {
		var items []*fyne.MenuItem
		now, _ := p.h.Model.Values()
		for _, r := range list {
			item := fyne.NewMenuItem(p.h.Model.RunLine(r), func() { p.h.Changed(p.h.Model.Offer(r.ID)) })
			item.Checked = r.ID == now.Run
			items = append(items, item)
		}
		if len(items) > 0 && under == p.valuesOf {
			kit.ShowMenu(under, items...)
		}
	})
}
