package model

import (
	"slices"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/ui/say"
)

// worded tells a problem of a reference by the label that people see rather than by
// the field of the file.
func (m *Model) worded(p flow.Problem) flow.Problem {
	if p.Reads == "" {
		if rest, ok := strings.CutPrefix(p.Title, p.Field+" reads "); ok && p.Code == flow.ProblemReference {
			p.Title = m.label(p.Step, p.Field) + " reads " + rest // as the engine says it
		}
		if p.Code == flow.ProblemRequired && p.Title == p.Field+" is empty" {
			p.Title = m.label(p.Step, p.Field) + " is empty"
		}
		return p
	}
	p.Title = say.F("%s reads %s, %s", m.label(p.Step, p.Field), p.Reads, say.Engine(say.Of(p.Why)))
	return p
}

// label is what a field of a step is called on the screen.
func (m *Model) label(step, field string) string { return m.labelIn(m.doc.Flow, step, field) }

// labelIn is label for a step of any flow.
func (m *Model) labelIn(f *flow.Flow, step, field string) string {
	if name, ok := strings.CutPrefix(field, inputField); ok {
		if s, _ := flow.Find(f, step); s != nil {
			if v, ok := s.Value.(*flow.Script); ok {
				if fields, err := flow.Fields(m.schema(v.Path), nil, nil); err == nil {
					for _, fd := range fields {
						if fd.Name == name {
							return fd.Title
						}
					}
				}
			}
		}
		return readable(name)
	}
	if rest, ok := strings.CutPrefix(field, "branches["); ok {
		at, _, _ := strings.Cut(rest, "]")
		n, _ := strconv.Atoi(at)
		return say.F("The condition of branch %d", n+1)
	}
	for start, words := range map[string]string{
		"skip_if": say.T("The condition to skip it"), "stop_after_if": say.T("The condition to end after it"), "stop_after_all_iters_if": say.T("The condition to end after all"),
		"iterator": say.T("The list of the loop"), "value.iterator": say.T("The list of the loop"), "sleep": say.T("The pause"), "timeout": say.T("The timeout"), "suspend": say.T("The approval"), "retry": say.T("The condition to try again"),
	} {
		if strings.HasPrefix(field, start) && !strings.HasPrefix(field, start+"_") {
			return words
		}
	}
	return readable(field)
}

// inputField begins the field of each argument of a step.
const inputField = "input_transforms."

// InVain tells below an argument of a step why what it reads is not there, "" where
// nothing is wrong.
func (m *Model) InVain(step, name string) string {
	for _, p := range m.Problems() {
		if p.Reads != "" && p.Step == step && p.Field == inputField+name {
			if p.Reads == "resumes" || p.Reads == "approvers" {
				return say.F("It reads %s, %s. So it is an empty list.", p.Reads, say.Engine(say.Of(p.Why)))
			}
			return say.F("It reads %s, %s. So it counts as null.", p.Reads, say.Engine(say.Of(p.Why)))
		}
	}
	return ""
}

// whyOther begins why a field reads the wrong answer.
const whyOther = "of the approval of "

// OtherAnswer reports whether a problem of Breaks is that a field would read the answer
// to another question, rather than nothing.
func OtherAnswer(p flow.Problem) bool { return strings.HasPrefix(p.Why, whyOther) }

// Breaks returns what an edit would leave without the result or the answer that it
// reads, or with the answer to another question.
func (m *Model) Breaks(e Edit) []flow.Problem {
	if m.doc == nil || m.doc.ReadOnly {
		return nil
	}
	g, err := e.Do(m.doc.Flow)
	if err != nil || g == m.doc.Flow {
		return nil
	}
	had := m.Problems()
	broken := flow.Validate(g)
	before := map[[2]string]string{}
	for _, r := range flow.AnswerReads(m.doc.Flow) {
		before[[2]string{r.Step, r.Field}] = r.Gate
	}
	for _, r := range flow.AnswerReads(g) {
		if was := before[[2]string{r.Step, r.Field}]; was != "" && r.Gate != "" && was != r.Gate {
			p := r.Unanswered()
			p.Why = whyOther + r.Gate + " instead of " + was
			broken = append(broken, p)
		}
	}
	return slices.DeleteFunc(broken, func(p flow.Problem) bool {
		return p.Reads == "" || slices.ContainsFunc(had, func(h flow.Problem) bool {
			return h.Step == p.Step && h.Field == p.Field && h.Reads == p.Reads && h.Code == p.Code
		})
	})
}

// Readers tells in a few words which fields of which steps read in vain: "3 inputs
// of b and the condition of branch 1 of c".
func (m *Model) Readers(found []flow.Problem) string {
	var parts []string
	inputs := map[string]int{}
	for _, p := range found {
		if strings.HasPrefix(p.Field, inputField) {
			if inputs[p.Step]++; inputs[p.Step] == 1 {
				parts = append(parts, "\x00"+p.Step)
			}
			continue
		}
		label := m.label(p.Step, p.Field)
		parts = with(parts, say.F("%s of %s", say.Lower(label), p.Step))
	}
	for i, part := range parts {
		if step, ok := strings.CutPrefix(part, "\x00"); ok {
			parts[i] = say.N(inputs[step], "%d input of %s", "%d inputs of %s", step)
		}
	}
	return list(parts)
}
