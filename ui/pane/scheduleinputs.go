package pane

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/engine/schedule"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// inputs is the tab about what it starts, and with what.
func (g *schedulePage) inputs() fyne.CanvasObject {
	below := container.NewStack()
	starts := kit.NewSuggest(g.d.Target, "f/folder/name", func(s string) []kit.Suggestion { return g.p.propose(s, false, false) }, nil)
	starts.OnChanged = func(s string) {
		s = strings.TrimSpace(s)
		g.d.Target = s
		if i := slices.IndexFunc(g.p.targets, func(t target) bool { return t.Path == s }); i >= 0 {
			g.d.IsFlow = g.p.targets[i].IsFlow
			g.showForm(below)
		}
		g.edited(model.FieldTarget)
	}
	g.showForm(below)
	return kit.VBox(16, g.field(say.T("Starts"), model.FieldTarget, true, starts), below)
}

// schemaOf returns what reads, off the main goroutine, what the target asks for; nil
// where it is not in the library.
func (g *schedulePage) schemaOf() func() (flow.Raw, error) {
	if !g.d.IsFlow {
		s, ok := g.h.Script(g.d.Target)
		if !ok {
			return nil
		}
		return func() (flow.Raw, error) {
			if len(s.Schema) > 0 {
				return s.Schema, nil
			}
			return g.h.Signature(s.Language, s.Content)
		}
	}
	i := slices.IndexFunc(g.p.targets, func(t target) bool { return t.IsFlow && t.Path == g.d.Target })
	if i < 0 {
		return nil
	}
	doc := g.p.targets[i].doc
	return func() (flow.Raw, error) {
		f, err := flow.ParseJSON(doc)
		if err != nil {
			return nil, err
		}
		return f.Schema, nil
	}
}

// showForm shows the form of the target's inputs.
func (g *schedulePage) showForm(in *fyne.Container) {
	g.builds++
	mine, read := g.builds, g.schemaOf()
	var schema flow.Raw
	host.AskThen(g.h, func(ctx context.Context) (list []flow.Resource, err error) {
		if read != nil {
			schema, err = read()
		}
		if err == nil {
			list, err = g.h.Library.Resources(ctx)
		}
		return list, err
	}, func(list []flow.Resource) {
		if mine != g.builds || g.tab != pageInputs {
			return
		}
		in.Objects = []fyne.CanvasObject{g.formOf(schema, read != nil, list)}
		in.Refresh()
		kit.Relayout(in)
	})
}

func (g *schedulePage) formOf(schema flow.Raw, known bool, list []flow.Resource) fyne.CanvasObject {
	g.form = nil
	if !known {
		return kit.NewParagraph(say.T("What it asks for is not known, as it is not in the library."), kit.Muted)
	}
	asked, told := model.ScheduleInputs(schema)
	f, err := form.New(asked, form.Options{Values: flow.Raw(g.d.Args), Conditions: g.h.Conditions, Resources: func(typ string) (paths []string) {
		for _, r := range list {
			if typ == "" || r.Type == typ {
				paths = append(paths, r.Path)
			}
		}
		return paths
	}})
	if err != nil {
		f = form.Plain(flow.Raw(g.d.Args), say.T("Its schema cannot be read. Enter the inputs as one JSON object."))
		asked = nil
	}
	g.form, g.schema = f, asked
	f.OnChanged = func() {
		_, v := f.Typed()
		if err != nil {
			v = f.Whole()
		}
		g.d.SetInput(g.schema, v)
		g.edited(model.FieldArgs)
	}
	col := kit.VBox(14)
	if f.Empty() {
		col.Add(kit.NewParagraph(say.T("It asks for nothing."), kit.Muted))
	} else {
		col.Add(f.Object)
	}
	if told {
		col.Add(kit.Caption(say.T("Its input scheduled_at is told when it was due.")))
	}
	return col
}

// fails is the tab about who is told how a run ended.
func (g *schedulePage) fails() fyne.CanvasObject {
	handler := func(label, name, about string, value *string) *kit.Field {
		s := kit.NewSuggest(*value, say.T("nobody"), func(s string) []kit.Suggestion { return g.p.propose(s, false, true) }, nil)
		f := g.field(label, name, false, s)
		f.Hint = about
		s.OnChanged = func(text string) {
			*value = strings.TrimSpace(text)
			if _, _, err := schedule.HandlerOf(*value); err != nil {
				g.unread(name, model.ErrorText(err))
				return
			}
			g.edited(name)
		}
		return f
	}
	times := func(name string, n *int, after string, more ...fyne.CanvasObject) fyne.CanvasObject {
		e := g.entry(strconv.Itoa(max(1, *n)), "1", nil)
		f := g.field("", name, false, kit.HBox(8, append([]fyne.CanvasObject{host.Middle(kit.NewText(say.In("failures", "after")).In(kit.Muted)), host.Width(44, e), host.Middle(kit.NewText(after).In(kit.Muted)), kit.Space()}, more...)...))
		e.OnChanged = func(s string) {
			v, err := strconv.Atoi(strings.TrimSpace(s))
			if err != nil || v < 1 {
				g.unread(name, say.T("A whole number above 0"))
				return
			}
			*n = v
			g.edited(name)
		}
		return f
	}
	more := func(field string, value *json.RawMessage) fyne.CanvasObject {
		text := string(*value)
		if text == "{}" || text == "null" {
			text = ""
		}
		e := g.entryIn(kit.NewTextArea(`{"channel": "ops"}`, 1, 8).AsMono(), text, nil)
		e.OnSubmitted = nil
		e.OnChanged = func(s string) {
			args, err := model.ExtraArgs(s)
			if err != nil {
				g.unread(field, model.ErrorText(err))
				return
			}
			*value = args
			g.edited(field)
		}
		return g.field(say.T("With these inputs, too"), field, false, e)
	}
	exact := 0
	if g.d.OnFailureExact {
		exact = 1
	}
	exactly := kit.NewSegments([]string{say.T("At least"), say.T("Exactly")}, exact, func(i int) { g.d.OnFailureExact = i == 1; g.edited("") })
	return kit.VBox(18,
		kit.VBox(8, handler(say.T("On failure"), model.FieldOnFailure, say.T("A flow or script that is told of a run that failed."), &g.d.OnFailure),
			times(failureTimes, &g.d.OnFailureTimes, say.T("failures in a row"), exactly), more(model.FieldFailureArgs, &g.d.OnFailureArgs)),
		kit.VBox(8, handler(say.T("On recovery"), model.FieldOnRecovery, say.T("Is told when runs succeed again after one failed."), &g.d.OnRecovery),
			times(recoveryTimes, &g.d.OnRecoveryTimes, say.T("successes in a row")), more(model.FieldRecoveryArgs, &g.d.OnRecoveryArgs)),
		kit.VBox(8, handler(say.T("On success"), model.FieldOnSuccess, say.T("Is told of each run that succeeded."), &g.d.OnSuccess), more(model.FieldSuccessArgs, &g.d.OnSuccessArgs)))
}
