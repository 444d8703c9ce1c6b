package flow

import (
	"slices"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// Globals are the names that every expression can read: those of JavaScript, as far as
// the engine has them, and those that Sluice gives in every place, if only as null.
func Globals() []string { return slices.Concat(jsGlobals, given) }

// given are what Sluice gives to every expression.
var given = []string{
	"flow_input", "results", "previous_result", "result", "resume", "resumes", "approvers", "flow_env",
	"all_iters", "error", "params", "variable", "resource", "flow_user_state", "step",
}

// givenToFailure are what the step that handles a failure is given besides.
var givenToFailure = []string{"started_at", "flow_job_id"}

// jsGlobals is what the engine of expressions has, in order. A test there compares.
var jsGlobals = []string{
	"AggregateError", "Array", "ArrayBuffer", "Atomics", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "DataView",
	"Date", "Error", "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array", "Float64Array", "Function",
	"Infinity", "Int16Array", "Int32Array", "Int8Array", "Intl", "Iterator", "JSON", "Map", "Math", "NaN", "Number",
	"Object", "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set", "SharedArrayBuffer", "String",
	"Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array", "Uint32Array", "Uint8Array", "Uint8ClampedArray",
	"WeakMap", "WeakRef", "WeakSet", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "eval",
	"globalThis", "isFinite", "isNaN", "parseFloat", "parseInt", "undefined", "unescape",
}

// unknown lists the names that an expression reads and that nothing gives a value: no
// declaration in it, no parameter, none of known. It says nothing where it cannot tell:
// where the text cannot be parsed, or reaches names by other means. A name whose type
// is asked for, or that is assigned to, is one that its author knows may be missing.
func unknown(expr string, known func(string) bool) []string {
	toks, sure := scan(expr)
	doubt := !sure
	for i, t := range toks {
		if t.kind != tokName || property(toks, i) {
			continue
		}
		switch t.text {
		case "eval", "Function", "globalThis", "this", "with":
			return nil
		}
		doubt = doubt || !known(t.text)
	}
	if !doubt {
		return nil // what most expressions are, without a tree
	}
	text := strings.TrimRight(strings.TrimPrefix(expr, "\ufeff"), "; \t\r\n\u00a0")
	if text == "" || len(text) > exprMost {
		return nil
	}
	ast, err := js.Parse(parse.NewInputString("(async function(){return (\n"+text+"\n)})"), js.Options{})
	if err != nil || len(ast.List) != 1 {
		if ast, err = js.Parse(parse.NewInputString("(async function(){\n"+text+"\n})"), js.Options{}); err != nil || len(ast.List) != 1 {
			return nil
		}
	}
	meant := guarded{}
	js.Walk(meant, ast)
	var out []string
	for _, v := range ast.Undeclared {
		name := string(v.Name())
		if v.Decl == js.NoDecl && v.Uses > 0 && !known(name) && !meant[name] && name != "arguments" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// guarded collects the names that may be missing without harm.
type guarded map[string]bool

func (g guarded) Enter(n js.INode) js.IVisitor {
	switch n := n.(type) {
	case *js.UnaryExpr:
		if n.Op == js.TypeofToken {
			g.names(n.X)
		}
	case *js.BinaryExpr:
		if n.Op == js.EqToken {
			g.names(n.X)
		}
	case *js.ForInStmt:
		g.names(n.Init)
	case *js.ForOfStmt:
		g.names(n.Init)
	}
	return g
}

func (g guarded) Exit(js.INode) {}

// names takes all that an expression names.
func (g guarded) names(x js.IExpr) {
	js.Walk(namesIn{g}, x)
}

type namesIn struct{ found guarded }

func (n namesIn) Enter(x js.INode) js.IVisitor {
	if v, ok := x.(*js.Var); ok {
		n.found[string(v.Name())] = true
	}
	return n
}

func (namesIn) Exit(js.INode) {}

// unknowns warns of names that are not there: the expression fails when it comes to them.
func (c *checker) unknowns(field, expr string) {
	for _, name := range unknown(expr, c.known) {
		hint := "The step fails when it comes to it. Correct the name, or write it in quotes where a text is meant."
		if meant, why := c.meant(name); meant != "" {
			hint = "The step fails when it comes to it. Did you mean " + meant + why + "?"
		}
		c.warn(Problem{Code: ProblemReference, Field: field, Title: field + " reads " + name + ", and nothing has that name", Hint: hint})
	}
}

// known reports whether something gives a name of its own a value in the checker's step.
func (c *checker) known(name string) bool {
	failure := c.flow.Value.FailureModule
	return slices.Contains(given, name) || slices.Contains(jsGlobals, name) || slices.Contains(jsWords, name) ||
		failure != nil && c.step != "" && c.step == failure.ID && slices.Contains(givenToFailure, name)
}

// meant is what somebody who wrote a name that is not there certainly meant, "" where
// that is not clear, and what there is to say about it.
func (c *checker) meant(name string) (meant, why string) {
	switch {
	case c.ids[name]:
		return "results." + name, ", the result of that step"
	case slices.Contains(c.inputs, name):
		return "flow_input." + name, ""
	}
	if meant = begins(name, given); meant == "" {
		meant = nearest(name, given)
	}
	if meant == "" {
		meant = nearest(name, jsGlobals)
	}
	return meant, ""
}

// begins returns the one name that a shortened one begins.
func begins(name string, names []string) (whole string) {
	for _, n := range names {
		if len(name) >= 4 && strings.HasPrefix(n, name) {
			if whole != "" {
				return ""
			}
			whole = n
		}
	}
	return whole
}
