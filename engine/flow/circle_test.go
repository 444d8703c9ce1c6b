package flow

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCircles(t *testing.T) {
	// A library of flows by their paths, and the paths that each one runs.
	runs := map[string]string{
		"f/x/alone": "", "f/x/self": "f/x/self", "f/x/there": "f/x/back", "f/x/back": "f/x/alone f/x/there",
		"f/x/in": "f/x/there", "f/x/down": "f/x/alone f/x/gone", "f/x/two": "f/x/down f/x/down",
	}
	flowOf := func(paths string) *Flow {
		f := &Flow{}
		for i, p := range strings.Fields(paths) {
			sub := &Module{ID: string(rune('a' + i)), Value: &Subflow{Path: p}}
			// It is found at any depth.
			loop := &Module{ID: "l" + sub.ID, Value: &ForLoop{Modules: []*Module{sub}}}
			all := &Module{ID: "b" + sub.ID, Value: &BranchAll{Branches: []*Branch{{Modules: []*Module{loop}}}}}
			f.Value.Modules = append(f.Value.Modules, &Module{ID: "o" + sub.ID, Value: &BranchOne{Default: []*Module{all}}})
		}
		return f
	}
	looked := 0
	lookup := func(path string) (*Flow, error) {
		looked++
		paths, ok := runs[path]
		if !ok {
			return nil, errors.New("no such flow")
		}
		return flowOf(paths), nil
	}
	tests := []struct {
		reason, path, runs string
		want               []string
	}{
		{"nothing runs", "f/x/new", "", nil},
		{"straight down, twice the same", "f/x/new", "f/x/two f/x/alone", nil},
		{"a flow that is not there", "f/x/new", "f/x/gone", nil},
		{"itself", "f/x/new", "f/x/new", []string{"a: f/x/new → f/x/new"}},
		{"itself, and not saved yet", "", "f/x/new", nil},
		{"one that runs itself", "f/x/new", "f/x/self", []string{"a: f/x/self → f/x/self"}},
		{"there and back", "f/x/there", "f/x/back", []string{"a: f/x/there → f/x/back → f/x/there"}},
		{"into a circle of others", "f/x/new", "f/x/alone f/x/in", []string{"b: f/x/there → f/x/back → f/x/there"}},
		{"as it will be, not as it is kept", "f/x/there", "f/x/alone", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range Circles(tt.path, flowOf(tt.runs), lookup) {
			got = append(got, p.Step+": "+strings.TrimPrefix(p.Title, "The flows run each other in a circle: "))
			if p.Code != ProblemCycle || p.Severity != SeverityError || p.Field != "value.path" || p.Hint == "" {
				t.Errorf("%s: %+v", tt.reason, p)
			}
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, d)
		}
	}

	// Many ways to the same flows cost one look each.
	wide := map[string]string{}
	for i := range 24 {
		wide["f/w/"+letters(i+1)] = "f/w/" + letters(i+2) + " f/w/" + letters(i+2)
	}
	runs, looked = wide, 0
	if p := Circles("f/w/top", flowOf("f/w/a"), lookup); p != nil || looked > 30 {
		t.Errorf("%d looks, %+v", looked, p)
	}
}
