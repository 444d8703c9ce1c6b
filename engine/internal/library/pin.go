package library

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// mostSteps bounds a flow with everything inside it, each flow counted as often
// as a step runs it: flows that run each other twice grow without end otherwise.
const mostSteps = 100_000

// pinner fixes what a flow names by path, at any depth, as it is now. A run
// never sees what is saved later.
type pinner struct {
	l      *Library
	ctx    context.Context
	out    run.Pinned
	flows  map[string]*flow.Flow // of out, as they were read
	sizes  map[string]int        // of the flows that are done
	asked  map[string]bool       // texts of scripts that can run
	shared bool                  // the steps of the run share a folder
	chain  []string              // the flows that are being read, outermost first
}

// Fixed is a version of a flow, with the flows of it as they were read.
type Fixed struct {
	Pinned run.Pinned
	Flow   *flow.Flow
	Flows  map[string]*flow.Flow // that it runs, by path
}

// Pin reads a flow and fixes the scripts and flows that it names. Path is where
// the flow itself lives, if anywhere. fl is what the file says, if that was read before.
func (l *Library) Pin(ctx context.Context, path string, file []byte, fl *flow.Flow) (Fixed, error) {
	if fl == nil {
		var err error
		if fl, err = l.parsed.flow(file); err != nil {
			return Fixed{}, err
		}
	}
	p := &pinner{l: l, ctx: ctx, sizes: make(map[string]int), asked: make(map[string]bool), shared: fl.Value.SameWorker}
	p.out.Flow = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if path != "" {
		p.chain = []string{path}
	}
	if _, err := p.flow(fl, ""); err != nil {
		return Fixed{}, err
	}
	return Fixed{Pinned: p.out, Flow: fl, Flows: p.flows}, nil
}

// flow fixes what one flow names and returns how many steps it has, with those
// of the flows inside. Within tells its path, "" for the flow that is started.
func (p *pinner) flow(fl *flow.Flow, within string) (size int, err error) {
	if err := refuse(fl); err != nil {
		return 0, Inside(within, err)
	}
	for _, m := range modules(fl) {
		size++
		mocked := m.Mock != nil && m.Mock.Enabled
		var code run.Code
		switch v := m.Value.(type) {
		case *flow.RawScript:
			code = run.Code{Language: v.Language, Content: v.Content}
		case *flow.Script:
			if code, err = p.script(m, v, within); err != nil {
				return 0, err
			}
		case *flow.Subflow:
			n, err := p.subflow(m, v.Path, within)
			if err != nil {
				return 0, err
			}
			size += n
		case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.ForLoop, *flow.Identity, *flow.Unknown, *flow.WhileLoop:
			// They name no code.
		}
		if size > mostSteps {
			return 0, fault.Newf("flow.large", "Nothing was started. Take some of the flows inside it apart.",
				"This flow has more than %d steps, with those of the flows inside it", mostSteps)
		}
		if code.Language == "" || mocked {
			continue
		}
		if err := p.code(m.ID, code); err != nil {
			return 0, Inside(within, err)
		}
	}
	return size, nil
}

// code fixes the scripts that a script imports, and refuses one that could never
// run here: a flow does not stop in its middle over something that could be known
// before.
func (p *pinner) code(step string, code run.Code) error {
	if !p.l.c.Runs(code.Language) {
		return flow.NoLanguage(step, code.Language)
	}
	key := code.Language + "\x00" + code.Path + "\x00" + code.Content
	if p.asked[key] {
		return nil
	}
	var broken error
	code.Imports = flow.Imported(code.Language, code.Path, code.Content, func(path string) (string, string, bool) {
		m, ok := p.out.Modules[path]
		if ok {
			return m.Language, m.Content, true
		}
		s, err := p.l.r.Script(p.ctx, path)
		if err != nil {
			if !fault.HasCode(err, "script.unknown") {
				broken = err
			}
			return "", "", false
		}
		if p.out.Modules == nil {
			p.out.Modules = make(map[string]run.Code)
		}
		p.out.Modules[path] = run.Code{Path: path, Language: s.Language, Content: s.Content}
		return s.Language, s.Content, true
	})
	if broken != nil {
		return broken
	}
	if err := p.l.c.Check(p.ctx, code, p.shared); err != nil {
		f, ok := errors.AsType[*run.Failure](err)
		if !ok {
			return err
		}
		if f.Name == "SyntaxError" {
			return fault.Newf(flow.ProblemCode, "Nothing was started. Correct the code.", "Step %s: its code cannot be read: %s", step, f.Message)
		}
		return fault.Newf("flow.import", f.Hint, "Step %s: %s", step, f.Message)
	}
	p.asked[key] = true
	return nil
}

// script fixes the script of a step: the version with the hash that the step
// names, else the newest of the library, else that of the hub.
func (p *pinner) script(m *flow.Module, v *flow.Script, within string) (run.Code, error) {
	key := run.ScriptKey(v.Path, v.Hash)
	if code, ok := p.out.Scripts[key]; ok {
		return code, nil
	}
	code, err := p.find(v)
	if fault.HasCode(err, "script.damaged") {
		return code, err
	}
	if err != nil {
		title := fmt.Sprintf("Step %s uses a script that is not here: %s", m.ID, v.Path)
		hint := "Choose another script for the step, or add this one."
		if v.Hash != "" {
			title = fmt.Sprintf("Step %s uses a version of a script that is not here: %s of %s", m.ID, v.Hash, v.Path)
			hint = "Choose a version that is here, or take the hash out of the step to run the newest one."
		}
		return code, Inside(within, fault.Because(err, "script.unknown", title, hint))
	}
	if p.out.Scripts == nil {
		p.out.Scripts = make(map[string]run.Code)
	}
	p.out.Scripts[key] = code
	return code, nil
}

func (p *pinner) find(v *flow.Script) (run.Code, error) {
	if v.Hash != "" {
		s, err := p.l.r.ScriptByHash(p.ctx, v.Hash)
		return codeOf(s), err
	}
	s, err := p.l.r.Script(p.ctx, v.Path)
	if fault.HasCode(err, "script.unknown") {
		return p.l.c.Scripts(v.Path)
	}
	return codeOf(s), err
}

// codeOf is a script of the library as runs take it, with the limit that its
// settings set.
func codeOf(s flow.StoredScript) run.Code {
	c := run.Code{Path: s.Path, Language: s.Language, Content: s.Content, Summary: s.Summary}
	var set struct {
		Limit  float64 `json:"concurrent_limit"`
		Window float64 `json:"concurrency_time_window_s"`
		Key    string  `json:"concurrency_key"`
	}
	if json.Unmarshal(s.Meta, &set) == nil && set.Limit >= 1 {
		c.Limit = &run.Limit{Max: int(set.Limit), Window: flow.Seconds(set.Window), Key: set.Key}
	}
	return c
}

// subflow fixes the flow that a step runs and returns its size.
func (p *pinner) subflow(m *flow.Module, path, within string) (int, error) {
	for i, outer := range p.chain {
		if outer == path {
			return 0, fault.Newf("flow.cycle", "Nothing was started. Take one of these steps out: such a flow would never end.",
				"The flows run each other in a circle: %s", strings.Join(append(p.chain[i:], path), " → "))
		}
	}
	if n, ok := p.sizes[path]; ok {
		return n, nil
	}
	stored, err := p.l.r.Flow(p.ctx, path)
	if err != nil {
		return 0, Inside(within, fault.Because(err, "flow.subflow", fmt.Sprintf("Step %s runs a flow that is not here: %s", m.ID, path),
			"Choose another flow for the step, or add this one."))
	}
	fl, err := p.l.parsed.flow(stored.JSON)
	if err != nil {
		return 0, Inside(within, fault.Because(err, "flow.subflow", fmt.Sprintf("Step %s runs the flow %s, which cannot be read: %s", m.ID, path, fault.From(err).Title),
			"Open that flow and correct it."))
	}
	p.chain = append(p.chain, path)
	n, err := p.flow(fl, path)
	p.chain = p.chain[:len(p.chain)-1]
	if err != nil {
		return 0, err
	}
	p.sizes[path] = n
	if p.out.Flows == nil {
		p.out.Flows, p.flows = make(map[string]json.RawMessage), make(map[string]*flow.Flow)
	}
	p.flows[path] = fl
	p.out.Flows[path] = bytes.TrimPrefix(stored.JSON, []byte("\xef\xbb\xbf"))
	return n, nil
}

// Inside says in which flow an error was found.
func Inside(path string, err error) error {
	if path == "" {
		return err
	}
	f := *fault.From(err)
	f.Title = "In the flow " + path + ": " + f.Title
	return &f
}
