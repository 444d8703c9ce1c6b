package flow

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// module checks one step without those inside it.
func (c *checker) module(m *Module) {
	c.unread(reflect.ValueOf(m).Elem(), "")
	c.marks(m.XSluice, false)
	c.value(m)
	for _, name := range InputsOf(m).Names {
		c.input("input_transforms."+name, InputsOf(m).By[name])
	}
	for field, s := range each("stop_after_if", m.StopAfterIf, "stop_after_all_iters_if", m.StopAfterAllItersIf) {
		if s != nil {
			c.expr(field+".expr", s.Expr)
		}
	}
	if m.SkipIf != nil {
		c.expr("skip_if.expr", m.SkipIf.Expr)
	}
	c.seconds("sleep", m.Sleep)
	c.seconds("timeout", m.Timeout)
	c.negative("cache_ttl", m.CacheTTL)
	if m.DeleteAfterSecs != nil {
		c.negative("delete_after_secs", *m.DeleteAfterSecs)
	}
	c.retry(m.Retry)
	c.suspend(m)
}

// each pairs two names with two values, for loops over both.
func each[T any](name1 string, v1 T, name2 string, v2 T) func(func(string, T) bool) {
	return func(yield func(string, T) bool) {
		if yield(name1, v1) {
			yield(name2, v2)
		}
	}
}

func (c *checker) need(field, text, hint string) {
	if text == "" {
		c.bad(Problem{Code: ProblemRequired, Field: field, Title: field + " is missing", Hint: hint})
	}
}

func (c *checker) value(m *Module) {
	if m.Value == nil {
		c.bad(Problem{Code: ProblemRequired, Field: "value", Title: "The step has no value", Hint: "Choose what the step does, or remove it."})
		return
	}
	switch v := m.Value.(type) {
	case *RawScript:
		c.script(v)
		c.limit("value.", v.ConcurrentLimit, v.ConcurrencyWindowS)
	case *Script:
		c.path(v.Path)
	case *Subflow:
		c.path(v.Path)
	case *ForLoop:
		c.iterator(v.Iterator)
		c.width(v)
	case *WhileLoop:
		c.while(m, v)
	case *BranchOne:
		for i, b := range v.Branches {
			c.unread(reflect.ValueOf(b).Elem(), "branches["+strconv.Itoa(i)+"].")
			c.expr("branches["+strconv.Itoa(i)+"].expr", b.Expr)
		}
		c.ways(v)
	case *BranchAll:
		for i, b := range v.Branches {
			c.unread(reflect.ValueOf(b).Elem(), "branches["+strconv.Itoa(i)+"].")
		}
	case *Unknown:
		c.unknown(v)
		return
	case *Agent, *Identity:
		// Nothing of them can be wrong here.
	}
	rv := reflect.ValueOf(m.Value).Elem()
	c.unread(rv, "value.")
	for _, name := range misplaced {
		if keepOf(rv).Extra(name) != nil {
			c.warn(Problem{Code: ProblemPlace, Field: "value." + name, Title: name + " stands inside value, where it has no effect",
				Hint: "It was kept. Move it one level up, beside id, to make it count."})
		}
	}
}

// misplaced are fields of a module that files write into its value by mistake.
var misplaced = []string{"timeout", "retry", "cache_ttl", "skip_if", "stop_after_if", "sleep", "suspend", "mock", "continue_on_error"}

func (c *checker) unknown(v *Unknown) {
	title := "The step is of a type that is not known: " + quoteName(v.Type)
	if v.Type == "" {
		title = "The step does not say of which type it is"
	}
	c.warn(Problem{Code: ProblemType, Field: "value.type", Title: title,
		Hint: "It was kept as it is. Known are " + strings.Join(slices.Sorted(maps.Keys(valueTypes)), ", ") + "."})
}

func (c *checker) script(v *RawScript) {
	c.need("value.language", v.Language, "Say in which language the script is written: bun, python3, bash, …")
	if _, known := extensions[v.Language]; !known && v.Language != "" {
		c.warn(Problem{Code: ProblemLanguage, Field: "value.language", Title: "The language " + quoteName(v.Language) + " is not known",
			Hint: "Known are " + strings.Join(slices.Sorted(maps.Keys(extensions)), ", ") + "."})
	}
	if name, ok := InlineName(v.Content); ok {
		c.bad(Problem{Code: ProblemInline, Field: "value.content", Title: "The script stands in the file " + quoteName(name) + ", which was not read",
			Hint: "Open the whole folder of the flow rather than the single file."})
	} else if strings.TrimSpace(v.Content) == "" && v.Extra("content") == nil {
		c.bad(Problem{Code: ProblemRequired, Field: "value.content", Title: "The script is empty", Hint: "Write a function main."})
	}
}

func (c *checker) path(path string) {
	c.need("value.path", path, "Say which script or flow is meant: u/…, f/…, g/… or hub/…")
	for _, start := range []string{"u/", "f/", "g/", "hub/"} {
		if rest, ok := strings.CutPrefix(path, start); ok && rest != "" {
			return
		}
	}
	if path != "" {
		c.bad(Problem{Code: ProblemPath, Field: "value.path", Title: "The path " + quoteName(path) + " does not begin with u/, f/, g/ or hub/",
			Hint: "Paths name their owner first: u/NAME/…, f/FOLDER/… or hub/…"})
	}
}

func (c *checker) input(field string, in *Input) {
	if in == nil {
		return
	}
	c.unread(reflect.ValueOf(in).Elem(), field+".")
	switch in.Kind {
	case Static:
	case JavaScript:
		if strings.TrimSpace(in.Expr) == "" {
			c.warn(Problem{Code: ProblemRequired, Field: field, Title: field + " has an empty expression", Hint: "It counts as null."})
			return
		}
		c.reads(field, in.Expr, false)
	case AI:
		if m, _ := Find(c.flow, c.step); m == nil || TypeOf(m.Value) != "aiagent" {
			c.warn(Problem{Code: ProblemField, Field: field, Title: field + " is to be filled by an AI agent, but none does",
				Hint: "It counts as null. Give a value or an expression."})
		}
	default:
		c.bad(Problem{Code: ProblemField, Field: field, Title: field + " is of a kind that is not known: " + quoteName(string(in.Kind)),
			Hint: "Known are static, javascript and ai."})
	}
}

// seconds checks an input that stands for a number of seconds.
func (c *checker) seconds(field string, in *Input) {
	c.input(field, in)
	if in == nil || in.Kind != Static || in.Value == nil {
		return
	}
	x, err := strconv.ParseFloat(string(in.Value), 64)
	if err != nil || x < 0 {
		c.bad(Problem{Code: ProblemRange, Field: field, Title: field + " is not a number of seconds", Hint: "Give a number, 0 or more."})
	}
}

func (c *checker) expr(field, expr string) {
	if strings.TrimSpace(expr) == "" {
		c.bad(Problem{Code: ProblemRequired, Field: field, Title: field + " is empty", Hint: "Write an expression that is true or false."})
		return
	}
	c.reads(field, expr, true)
}

// reads warns of results of steps that are not there, or not yet, and of inputs that
// the flow does not have: they read as null.
func (c *checker) reads(field, expr string, condition bool) {
	if c.visit != nil {
		c.visit(field, expr, condition)
	}
	c.answer(field, expr)
	c.unknowns(field, expr)
	uses := Uses(expr)
	for _, name := range uses.Inputs {
		if !c.lacksInput(name) {
			continue
		}
		hint := "It counts as null, unless whoever starts the flow sends it all the same. Add the input to the flow, or correct the name."
		if meant := nearest(name, c.inputs); meant != "" {
			hint = "It counts as null. If you mean " + meant + ", write it so."
		}
		c.warn(Problem{Code: ProblemReference, Field: field, Title: field + " reads flow_input." + name + ", but the flow has no input " + quoteName(name), Hint: hint})
	}
	for _, id := range uses.Results {
		if !c.ids[id] {
			hint := "It counts as null. Check the id of the step that is meant."
			if meant := nearest(id, slices.Collect(maps.Keys(c.ids))); meant != "" {
				hint = "It counts as null. If you mean " + meant + ", write it so."
			}
			c.warn(Problem{Code: ProblemReference, Field: field, Title: field + " reads results." + id + ", but there is no step " + quoteName(id),
				Hint: hint, Reads: id, Why: "which is not there"})
		} else if why := c.order.late(c.step, id); why != "" {
			c.warn(Problem{Code: ProblemOrder, Field: field, Title: field + " reads results." + id + ", " + why,
				Hint: "It counts as null there. Move one of the steps, or read another one.", Reads: id, Why: why})
		}
	}
}

// lacksInput reports whether the flow says what its inputs are, and a name is none of them.
func (c *checker) lacksInput(name string) bool {
	return len(c.inputs) > 0 && !slices.Contains(c.inputs, name) && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "iter")
}

func (c *checker) retry(r *Retry) {
	if r == nil {
		return
	}
	fail := func(field, title, hint string) {
		c.bad(Problem{Code: ProblemRetry, Field: "retry." + field, Title: title, Hint: hint})
	}
	if k := r.Constant; k != nil && (k.Attempts < 0 || k.Seconds < 0) {
		fail("constant", "The retries have a number below zero", "Give 0 attempts to switch them off.")
	}
	if e := r.Exponential; e != nil {
		switch {
		case e.Attempts < 0 || e.Seconds < 0 || e.Multiplier != nil && *e.Multiplier < 0:
			fail("exponential", "The growing retries have a number below zero", "Give 0 attempts to switch them off.")
		case e.Attempts > 0 && e.Seconds < 1:
			fail("exponential.seconds", "The growing retries need at least 1 second", "The wait is multiplier × seconds to the power of the attempt.")
		case e.RandomFactor < 0 || e.RandomFactor > 100:
			fail("exponential.random_factor", "The random part of the retries is not between 0 and 100 percent", "Give a number between 0 and 100.")
		}
	}
	if r.RetryIf != nil {
		c.expr("retry.retry_if.expr", r.RetryIf.Expr)
	}
}

func (c *checker) suspend(m *Module) {
	s := m.Suspend
	if s == nil {
		return
	}
	fail := func(field, title, hint string) {
		c.bad(Problem{Code: ProblemSuspend, Field: "suspend." + field, Title: title, Hint: hint})
	}
	if s.RequiredEvents < 0 {
		fail("required_events", "The number of approvals is below zero", "Give 1 or more, or 0 to ask nobody.")
	}
	if s.RequiredEvents > 0 && s.Timeout != nil && *s.Timeout <= 0 {
		fail("timeout", "The approval has no time to be given", "Give a number of seconds above zero, or remove the timeout for 30 minutes.")
	}
	if s.RequiredEvents == 0 && s.ResumeForm != nil && s.Extra("required_events") == nil {
		c.warn(Problem{Code: ProblemSuspend, Field: "suspend.required_events", Title: "The step has an approval form, but asks nobody",
			Hint: "Set required_events to 1 or more to wait for an answer."})
	}
	c.input("suspend.user_groups_required", s.UserGroups)
	if s.ResumeForm != nil {
		c.schema("suspend.resume_form.schema", s.ResumeForm.Schema)
	}
}
