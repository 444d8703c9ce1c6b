package model

import (
	"bytes"
	"encoding/json"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// problemInput is the code of an input that a script needs and the step does not
// give.
const problemInput = "step.input"

// unfilled tells which steps run a script or a flow without what it needs, so that it
// is said before the run and not in the middle of it.
func (m *Model) unfilled(f *flow.Flow) (found []flow.Problem) {
	flow.Every(f, func(s *flow.Module) {
		if s.Mock != nil && s.Mock.Enabled || s == f.Value.FailureModule || s == f.Value.PreprocessorModule {
			return // the last two are given what they need by the run
		}
		_, script := s.Value.(*flow.Script)
		asked, err := m.params.fields(m.asks(s))
		if err != nil {
			return // the script's own matter
		}
		var names []string
		in := flow.InputsOf(s)
		for _, fd := range asked {
			if i := in.By[fd.Name]; i != nil && i.Kind == flow.Static && AsksAddresses(fd) {
				var list []string
				if json.Unmarshal(i.Value, &list) == nil {
					if wrong := NoAddress(list); wrong != "" {
						found = append(found, flow.Problem{Code: problemAddress, Severity: flow.SeverityError, Step: s.ID, Field: inputField + fd.Name,
							Title: wrong, Hint: say.F("No mail could be sent to it. Correct it under Inputs, %s.", fd.Title)})
					}
				}
			}
			if fd.Required && len(fd.Default) == 0 && isEmpty(in.By[fd.Name]) && (script || !given(fd, in.By[fd.Name])) {
				names = append(names, fd.Title)
			}
		}
		if len(names) == 0 {
			return
		}
		found = append(found, flow.Problem{Code: problemInput, Severity: flow.SeverityError, Step: s.ID, Field: "value.input_transforms",
			Title: say.N(len(names), "%[2]s is empty", "%[2]s are empty", list(names)),
			Hint:  say.N(len(names), "The step needs it. Fill it in under Inputs.", "The step needs them. Fill them in under Inputs.")})
	})
	return found
}

// problemAddress is the code of an approver who can get no mail.
const problemAddress = "step.address"

// AsksAddresses reports whether a field of a script asks for e-mail addresses.
func AsksAddresses(fd flow.Field) bool {
	return fd.Kind == flow.FieldStrings && strings.Contains(fd.Name, "email")
}

// NoAddress names the first text that is no e-mail address, "" if all are. What
// names a variable is not known here.
func NoAddress(list []string) string {
	for _, text := range list {
		if strings.HasPrefix(text, "$") {
			continue
		}
		if _, err := run.Addresses(text); err != nil {
			return say.F("“%s” is not an e-mail address", cut(oneLine(text), 60))
		}
	}
	return ""
}

// given reports whether an input that looks empty is a value that code of one's own
// may well take: an empty text or list, and null where null is allowed.
func given(fd flow.Field, in *flow.Input) bool {
	if in == nil || in.Kind != flow.Static {
		return false
	}
	switch string(bytes.TrimSpace(in.Value)) {
	case `""`, "[]":
		return true
	case "null":
		return fd.Nullable
	}
	return false
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
