package pane

import (
	"maps"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// target is a flow or script of the library, which a trigger can start.
type target struct {
	Path, Title string
	IsFlow      bool
	doc         []byte // of a flow
}

// kindWord is what a target is.
func kindWord(isFlow bool) string {
	if isFlow {
		return say.T("flow")
	}
	return say.T("script")
}

// readTargets reads what can be started, and goes on.
func (p *Triggers) readTargets(then func()) {
	host.AskThen(p.h, p.h.Library.Flows, func(flows []flow.Stored) {
		p.targets = p.targets[:0]
		for _, f := range flows {
			if f.Problem == "" {
				p.targets = append(p.targets, target{Path: f.Path, Title: model.First(f.Summary, f.Path), IsFlow: true, doc: f.JSON})
			}
		}
		for _, path := range slices.Sorted(maps.Keys(p.h.Scripts)) {
			p.targets = append(p.targets, target{Path: path, Title: model.First(p.h.Scripts[path].Summary, path)})
		}
		if then != nil {
			then()
		}
	})
}

// titleOf is what a target is called, "" where it has no name but its path.
func (p *Triggers) titleOf(path string, isFlow bool) string {
	for _, t := range p.targets {
		if t.Path == path && t.IsFlow == isFlow && t.Title != path {
			return t.Title
		}
	}
	return ""
}

// propose finds targets for what is typed; named writes them with their kind before.
func (p *Triggers) propose(text string, flowsOnly, named bool) (out []kit.Suggestion) {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, t := range p.targets {
		if flowsOnly && !t.IsFlow {
			continue
		}
		name := t.Path
		if named {
			name = "script/" + t.Path // as schedules write it
			if t.IsFlow {
				name = "flow/" + t.Path
			}
		}
		if strings.Contains(strings.ToLower(name+" "+t.Title), text) {
			note := t.Title
			if !named && !flowsOnly {
				note = kindWord(t.IsFlow) + " · " + note
			}
			if out = append(out, kit.Suggestion{Text: name, Note: note}); len(out) == 8 {
				break
			}
		}
	}
	return out
}
