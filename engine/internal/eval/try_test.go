package eval

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sluice/engine/expr"
	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

func trying(t *testing.T, text string, scope run.Scope) (string, error) {
	t.Helper()
	p := New(Config{Evaluator: expr.New(nil), DB: &sqlite.DB{}})
	v, err := p.Try(t.Context(), run.Evaluate{Shape: run.ShapeValue, Scope: scope, Exprs: []run.NamedInput{{Name: "subject", Input: flow.Input{Kind: flow.JavaScript, Expr: text}}}})
	return string(v), err
}

// What is typed is computed with the values of a run; a mistake is said without where it
// stands, which is seen.
func TestAnExpressionIsTried(t *testing.T) {
	scope := run.Scope{
		Names:   map[string]run.Ref{"flow_input": run.Inline(map[string]any{"amount": 120}), "resume": run.Inline(map[string]string{"message": "fine"})},
		Results: map[string]run.Ref{"a": run.Inline(map[string]string{"name": "Mia Berg"})},
		Iters:   []run.Iter{{Index: 2, Value: run.Inline("third")}},
	}
	for _, c := range []struct{ text, value, fails string }{
		{"`Refund ${flow_input.amount} € for ${results.a.name}?`", `"Refund 120 € for Mia Berg?"`, ""},
		{"flow_input.amount", "120", ""},
		{"flow_input.iter.value + resume.message", `"thirdfine"`, ""},
		{"results.b", "null", ""},
		{"results.b.name.first", "null", ""},
		{"flow_inp.amount", "", "'flow_inp' is not defined"},
		{"(() => { for (;;) {} })()", "", "It takes too long"},
		{`resource("u/me/db").password`, "", "It reads a resource, which is not shown"},
		{`variable("u/me/key")`, "", "It reads a variable, which is not shown"},
	} {
		got, err := trying(t, c.text, scope)
		var f *run.Failure
		if err != nil && !errors.As(err, &f) {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got != c.value || (f != nil) != (c.fails != "") || f != nil && (!strings.Contains(f.Message, c.fails) || strings.Contains(f.Message, "subject")) {
			t.Errorf("%s: %s %v", c.text, got, err)
		}
	}
}

// A value that is large is not read for somebody who looks on, and what was asked for is
// ended when nobody wants it any more.
func TestATryReadsNoLargeValueAndCanBeEnded(t *testing.T) {
	_, err := trying(t, "results.a.length + 1", run.Scope{Results: map[string]run.Ref{"a": {Hash: "00", Size: tryMost + 1}}})
	if f, ok := errors.AsType[*run.Failure](err); !ok || f.Name != run.NameAside {
		t.Errorf("a large value: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p := New(Config{Evaluator: ending{cancel}, DB: &sqlite.DB{}})
	_, err = p.Try(ctx, run.Evaluate{Shape: run.ShapeValue, Exprs: []run.NamedInput{{Input: flow.Input{Kind: flow.JavaScript, Expr: "f(1)"}}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

// ending is an evaluator that is told to end while it computes.
type ending struct{ end func() }

func (e ending) Eval(ctx context.Context, _ run.Evaluate, _ func(string) (json.RawMessage, error)) (json.RawMessage, error) {
	e.end()
	<-ctx.Done()
	return nil, ctx.Err()
}
