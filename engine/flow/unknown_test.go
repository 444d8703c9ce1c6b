package flow

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/hub"
)

// unknownIn are the names that the expression of an input is warned of.
func unknownIn(t *testing.T, expr string) (names []string, hint string) {
	t.Helper()
	f := &Flow{Schema: Raw(`{"type":"object","properties":{"order_id":{"type":"string"}}}`)}
	f.Value.Modules = []*Module{{ID: "look"}, {ID: "b", Value: &RawScript{Language: "bun",
		Inputs: &Inputs{Names: []string{"x"}, By: map[string]*Input{"x": {Kind: JavaScript, Expr: expr}}}}}}
	for _, p := range Validate(f) {
		if rest, ok := strings.CutPrefix(p.Title, "input_transforms.x reads "); ok && strings.HasSuffix(rest, ", and nothing has that name") {
			if p.Severity != SeverityWarning || p.Step != "b" {
				t.Errorf("%s: %+v", expr, p)
			}
			name, _, _ := strings.Cut(rest, ",")
			names, hint = append(names, name), p.Hint
		}
	}
	return names, hint
}

func TestNamesThatNothingHas(t *testing.T) {
	for expr, want := range map[string]string{
		"flow_inp.y":                             "flow_inp",
		"flow_inp":                               "flow_inp",
		"results.a + foo(1)":                     "foo",
		"`${flow_inp.a} and ${resutls.b}`":       "flow_inp resutls",
		"[1].map((x) => x + y)":                  "y",
		"({ a: b1, [c1]: 1, d1 })":               "c1 d1 b1",
		"const a = q1; return a":                 "q1",
		"if (flow_input.a) { return zz } else 1": "zz",
		"((a = b) => a)()":                       "b",
		"{ let inner = 1 } return inner":         "inner",
		"await fetch('x')":                       "fetch",
		"hello world":                            "", // cannot be read: said elsewhere
		"label: 5":                               "",
	} {
		got, _ := unknownIn(t, expr)
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", expr, s, want)
		}
	}
}

func TestNamesThatAreThere(t *testing.T) {
	for _, expr := range []string{
		"flow_input.order_id", "previous_result?.x ?? result", "resume['a']", "[...resumes, ...approvers]", "flow_env.region", "error.message", "params", "all_iters.length",
		"variable('u/me/x')", "resource('u/me/x').host", "flow_user_state('k')", "step(-1)",
		"JSON.stringify(Object.entries(Math))", "new Date(Date.now()).toISOString()", "undefined", "NaN + Infinity", "Intl.NumberFormat", "parseInt('1') + Number(2)",
		"new Map([[1, 2]])", "/a b/g.test('x')", "encodeURIComponent(`a${1}`)", "new Promise((ok, no) => ok(no))", "Symbol.iterator",
		"[1, 2].map((x, i) => x * i)", "[1].reduce(function f(a, b) { return b ? f(a) : arguments[0] })", "results.a.filter(x => x.ok).map(({ id, ...rest }) => ({ id, rest }))",
		"((a, b = a, ...c) => [a, b, c])()", "typeof foo === 'undefined' ? 1 : foo", "typeof (bar)", "({ key: 1, 'other key': 2, 3: 4, method() { return 1 }, get got() { return 1 }, async later() {} })",
		"({ if: 1, class: 2, flow_inp: 3 }).flow_inp", "results.flow_inp?.foo.bar", "'flow_inp.x'", "`flow_inp`", "1 // flow_inp", "/* flow_inp */ 1",
		"const { a, b: { c }, d = a, ...e } = flow_input; const [f, , g = f] = e; return [a, c, d, f, g]",
		"let s = 0; for (const x of results.a) { s += x } return s", "for (let i = 0, n = 3; i < n; i++) { if (i) continue } return 1", "for (var k in flow_input) {} return k",
		"outer: for (const a of []) { for (const b of a) { if (b) break outer; continue outer } } return 1",
		"try { JSON.parse('') } catch (e) { return e.message } finally { }", "try { x1 } catch { } var x1", "function later() { return hoisted } var hoisted = 1; return later()",
		"class A { static s = 1; #p = 2; m(q) { return this.#p + q + A.s } } return new A().m(1)", "(() => { return new.target })", "(async () => { for await (const x of []) { await x } })()",
		"(function* () { yield 1; yield* [2] })()", "switch (flow_input.order_id) { case 'a': { const z = 1; return z } default: return 0 }",
		"x = 5; x", "for (n of [1]) { n } return n", "[p, q] = [1, 2]; return p + q", "with (flow_input) { order_id }", "eval('foo'); foo", "globalThis.foo = 1; return foo", "a?.b ?? this.a",
		"async", "async => async", "(of, get, set, from, as) => of + get + set + from + as", "1_000n * 2n", "a => { b: while (a) { break b } }", "let let_ = 1; return let_",
		"flow_input.items.sort((a, b) => b.n - a.n)[0]?.name ?? 'nobody'", "x => y => z => [x, y, z]", "({ a }) => a", "([a, [b]]) => a + b", "(a, { b = a } = {}) => b",
	} {
		if expr == "async" {
			continue // a name like others where no function follows
		}
		if got, _ := unknownIn(t, expr); len(got) > 0 {
			t.Errorf("%s: there is no %v", expr, got)
		}
	}
}

func TestWhatAnUnknownNameMayMean(t *testing.T) {
	for expr, want := range map[string]string{
		"flow_inp.y":       "Did you mean flow_input?",
		"fow_input":        "Did you mean flow_input?",
		"JSOM.parse('1')":  "Did you mean JSON?",
		"look.x":           "Did you mean results.look, the result of that step?",
		"order_id":         "Did you mean flow_input.order_id?",
		"nothing_like_any": "or write it in quotes where a text is meant.",
	} {
		if _, hint := unknownIn(t, expr); !strings.HasSuffix(hint, want) {
			t.Errorf("%s: %q, want %q", expr, hint, want)
		}
	}
}

// Only the step that handles a failure is told which run it is.
func TestNamesOfTheFailureStep(t *testing.T) {
	in := func() *Module {
		return &Module{ID: "a", Value: &RawScript{Language: "bun", Inputs: &Inputs{Names: []string{"x"}, By: map[string]*Input{"x": {Kind: JavaScript, Expr: "started_at + flow_job_id"}}}}}
	}
	f := &Flow{}
	f.Value.Modules = []*Module{in()}
	f.Value.FailureModule = in()
	f.Value.FailureModule.ID = "failure"
	var steps []string
	for _, p := range Validate(f) {
		if strings.Contains(p.Title, "nothing has that name") {
			steps = append(steps, p.Step)
		}
	}
	if !slices.Equal(steps, []string{"a", "a"}) {
		t.Errorf("warned of in %v", steps)
	}
}

// Flows that are right are not warned of.
func TestSamplesReadOnlyWhatIsThere(t *testing.T) {
	texts := map[string][]byte{}
	for _, s := range hub.Samples() {
		texts[s.Path] = s.Data
	}
	for _, glob := range []string{"testdata/flows/*.*", "testdata/flows/*/flow.yaml"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if data, err := os.ReadFile(name); err == nil {
				texts[name] = data
			}
		}
	}
	read := 0
	for name, data := range texts {
		f, err := Parse(name, data)
		if err != nil {
			f, err = Parse("flow.yaml", data)
		}
		if err != nil {
			continue // it needs its folder
		}
		read += len(Expressions(f))
		for _, p := range Validate(f) {
			if strings.Contains(p.Title, "nothing has that name") {
				t.Errorf("%s, step %s: %s", name, p.Step, p.Title)
			}
		}
	}
	if read < 40 {
		t.Errorf("only %d expressions were read", read)
	}
}
