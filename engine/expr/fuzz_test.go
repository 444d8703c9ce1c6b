package expr

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"modernc.org/quickjs"

	"sluice/engine/run"
)

// seeds are texts of the kinds that people write, and some that mean to break
// out of what is put around them.
var seeds = []string{
	"", ";", "flow_input.n", ` results.a["b c"][0] `, `results.init?.feedback || "Initial generation"`, "`Hi ${flow_input.name}`", `resume["Customers to send to"]`,
	"{\"id\": `${results.ct.campaign_id}`}", "{ a: 1, ...b }", "Array.from({length: flow_input.max_attempts}, (_, i) => i + 1)", `results.columns.find(c => c.title === "Status")?.id`,
	"flow_input.date || new Date(0).toISOString().split('T')[0]", "const a = 1;\nreturn a", "let x = 2; x * 2", "if (1) { return 2 } else { return 3 }", "while (false);",
	"import { x } from 'windmill@1-1'\n\n1 + 1", "import 'a';{}", "import('a')", "importer", "await variable('u/me/key')", "(await results.a).ok", "async () => 1", "a // b;", "/* a", "// a\n", "'use strict'",
	"1) + (2", "1]) + ([2", "} + function () {", "})() + (() => {", "}\n{", "1 })(); (function () { return (2", "`${", "`${`}`}`", "/[)}\"]/.test('x')", "a\n(b)", "return\n1", "<!-- x", "-->", "1;;;", "x = 1", "var y",
	"\ufeff1", "\u00a01\u00a0", "1\u2028+ 1", "#!/usr/bin/env node", "\\u0061", "\"\\", "[1, 2", "({}).x.y", "0n", "-0", "label: 1", "new.target", "arguments.length", "this", "yield", "super.x", "@x",
}

// bareValue is what the engine by itself makes of one expression: its JSON.
// ok is false where the text is not one expression, or its value is not JSON's.
func bareValue(text string) (value string, ok bool) {
	vm, err := quickjs.NewVM()
	if err != nil {
		return "", false
	}
	defer vm.Close()
	vm.SetMemoryLimit(memoryLimit)
	vm.SetMaxStackSize(stackFrames)
	_ = vm.SetEvalTimeout(200 * time.Millisecond)
	// A text that stands between brackets and between parentheses closes neither.
	if _, err := vm.Compile("(\n"+text+"\n)", quickjs.EvalGlobal); err != nil {
		return "", false
	}
	out, err := vm.Eval("BigInt.prototype.toJSON = function () { return this.toString() };\nJSON.stringify([[\n"+text+"\n].at(-1)].map((v) => typeof v?.then === 'function' ? $ : v)[0]) ?? 'null'", quickjs.EvalGlobal)
	s, isText := out.(string)
	return s, err == nil && isText
}

// FuzzWrapping checks that what is put around a text never changes what it
// means: where the bare engine gives one expression's value, so do we; nothing
// panics, and every error is one that names a line of the text.
func FuzzWrapping(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	e := &Evaluator{Timeout: 200 * time.Millisecond}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || len(text) > 4<<10 {
			return
		}
		lines := strings.Count(text, "\n") + 1
		problem := Check(text)
		if problem != nil && (problem.Line < 0 || problem.Line > lines || problem.Message == "") {
			t.Errorf("Check(%q) = %+v", text, problem)
		}
		got, err := e.Eval(context.Background(), value(text), lookup)
		if err != nil {
			failed, ok := errors.AsType[*run.Failure](err)
			if !ok || failed.Name != run.NameExpr || failed.Line < 0 || failed.Line > lines {
				t.Errorf("%q fails with %#v", text, err)
			}
		} else if !json.Valid(got) {
			t.Errorf("%q gives %q", text, got)
		}
		if volatile(text) {
			return
		}
		want, ok := bareValue(text)
		if !ok {
			return
		}
		if problem != nil {
			t.Errorf("%q is an expression, but Check finds %s", text, problem.Message)
		}
		if err != nil || string(got) != want {
			t.Errorf("%q = %s, %v; the bare engine gives %s", text, got, err, want)
		}
	})
}

// volatile reports whether a text's value depends on more than the text: on the
// time, on chance, on our names, on where the text stands.
func volatile(text string) bool {
	for _, w := range []string{"Date", "random", "stack", "this", "arguments", "new.target", "$", "\\", "globalThis", "eval", "Function", "toLocale", "localeCompare", "Intl", "await", "toString", "import", "valueOf", "constructor", "var", "let", "BigInt", "__", "resume", "result", "approvers", "flow_", "error", "params", "step", "variable", "resource", "all_iters", "previous", "performance", "call", "apply"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
