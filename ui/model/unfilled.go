package model

import (
	"bytes"

	"sluice/engine/flow"
)

// problemInput is the code of an input that a script needs and the step does not
// give.
const problemInput = "step.input"

// unfilled tells which steps run a script without what it needs, so that it is
// said before the run and not in the middle of it.
func (m *Model) unfilled(f *flow.Flow) (found []flow.Problem) {
	flow.Every(f, func(s *flow.Module) {
		v, ok := s.Value.(*flow.Script)
		if !ok || s.Mock != nil && s.Mock.Enabled {
			return
		}
		asked, err := flow.Fields(m.schema(v.Path), nil, nil)
		if err != nil {
			return // the script's own matter
		}
		var names []string
		in := flow.InputsOf(s)
		for _, fd := range asked {
			if fd.Required && len(fd.Default) == 0 && isEmpty(in.By[fd.Name]) {
				names = append(names, fd.Title)
			}
		}
		if len(names) == 0 {
			return
		}
		found = append(found, flow.Problem{Code: problemInput, Severity: flow.SeverityError, Step: s.ID, Field: "value.input_transforms",
			Title: list(names) + " is empty", Hint: "The script needs it. Fill it in under Inputs."})
		if len(names) > 1 {
			found[len(found)-1].Title = list(names) + " are empty"
			found[len(found)-1].Hint = "The script needs them. Fill them in under Inputs."
		}
	})
	return found
}

// isEmpty reports whether an input gives nothing.
func isEmpty(in *flow.Input) bool {
	if in == nil {
		return true
	}
	if in.Kind == flow.JavaScript {
		return len(bytes.TrimSpace([]byte(in.Expr))) == 0
	}
	switch string(bytes.TrimSpace(in.Value)) {
	case "", "null", `""`, `"$res:"`, "[]":
		return in.Kind != flow.AI
	}
	return false
}
