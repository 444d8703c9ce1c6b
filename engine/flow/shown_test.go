package flow

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// showing computes conditions of the kinds "x", "!x" and "x=v" over the fields, and
// fails at the rest.
func showing(expr string, fields Raw) (bool, error) {
	var have map[string]any
	if err := json.Unmarshal(fields, &have); err != nil {
		return false, err
	}
	if name, v, ok := strings.Cut(expr, "="); ok {
		return have[name] == v, nil
	}
	name, not := strings.CutPrefix(expr, "!")
	if strings.ContainsAny(name, " .") {
		return false, errors.New("cannot be computed")
	}
	on := have[name] != nil && have[name] != false && have[name] != ""
	return on != not, nil
}

func TestConditionsOfForms(t *testing.T) {
	const schema = `{"type":"object","required":["b","free"],"properties":{"a":{"type":"boolean"},"b":{"type":"string","showExpr":"a"},
		"c":{"type":"integer","showExpr":"b=x"},"broken":{"type":"string","showExpr":"no such.thing"},"free":{"type":"string"},
		"ping":{"type":"string","showExpr":"!pong"},"pong":{"type":"string","showExpr":"!ping"},
		"g":{"type":"object","showExpr":"a","properties":{"on":{"type":"boolean"},"in":{"type":"string","showExpr":"on"}},"required":["in"]}}}`
	fields, err := Fields(Raw(schema), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, value, kept string
		hidden            Hidden
		wrong             []FieldError
	}{
		{"hidden, with what reads it", `{"a":false,"b":"x","c":7,"free":"1"}`, `{"a":false,"free":"1"}`, Hidden{{"b"}, {"c"}, {"g"}}, nil},
		{"shown", `{"a":true,"b":"x","c":7,"free":"1"}`, `{"a":true,"b":"x","c":7,"free":"1"}`, nil, nil},
		{"shown and required", `{"a":true,"b":"","free":"1"}`, `{"a":true,"b":"","free":"1"}`, Hidden{{"c"}}, []FieldError{{[]string{"b"}, "is required"}}},
		{"what is hidden must fit", `{"a":false,"c":"seven","free":"1"}`, `{"a":false,"free":"1"}`, Hidden{{"b"}, {"c"}, {"g"}}, []FieldError{{[]string{"c"}, "must be a whole number"}}},
		{"what is hidden must fit in a group", `{"a":false,"g":{"in":7},"free":"1"}`, `{"a":false,"free":"1"}`, Hidden{{"g", "in"}, {"b"}, {"c"}, {"g"}}, []FieldError{{[]string{"g", "in"}, "must be a text"}}},
		{"what is hidden may be empty", `{"a":false,"c":"","g":{"in":null},"free":"1"}`, `{"a":false,"free":"1"}`, Hidden{{"g", "in"}, {"b"}, {"c"}, {"g"}}, nil},
		{"of a group", `{"a":true,"b":"y","free":"1","g":{"on":false,"in":"z"}}`, `{"a":true,"b":"y","free":"1","g":{"on":false}}`, Hidden{{"g", "in"}, {"c"}}, nil},
		{"required in a group", `{"a":true,"b":"y","free":"1","g":{"on":true}}`, `{"a":true,"b":"y","free":"1","g":{"on":true}}`, Hidden{{"c"}}, []FieldError{{[]string{"g", "in"}, "is required"}}},
		{"fails: shown", `{"broken":"kept","free":"1"}`, `{"broken":"kept","free":"1"}`, Hidden{{"b"}, {"c"}, {"g"}}, nil},
		{"each hides the other: one that is there stays", `{"ping":"1","free":"1"}`, `{"ping":"1","free":"1"}`, Hidden{{"b"}, {"c"}, {"pong"}, {"g"}}, nil},
		{"each hides the other: both stay", `{"ping":"1","pong":"1","free":"1"}`, `{"ping":"1","pong":"1","free":"1"}`, Hidden{{"b"}, {"c"}, {"g"}}, nil},
	} {
		kept, hidden := Prune(fields, Raw(tc.value), showing)
		if string(kept) != tc.kept {
			t.Errorf("%s: kept %s, want %s", tc.name, kept, tc.kept)
		}
		if d := cmp.Diff(tc.hidden, hidden); d != "" {
			t.Errorf("%s: hidden (-want +got):\n%s", tc.name, d)
		}
		wrong, err := CheckShown(Raw(schema), nil, Raw(tc.value), showing)
		if d := cmp.Diff(tc.wrong, wrong); d != "" || err != nil {
			t.Errorf("%s: wrong (-want +got):\n%s%v", tc.name, d, err)
		}
	}
	if wrong, err := CheckShown(Raw(schema), nil, Raw(`{"a":true,"free":"1"}`), nil); len(wrong) > 0 || err != nil {
		t.Errorf("where nothing can be computed a field with a condition may stay empty: %v, %v", wrong, err)
	}
}
