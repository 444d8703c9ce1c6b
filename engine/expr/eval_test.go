package expr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// values is the world that the expressions of these tests see.
var values = map[string]string{
	"flow_input":        `{"n":3,"name":"Ann","items":[3,1,2],"Open AI":"k","nested":{"a":{"b":1}},"nothing":null,"u":"Zo\u00eb"}`,
	"previous_result":   `{"error":{"name":"Boom","message":"it broke"}}`,
	"resume":            `{"Customers to send to":"all","error":null}`,
	"results.a":         `{"contacts":[{"firstname":"Bo"}],"list":[1,2,3],"ok":true}`,
	"results.git-clone": `{"x":7}`,
	"results.empty":     `null`,
	"flow_env":          `{"region":"eu"}`,
	"variable:u/me/key": `"secret"`,
	"resource:u/me/db":  `{"host":"h"}`,
}

func lookup(name string) (json.RawMessage, error) {
	if name == "variable:u/me/none" {
		return nil, errors.New("there is no variable u/me/none")
	}
	if v, ok := values[name]; ok {
		return json.RawMessage(v), nil
	}
	return nil, nil
}

var scope = run.Scope{
	Names: map[string]run.Ref{"flow_input": {}, "previous_result": {}, "resume": {}, "flow_env": {}},
	Results: map[string]run.Ref{
		"a": {}, "git-clone": {}, "empty": {},
	},
}

func js(name, expr string) run.NamedInput {
	return run.NamedInput{Name: name, Input: flow.Input{Kind: flow.JavaScript, Expr: expr}}
}

func value(expr string) run.Evaluate {
	return run.Evaluate{Step: "b", For: run.ForInputs, Shape: run.ShapeValue, Exprs: []run.NamedInput{js("x", expr)}, Scope: scope}
}

func TestValues(t *testing.T) {
	t.Setenv("TZ", "UTC")
	for _, tt := range []struct{ reason, expr, want string }{
		{"empty text is null", "  \n ", `null`},
		{"only a comment is null", "// nothing yet", `null`},
		{"a path", "flow_input.name", `"Ann"`},
		{"a path with a blank", `flow_input["Open AI"]`, `"k"`},
		{"a path with an index", "results.a.contacts[0].firstname", `"Bo"`},
		{"a module id with a dash", "results['git-clone'].x", `7`},
		{"an unknown step is null", "results.nobody", `null`},
		{"a missing path in results is null", "results.nobody.a.b", `null`},
		{"optional chaining on an unknown step", `results.nobody?.feedback || "first"`, `"first"`},
		{"optional chaining on results itself", `results?.a.ok`, `true`},
		{"a length is not in the JSON", "flow_input.items.length", `3`},
		{"inherited names are not values", "flow_input.constructor", `null`},
		{"a computed step id", "results[flow_input.n === 3 ? 'a' : 'b'].ok", `true`},
		{"a template", "`Hi ${flow_input.name}`", `"Hi Ann"`},
		{"an object literal without parentheses", "{ \"a\": flow_input.n, b: `${flow_input.name}` }", `{"a":3,"b":"Ann"}`},
		{"an empty object literal", "{}", `{}`},
		{"a trailing semicolon", "flow_input.n + 1; ", `4`},
		{"an old import line", "import { x } from 'windmill@1-1'\n\nflow_input.n", `3`},
		{"statements with return", "const a = flow_input.n;\nreturn a * 2", `6`},
		{"a last statement without return", "const a = flow_input.n;\na * 2", `6`},
		{"return in a branch", "if (flow_input.n > 2) { return 'big' } else { return 'small' }", `"big"`},
		{"a value in a branch", "if (flow_input.n > 5) { 'big' } else { 'small' }", `"small"`},
		{"return inside an arrow is not ours", "const f = () => { return 5 };\nf()", `5`},
		{"an immediate function", "(() => { return flow_input.n })()", `3`},
		{"a trailing comment", "flow_input.n // the number", `3`},
		{"several lines", "\n\n  flow_input.items\n   .map(x => x * 2)\n", `[6,2,4]`},
		{"undefined is null", "undefined", `null`},
		{"a function is null", "() => 1", `null`},
		{"NaN is null", "0/0", `null`},
		{"a big integer is text", "2n ** 70n", `"1180591620717411303424"`},
		{"variable", "variable('u/me/key')", `"secret"`},
		{"variable with await", "await variable('u/me/key')", `"secret"`},
		{"await in statements", "const r = await resource('u/me/db');\nr.host", `"h"`},
		{"await with return", "const r = await resource('$res:u/me/db');\nreturn r.host", `"h"`},
		{"await of results", "(await results.a).ok", `true`},
		{"a promise without await", "(async () => { await null; return 4 })()", `4`},
		{"resume", `resume["Customers to send to"]`, `"all"`},
		{"resume?.error", `resume?.error ? 2 : 1`, `1`},
		{"resumes are empty where there are none", `resumes`, `[]`},
		{"approvers are empty where there are none", `approvers.length`, `0`},
		{"a name that the place lacks is null", `result`, `null`},
		{"error of the step before", `error.message`, `"it broke"`},
		{"error as a name of one's own", `[1].map(error => error)`, `[1]`},
		{"iterators that end early", `[flow_input.items.values().map(x => x * 2).find(x => x === 2), [...new Map([["a", 1], ["b", 2]]).keys()].length, (() => { const [a] = new Set([7, 8]).values().filter(x => x > 7); return a })()]`, `[2,2,8]`},
		{"a recursion that is caught", `(() => { const f = () => f() + 1; try { return f() } catch (e) { return e instanceof RangeError } })()`, `true`},
		{"step(-1)", `step(-1).error.name`, `"Boom"`},
		{"flow_user_state", `flow_user_state("k")`, `null`},
		{"flow_env", `flow_env.region`, `"eu"`},
		{"params", `params`, `{}`},
		{"keys of results", `Object.keys(results).sort()`, `["a","empty","git-clone"]`},
		{"text beyond ASCII", "flow_input.u + '✓'", `"Zoë✓"`},
		{"time zones are real", `new Date(0).toLocaleString("en-US", {timeZone: "America/New_York"})`, `"12/31/1969, 7:00:00 PM"`},
		{"time zones through Intl", `new Intl.DateTimeFormat("en-US", {timeZone: "Asia/Tokyo", dateStyle: "short"}).format(new Date(1735689599000))`, `"1/1/25"`},
		{"numbers are grouped", `(1234567.5).toLocaleString()`, `"1,234,567.5"`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := shared.Eval(context.Background(), value(tt.expr), lookup)
			if err != nil {
				t.Fatalf("%s: %v", tt.expr, err)
			}
			if string(got) != tt.want {
				t.Errorf("%s = %s, want %s", tt.expr, got, tt.want)
			}
		})
	}
}

// A local time is the one of the clocks, also where they change. The zone of a
// process does not change, so each has one of its own.
func TestLocalTimes(t *testing.T) {
	for _, tt := range []struct{ zone, expr, want string }{
		{"America/Los_Angeles", `[new Date(2024, 10, 3, 8, 30).toISOString(), new Date(2024, 10, 3, 8, 30).getHours()]`, `["2024-11-03T16:30:00.000Z",8]`},
		{"America/Los_Angeles", `const d = new Date("2024-11-03T08:30"); d.setHours(9); return d.toISOString()`, `"2024-11-03T17:30:00.000Z"`},
		{"America/Los_Angeles", `new (globalThis["Da" + "te"])(2024, 10, 3, 8).toISOString()`, `"2024-11-03T16:00:00.000Z"`},
		{"Europe/Berlin", `["2026-03-29T02:30:00", "2026-10-25T02:30:00", "2026-10-25T02:30:00Z"].map((t) => new Date(t).toISOString())`, `["2026-03-29T01:30:00.000Z","2026-10-25T00:30:00.000Z","2026-10-25T02:30:00.000Z"]`},
		{"UTC", `new Date(2024, 10, 3, 8, 30).toISOString()`, `"2024-11-03T08:30:00.000Z"`},
	} {
		if os.Getenv("TZ") != tt.zone {
			continue
		}
		got, err := shared.Eval(context.Background(), value(tt.expr), lookup)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s: %s: %s", tt.zone, tt.expr, diff)
		}
	}
	if os.Getenv("SLUICE_TEST_ZONE") != "" {
		return
	}
	for _, zone := range []string{"America/Los_Angeles", "Europe/Berlin", "UTC"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestLocalTimes$")
		cmd.Env = append(os.Environ(), "TZ="+zone, "SLUICE_TEST_ZONE=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", zone, err, out)
		}
	}
}

func TestTheStackOfAnExpressionIsThatOfItsText(t *testing.T) {
	_, err := shared.Eval(context.Background(), value("function deep(x) {\n  return x.y.z\n}\nreturn deep(flow_input)"), lookup)
	f, ok := errors.AsType[*run.Failure](err)
	if want := "    at deep (line 2, column 13)\n    at line 4, column 1\n"; !ok || f.Stack != want {
		t.Errorf("%v: %q, want %q", err, f.Stack, want)
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct {
		reason, expr string
		line         int
		message      []string
	}{
		{"an unknown name", "flow_inputs.x", 1, []string{`Input "x"`, "flow_inputs"}},
		{"null has no parts", "flow_input.n\n + flow_input.nothing.deep", 2, []string{"'deep' of null"}},
		{"a path through nothing", "flow_input.missing.deep", 1, []string{"'deep' of undefined"}},
		{"in statements", "const a = 1;\n\nflow_input.nothing.deep", 3, []string{"null"}},
		{"in a body", "const a = 1;\nreturn flow_input.nothing.deep", 2, []string{"null"}},
		{"below an import line", "import 'a'\nflow_input.nothing.deep + 1", 2, []string{"null"}},
		{"an unknown variable", "variable('u/me/none')", 1, []string{"NotFound: there is no variable u/me/none"}},
		{"a syntax error", "flow_input.n +\n * 2", 2, []string{"SyntaxError"}},
		{"an open bracket", "[1, 2", 1, []string{"ends too early"}},
		{"another language", `new Date(0).toLocaleDateString("ru-RU")`, 1, []string{"ru-RU"}},
		{"no effects", "fetch('http://localhost')", 1, []string{"fetch"}},
		{"a thrown text", "throw 'no'", 0, []string{"no"}},
		{"a promise that never settles", "await new Promise(() => {})", 0, []string{"never happens"}},
		{"a rejected promise", "await Promise.reject(new Error('nope'))", 0, []string{"nope"}},
		{"a cycle", "const a = {}; a.a = a; a", 0, []string{"circular"}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			_, err := shared.Eval(context.Background(), value(tt.expr), lookup)
			f, ok := errors.AsType[*run.Failure](err)
			if !ok {
				t.Fatalf("%s: error %v is not a failure", tt.expr, err)
			}
			if f.Name != run.NameExpr {
				t.Errorf("name %q", f.Name)
			}
			if tt.line != 0 && f.Line != tt.line {
				t.Errorf("line %d, want %d (%s)", f.Line, tt.line, f.Stack)
			}
			if strings.ContainsAny(f.Stack, "<$") {
				t.Errorf("the program around the expression is told of: %q", f.Stack)
			}
			for _, w := range tt.message {
				if !strings.Contains(f.Message, w) {
					t.Errorf("message %q lacks %q", f.Message, w)
				}
			}
		})
	}
}

func TestShapes(t *testing.T) {
	eval := func(shape run.Shape, exprs ...run.NamedInput) (string, error) {
		v, err := shared.Eval(context.Background(), run.Evaluate{For: run.ForInputs, Shape: shape, Exprs: exprs, Scope: scope}, lookup)
		return string(v), err
	}
	static := func(name, v string) run.NamedInput {
		return run.NamedInput{Name: name, Input: flow.Input{Kind: flow.Static, Value: flow.Raw(v)}}
	}
	for _, tt := range []struct {
		reason string
		shape  run.Shape
		exprs  []run.NamedInput
		want   string // "" wants a failure
	}{
		{"inputs keep their order", run.ShapeObject, []run.NamedInput{js("z", "flow_input.n"), static("a", `"${x}"`), static("none", ""), js(`q"`, "1+1")}, `{"z":3,"a":"${x}","none":null,"q\"":2}`},
		{"no inputs", run.ShapeObject, nil, `{}`},
		{"text is true", run.ShapeBool, []run.NamedInput{js("", "flow_input.name")}, `true`},
		{"zero is false", run.ShapeBool, []run.NamedInput{js("", "0")}, `false`},
		{"an empty list is true", run.ShapeBool, []run.NamedInput{js("", "[]")}, `true`},
		{"nothing is false", run.ShapeBool, []run.NamedInput{js("", "results.nobody")}, `false`},
		{"empty text is false", run.ShapeBool, []run.NamedInput{js("", "''")}, `false`},
		{"a static false", run.ShapeBool, []run.NamedInput{static("", "false")}, `false`},
		{"the first true one", run.ShapeFirst, []run.NamedInput{js("", "flow_input.n > 5"), js("", "flow_input.n > 2"), js("", "nobody()")}, `1`},
		{"none is true", run.ShapeFirst, []run.NamedInput{js("", "flow_input.n > 5")}, `-1`},
		{"a number", run.ShapeNumber, []run.NamedInput{js("", "flow_input.n * 60")}, `180`},
		{"a number as text", run.ShapeNumber, []run.NamedInput{static("", `"30"`)}, `30`},
		{"a negative number", run.ShapeNumber, []run.NamedInput{js("", "-1")}, ``},
		{"infinity", run.ShapeNumber, []run.NamedInput{js("", "1/0")}, ``},
		{"text is no number", run.ShapeNumber, []run.NamedInput{js("", "'soon'")}, ``},
		{"nothing is no number", run.ShapeNumber, []run.NamedInput{js("", "null")}, ``},
		{"one input's change stays its own", run.ShapeObject, []run.NamedInput{js("a", "flow_input.items.sort()"), js("b", "flow_input.items.map(x => x)")}, `{"a":[1,2,3],"b":[3,1,2]}`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := eval(tt.shape, tt.exprs...)
			if tt.want == "" {
				if _, ok := errors.AsType[*run.Failure](err); !ok {
					t.Fatalf("got %s and %v, want a failure", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestLoops(t *testing.T) {
	cmd := value("[flow_input.iter, flow_input.iter_parent.value, flow_input.n]")
	cmd.Scope.Iters = []run.Iter{{Index: 4, Value: run.Inline("outer")}, {Index: 1, Value: run.Ref{Hash: "big"}}}
	got, err := shared.Eval(context.Background(), cmd, func(name string) (json.RawMessage, error) {
		if name == "iter:1" {
			return json.RawMessage(`{"big":true}`), nil
		}
		return lookup(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"index":1,"value":{"big":true}},"outer",3]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOnlyTouchedValuesAreRead(t *testing.T) {
	var asked []string
	for _, x := range []string{"results.a.ok", "results.a.ok ? results.empty : results['git-clone']"} {
		_, err := shared.Eval(context.Background(), value(x), func(name string) (json.RawMessage, error) {
			asked = append(asked, name)
			return lookup(name)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"results.a", "results.a", "results.empty"}, asked); diff != "" {
		t.Error(diff)
	}
}

func TestHostile(t *testing.T) {
	short, long := &Evaluator{Timeout: 300 * time.Millisecond, Start: startSelf}, &Evaluator{Timeout: time.Minute, Start: startSelf}
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + "1" + strings.Repeat(end, n) }
	for _, tt := range []struct{ reason, expr, message string }{
		{"an endless loop", "while (true) {}", "took longer"},
		{"an endless loop that catches everything", "while (true) { try { while (true) {} } catch (e) {} finally { continue } }", "took longer"},
		{"endless promises", "const f = () => Promise.resolve().then(f); await f()", "took longer"},
		{"promises until there is no memory", "const f = () => Promise.resolve().then(f); await f()", "promises without end"},
		{"a slow pattern", `/^(a+)+$/.test("a".repeat(40) + "b")`, "took longer"},
		{"a memory bomb", "const a = []; while (true) a.push(new Uint8Array(1e7))", "more memory"},
		{"endless recursion", "const f = () => f() + 1; f()", "too deeply"},
		{"a recursion through sort", "const f = () => [2, 1].sort(f); f()", "too deeply"},
		{"a million brackets", deep("[", "]", 1_000_000), "too long"},
		{"many brackets", deep("[", "]", 50_000), "too deeply"},
		{"many parentheses", deep("(", ")", 50_000), "too deeply"},
		{"many braces", deep("{a:", "}", 30_000), "too deeply"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			e := long
			if tt.message == "took longer" {
				e = short
			}
			_, err := e.Eval(context.Background(), value(tt.expr), lookup)
			f, ok := errors.AsType[*run.Failure](err)
			if !ok {
				t.Fatalf("error %v is not a failure", err)
			}
			if !strings.Contains(f.Message, tt.message) || f.Hint == "" {
				t.Errorf("message %.200q, hint %q", f.Message, f.Hint)
			}
			if v, err := e.Eval(context.Background(), value("1 + 1"), lookup); string(v) != "2" {
				t.Errorf("afterwards 1 + 1 = %s, %v", v, err)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	_, err := shared.Eval(ctx, value("flow_input.n; while (true) {}"), func(name string) (json.RawMessage, error) {
		cancel() // the expression is certainly running
		return lookup(name)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
}

func TestPath(t *testing.T) {
	for expr, want := range map[string][]string{
		" results.a.b[0] ":     {"results", "a", "b", "0"},
		`flow_input["x y"].z`:  {"flow_input", "x y", "z"},
		"resume":               {"resume"},
		"results":              nil,
		"results.a?.b":         nil,
		"results.a.b()":        nil,
		"other.a":              nil,
		"results.a[01]":        nil,
		"results.a[x]":         nil,
		`results.a["b\u0041"]`: nil,
		"results.a.":           nil,
		"":                     nil,
	} {
		got, ok := plainPath(expr)
		if ok != (want != nil) || ok && !cmp.Equal(got, want) {
			t.Errorf("plainPath(%q) = %v, %v; want %v", expr, got, ok, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{"results.a.b", ""},
		{"{ a: 1 }", ""},
		{"const a = 1; return a", ""},
		{"const a = await results.b; a", ""},
		{"import x from 'y'\nx", ""},
		{"", ""},
		{"flow_input.n +", "line 1, column 15"},
		{"  a b", "line 1, column 5"},
		{"[1,\n 2,\n 3", "line 3, column 3"},
		{"a(\n b c)", "line 2, column 4"},
		{"'open", "line 1"},
	} {
		f := Check(tt.expr)
		switch {
		case f == nil && tt.want != "":
			t.Errorf("Check(%q) found nothing, want %s", tt.expr, tt.want)
		case f != nil && (tt.want == "" || !strings.Contains(f.Message, tt.want)):
			t.Errorf("Check(%q) = %s, want %q", tt.expr, f.Message, tt.want)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	for name, x := range map[string]string{"path": "results.a.contacts[0].firstname", "script": "`Hi ${flow_input.name}`"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := shared.Eval(context.Background(), value(x), lookup); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleEvaluator_Eval() {
	cmd := run.Evaluate{
		For: run.ForInputs, Shape: run.ShapeObject,
		Exprs: []run.NamedInput{{Name: "greeting", Input: flow.Input{Kind: flow.JavaScript, Expr: "`Hello ${results.ask.name}`"}}},
	}
	v, err := shared.Eval(context.Background(), cmd, func(name string) (json.RawMessage, error) {
		return json.RawMessage(`{"name":"Ann"}`), nil // asked for "results.ask"
	})
	fmt.Println(string(v), err)
	// Output: {"greeting":"Hello Ann"} <nil>
}

// What an expression throws is told as that, under the name of its field.
func TestWhatExpressionsThrow(t *testing.T) {
	for _, tt := range []struct{ expr, message string }{
		{"(() => { throw null })()", `The pause: null was thrown`},
		{"Promise.reject(null)", `The pause: null was thrown`},
		{"(() => { throw NaN })()", `The pause: NaN was thrown`},
		{"(() => { throw 'no' })()", `The pause: no`},
		{"(() => { throw new Error('out') })()", `The pause: Error: out`},
		{"null.length", `The pause: TypeError: cannot read property 'length' of null`},
		{"[1]", `The pause must be a number of at least 0; it is [1]`},
		{"-1 + 0", `The pause must be a number of at least 0; it is -1`},
		{"!false", `The pause must be a number of at least 0; it is true`},
	} {
		cmd := run.Evaluate{For: run.ForSleep, Shape: run.ShapeNumber, Exprs: []run.NamedInput{{Input: flow.Input{Kind: flow.JavaScript, Expr: tt.expr}}}}
		_, err := (&Evaluator{Timeout: time.Minute, Start: startSelf}).Eval(context.Background(), cmd, func(string) (json.RawMessage, error) { return nil, nil })
		f, ok := errors.AsType[*run.Failure](err)
		if !ok || f.Message != tt.message || strings.Contains(f.Message, "must be") && f.Hint == "" {
			t.Errorf("%s: %+v, want %q", tt.expr, f, tt.message)
		}
	}
}
