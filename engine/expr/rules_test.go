package expr

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// One row per rule of how OpenFlow's expressions are read and what they give.
// Scope and lookup are those of eval_test.go.
func TestRulesOfEvaluation(t *testing.T) {
	for _, tt := range []struct{ rule, expr, want string }{
		// What the text is.
		{"blanks around the text do not count", "\n\n \t flow_input.n \u00a0\r\n", `3`},
		{"a byte order mark does not count", "\ufeffflow_input.n", `3`},
		{"empty text is null", "", `null`},
		{"only semicolons are null", " ; ;", `null`},
		{"a block comment alone is null", "/* one\n two */", `null`},
		{"a line comment may end the text", "flow_input.n // ; return", `3`},
		{"a line comment may begin it", "// why\nflow_input.n", `3`},

		// Names and plain paths.
		{"a bare name is its value", "flow_env", `{"region":"eu"}`},
		{"a name in brackets", `flow_input["n"]`, `3`},
		{"a missing key of the input is null", "flow_input.nobody", `null`},
		{"a missing key of a result is null, however deep", "results.a.x.y.z", `null`},
		{"a missing item is null", "results.a.list[9]", `null`},
		{"an unknown step is null, not an error", "results.nobody", `null`},
		{"an unknown step in JavaScript is null", "results.nobody === null", `true`},
		{"an unknown step in brackets is null", "results['no' + 'body']", `null`},
		{"a step without a result is null", "results.empty", `null`},
		{"a key with a dash needs brackets", `results["git-clone"].x`, `7`},
		{"results that are destructured", "(({ a }) => a.ok)(results)", `true`},
		{"a step is asked for with in", `["a" in results, "nobody" in results]`, `[true,false]`},
		{"optional chaining on results", `results?.["a"]?.ok`, `true`},
		{"a computed path into the input", `flow_input[["na", "me"].join("")]`, `"Ann"`},

		// One expression.
		{"an object without parentheses", `{ "id": flow_input.n }`, `{"id":3}`},
		{"an object whose key is a name", `{ id: flow_input.n, list: [1] }`, `{"id":3,"list":[1]}`},
		{"an object that begins with a spread", `{ ...results.a, ok: false }`, `{"contacts":[{"firstname":"Bo"}],"list":[1,2,3],"ok":false}`},
		{"an object with a shorthand name", `{ flow_env }`, `{"flow_env":{"region":"eu"}}`},
		{"an object with a semicolon behind it", "{ a: 1 };", `{"a":1}`},
		{"an object over several lines", "{\n  // who\n  name: flow_input.name,\n}", `{"name":"Ann"}`},
		{"an object in parentheses", `({ a: 1 })`, `{"a":1}`},
		{"a trailing semicolon changes nothing", "flow_input.n;", `3`},
		{"a semicolon inside text is text", `"a;b".split(";")`, `["a","b"]`},
		{"a semicolon inside a template is text", "`${flow_input.n};`", `"3;"`},
		{"the comma operator", "1, 2", `2`},
		{"a function that is called at once", "(function () { return flow_input.n })()", `3`},
		{"a regular expression with quotes and brackets", `/["')}]/.test("x)")`, `true`},
		{"a ternary over several lines", "flow_input.n > 1\n  ? 'many'\n  : 'one'", `"many"`},
		{"a line break inside a template stays", "`a\nb`", `"a\nb"`},
		{"a class is null", "class {}", `null`},
		{"await of a plain value", "await 5", `5`},
		{"await in front of a name", "await flow_input.n", `3`},
		{"the word await in a text", `"await " + flow_input.n`, `"await 3"`},

		// Statements.
		{"const and return", "const x = flow_input.n; return x + 1", `4`},
		{"let and return", "let x = 0\nfor (const i of flow_input.items) x += i\nreturn x", `6`},
		{"var and return", "var x = 1; return x", `1`},
		{"return alone gives null", "return;", `null`},
		{"return first", "return flow_input.n", `3`},
		{"return of an object", "return { a: 1 }", `{"a":1}`},
		{"return with await", "return await variable('u/me/key')", `"secret"`},
		{"if and else", "if (flow_input.n === 3) return 'three'; else return 'other'", `"three"`},
		{"switch", "switch (flow_input.n) { case 3: return 'three'; default: return 'other' }", `"three"`},
		{"while", "let i = 0; while (i < 5) i++; return i", `5`},
		{"a loop whose body is empty", "let i = 0; while (i++ < 5);", `null`},
		{"try and catch", "try { throw new Error('x') } catch (e) { return e.message }", `"x"`},
		{"throw is not reached", "if (false) throw 1; return 2", `2`},
		{"a function that is declared", "function f(x) { return x * 2 }\nreturn f(flow_input.n)", `6`},
		{"an async function that is declared", "async function f() { return 2 }\nreturn await f()", `2`},
		{"a class that is declared", "class A { v = 1 }\nreturn new A().v", `1`},
		{"a last statement counts without return", "const x = flow_input.n;\nx + 1", `4`},
		{"a last statement that is a call", "const f = (x) => x + 1;\nf(flow_input.n);", `4`},
		{"statements that end without a value", "const x = 1", `null`},
		{"a name of ours may be taken", "const results = 1; return results", `1`},
		{"a return in a nested function only", "const f = function () { return 1 }\nf()", `1`},

		// What old editors left.
		{"an import line", "import { resource } from 'windmill@1'\nflow_input.n", `3`},
		{"several import lines", "import wmill from \"https://deno.land/x/windmill@v1.85.0/mod.ts\";\nimport * as x from 'y';\nimport type { A } from 'z'\nflow_input.n", `3`},
		{"an import line before statements", "import { a } from 'b'\nconst x = 1; return x", `1`},
		{"an import line before an object", "import 'b';\n{ a: 1 }", `{"a":1}`},
		{"a name that begins with import", "(() => { const imported = 1; return imported })()", `1`},
		{"step(-1) is the step before", "step(-1).error.message", `"it broke"`},
		{"params is an empty object", "params", `{}`},

		// Functions.
		{"variable", `variable("u/me/key")`, `"secret"`},
		{"variable is there at once", `variable("u/me/key").length`, `6`},
		{"variable with await", `(await variable("u/me/key")).length`, `6`},
		{"variable with its mark", `variable("$var:u/me/key")`, `"secret"`},
		{"resource", `resource("u/me/db").host`, `"h"`},
		{"resource with its mark", `resource("$res:u/me/db").host`, `"h"`},
		{"variable in a template", "`Bearer ${variable('u/me/key')}`", `"Bearer secret"`},
		{"several with Promise.all", `(await Promise.all([variable("u/me/key"), resource("u/me/db")]))[1].host`, `"h"`},
		{"flow_user_state that was never set", `flow_user_state("k")`, `null`},

		// The result.
		{"undefined is null", "void 0", `null`},
		{"undefined in an object is null", "({ a: undefined, b: 1 })", `{"a":null,"b":1}`},
		{"undefined in a list is null", "[undefined]", `[null]`},
		{"a date is its ISO text", "new Date(0)", `"1970-01-01T00:00:00.000Z"`},
		{"a symbol is null", "Symbol.iterator", `null`},
		{"toJSON is asked", "({ toJSON: () => 5 })", `5`},
		{"text keeps its characters", `"\u2028é😀\u0000"`, "\"\u2028é😀\\u0000\""},
		{"a lone surrogate is escaped", `"\ud800"`, `"\ud800"`},
		{"a number keeps its digits", "0.1 + 0.2", `0.30000000000000004`},
		{"minus zero is zero", "-0", `0`},

		// The error of the step before.
		{"error is that of the step before", "error.name", `"Boom"`},
		{"resume and resumes", `[resume["Customers to send to"], resumes.length, approvers]`, `["all",0,[]]`},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Setenv("TZ", "UTC")
			got, err := shared.Eval(context.Background(), value(tt.expr), lookup)
			if err != nil {
				t.Fatalf("%s: %v", tt.expr, err)
			}
			if string(got) != tt.want {
				t.Errorf("%s = %s, want %s", tt.expr, got, tt.want)
			}
			if f := Check(tt.expr); f != nil {
				t.Errorf("Check finds: %s", f.Message)
			}
		})
	}
}

// A condition is one expression; its truth is JavaScript's.
func TestConditions(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{"flow_input.n > 2", `true`}, {"flow_input.n > 2;", `true`}, {"flow_input.name", `true`}, {"results.nobody", `false`},
		{"results.nobody?.x", `false`}, {"flow_input.nothing", `false`}, {"0", `false`}, {"-0", `false`}, {"0n", `false`}, {"''", `false`}, {"'0'", `true`},
		{"'false'", `true`}, {"[]", `true`}, {"{}", `true`}, {"{ a: 1 }", `true`}, {"0/0", `false`}, {"undefined", `false`}, {"() => false", `true`},
		{"Symbol.iterator", `true`}, {"new Date(NaN)", `true`}, {"({ toJSON: () => false })", `true`},
		{"1/0", `true`}, {"", `false`}, {"// later", `false`}, {"await variable('u/me/key')", `true`}, {"(() => { const x = 1; return x })()", `true`},
		{"import { x } from 'y'\nflow_input.n === 3", `true`},
		{"return true", ``}, {"const a = 1; a", ``}, {"if (flow_input.n) { true }", ``},
	} {
		cmd := value(tt.expr)
		cmd.For, cmd.Shape = run.ForStop, run.ShapeBool
		got, err := shared.Eval(context.Background(), cmd, lookup)
		if tt.want == "" {
			f, ok := errors.AsType[*run.Failure](err)
			if !ok || !strings.Contains(f.Message, "SyntaxError") || !strings.Contains(f.Hint, "one expression") {
				t.Errorf("%s = %s, %v; want a failure", tt.expr, got, err)
			}
			if CheckCondition(tt.expr) == nil || Check(tt.expr) != nil {
				t.Errorf("%s: CheckCondition must find something, Check nothing", tt.expr)
			}
			continue
		}
		if err != nil || string(got) != tt.want {
			t.Errorf("%s = %s, %v; want %s", tt.expr, got, err, tt.want)
		}
	}
}

// What one input does to its surroundings, the next does not see.
func TestInputsDoNotMeet(t *testing.T) {
	for _, first := range []string{
		"var flow_input = 1; flow_input", "mark = 1", "globalThis.mark = 1", "function mark() {}\nmark", "Array.prototype.map = null", "Array.prototype['map'] = null",
		"Object.assign(Array.prototype, { map: null })", "Reflect.set(Array.prototype, 'map', null)", "flow_input.items.sort()", "flow_input.items['sort']()", "delete flow_input.items",
		"Object.defineProperty(Array.prototype, 'map', { value: 1 })", "(0, eval)('var mark = 1')", "flow_input.constructor.prototype.mark = 1", "flow_input.n++",
	} {
		cmd := value(first)
		cmd.Shape = run.ShapeObject
		cmd.Exprs = []run.NamedInput{js("first", first), js("second", "[typeof mark, flow_input.items.map(x => x), ({}).mark === undefined, flow_input.n]")}
		got, err := shared.Eval(context.Background(), cmd, lookup)
		var out struct{ Second json.RawMessage }
		if err == nil {
			err = json.Unmarshal(got, &out)
		}
		if want := `["undefined",[3,1,2],true,3]`; err != nil || string(out.Second) != want {
			t.Errorf("after %s: %s, %v", first, out.Second, err)
		}
	}
}

// A place has its own names: those that it lacks are null, and others are errors.
func TestNamesByPlace(t *testing.T) {
	at := func(names ...string) run.Scope {
		s := run.Scope{Names: map[string]run.Ref{}}
		for _, n := range names {
			s.Names[n] = run.Ref{}
		}
		return s
	}
	read := func(name string) (json.RawMessage, error) { return json.RawMessage(`{"of":"` + name + `"}`), nil }
	for _, tt := range []struct {
		place string
		scope run.Scope
		expr  string
		want  string
	}{
		{"a stop condition has its own result", at("result", "previous_result", "flow_input"), "result.of", `"result"`},
		{"and all iterations of its loop", at("result", "all_iters"), "all_iters.of", `"all_iters"`},
		{"elsewhere there are no iterations", at("result"), "all_iters", `[]`},
		{"the failure module knows the job", at("flow_job_id", "started_at"), "[flow_job_id.of, started_at.of]", `["flow_job_id","started_at"]`},
		{"elsewhere the job is not known", at("flow_input"), "typeof flow_job_id", `"undefined"`},
		{"a skipped flow has its schedule", at("flow_input", "WM_SCHEDULED_FOR"), "WM_SCHEDULED_FOR.of", `"WM_SCHEDULED_FOR"`},
		{"a place without an environment has an empty one", at("flow_input"), "flow_env", `{}`},
		{"a place without approvals", at("flow_input"), "[resume, resumes, approvers]", `[null,[],[]]`},
		{"an error without a failed step", at("flow_input"), "error.name", `"UnknownError"`},
	} {
		cmd := value(tt.expr)
		cmd.Scope = tt.scope
		if got, err := shared.Eval(context.Background(), cmd, read); err != nil || string(got) != tt.want {
			t.Errorf("%s: %s = %s, %v; want %s", tt.place, tt.expr, got, err, tt.want)
		}
	}
}

// The error of the step before comes in several shapes.
func TestErrorOfTheStepBefore(t *testing.T) {
	for _, tt := range []struct{ previous, expr, want string }{
		{`{"error":{"name":"A","message":"m"}}`, "error", `{"name":"A","message":"m"}`},
		{`[{"error":{"name":"A","message":"m"}},1]`, "error.name", `"A"`},
		{`[{"error":{"message":"m","step_id":"p"}},1,{"error":{"message":"n","step_id":"q"}}]`, "[error.name, error.message, error.errors]",
			`["MultipleErrors","[p] m; [q] n",[{"error":{"message":"m","step_id":"p"}},1,{"error":{"message":"n","step_id":"q"}}]]`},
		{`[{"error":{"message":"m"}},{"error":"n"}]`, "error.message", `"m; n"`},
		{`[1]`, "error.message", `"No error found"`},
		{`{"ok":1}`, "error.message", `"Could not parse the error"`},
		{`{"ok":1}`, "error.name", `"UnknownError"`},
		{`"{}"`, "error.name", `"UnknownError"`},
	} {
		got, err := shared.Eval(context.Background(), value(tt.expr), func(string) (json.RawMessage, error) { return json.RawMessage(tt.previous), nil })
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s = %s, %v; want %s", tt.previous, tt.expr, got, err, tt.want)
		}
	}
}

// Loops nest their iterations.
func TestTurnsOfNestedLoops(t *testing.T) {
	cmd := value("[flow_input.iter, flow_input.iter_parent, flow_input.iter_parent_parent, flow_input.n]")
	cmd.Scope.Iters = []run.Iter{{Index: 0, Value: run.Inline("a")}, {Index: 1, Value: run.Inline("b")}, {Index: 2, Value: run.Inline("c")}}
	got, err := shared.Eval(context.Background(), cmd, lookup)
	if want := `[{"index":2,"value":"c"},{"index":1,"value":"b"},{"index":0,"value":"a"},3]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

// Static values are taken as they are: no template, no reference is read here.
func TestStaticValues(t *testing.T) {
	for _, v := range []string{`"${flow_input.n}"`, `"$res:u/me/db"`, `"$var:u/me/key"`, `{"a":["$res:u/me/db"]}`, `null`, `1e400`} {
		cmd := value("")
		cmd.Exprs = []run.NamedInput{{Name: "x", Input: flow.Input{Kind: flow.Static, Value: flow.Raw(v)}}}
		if got, err := shared.Eval(context.Background(), cmd, lookup); err != nil || string(got) != v {
			t.Errorf("%s became %s, %v", v, got, err)
		}
	}
}

// Dates, numbers and words are written as their language does, or not at all.
func TestLanguages(t *testing.T) {
	t.Setenv("TZ", "UTC")
	for _, tt := range []struct{ expr, want string }{ // want "" is a refusal
		{`new Date(0).toLocaleDateString("en-US", {timeZone: "Asia/Tokyo", weekday: "long", month: "short", day: "numeric"})`, `"Thursday, Jan 1"`},
		{`new Date(1711846800000).toLocaleString("en-US", {timeZone: "Europe/Berlin"})`, `"3/31/2024, 3:00:00 AM"`}, // summer time begins
		{`new Date(1711846799000).toLocaleString("en-US", {timeZone: "Europe/Berlin"})`, `"3/31/2024, 1:59:59 AM"`},
		{`new Date(0).toLocaleTimeString([], {timeZone: "+05:30"})`, `"5:30:00 AM"`},
		{`Intl.DateTimeFormat("en", {timeZone: "America/New_York"}).format(0)`, `"12/31/1969"`},
		{`new Date(0).toLocaleString("en-US", {timeZone: "Mars/Olympus"})`, ``},
		{`new Date(0).toLocaleDateString("de-DE")`, `"1.1.1970"`},
		{`new Date(0).toLocaleDateString("de-DE", {month: "long"})`, ``},
		{`new Date(0).toLocaleDateString("ru-RU")`, ``},
		{`new Date(0).toLocaleDateString("en-GB")`, `"01/01/1970"`},
		{`new Date(0).toLocaleDateString("en-US-u-ca-buddhist")`, ``},
		{`new Date(0).toLocaleDateString("en-US", {calendar: "hebrew"})`, ``},
		{`new Intl.DateTimeFormat("fr").format(0)`, `"01/01/1970"`},
		{`[1234.5, new Date(0)].toLocaleString("de")`, `"1.234,5,1.1.1970, 00:00:00"`},
		{`[1234.5, null].toLocaleString()`, `"1,234.5,"`},
		{`(1234567.891).toLocaleString("en-US", {maximumFractionDigits: 1})`, `"1,234,567.9"`},
		{`new Intl.NumberFormat("en-US", {style: "currency", currency: "EUR"}).format(1234.5)`, `"€1,234.50"`},
		{`(5).toLocaleString("en-US", {numberingSystem: "arab"})`, ``},
		{`1234567n.toLocaleString()`, `"1,234,567"`},
		{`1234567n.toLocaleString("de")`, `"1.234.567"`},
		{`"i".toLocaleUpperCase("tr")`, ``},
		{`"ß".toLocaleUpperCase()`, `"SS"`},
		{`["B", "a", "C", "ä", "A"].sort((x, y) => x.localeCompare(y))`, `["a","A","ä","B","C"]`},
		{`["z", "ä", "a"].sort((x, y) => x.localeCompare(y, "sv"))`, `["a","z","ä"]`},
		{`["x10", "x9"].sort(new Intl.Collator("en", {numeric: true}).compare)`, `["x9","x10"]`},
		{`["a".localeCompare("Á", "en", {sensitivity: "base"}), "a".localeCompare("A", undefined, {sensitivity: "accent"})]`, `[0,0]`},
		{`"a".localeCompare("b", "no such language")`, ``},
		{`new Intl.PluralRules("en").select(1)`, ``},
	} {
		got, err := shared.Eval(context.Background(), value(tt.expr), lookup)
		if tt.want == "" {
			if f, ok := errors.AsType[*run.Failure](err); !ok || f.Line == 0 {
				t.Errorf("%s = %s, %v; want a failure with its line", tt.expr, got, err)
			}
		} else if err != nil || string(got) != tt.want {
			t.Errorf("%s = %s, %v; want %s", tt.expr, got, err, tt.want)
		}
	}
}

// A text that is right only because of what stands around it is wrong.
func TestTextsThatCloseTheirFrame(t *testing.T) {
	for _, expr := range []string{
		"1) + (2", "1), (2", "} + function () {", "}, () => {", "})() + (() => {", "}\n{", "} while (0) {", "} else {", "1 })(); (function () { return (2", "'(' ) + (2", "`)` ) + (2", "/)/ ) + (2",
		"return 1 } , function () { return 2", "return 1 }; { return 2", "await 1) + (2", "*/ 1 /*",
	} {
		if got, err := shared.Eval(context.Background(), value(expr), lookup); err == nil {
			t.Errorf("%s = %s, want an error", expr, got)
		}
		if Check(expr) == nil {
			t.Errorf("Check(%q) finds nothing", expr)
		}
	}
	for _, expr := range []string{"')' + (1)", "/[)]/.test(')')", "`)${(1)}`", "['}', (1)].length", "if (1) { return ')' }", "const f = (x) => { return x } // }\nf(1)"} {
		if _, err := shared.Eval(context.Background(), value(expr), lookup); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
}
