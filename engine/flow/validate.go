package flow

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Validate names what is wrong or doubtful in a flow. It says nothing of what
// this version cannot run; Unsupported does.
func Validate(f *Flow) []Problem {
	c := newChecker(f)
	c.all()
	return c.found
}

// Expression is a text of JavaScript in a flow.
type Expression struct {
	Step      string // module id, "" for the flow itself
	Field     string // as in Problem
	Text      string
	Condition bool // it is asked for yes or no
}

// Expressions lists all expressions of a flow that are not empty.
func Expressions(f *Flow) (out []Expression) {
	c := newChecker(f)
	c.visit = func(field, text string, condition bool) {
		out = append(out, Expression{Step: c.step, Field: field, Text: text, Condition: condition})
	}
	c.all()
	return out
}

func newChecker(f *Flow) *checker {
	return &checker{flow: f, ids: map[string]bool{}, order: newSequence(f), inputs: inputNames(f)}
}

func (c *checker) all() {
	f := c.flow
	c.root()
	Every(f, func(m *Module) { c.ids[m.ID] = true })
	seen := map[string]bool{}
	Walk(f, func(m *Module, at Place, _ int) {
		c.step = m.ID
		c.id(m, at, seen)
		c.module(m)
	})
	c.reached()
	c.special(f.Value.FailureModule, "failure_module", "The failure step")
	c.special(f.Value.PreprocessorModule, "preprocessor_module", "The preprocessor")
}

// Errors returns those problems that stop a flow from running.
func Errors(all []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(all), func(p Problem) bool { return p.Severity != SeverityError })
}

type checker struct {
	flow  *Flow
	step  string
	ids   map[string]bool
	order sequence
	found []Problem

	inputs  []string                                 // names of the flow's inputs; none where any may come
	visit   func(field, text string, condition bool) // is told of each expression, where not nil
	answers []AnswerRead
}

func (c *checker) add(s Severity, p Problem) {
	p.Severity, p.Step = s, c.step
	c.found = append(c.found, p)
}

func (c *checker) bad(p Problem)  { c.add(SeverityError, p) }
func (c *checker) warn(p Problem) { c.add(SeverityWarning, p) }

func (c *checker) root() {
	f := c.flow
	c.unread(reflect.ValueOf(f).Elem(), "")
	if !f.made() && !f.had("value") {
		c.bad(Problem{Code: ProblemRequired, Field: "value", Title: "The flow has no value",
			Hint: "A flow keeps its steps below value, in a list named modules."})
	} else if len(f.Value.Modules) == 0 && f.Value.Extra("modules") == nil {
		c.warn(Problem{Code: ProblemRequired, Field: "value.modules", Title: "The flow has no steps",
			Hint: "Its result is its input. Add a step."})
	}
	for _, name := range besideValue {
		if f.Extra(name) != nil {
			c.warn(Problem{Code: ProblemPlace, Field: name, Title: name + " stands beside value, where it has no effect",
				Hint: "It was kept. Move it into value, beside modules, to make it count."})
		}
	}
	c.schema("schema", f.Schema)
	if id := f.Value.EarlyReturn; id != "" {
		if m, _ := Find(f, id); m == nil {
			c.warn(Problem{Code: ProblemReference, Field: "value.early_return",
				Title: "The early return names the step " + quoteName(id) + ", which is not there",
				Hint:  "Name the step whose result answers early, or remove the setting."})
		}
	}
	c.marks(f.XSluice, true)
	c.negative("value.cache_ttl", f.Value.CacheTTL)
	c.limit("value.", f.Value.ConcurrentLimit, f.Value.ConcurrencyWindowS)
}

// besideValue are fields of value that files write beside it by mistake.
var besideValue = []string{"modules", "failure_module", "preprocessor_module", "same_worker", "skip_expr", "early_return", "flow_env", "concurrent_limit", "concurrency_key"}

// id checks the id of a step in the tree.
func (c *checker) id(m *Module, at Place, seen map[string]bool) {
	where := "the flow"
	if at.Container != "" {
		where = "step " + quoteName(at.Container)
	}
	switch {
	case m.ID == "":
		c.bad(Problem{Code: ProblemID, Field: "id",
			Title: fmt.Sprintf("Step %d in %s has no id", at.Index+1, where), Hint: "Give it an id such as " + NewID(c.flow) + "."})
	case seen[m.ID]:
		c.bad(Problem{Code: ProblemID, Field: "id", Title: "Two steps have the id " + quoteName(m.ID),
			Hint: "Give one of them another id such as " + NewID(c.flow) + ", and look where results." + m.ID + " is used."})
	case reserved[m.ID]:
		c.bad(Problem{Code: ProblemID, Field: "id", Title: "The id " + quoteName(m.ID) + " has a meaning of its own",
			Hint: "Give the step another id such as " + NewID(c.flow) + "."})
	case !idLike(m.ID):
		c.bad(Problem{Code: ProblemID, Field: "id", Title: "The id " + quoteName(m.ID) + " has a character that ids cannot have",
			Hint: "Use letters, digits, _ and -."})
	case slices.Contains(jsWords, m.ID):
		c.warn(Problem{Code: ProblemID, Field: "id", Title: "The id " + quoteName(m.ID) + " is a word of JavaScript",
			Hint: "results." + m.ID + " reads its result all the same. An id such as " + NewID(c.flow) + " is easier on people and other programs."})
	}
	seen[m.ID] = true
}

// idLike reports whether a text has nothing but what ids may have: letters of any
// language, digits, _ and -. It stands in file names, addresses and log lines.
func idLike(id string) bool {
	for _, r := range id {
		if r != '_' && r != '-' && (r == utf8.RuneError || !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)) {
			return false
		}
	}
	return id != ""
}

// special checks the failure or the preprocessor module.
func (c *checker) special(m *Module, field, name string) {
	if m == nil {
		return
	}
	c.step = cmp.Or(m.ID, strings.TrimSuffix(field, "_module"))
	switch m.Value.(type) {
	case *RawScript, *Script, nil:
	default:
		c.bad(Problem{Code: ProblemFailure, Field: field, Title: name + " is not a script",
			Hint: "Only a script can stand here. Put the other steps into the flow itself."})
	}
	if m.Suspend != nil && m.Suspend.RequiredEvents > 0 {
		c.warn(Problem{Code: ProblemSuspend, Field: "suspend", Title: name + " asks for an approval, which is not waited for",
			Hint: "Nothing comes after it. Remove the approval, or put it on a step of the flow."})
	}
	if m == c.flow.Value.PreprocessorModule {
		in := InputsOf(m)
		for _, n := range in.Names {
			if one := in.By[n]; one.Kind == JavaScript && Uses(one.Expr).Has("results") {
				c.warn(Problem{Code: ProblemReference, Field: "input_transforms." + n, Title: "The preprocessor reads results, but runs before every step",
					Hint: "They count as null. It can read flow_input, which holds what came from outside."})
			}
		}
	}
	if regular, at := Find(c.flow, m.ID); m.ID != "" && regular != m && at.Index >= 0 {
		c.warn(Problem{Code: ProblemID, Field: "id", Title: name + " has the id of another step",
			Hint: "Give it another id, so that results." + m.ID + " has one meaning."})
	}
	c.module(m)
}

// unread reports known fields whose form could not be read, in the struct v and
// the structs below it. Modules are visited on their own.
func (c *checker) unread(v reflect.Value, prefix string) {
	sh, k := shapeOf(v.Type()), keepOf(v)
	for _, key := range slices.Sorted(maps.Keys(k.extra)) {
		at, known := sh.byName[key]
		if !known {
			c.misspelled(sh, k, prefix, key)
			continue
		}
		f := sh.fields[at]
		if key != f.name && k.had(f.name) {
			c.warn(Problem{Code: ProblemPlace, Field: prefix + key, Title: prefix + key + " stands beside its newer spelling " + f.name,
				Hint: "Only " + f.name + " counts. It was kept; remove one of them."})
			continue
		}
		if !f.isDefault(v.Field(f.index)) {
			continue
		}
		c.bad(Problem{Code: ProblemField, Field: prefix + key,
			Title: prefix + key + " is not " + wanted(v.Field(f.index)) + ", so it was not understood",
			Hint:  "It was kept as it is. Correct it to make it count."})
	}
	for _, f := range sh.fields {
		fv := v.Field(f.index)
		if fv.Kind() == reflect.Pointer && !fv.IsNil() && fv.Elem().Kind() == reflect.Struct {
			fv = fv.Elem()
		}
		if fv.Kind() == reflect.Struct && fv.Type() != reflect.TypeFor[Module]() &&
			fv.Type() != typeInputs.Elem() && fv.Type() != typeInput.Elem() {
			c.unread(fv, prefix+f.name+".")
		}
	}
}

// misspelled stops a flow whose author certainly meant another field: without it an
// approval would not be asked for, and nobody would know.
func (c *checker) misspelled(sh *shape, k *Keep, prefix, key string) {
	var free []string
	for name, at := range sh.byName {
		if name == sh.fields[at].name && !k.had(name) {
			free = append(free, name)
		}
	}
	if meant := nearest(key, free); meant != "" {
		c.bad(Problem{Code: ProblemField, Field: prefix + key, Title: prefix + key + " is not a field that is known here",
			Hint: "It was kept, and has no effect. If you mean " + meant + ", write it so; if not, give it another name."})
	}
}

// wanted says in words what a field takes.
func wanted(v reflect.Value) string {
	switch v.Type() {
	case typeInputs, typeEnv:
		return "an object"
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list of objects"
	}
	return "an object"
}

func (c *checker) negative(field string, x float64) {
	if x < 0 {
		c.bad(Problem{Code: ProblemRange, Field: field, Title: field + " is below zero", Hint: "Give a number of seconds, or remove it."})
	}
}

// limit checks a limit on how many run at a time.
func (c *checker) limit(prefix string, most, window float64) {
	if most < 0 || most != math.Trunc(most) {
		c.bad(Problem{Code: ProblemRange, Field: prefix + "concurrent_limit", Title: prefix + "concurrent_limit is not a whole number of 0 or more",
			Hint: "Give the number that may run at a time, or 0 for no limit."})
	}
	c.negative(prefix+"concurrency_time_window_s", window)
}

func (c *checker) schema(field string, schema Raw) {
	if schema == nil {
		return
	}
	err := CheckSchema(schema)
	if errors.Is(err, errManyFields) {
		c.bad(Problem{Code: ProblemForm, Field: field, Title: fmt.Sprintf("The form in %s has more than %d fields", field, MaxFields),
			Hint: "Ask for less, split it over several approvals, or take one field that is typed as JSON. Fields of groups and lists count."})
		return
	}
	if err != nil {
		c.bad(Problem{Code: ProblemSchema, Field: field, Title: "The schema in " + field + " is not a JSON Schema",
			Hint: err.Error() + ". The form cannot be shown until this is corrected."})
		return
	}
	for _, e := range Unfillable(schema, nil) {
		p := Problem{Code: ProblemForm, Field: field, Title: "Nobody can fill in the form: " + quoteName(strings.Join(e.Path, ".")) + " " + e.Message,
			Hint: "Correct the schema of that field, or let the field be empty: take it out of required."}
		if c.step == "" && e.Message == textNoField { // a program that starts the flow may give it
			c.warn(p)
			continue
		}
		c.bad(p)
	}
}
