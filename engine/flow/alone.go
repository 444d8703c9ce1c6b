package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sluice/engine/fault"
)

// A script that is run alone runs in a flow of one step, AloneStep, whose mark (x-sluice)
// tells whoever asks for the run that it is a script.

// AloneStep is the only step of a run that a script is.
const AloneStep = "script"

// Alone makes the flow that a script runs in. A script with a hash is run in that
// version, one with a path in the newest, and any other by its content. Code
// script.unknown for one that has none of them.
func Alone(s StoredScript) (*Flow, error) {
	var v ModuleValue = &Script{Path: s.Path, Hash: s.Hash, Inputs: &Inputs{}}
	if s.Hash == "" && (s.Content != "" || s.Language != "") {
		v = &RawScript{Content: s.Content, Language: s.Language, Inputs: &Inputs{}}
	} else if s.Hash == "" && strings.TrimSpace(s.Path) == "" {
		return nil, fault.New("script.unknown", "The call names no script", "Nothing was started.")
	}
	mark, err := json.Marshal(map[string]any{"script": ScriptMark{Path: s.Path, Hash: s.Hash, Language: s.Language}})
	if err != nil {
		return nil, err
	}
	name := "Script"
	for _, n := range []string{s.Path, s.Summary} {
		if n != "" {
			name = n
		}
	}
	return &Flow{Summary: name, XSluice: mark, Value: Value{Modules: []*Module{{ID: AloneStep, Value: v}}}}, nil
}

// ScriptMark is what a run that is a script notes of it.
type ScriptMark struct {
	Path     string `json:"path"`
	Hash     string `json:"hash,omitempty"`
	Language string `json:"language,omitempty"`
}

// IsAlone returns what script a flow was made for by Alone; nil if it is a flow.
func IsAlone(f *Flow) *ScriptMark {
	var x struct {
		Script *ScriptMark `json:"script"`
	}
	if len(f.XSluice) == 0 || len(f.Value.Modules) == 0 || json.Unmarshal(f.XSluice, &x) != nil {
		return nil
	}
	return x.Script
}

// AloneWith lets the step of a script take each argument from the input of the run. So
// runs of the same script are of the same flow, whatever their values. Code flow.input.
func AloneWith(f *Flow, args json.RawMessage) (*Flow, error) {
	in := &Inputs{By: map[string]*Input{}}
	var values map[string]json.RawMessage
	if a := bytes.TrimSpace(args); len(a) > 0 && string(a) != "null" {
		if err := json.Unmarshal(a, &values); err != nil {
			return nil, fault.Because(err, "flow.input", "The arguments must be a JSON object", "Nothing was started.")
		}
	}
	for name := range values {
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		in.Names = append(in.Names, name)
		in.By[name] = &Input{Kind: JavaScript, Expr: fmt.Sprintf("flow_input[%s]", key)}
	}
	slices.Sort(in.Names)
	g, m := *f, *f.Value.Modules[0]
	switch v := m.Value.(type) {
	case *Script:
		w := *v
		w.Inputs = in
		m.Value = &w
	case *RawScript:
		w := *v
		w.Inputs = in
		m.Value = &w
	case *Agent, *BranchAll, *BranchOne, *ForLoop, *Identity, *Subflow, *Unknown, *WhileLoop:
		// A script that is run alone is one of the two above.
	}
	g.Value.Modules = []*Module{&m}
	return &g, nil
}
