package model

import (
	"sluice/engine/flow"
	"sluice/engine/run"
)

// params is what the scripts of steps ask for, read from their code.
type params struct {
	of   map[string]flow.Raw // by language and code; nil where the code cannot be read
	last map[string]string   // by the step's id, the key that was known last
	read map[string][]flow.Field
}

// fields are those of a schema. It is read once: problems are looked for with each key
// that is typed.
func (p *params) fields(schema flow.Raw) ([]flow.Field, error) {
	if list, ok := p.read[string(schema)]; ok {
		return list, nil
	}
	list, err := flow.Fields(schema, nil, nil)
	if err != nil {
		return nil, err
	}
	if p.read == nil || len(p.read) > 1000 {
		p.read = map[string][]flow.Field{}
	}
	p.read[string(schema)] = list
	return list, nil
}

func paramKey(language, content string) string { return language + "\n" + content }

// written is the code of a step whose parameters stand in that code only.
func (m *Model) written(s *flow.Module) (language, content string, ok bool) {
	switch v := s.Value.(type) {
	case *flow.RawScript:
		return v.Language, v.Content, true
	case *flow.Script:
		if c, here := m.lookup(v.Path); here && len(m.schema(v.Path)) == 0 {
			return c.Language, c.Content, true
		}
	case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.ForLoop, *flow.Identity, *flow.Subflow, *flow.Unknown, *flow.WhileLoop:
		// They have no code.
	}
	return "", "", false
}

// Unread lists the scripts of the open flow whose parameters are not known yet. Reading
// them may take some milliseconds; Learn takes what was read.
func (m *Model) Unread() (list []run.Code) {
	if m.doc == nil {
		return nil
	}
	seen := map[string]bool{}
	flow.Every(m.doc.Flow, func(s *flow.Module) {
		language, content, ok := m.written(s)
		if key := paramKey(language, content); ok && !seen[key] {
			if _, known := m.params.of[key]; !known {
				list = append(list, run.Code{Language: language, Content: content})
			}
			seen[key] = true
		}
	})
	return list
}

// Learn takes the JSON Schema of a script's parameters; nil says that its code cannot
// be read.
func (m *Model) Learn(language, content string, schema flow.Raw) Dirty {
	if m.params.of == nil || len(m.params.of) > 1000 { // each pause in typing adds one
		m.params = params{of: map[string]flow.Raw{}, last: map[string]string{}}
	}
	m.params.of[paramKey(language, content)] = schema
	m.problemsOf = nil
	return Dirty{Panes: PaneCanvas | PaneInspector | PaneProblems}
}

// Params returns the JSON Schema of a script's parameters, where they were read.
func (m *Model) Params(language, content string) (flow.Raw, bool) {
	schema := m.params.of[paramKey(language, content)]
	return schema, schema != nil
}

// asks is what a step's script or flow asks for; nil where that is not known. Of code
// that is being typed it is what was known last, so that nothing flickers.
func (m *Model) asks(s *flow.Module) flow.Raw {
	if v, ok := s.Value.(*flow.Subflow); ok {
		if f, err := m.flows(v.Path); err == nil && f != nil {
			return f.Schema
		}
		return nil
	}
	language, content, ok := m.written(s)
	if !ok {
		if v, ok := s.Value.(*flow.Script); ok {
			return m.schema(v.Path)
		}
		return nil
	}
	key := paramKey(language, content)
	if schema := m.params.of[key]; schema != nil {
		m.params.last[s.ID] = key
		return schema
	}
	return m.params.of[m.params.last[s.ID]]
}
