package model

import (
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// CodeError is the line of a step's own script, from 1, that its last test or the
// run that is shown failed in, and why; 0 where that is not known, or where the code
// was changed since.
func (m *Model) CodeError(id string) (line int, why string) {
	s, _ := flow.Find(m.doc.Flow, id)
	if s == nil {
		return 0, ""
	}
	raw, ok := s.Value.(*flow.RawScript)
	if !ok {
		return 0, ""
	}
	failed := func(mod *flow.Module, err *run.Failure) bool {
		was, ok := mod.Value.(*flow.RawScript)
		return ok && err != nil && err.Line > 0 && was.Content == raw.Content
	}
	if r := m.trials[id]; r != nil && r.state != nil {
		if mods := r.flow().Value.Modules; len(mods) == 1 {
			if st, ok := r.step(run.StepID(mods[0].ID)); ok && failed(mods[0], st.Err) {
				return st.Err.Line, oneLine(say.Failure(st.Err.Message))
			}
		}
		return 0, ""
	}
	seen := m.see(m.run)
	if at, ok := seen.byModule[id]; ok {
		if it := seen.items[at]; it.st != nil && failed(it.mod, it.st.Err) {
			return it.st.Err.Line, oneLine(say.Failure(it.st.Err.Message))
		}
	}
	return 0, ""
}

// CodeLine is a line of a step's own script, from 1, without the blanks around it.
func (m *Model) CodeLine(id string, line int) string {
	s, _ := flow.Find(m.doc.Flow, id)
	if s == nil {
		return ""
	}
	raw, ok := s.Value.(*flow.RawScript)
	if !ok {
		return ""
	}
	for text := range strings.SplitSeq(raw.Content, "\n") {
		if line--; line == 0 {
			return strings.TrimSpace(text)
		}
	}
	return ""
}
