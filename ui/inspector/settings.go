package inspector

import (
	"encoding/json"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/model"
	"sluice/ui/say"
)

// settingsPage is what else can be set on a step.
type settingsPage struct{ *Inspector }

// show lists what the kind of the step can have.
func (p settingsPage) show(m *flow.Module) fyne.CanvasObject {
	raw, script := m.Value.(*flow.RawScript)
	if _, ok := m.Value.(*flow.Script); ok {
		script = true
	}
	_, identity := m.Value.(*flow.Identity)
	_, forLoop := m.Value.(*flow.ForLoop)
	_, while := m.Value.(*flow.WhileLoop)
	loops := forLoop || while
	aside := m == p.h.Model.Doc().Flow.Value.FailureModule || m == p.h.Model.Doc().Flow.Value.PreprocessorModule
	col := kit.VBox(18)
	if !identity {
		col.Add(p.retries(m))
		if script {
			col.Add(p.figure(say.T("Time limit"), "timeout", say.T("Seconds after which the step is stopped and fails."), m.Timeout, func(m *flow.Module, in *flow.Input) { m.Timeout = in }))
		}
		if !aside {
			col.Add(p.carryOn(m))
		}
	}
	if !aside {
		col.Add(p.figure(say.T("Sleep afterwards"), "sleep", say.T("Holds the next step back, in seconds."), m.Sleep, func(m *flow.Module, in *flow.Input) { m.Sleep = in }))
		col.Add(p.predicate(say.T("Skip this step when"), "skip_if", "flow_input.amount < 10", exprOf(m.SkipIf), func(m *flow.Module, expr string) {
			if expr == "" {
				m.SkipIf = nil
				return
			}
			c := flow.Predicate{}
			if m.SkipIf != nil {
				c = *m.SkipIf
			}
			c.Expr = expr
			m.SkipIf = &c
		}))
		if !loops { // a loop's own stands on its first tab
			col.Add(p.stopEditor(model.StopEnds(p.h.Model.Doc().Flow, m.ID), "stop_after_if", "result.length == 0", "", stopAfter))
		}
	}
	if !identity {
		col.Add(p.mock(m))
	}
	if script {
		col.Add(p.advanced(m, raw))
	}
	return col
}

// advanced is what few scripts need.
func (p settingsPage) advanced(m *flow.Module, raw *flow.RawScript) fyne.CanvasObject {
	set := func(name, typing string, do func(*flow.Module)) { p.change(name, typing, do) }
	col := kit.VBox(18, kit.Strong(say.T("More")))
	col.Add(plainNumber(say.T("Keep results for"), "cache_ttl", say.T("Seconds in which the same arguments take the last result instead of running. Empty: never."), m.CacheTTL,
		func(n float64) { set(say.T("Set the cache"), "cache_ttl", func(m *flow.Module) { m.CacheTTL = n }) }))
	col.Add(plainNumber(say.T("Priority"), "priority", say.T("Of jobs that are ready at once, a higher one, up to 100, goes first."), m.Priority,
		func(n float64) { set(say.T("Set the priority"), "priority", func(m *flow.Module) { m.Priority = n }) }))
	secs := -1.0
	if m.DeleteAfterSecs != nil {
		secs = *m.DeleteAfterSecs
	} else if m.DeleteAfterUse {
		secs = 0
	}
	forget := kit.VBox(8)
	forget.Add(kit.NewToggle(say.T("Delete its values after use"), secs >= 0, func(on bool) {
		p.rebuild(say.T("Set deletion"), func(m *flow.Module) {
			m.DeleteAfterUse, m.DeleteAfterSecs = on, nil
		})
	}))
	if secs >= 0 {
		forget.Add(plainNumber(say.T("Seconds after the run has ended"), "delete_after_secs", say.T("Arguments, result and log are deleted then. Empty: at once."), secs, func(n float64) {
			set(say.T("Set deletion"), "delete_after_secs", func(m *flow.Module) {
				m.DeleteAfterUse, m.DeleteAfterSecs = true, nil
				if n > 0 {
					m.DeleteAfterUse, m.DeleteAfterSecs = false, &n
				}
			})
		}))
	}
	col.Add(forget)
	if raw == nil {
		return col
	}
	limit := func(do func(*flow.RawScript)) func(*flow.Module) {
		return func(m *flow.Module) {
			if v, ok := m.Value.(*flow.RawScript); ok {
				c := *v
				do(&c)
				m.Value = &c
			}
		}
	}
	col.Add(plainNumber(say.T("At most at a time"), "concurrent_limit", say.T("Over all runs, in the time below. Others wait until there is room."), raw.ConcurrentLimit,
		func(n float64) {
			set(say.T("Set the limit"), "limit", limit(func(v *flow.RawScript) { v.ConcurrentLimit = n }))
		}))
	if raw.ConcurrentLimit > 0 || raw.ConcurrencyWindowS > 0 || raw.ConcurrencyKey != "" {
		col.Add(plainNumber(say.T("Within seconds"), "concurrency_time_window_s", "", raw.ConcurrencyWindowS,
			func(n float64) {
				set(say.T("Set the limit"), "window", limit(func(v *flow.RawScript) { v.ConcurrencyWindowS = n }))
			}))
		key := kit.NewEntry(say.T("this step")).AsMono()
		key.SetText(raw.ConcurrencyKey)
		key.OnChanged = func(s string) {
			set(say.T("Set the limit"), "key", limit(func(v *flow.RawScript) { v.ConcurrencyKey = strings.TrimSpace(s) }))
		}
		col.Add(kit.NewField(say.T("Counted under"), "custom_concurrency_key", false, key).WithHint(say.T("$args[customer] stands for an argument.")))
	}
	return col
}

func exprOf(x *flow.Predicate) string {
	if x == nil {
		return ""
	}
	return x.Expr
}

// retries sets how often a failed step is tried again.
func (p settingsPage) retries(m *flow.Module) fyne.CanvasObject {
	attempts, seconds := 0, 5.0
	exponential := false
	if r := m.Retry; r != nil {
		switch {
		case r.Exponential != nil && r.Exponential.Attempts > 0:
			attempts, seconds, exponential = r.Exponential.Attempts, r.Exponential.Seconds, true
		case r.Constant != nil && r.Constant.Attempts > 0:
			attempts, seconds = r.Constant.Attempts, r.Constant.Seconds
		}
	}
	count, pause := kit.NewEntry("0"), kit.NewEntry("5")
	count.SetText(strconv.Itoa(attempts))
	pause.SetText(strconv.FormatFloat(seconds, 'f', -1, 64))
	kind := kit.NewSelectBox([]string{say.T("the same each time"), say.T("growing each time")}, 0, nil)
	if exponential {
		kind.Select(1)
	}
	var field *kit.Field
	apply := func() {
		n, err := strconv.Atoi(strings.TrimSpace(count.Text()))
		s, err2 := strconv.ParseFloat(strings.TrimSpace(pause.Text()), 64)
		switch {
		case err != nil || n < 0:
			field.SetErr(say.T("How often? A whole number, 0 for never"))
			return
		case err2 != nil || s < 0 || (kind.Selected() == 1 && s < 1):
			field.SetErr(say.T("How many seconds between? 1 or more when they grow"))
			return
		}
		field.SetErr("")
		p.change(say.T("Set retries"), "retry", func(m *flow.Module) {
			r := flow.Retry{}
			if m.Retry != nil {
				r = *m.Retry
			}
			r.Constant, r.Exponential = nil, nil
			if n > 0 && kind.Selected() == 1 {
				r.Exponential = &flow.Exponential{Attempts: n, Seconds: s}
			} else if n > 0 {
				r.Constant = &flow.Constant{Attempts: n, Seconds: s}
			}
			m.Retry = &r
			if n == 0 && r.RetryIf == nil {
				m.Retry = nil
			}
		})
	}
	count.OnChanged = func(string) { apply() }
	pause.OnChanged = func(string) { apply() }
	kind.OnChanged = func(int) { apply() }
	field = kit.NewField(say.T("Retries"), "retry", false, kit.VBox(8,
		kit.HBox(8, host.Width(64, count), host.Middle(kit.NewText(say.T("times, after")).In(kit.Muted)), host.Width(64, pause), host.Middle(kit.NewText(say.T("seconds,")).In(kit.Muted))), kind)).
		WithHint(say.T("A step that failed runs again with the same arguments."))
	retryIf := ""
	if m.Retry != nil {
		retryIf = exprOf(m.Retry.RetryIf)
	}
	only := p.predicate(say.T("Only when"), "retry_if", `error.name == "Timeout"`, retryIf, func(m *flow.Module, expr string) {
		r := flow.Retry{}
		if m.Retry != nil {
			r = *m.Retry
		}
		r.RetryIf = nil
		if expr != "" {
			r.RetryIf = &flow.Predicate{Expr: expr}
		}
		m.Retry = &r
		if expr == "" && r.Constant == nil && r.Exponential == nil {
			m.Retry = nil
		}
	})
	return kit.VBox(10, field, only)
}

// figure is a number, fixed or computed.
func (p *Inspector) figure(label, name, hint string, in *flow.Input, set func(*flow.Module, *flow.Input)) fyne.CanvasObject {
	field := kit.NewField(label, name, false, kit.Space()).WithHint(hint)
	segments := kit.NewSegments([]string{say.T("Value"), say.T("Expression")}, 0, nil).AsSmall()
	field.WithSide(segments)
	show := func(kind int) {
		field.SetErr("")
		if kind == 1 {
			text := ""
			if in != nil && in.Kind == flow.JavaScript {
				text = in.Expr
			}
			field.SetControl(p.exprEditor(text, field, p.h.CheckExpr, func(expr string) {
				p.change(say.F("Set %s", label), name, func(m *flow.Module) {
					if strings.TrimSpace(expr) == "" {
						set(m, nil)
						return
					}
					set(m, &flow.Input{Kind: flow.JavaScript, Expr: expr})
				})
			}))
			return
		}
		e := kit.NewEntry(say.T("none"))
		if in != nil && in.Kind == flow.Static && in.Value != nil {
			e.SetText(strings.Trim(string(in.Value), `"`))
		}
		e.OnChanged = func(text string) {
			text = strings.TrimSpace(text)
			v, err := strconv.ParseFloat(text, 64)
			if text != "" && (err != nil || v < 0) {
				field.SetErr(say.T("A number, 0 or more"))
				return
			}
			field.SetErr("")
			p.change(say.F("Set %s", label), name, func(m *flow.Module) {
				if text == "" {
					set(m, nil)
					return
				}
				set(m, &flow.Input{Kind: flow.Static, Value: flow.Raw(text)})
			})
		}
		field.SetControl(e)
	}
	segments.OnChanged = show
	if in != nil && in.Kind == flow.JavaScript {
		segments.Select(1)
		show(1)
	} else {
		show(0)
	}
	return field
}

// predicate is a condition; an empty one is none.
func (p *Inspector) predicate(label, name, example, expr string, set func(*flow.Module, string)) fyne.CanvasObject {
	field := kit.NewField(label, name, false, kit.Space())
	field.SetControl(p.exprEditor(expr, field, p.h.CheckCondition, func(expr string) {
		p.change("Set "+name, name, func(m *flow.Module) { set(m, strings.TrimSpace(expr)) })
	}).Placeholder(example))
	return field
}

// carryOn lets the flow go on when the step fails.
func (p settingsPage) carryOn(m *flow.Module) fyne.CanvasObject {
	return kit.VBox(2, kit.NewToggle(say.T("Continue on error"), m.ContinueOnError, func(on bool) {
		p.change(say.T("Set continue on error"), "", func(m *flow.Module) { m.ContinueOnError = on })
	}), kit.Pad(0, 0, 0, 44, kit.NewParagraph(say.T("The error is the step’s result; the flow goes on"), kit.Muted).Sized(kit.TextCaption)))
}

// mock pins a result.
func (p settingsPage) mock(m *flow.Module) fyne.CanvasObject {
	on := m.Mock != nil && m.Mock.Enabled
	col := kit.VBox(8, kit.NewToggle(say.T("Pin the result"), on, func(on bool) {
		p.rebuild(say.T("Pin the result"), func(m *flow.Module) {
			c := flow.Mock{ReturnValue: flow.Raw("{}")}
			if m.Mock != nil {
				c = *m.Mock
			}
			c.Enabled = on
			m.Mock = &c
		})
	}))
	if !on {
		return col
	}
	wrong := kit.NewText("").In(kit.Bad).Sized(kit.TextCaption)
	editor := code.NewEditor(pretty(m.Mock.ReturnValue), "json")
	editor.OnChanged = func(text string) {
		if !json.Valid([]byte(text)) {
			wrong.SetText(say.T("This is not JSON yet"))
			return
		}
		wrong.SetText("")
		p.change(say.T("Change the pinned result"), "mock", func(m *flow.Module) {
			c := *m.Mock
			c.ReturnValue = flow.Raw(text)
			m.Mock = &c
		})
	}
	col.Add(kit.Fixed(0, 140, kit.NewBox(kit.OnField, kit.LineColor, kit.Radius, editor)))
	col.Add(wrong)
	return col
}
