package flow

import (
	"strconv"
	"strings"
)

// Settled reports whether a condition is the same in every run, as far as its text says so
// plainly, and which.
func Settled(expr string) (value, known bool) {
	text := strings.TrimRight(strings.TrimSpace(expr), "; ")
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	switch text {
	case "true", "1", "!0", "!false", "1 == 1", "1==1", "1 === 1", "1===1":
		return true, true
	case "false", "0", "!1", "!true", "null", "undefined", `""`, "''":
		return false, true
	}
	return false, false
}

// ways tells which branches of a branch to one are always taken, or never.
func (c *checker) ways(v *BranchOne) {
	for i, b := range v.Branches {
		value, known := Settled(b.Expr)
		last := i == len(v.Branches)-1
		p := Problem{Code: ProblemConstant, Field: "branches[" + strconv.Itoa(i) + "].expr"}
		switch {
		case !known:
			continue
		case !value:
			p.Title = "Branch " + strconv.Itoa(i+1) + " is never taken: its condition is false in every run"
			p.Hint = "Write the condition, or take the branch out."
		case last && len(v.Default) == 0 && i > 0:
			continue // it is written as the default
		default:
			p.Title = "Branch " + strconv.Itoa(i+1) + " always wins: its condition is true in every run"
			if p.Hint = "What comes after it never runs. Write the condition, or make it the default."; last && len(v.Default) == 0 {
				p.Hint = "Write the condition, or make it the default."
			}
		}
		c.warn(p)
		if value {
			return
		}
	}
}

// reached warns of steps that no run comes to, since one before them ends the flow or the
// iteration every time.
func (c *checker) reached() {
	ends := map[Place]string{} // by the place of the list: the step that ends it
	Walk(c.flow, func(m *Module, at Place, _ int) {
		list := Place{Container: at.Container, Branch: at.Branch}
		if by := ends[list]; by != "" {
			if by == "\x00" {
				return // one warning is enough for those that follow
			}
			ends[list] = "\x00"
			c.step = m.ID
			c.warn(Problem{Code: ProblemUnreached, Title: "No run comes to this step: " + by + " before it always ends here",
				Hint: "The condition to end after " + by + " is true in every run. Write the condition, or take the step out."})
			return
		}
		if s := m.StopAfterIf; s != nil && !m.Skipped() && !repeats(m) {
			if always, known := Settled(s.Expr); known && always {
				ends[list] = m.ID
			}
		}
	})
}

// repeats reports whether the early stop of a step is that of its iterations.
func repeats(m *Module) bool {
	switch m.Value.(type) {
	case *ForLoop, *WhileLoop, *BranchAll:
		return true
	case *Agent, *BranchOne, *Identity, *RawScript, *Script, *Subflow, *Unknown:
	}
	return false
}
