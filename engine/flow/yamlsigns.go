package flow

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// signs stand in for signs that the module yaml, which reads YAML 1.1, refuses or
// takes for the end of a line. YAML 1.2 has no such rule, and Windmill's client
// writes these signs as they are.
type signs struct {
	back *strings.Replacer // nil if there are none
}

// yaml11 are these signs, and the tab, for what tabsFirst finds.
var yaml11 = func() []rune {
	all := []rune{'\t', 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff}
	for r := rune(0x7f); r < 0xa0; r++ {
		all = append(all, r)
	}
	return all
}()

// tabRefused is what the module says of a block text that begins with a tab. YAML
// has no rule against it.
const tabRefused = "found a tab character where an indentation space is expected"

// tabsFirst finds the tab that a literal block begins with. In a folded one it
// also says which lines are folded, so that no other sign can stand for it.
var tabsFirst = regexp.MustCompile(`(?m)\|[-+]?[ \t]*(?:#.*)?\r?\n(?: *\r?\n)* *\t`)

// standIns replaces such signs by others of a private area that the text has
// not; or, if tabs is set, the tabs that literal blocks begin with.
func standIns(data []byte, tabs bool) ([]byte, signs) {
	if !tabs && !bytes.ContainsFunc(data, func(r rune) bool { return r > 0x7e && slices.Contains(yaml11, r) }) {
		return data, signs{}
	}
	for base := rune(0xf0000); base < 0x10ff00; base += 0x100 {
		if bytes.ContainsFunc(data, func(r rune) bool { return r >= base && r < base+0x100 }) {
			continue
		}
		var to, back []string
		for i, r := range yaml11 {
			in := string(base + rune(i))
			back = append(back, in, string(r))
			if r != '\t' {
				to = append(to, string(r), in)
			}
		}
		if tabs {
			data = tabsFirst.ReplaceAllFunc(data, func(found []byte) []byte {
				return slices.Concat(found[:len(found)-1], []byte(string(base)))
			})
			return data, signs{strings.NewReplacer(back...)}
		}
		return []byte(strings.NewReplacer(to...).Replace(string(data))), signs{strings.NewReplacer(back...)}
	}
	return data, signs{} // a text that has a sign of every hundred
}

// restore puts the signs back.
func (s signs) restore(n *yaml.Node) {
	if s.back == nil {
		return
	}
	n.Value = s.back.Replace(n.Value)
	for _, kid := range n.Content {
		s.restore(kid)
	}
}
