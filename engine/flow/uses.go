package flow

import (
	"regexp"
	"slices"
	"strings"
)

// Names are the facts of an expression's text: what it mentions.
type Names struct {
	Context []string // context names, each once, in the order of their first use
	Results []string // ids whose results are read by name
	Inputs  []string // inputs of the flow that are read by name
	All     bool     // results is used in another way: any result may be read
}

// Has reports whether a context name is mentioned.
func (n Names) Has(name string) bool { return slices.Contains(n.Context, name) }

var contextNames = []string{
	"flow_input", "results", "previous_result", "result", "resume", "resumes", "approvers", "flow_env",
	"error", "all_iters", "params", "variable", "resource", "flow_user_state", "started_at",
	"flow_job_id", "WM_SCHEDULED_FOR",
}

// Names that reach everything by other means.
var reachAll = []string{"eval", "Function", "globalThis", "this", "self", "window", "with", "arguments"}

var anyName = regexp.MustCompile(`[\p{L}_$][\p{L}\p{N}_$]*`)

// Uses tells what an expression mentions. It may name too much, never too
// little: where the text cannot be read for certain, All is set.
func Uses(expr string) Names {
	var n Names
	toks, sure := scan(expr)
	if !sure {
		for _, word := range anyName.FindAllString(expr, -1) {
			n.mention(word)
		}
		n.All = true
	}
	for i, t := range toks {
		if t.kind != tokName || property(toks, i) {
			continue
		}
		n.mention(t.text)
		if slices.Contains(reachAll, t.text) {
			n.All = true
		}
		if t.text == "flow_input" {
			if name, _, ok := resultID(toks, i); ok && !slices.Contains(n.Inputs, name) {
				n.Inputs = append(n.Inputs, name)
			}
		}
		if t.text != "results" {
			continue
		}
		if id, _, ok := resultID(toks, i); ok {
			if !slices.Contains(n.Results, id) {
				n.Results = append(n.Results, id)
			}
		} else {
			n.All = true
		}
	}
	return n
}

func (n *Names) mention(word string) {
	if slices.Contains(contextNames, word) && !n.Has(word) {
		n.Context = append(n.Context, word)
	}
}

// property reports whether token i is the name after a dot.
func property(toks []tok, i int) bool {
	return i > 0 && toks[i-1].kind == tokMark && (toks[i-1].text == "." || toks[i-1].text == "?.")
}

// resultID reads the id after the name results at token i: results.x,
// results?.x, results["x"], results?.["x"]. last is the id's last token.
func resultID(toks []tok, i int) (id string, last int, ok bool) {
	at := func(j int) tok {
		if j < len(toks) {
			return toks[j]
		}
		return tok{kind: tokMark}
	}
	mark := func(j int, s string) bool { return at(j).kind == tokMark && at(j).text == s }
	i++
	if mark(i, ".") || mark(i, "?.") {
		if at(i+1).kind == tokName {
			return at(i + 1).text, i + 1, true
		}
		if mark(i, ".") {
			return "", 0, false
		}
		i++
	}
	if mark(i, "[") && at(i+1).kind == tokText && mark(i+2, "]") {
		return at(i + 1).text, i + 2, true
	}
	return "", 0, false
}

var plainName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// renameMember rewrites the references to one member of results or flow_input, which is
// root. An expression that cannot be read for certain, or that has a name of its own like
// it, stays.
func renameMember(expr, root, id, to string) string {
	toks, sure := scan(expr)
	if !sure || ownName(toks, root) {
		return expr
	}
	var b strings.Builder
	done := 0
	for i, t := range toks {
		if t.kind != tokName || t.text != root || property(toks, i) {
			continue
		}
		was, last, ok := resultID(toks, i)
		if !ok || was != id {
			continue
		}
		b.WriteString(expr[done:toks[i].end])
		access := ""
		if toks[i+1].text == "?." {
			access = "?."
		}
		switch {
		case toks[last].kind == tokName && plainName.MatchString(to):
			b.WriteString(expr[toks[i].end:toks[last].start] + to)
		case toks[last].kind == tokName:
			b.WriteString(access + "[" + string(quote(to)) + "]")
		default:
			text := toks[last-1]
			b.WriteString(expr[toks[i].end:text.start] + requote(expr[text.start], to) + expr[text.end:toks[last].end])
		}
		done = toks[last].end
	}
	if done == 0 {
		return expr
	}
	return b.String() + expr[done:]
}

func requote(quoteMark byte, s string) string {
	q := string(quoteMark)
	if strings.ContainsAny(s, q+"\\$\n") {
		return string(quote(s))
	}
	return q + s + q
}

// ownName reports whether the text may declare such a name itself.
func ownName(toks []tok, name string) bool {
	binds := slices.ContainsFunc(toks, func(t tok) bool {
		return t.text == "=>" || t.text == "function" || t.text == "const" || t.text == "let" || t.text == "var"
	})
	for i, t := range toks {
		if t.kind != tokName || t.text != name || property(toks, i) {
			continue
		}
		if _, _, ok := resultID(toks, i); !ok && binds {
			return true
		}
	}
	return false
}
