package flow

import "io/fs"

// tool is a tool of an AI agent that is a script: as a step of its own, which is
// a copy, and where its code and lock stand in the agent's tools.
type tool struct {
	step          *Module
	content, lock *node // lock may be nil
}

// tools finds the tools of an agent that are scripts. Those are the tools that
// Windmill's command line client gives files of their own (windmill-cli 1.819.0);
// it leaves the tools of tools as they are. The tree is nil if there are none.
func (a *Agent) tools() (*node, []tool) {
	if len(a.Tools) == 0 || a.Tools[0] != '[' {
		return nil, nil
	}
	tree, err := readTree(a.Tools)
	if err != nil {
		return nil, nil
	}
	var found []tool
	for _, n := range tree.kids {
		value := n.get("value")
		if value == nil {
			continue
		}
		kind, _ := value.get("tool_type").text()
		typ, _ := value.get("type").text()
		content := value.get("content")
		code, ok := content.text()
		if kind != "flowmodule" || typ != "rawscript" || !ok {
			continue
		}
		t := tool{content: content, step: &Module{}}
		v := &RawScript{Content: code}
		if lock := value.get("lock"); lock != nil {
			if v.Lock, ok = lock.text(); ok {
				t.lock = lock
			}
		}
		v.Language, _ = value.get("language").text()
		t.step.ID, _ = n.get("id").text()
		if t.step.Summary, ok = n.get("summary").text(); ok {
			t.step.keys = []string{"summary"}
		}
		t.step.Value = v
		found = append(found, t)
	}
	if found == nil {
		return nil, nil
	}
	return tree, found
}

// set gives a tool other code.
func (t tool) set(content, lock string) {
	t.content.src = quote(content)
	if t.lock != nil {
		t.lock.src = quote(lock)
	}
}

// EveryScript visits each step with a script of its own, and each tool of an AI
// agent that has one, in the order in which files are named. A tool is visited as
// a step that is a copy.
func EveryScript(f *Flow, visit func(m *Module, code *RawScript)) {
	Every(f, func(m *Module) {
		switch v := m.Value.(type) {
		case *RawScript:
			visit(m, v)
		case *Agent:
			_, tools := v.tools()
			for _, t := range tools {
				visit(t.step, t.step.Value.(*RawScript))
			}
		case *Script, *Subflow, *ForLoop, *WhileLoop, *BranchOne, *BranchAll, *Identity, *Unknown:
			// They have no code of their own.
		}
	})
}

// InlineTools replaces the references to files in the tools of AI agents by
// their texts, in place. One that cannot be read stays: the agent is kept, not
// run.
func InlineTools(f *Flow, fsys fs.FS, dir string) {
	Every(f, func(m *Module) {
		a, ok := m.Value.(*Agent)
		if !ok {
			return
		}
		tree, tools := a.tools()
		for _, t := range tools {
			code := *t.step.Value.(*RawScript)
			for _, text := range []*string{&code.Content, &code.Lock} {
				if was := *text; inlineText(text, t.step, fsys, dir) != nil {
					*text = was
				}
			}
			t.set(code.Content, code.Lock)
		}
		if tree != nil {
			a.Tools = tree.rewrite()
		}
	})
}
