package model

import (
	"bytes"
	"encoding/json"
	"slices"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/ui/say"
)

// CopyText is a step, with all that is in it, as OpenFlow text for the clipboard.
func CopyText(m *flow.Module) (string, error) {
	doc, err := (&flow.Flow{Value: flow.Value{Modules: []*flow.Module{m}}}).JSON()
	if err != nil {
		return "", fault.From(err)
	}
	var f struct {
		Value struct{ Modules []json.RawMessage }
	}
	var b bytes.Buffer
	if json.Unmarshal(doc, &f) != nil || len(f.Value.Modules) != 1 || json.Indent(&b, f.Value.Modules[0], "", "  ") != nil {
		return "", fault.New("model.copy", say.T("The step cannot be copied"), say.T("Export the flow instead."))
	}
	return b.String(), nil
}

// Paste puts steps that were copied, here or in another program, at a place: one
// step, a list of steps, or a whole flow, which may also be YAML. Ids that are
// taken become new ones.
func (m *Model) Paste(at flow.Place, text string) (Edit, error) {
	if m.doc == nil {
		return Edit{}, errNoFlow()
	}
	mods, err := pasted([]byte(text))
	if err != nil {
		return Edit{}, err
	}
	f := m.doc.Flow
	mods = flow.FreshAll(f, mods)
	if f, err = insertAll(f, at, mods); err != nil {
		return Edit{}, fault.From(err)
	}
	first := mods[0].ID
	var also []string
	if len(mods) > 1 {
		for _, s := range mods {
			also = append(also, s.ID)
		}
	}
	name := say.F("Paste step %s", first)
	if len(mods) > 1 {
		name = say.F("Paste %d steps", len(mods))
	}
	was := m.doc.Flow
	return Edit{Name: name, Select: first, Also: also, Do: func(g *flow.Flow) (*flow.Flow, error) {
		if g != was {
			return nil, fault.New(flow.CodeEdit, say.T("The flow has changed meanwhile"), say.T("Paste once more."))
		}
		return f, nil
	}}, nil
}

// pasted reads the steps in a text.
func pasted(text []byte) ([]*flow.Module, error) {
	none := fault.New("model.paste", say.T("There are no steps on the clipboard"), say.T("Copy a step first, here or as OpenFlow text in JSON."))
	text = bytes.TrimSpace(text)
	var probe struct {
		Value struct {
			Type    string
			Modules json.RawMessage
		}
	}
	list := json.RawMessage(text)
	switch {
	case len(text) == 0:
		return nil, none
	case !json.Valid(text):
		f, err := flow.ParseYAML(text)
		if err != nil || len(f.Value.Modules) == 0 {
			return nil, none
		}
		return flow.FillIDs(f).Value.Modules, nil
	case text[0] != '{' && text[0] != '[':
		return nil, none
	case text[0] == '[':
	case json.Unmarshal(text, &probe) != nil:
		return nil, none
	case probe.Value.Type != "":
		list = slices.Concat([]byte("["), text, []byte("]"))
	case probe.Value.Modules != nil:
		list = probe.Value.Modules
	default:
		return nil, none
	}
	doc, err := json.Marshal(map[string]any{"summary": "", "value": map[string]any{"modules": list}})
	if err != nil {
		return nil, none
	}
	f, err := flow.ParseJSON(doc)
	if err != nil {
		return nil, fault.From(err)
	}
	if len(f.Value.Modules) == 0 {
		return nil, none
	}
	return flow.FillIDs(f).Value.Modules, nil
}
