package eval

import (
	"encoding/json"
	"errors"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

func TestPlainPathsMeanWhatJavaScriptMeans(t *testing.T) {
	cmd := run.Evaluate{Shape: run.ShapeValue, Scope: run.Scope{
		Names: map[string]run.Ref{
			"flow_input":      {Inline: json.RawMessage(`{"x":{"y":[1,{"z":2}]},"iter":"hidden","s":"text","n":null}`)},
			"previous_result": {Inline: json.RawMessage(`[10,20]`)},
		},
		Results: map[string]run.Ref{"a": {Inline: json.RawMessage(`{"b":[{"c":1e2}]}`)}, "none": {}},
		Iters:   []run.Iter{{Index: 3, Value: run.Ref{Inline: json.RawMessage(`"outer"`)}}, {Index: 0, Value: run.Ref{Inline: json.RawMessage(`"inner"`)}}},
	}}
	const js = "needs JavaScript"
	for _, test := range []struct{ expr, want string }{
		{`flow_input.x.y[1].z`, `2`},
		{` flow_input["x"]['y'][0] `, `1`},
		{`flow_input.missing`, `null`},
		{`flow_input.missing.more`, js}, // throws
		{`flow_input.n.more`, js},
		{`flow_input.x.y.length`, js},
		{`flow_input.s.length`, js},
		{`flow_input.toString`, js},
		{`flow_input.__proto__`, js},
		{`flow_input.iter.value`, `"inner"`},
		{`flow_input.iter_parent.index`, `3`},
		{`previous_result[1]`, `20`},
		{`previous_result[2]`, `null`},
		{`previous_result`, `[10,20]`},
		{`results.a.b[0].c`, `1e2`},
		{`results["a"]`, `{"b":[{"c":1e2}]}`},
		{`results.unknown`, `null`},
		{`results.unknown.deep[4].er`, `null`},
		{`results.none.deep`, `null`},
		{`results.a.b.length`, js},
		{`results`, js},
		{`error`, js},
		{`flow_input.x + 1`, js},
		{`flow_input?.x`, js},
		{`flow_input.x;`, js},
		{`true`, `true`},
		{`12.5`, `12.5`},
		{`012`, js},
		{`"text"`, `"text"`},
		{`'te<t'`, `"te\u003ct"`},
		{`'a' + 'b'`, js},
		{``, js},
	} {
		cmd.Exprs = []run.NamedInput{{Name: "x", Input: flow.Input{Kind: flow.JavaScript, Expr: test.expr}}}
		s := &Scope{Cmd: cmd, View: sqlite.View{}}
		got, err := s.Compute()
		if errors.Is(err, ErrNeedsJS) {
			got, err = json.RawMessage(js), nil
		}
		if err != nil || string(got) != test.want {
			t.Errorf("%s = %s, %v; want %s", test.expr, got, err, test.want)
		}
	}
}

func TestShapesOfPlainValues(t *testing.T) {
	in := func(raws ...string) (out []run.NamedInput) {
		for _, raw := range raws {
			out = append(out, run.NamedInput{Name: "n", Input: flow.Input{Kind: flow.Static, Value: flow.Raw(raw)}})
		}
		return out
	}
	for _, test := range []struct {
		shape run.Shape
		exprs []run.NamedInput
		want  string
		fails bool
	}{
		{run.ShapeBool, in(`0`), `false`, false},
		{run.ShapeBool, in(`-0.0`), `false`, false},
		{run.ShapeBool, in(`""`), `false`, false},
		{run.ShapeBool, in(`"false"`), `true`, false},
		{run.ShapeBool, in(`[]`), `true`, false},
		{run.ShapeFirst, in(`null`, `0`, `{}`), `2`, false},
		{run.ShapeFirst, in(`null`), `-1`, false},
		{run.ShapeFirst, in(), `-1`, false},
		{run.ShapeNumber, in(`2.5`), `2.5`, false},
		{run.ShapeNumber, in(`-1`), ``, true},
		{run.ShapeNumber, in(`"5"`), `5`, false}, // as where JavaScript computes it
		{run.ShapeNumber, in(`"soon"`), ``, true},
		{run.ShapeNumber, in(`null`), ``, true},
		{run.ShapeNumber, in(`true`), ``, true},
		{run.ShapeObject, in(`1`), `{"n":1}`, false},
		{run.ShapeObject, in(), `{}`, false},
	} {
		s := &Scope{Cmd: run.Evaluate{Shape: test.shape, Exprs: test.exprs}}
		got, err := s.Compute()
		if f, failed := errors.AsType[*run.Failure](err); failed != test.fails || failed && f.Hint == "" || string(got) != test.want {
			t.Errorf("shape %d of %+v = %s, %v; want %s", test.shape, test.exprs, got, err, test.want)
		}
	}
}
