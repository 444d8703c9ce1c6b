package model

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// ProblemLine is a line of the list of problems.
type ProblemLine struct {
	flow.Problem
	Name string // of the step, "" for the flow itself
}

// Serious reports whether the problem keeps the flow from running.
func (l ProblemLine) Serious() bool { return l.Severity == flow.SeverityError }

// Counts reports whether a problem is one of those that are counted: what keeps the flow
// from running, and what is doubtful about a step.
func Counts(p flow.Problem) bool { return p.Severity == flow.SeverityError || p.Step != "" }

// ProblemList lists what is wrong with the open flow as its steps follow each other, what
// is wrong with the flow itself first; of a step errors come first.
func (m *Model) ProblemList() []ProblemLine {
	if m.doc == nil || m.doc.ReadOnly {
		return nil
	}
	at, names := map[string]int{"": -1}, map[string]string{}
	flow.Every(m.doc.Flow, func(s *flow.Module) {
		if _, had := at[s.ID]; !had {
			at[s.ID], names[s.ID] = len(at), m.Title(s)
		}
	})
	var list []ProblemLine
	for _, p := range m.Problems() { // errors come first
		if Counts(p) {
			list = append(list, ProblemLine{Problem: p, Name: names[p.Step]})
		}
	}
	slices.SortStableFunc(list, func(a, b ProblemLine) int { return at[a.Step] - at[b.Step] })
	return list
}

// ProblemCounts tells how many errors and warnings the list has.
func (m *Model) ProblemCounts() (errors, warnings int) {
	if m.doc == nil || m.doc.ReadOnly {
		return 0, 0
	}
	for _, p := range m.Problems() {
		switch {
		case p.Severity == flow.SeverityError:
			errors++
		case Counts(p):
			warnings++
		}
	}
	return errors, warnings
}

// NextProblem is the line of the list that comes after line at, or before it with delta -1;
// it goes around. -1 is no line.
func (m *Model) NextProblem(at, delta int) int {
	n := len(m.ProblemList())
	switch {
	case n == 0:
		return -1
	case at < 0 && delta < 0:
		return n - 1
	case at < 0:
		return 0
	}
	return ((at+delta)%n + n) % n
}

// library is what the library has, as it was read last.
type library struct {
	read      bool
	resources map[string]string // the type of each, by path
}

// SetResources says which resources there are. Until then none is told as missing.
func (m *Model) SetResources(list []flow.Resource) Dirty {
	m.library = library{read: true, resources: make(map[string]string, len(list))}
	for _, r := range list {
		m.library.resources[r.Path] = r.Type
	}
	m.problemsOf = nil
	return Dirty{Panes: PaneCanvas | PaneInspector | PaneProblems}
}

// Codes of problems that only the library tells.
const (
	problemResource = "step.resource" // a resource that is not there
	problemPath     = "step.path"     // a script or flow that is not there
)

// resourceNamed finds the resource that a value names.
var resourceNamed = regexp.MustCompile(`"\$res:([^"\\]+)"`)

// missing names what steps ask of the library and it does not have.
func (m *Model) missing(f *flow.Flow) (found []flow.Problem) {
	if !m.library.read {
		return nil
	}
	flow.Every(f, func(s *flow.Module) {
		in := flow.InputsOf(s)
		for _, name := range in.Names {
			one := in.By[name]
			if one == nil || one.Kind != flow.Static || !bytes.Contains(one.Value, []byte(`"$res:`)) {
				continue
			}
			for _, match := range resourceNamed.FindAllSubmatch(one.Value, -1) {
				path := string(match[1])
				if _, here := m.library.resources[path]; here {
					continue
				}
				found = append(found, flow.Problem{Code: problemResource, Severity: flow.SeverityWarning, Step: s.ID, Field: inputField + name,
					Title: say.F("There is no resource “%s”", path), Hint: say.T(textMissingResource)})
			}
		}
		if s.Mock != nil && s.Mock.Enabled {
			return
		}
		switch v := s.Value.(type) {
		case *flow.Script:
			if _, here := m.lookup(v.Path); !here && v.Path != "" {
				found = append(found, flow.Problem{Code: problemPath, Severity: flow.SeverityWarning, Step: s.ID, Field: "value.path",
					Title: say.F("There is no script “%s” here", v.Path), Hint: say.T(textMissingScript)})
			}
		case *flow.Subflow:
			if g, err := m.flows(v.Path); g == nil && err == nil && v.Path != "" && v.Path != m.doc.Path {
				found = append(found, flow.Problem{Code: problemPath, Severity: flow.SeverityWarning, Step: s.ID, Field: "value.path",
					Title: say.F("There is no flow “%s” here", v.Path), Hint: say.T(textMissingFlow)})
			}
		case *flow.Agent, *flow.BranchAll, *flow.BranchOne, *flow.ForLoop, *flow.Identity, *flow.RawScript, *flow.Unknown, *flow.WhileLoop:
			// They name nothing of the library.
		}
	})
	return found
}

// FieldOf is the field that a problem is mended in: that of the first input that is missing
// where the problem is about several.
func (m *Model) FieldOf(p flow.Problem) string {
	if p.Code != problemInput {
		return p.Field
	}
	s, _ := flow.Find(m.doc.Flow, p.Step)
	if s == nil {
		return p.Field
	}
	fields, err := m.params.fields(m.asks(s))
	if err != nil {
		return p.Field
	}
	in := flow.InputsOf(s)
	for _, fd := range fields {
		if fd.Required && len(fd.Default) == 0 && isEmpty(in.By[fd.Name]) {
			return inputField + fd.Name
		}
	}
	return p.Field
}

// Fix is a way to mend a problem at one press.
type Fix struct {
	Name string
	Edit Edit // its Do is nil where the fix is one of the others
	// Undo takes the last change back, which made the problem.
	Undo bool
	// AddResource asks for a new resource of a type, and then Put makes use of it.
	AddResource bool
	Type        string
	Put         func(path string) Edit
	// Replace asks which step shall stand in the place of this one.
	Replace bool
}

// fixesMost is how many fixes one problem has at most.
const fixesMost = 4

// fixesAtOnce is how many steps a flow has at most for whose problems fixes are looked for
// with each change: each fix is tried, and then looks at all steps.
const fixesAtOnce = 100

// FixesNow reports whether Fixes takes no time that a person would feel.
func (m *Model) FixesNow() bool { return m.doc != nil && flow.Steps(m.doc.Flow) <= fixesAtOnce }

// Fixes offers what mends a problem of the open flow, the likeliest first. What it offers
// as an edit was tried: the problem is gone then, and no other has come.
func (m *Model) Fixes(p flow.Problem) (list []Fix) {
	if m.doc == nil || m.doc.ReadOnly {
		return nil
	}
	s, _ := flow.Find(m.doc.Flow, p.Step)
	for _, fix := range m.ideas(p, s) {
		if fix.Edit.Do == nil || m.mends(fix.Edit, p) {
			list = append(list, fix)
		}
	}
	if m.madeByLast(p) {
		list = append(list, Fix{Name: say.F("Undo: %s", m.History().Past[0]), Undo: true})
	}
	return list[:min(len(list), fixesMost)]
}

// mends reports whether an edit takes a problem away and brings no other.
func (m *Model) mends(e Edit, p flow.Problem) bool {
	g, err := e.Do(m.doc.Flow)
	if err != nil || g == m.doc.Flow {
		return false
	}
	was := map[string]int{}
	for _, h := range m.wrongIn(m.doc.Flow) {
		was[problemKey(h)]++
	}
	had := was[problemKey(p)]
	now := 0
	for _, h := range m.wrongIn(g) {
		key := problemKey(h)
		if key == problemKey(p) {
			now++
		}
		if was[key]--; was[key] < 0 && h.Severity == flow.SeverityError {
			return false
		} else if was[key] < 0 && h.Reads != "" {
			return false
		}
	}
	return now < had
}

// problemKey tells problems of two states of a flow apart.
func problemKey(p flow.Problem) string {
	return strings.Join([]string{string(p.Code), p.Step, p.Field, p.Title}, "\x00")
}

// madeByLast reports whether the flow did not have a problem before the last change.
func (m *Model) madeByLast(p flow.Problem) bool {
	past := m.doc.past
	if p.Reads == "" || len(past) == 0 || past[len(past)-1].flow == nil {
		return false
	}
	for _, h := range m.wrongIn(past[len(past)-1].flow) {
		if problemKey(h) == problemKey(p) {
			return false
		}
	}
	return true
}

// wrongIn is what is wrong with a flow that is open or was.
func (m *Model) wrongIn(f *flow.Flow) []flow.Problem {
	if f == m.doc.Flow {
		return m.Problems()
	}
	return m.look(f)
}

// ideas are the fixes that a problem may have.
func (m *Model) ideas(p flow.Problem, s *flow.Module) (list []Fix) {
	edit := func(name string, e Edit) {
		e.Name, e.Merge = name, ""
		list = append(list, Fix{Name: name, Edit: e})
	}
	switch p.Code {
	case flow.ProblemReference:
		m.ideasOfNames(p, edit)
	case flow.ProblemOrder:
		m.ideasOfOrder(p, edit)
	case flow.ProblemID:
		m.ideasOfIDs(p, s, edit)
	case flow.ProblemConstant:
		m.ideasOfBranch(p, s, edit)
	case flow.ProblemUnreached:
		if ends := m.endsBefore(p.Step); ends != "" {
			edit(say.F("Let %s not end here", ends), SetStep(ends, "", "", func(s *flow.Module) { s.StopAfterIf = nil }))
		}
		edit(say.F("Delete step %s", p.Step), Delete(p.Step))
	case flow.ProblemSuspend:
		m.ideasOfApproval(p, s, edit)
	case flow.ProblemCannotRun:
		if s == nil {
			break
		}
		if strings.HasPrefix(p.Field, "suspend.") {
			edit(say.T("Let everybody with a link answer"), SetSuspend(p.Step, "", "", func(v *flow.Suspend) {
				v.UserAuthRequired, v.UserGroups, v.SelfApprovalOff = false, nil, false
			}))
		} else if p.Field == "value.type" {
			list = append(list, Fix{Name: say.T("Replace the step…"), Replace: true})
		}
	case flow.ProblemRequired:
		if offer := m.TestOffer(p.Step); strings.HasPrefix(p.Field, "branches[") && offer != "" {
			edit(say.F("Use %s", offer), withExpression(p, func(string) string { return offer }))
		}
	case flow.ProblemForm:
		m.ideasOfForm(p, s, edit)
	case flow.ProblemEndless:
		edit(say.T("End it when an iteration gives nothing"), SetStep(p.Step, "", "", func(s *flow.Module) {
			s.StopAfterIf = &flow.StopAfter{Expr: "!result"}
		}))
	case problemAddress:
		edit(say.T("Take it out"), withoutNonAddresses(p))
	case problemResource:
		list = m.ideasOfResource(p, s)
	case problemPath:
		list = append(list, Fix{Name: say.T("Replace the step…"), Replace: true})
	}
	return list
}

// withExpression rewrites the expression that a problem is about.
func withExpression(p flow.Problem, change func(string) string) Edit {
	return Edit{Select: p.Step, Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.EditExpression(f, p.Step, p.Field, change) }}
}

// ideasOfNames mend a name that is not there, and answers that nobody gives.
func (m *Model) ideasOfNames(p flow.Problem, edit func(string, Edit)) {
	expr, _ := flow.ExpressionAt(m.doc.Flow, p.Step, p.Field)
	for _, stray := range m.order().Strays(m.doc.Flow, p.Step, expr) {
		if !strings.Contains(p.Title, stray.Name) && p.Reads != strings.TrimPrefix(stray.Name, "results.") {
			continue
		}
		if meant := stray.Meant; meant != "" {
			edit(say.F("Use %s", strings.Trim(meant, `"`)), withExpression(p, func(expr string) string {
				for _, one := range slices.Backward(m.order().Strays(m.doc.Flow, p.Step, expr)) {
					if one.Name == stray.Name {
						expr = expr[:one.From] + meant + expr[one.To:]
					}
				}
				return expr
			}))
		}
		if name, ok := strings.CutPrefix(stray.Name, "flow_input."); ok {
			edit(say.F("Add the input %s to the flow", name), AddInput(name))
		}
		break
	}
	switch p.Reads {
	case "resume", "resumes", "approvers":
		if before := m.stepBefore(p.Step); before != nil && !IsApproval(before) {
			edit(say.F("Ask for approval in step %s", before.ID), SetApproval(before.ID, true))
		}
	}
}

// AddInput adds an input to the flow that may be any text.
func AddInput(name string) Edit {
	return Edit{Name: say.F("Add the input %s to the flow", name), Do: func(f *flow.Flow) (*flow.Flow, error) {
		g := *f
		g.Schema = SchemaAdd(f.Schema, nil, name, FieldTypeText, "")
		return &g, nil
	}}
}

// ideasOfOrder move one of the two steps, so that the one that is read comes first.
func (m *Model) ideasOfOrder(p flow.Problem, edit func(string, Edit)) {
	f := m.doc.Flow
	_, target := flow.Find(f, p.Reads)
	reader, at := flow.Find(f, p.Step)
	if reader == nil || target.Index < 0 || at.Index < 0 {
		return
	}
	problem := p
	move := func(id string, to flow.Place, name string) bool {
		e := MoveTo(id, to)
		e.Select = p.Step
		if !m.mends(e, problem) {
			return false
		}
		edit(name, e)
		return true
	}
	for at.Index >= 0 { // before the reader, else before what it stands in
		if move(p.Reads, at, say.F("Move %s before %s", p.Reads, p.Step)) || at.Container == "" {
			break
		}
		_, at = flow.Find(f, at.Container)
	}
	for target.Index >= 0 {
		to := target
		to.Index++
		if move(p.Step, to, say.F("Move %s after %s", p.Step, p.Reads)) || target.Container == "" {
			break
		}
		_, target = flow.Find(f, target.Container)
	}
}

// ideasOfIDs give a step another id.
func (m *Model) ideasOfIDs(p flow.Problem, s *flow.Module, edit func(string, Edit)) {
	if n := m.sameID(p.Step); n > 1 {
		edit(say.T("Give each an id of its own"), Edit{Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.Distinct(f), nil }})
		return
	}
	if s == nil || p.Step == "" {
		edit(say.T("Give it an id"), Edit{Do: func(f *flow.Flow) (*flow.Flow, error) { return flow.FillIDs(f), nil }})
		return
	}
	id := flow.NewID(m.doc.Flow)
	edit(say.F("Call it %s", id), Rename(p.Step, id))
}

func (m *Model) sameID(id string) (n int) {
	flow.Every(m.doc.Flow, func(s *flow.Module) {
		if s.ID == id {
			n++
		}
	})
	return n
}

// ideasOfBranch mend a branch that always wins, or never.
func (m *Model) ideasOfBranch(p flow.Problem, s *flow.Module, edit func(string, Edit)) {
	if s == nil {
		return
	}
	v, ok := s.Value.(*flow.BranchOne)
	n := branchIn(p.Field)
	if !ok || n < 0 || n >= len(v.Branches) {
		return
	}
	if offer := m.TestOffer(p.Step); offer != "" {
		edit(say.F("Use %s", offer), withExpression(p, func(string) string { return offer }))
	}
	if always, _ := flow.Settled(v.Branches[n].Expr); always && n == len(v.Branches)-1 && len(v.Default) == 0 {
		edit(say.T("Make it the default"), MakeDefault(p.Step, n))
	}
	edit(say.F("Delete branch %d", n+1), RemoveBranch(p.Step, n))
}

// MakeDefault lets the steps of a branch be those of the default, which has none yet.
func MakeDefault(id string, n int) Edit {
	return Edit{Name: textEdit(say.T("Make it the default"), id), Select: id, Do: func(f *flow.Flow) (*flow.Flow, error) {
		s, _ := flow.Find(f, id)
		if s == nil {
			return nil, flow.ErrNotFound
		}
		v, ok := s.Value.(*flow.BranchOne)
		if !ok || n >= len(v.Branches) || len(v.Default) > 0 {
			return f, nil
		}
		return flow.Update(f, id, func(s flow.Module) flow.Module {
			c := *v
			c.Default = v.Branches[n].Modules
			c.Branches = slices.Delete(slices.Clone(v.Branches), n, n+1)
			s.Value = &c
			return s
		})
	}}
}

// branchIn is the number of the branch that a field is of, -1 if it is of none.
func branchIn(field string) int {
	rest, ok := strings.CutPrefix(field, "branches[")
	if !ok {
		return -1
	}
	n := 0
	for _, r := range rest {
		if r < '0' || r > '9' {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// endsBefore is the step before another that ends the flow or the iteration each time.
func (m *Model) endsBefore(id string) (ends string) {
	_, at := flow.Find(m.doc.Flow, id)
	flow.Walk(m.doc.Flow, func(s *flow.Module, p flow.Place, _ int) {
		if p.Container == at.Container && p.Branch == at.Branch && p.Index < at.Index && s.StopAfterIf != nil && ends == "" {
			ends = s.ID
		}
	})
	return ends
}

// ideasOfApproval mend an approval that cannot be given, or is not asked for.
func (m *Model) ideasOfApproval(p flow.Problem, s *flow.Module, edit func(string, Edit)) {
	if s == nil || s.Suspend == nil {
		return
	}
	set := func(name string, do func(*flow.Suspend)) { edit(name, SetSuspend(p.Step, "", "", do)) }
	switch {
	case s == m.doc.Flow.Value.FailureModule || s == m.doc.Flow.Value.PreprocessorModule:
		edit(say.T("Ask for no approval"), SetApproval(p.Step, false))
	case p.Field == "suspend.timeout":
		set(say.T("Wait for a day"), func(v *flow.Suspend) { day := 86400.0; v.Timeout = &day })
	case s.Suspend.RequiredEvents < 1:
		set(say.T("Ask for one approval"), func(v *flow.Suspend) { v.RequiredEvents = 1 })
	default:
		if asked := run.PeopleAsked(s); asked > 0 && asked < s.Suspend.RequiredEvents {
			set(say.N(asked, "Require %d approval", "Require %d approvals"), func(v *flow.Suspend) { v.RequiredEvents = asked })
		}
	}
}

// ideasOfForm let the field that nobody can fill in be empty.
func (m *Model) ideasOfForm(p flow.Problem, s *flow.Module, edit func(string, Edit)) {
	if s == nil || s.Suspend == nil || s.Suspend.ResumeForm == nil || p.Field != "suspend.resume_form.schema" {
		return
	}
	for _, e := range flow.Unfillable(s.Suspend.ResumeForm.Schema, nil) {
		if len(e.Path) != 1 || !strings.Contains(p.Title, e.Path[0]) {
			continue
		}
		name := e.Path[0]
		edit(say.F("Let %s be empty", name), SetSuspend(p.Step, "", "", func(v *flow.Suspend) {
			c := *v.ResumeForm
			c.Schema = SchemaRequire(c.Schema, []string{name}, false)
			v.ResumeForm = &c
		}))
		return
	}
}

// withoutNonAddresses takes out of a list what is no e-mail address.
func withoutNonAddresses(p flow.Problem) Edit {
	name := strings.TrimPrefix(p.Field, inputField)
	return Edit{Select: p.Step, Do: func(f *flow.Flow) (*flow.Flow, error) {
		s, _ := flow.Find(f, p.Step)
		if s == nil {
			return nil, flow.ErrNotFound
		}
		in := flow.InputsOf(s).By[name]
		var list []string
		if in == nil || json.Unmarshal(in.Value, &list) != nil {
			return f, nil
		}
		list = slices.DeleteFunc(list, func(text string) bool { return NoAddress([]string{text}) != "" })
		b, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		return SetInput(p.Step, name, &flow.Input{Kind: flow.Static, Value: b}).Do(f)
	}}
}

// ideasOfResource offer the resources of the type that is asked for, the nearest by name
// first, and a new one.
func (m *Model) ideasOfResource(p flow.Problem, s *flow.Module) (list []Fix) {
	if s == nil {
		return nil
	}
	name := strings.TrimPrefix(p.Field, inputField)
	missing := ""
	if in := flow.InputsOf(s).By[name]; in != nil {
		for _, match := range resourceNamed.FindAllSubmatch(in.Value, -1) {
			if path := string(match[1]); say.F("There is no resource “%s”", path) == p.Title {
				missing = path
			}
		}
	}
	typ := ""
	if fields, err := m.params.fields(m.asks(s)); err == nil {
		for _, fd := range fields {
			if fd.Name == name {
				typ = fd.ResourceType
			}
		}
	}
	put := func(path string) Edit {
		return Edit{Name: say.F("Use %s", path), Select: p.Step, Do: func(f *flow.Flow) (*flow.Flow, error) {
			s, _ := flow.Find(f, p.Step)
			if s == nil {
				return nil, flow.ErrNotFound
			}
			in := flow.InputsOf(s).By[name]
			if in == nil {
				return f, nil
			}
			c := *in
			c.Value = bytes.ReplaceAll(in.Value, []byte(`"$res:`+missing+`"`), []byte(`"$res:`+path+`"`))
			return SetInput(p.Step, name, &c).Do(f)
		}}
	}
	var paths []string
	for path, t := range m.library.resources {
		if typ == "" || t == typ {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		if d := shared(b, missing) - shared(a, missing); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, path := range paths[:min(len(paths), 2)] {
		e := put(path)
		e.Merge = ""
		list = append(list, Fix{Name: say.F("Use %s", path), Edit: e})
	}
	return append(list, Fix{Name: say.T("Add a resource…"), AddResource: true, Type: typ, Put: put})
}

// shared is how many letters two paths have in common at their beginning and end.
func shared(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	m := 0
	for m < min(len(a), len(b))-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	return n + m
}
