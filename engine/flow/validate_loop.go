package flow

import (
	"math"
	"strconv"
	"strings"
)

// iterator checks that a loop has a list to go through, as far as the text tells.
func (c *checker) iterator(in *Input) {
	const hint = "A loop goes through a list: write one, or an expression such as results.a or flow_input.items."
	switch {
	case in == nil:
		c.need("iterator", "", hint)
		return
	case in.Kind == JavaScript && strings.TrimSpace(in.Expr) == "":
		c.bad(Problem{Code: ProblemRequired, Field: "iterator", Title: "iterator is empty", Hint: hint})
		return
	case in.Kind == Static:
		n, err := readTree(in.Value)
		if err != nil {
			c.bad(Problem{Code: ProblemRequired, Field: "iterator", Title: "iterator has no value", Hint: hint})
		} else if n.kind() != '[' {
			c.bad(Problem{Code: ProblemList, Field: "iterator", Title: "The loop goes through a " + kindName(n) + ", which is not a list", Hint: hint})
		}
	}
	c.input("iterator", in)
}

// width checks how many iterations of a loop may run at a time. Where they run one
// after another it does not matter, and is only pointed out.
func (c *checker) width(v *ForLoop) {
	in := v.Parallelism
	c.input("parallelism", in)
	if in == nil || in.Kind != Static {
		return
	}
	text := strings.TrimSpace(strings.Trim(string(in.Value), `"`))
	if text == "" || text == "null" {
		return
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && x >= 1 && x == math.Trunc(x) {
		return
	}
	p := Problem{Code: ProblemRange, Field: "parallelism", Title: "parallelism is not a whole number of 1 or more",
		Hint: "Give the number of iterations that may run at a time, or remove it to run them all at once."}
	if !v.Parallel {
		p.Hint = "It has no effect, because the iterations run one after another. Remove it."
		c.warn(p)
		return
	}
	c.bad(p)
}

// while checks a loop that runs until something stops it.
func (c *checker) while(m *Module, v *WhileLoop) {
	c.input("parallelism", v.Parallelism)
	if v.Parallel {
		c.warn(Problem{Code: ProblemPlace, Field: "value.parallel", Title: "The iterations of a while loop cannot run in parallel",
			Hint: "They run one after another. Remove the setting, or use a for loop."})
	}
	ends := m.StopAfterIf != nil
	walk(v.Modules, Place{}, 0, func(in *Module, _ Place, _ int) {
		ends = ends || in.StopAfterIf != nil || in.StopAfterAllItersIf != nil
	})
	if !ends {
		c.warn(Problem{Code: ProblemEndless, Field: "stop_after_if", Title: "Nothing ends this while loop but a failure",
			Hint: "Give it, or a step in it, a stop_after_if that becomes true."})
	}
}
