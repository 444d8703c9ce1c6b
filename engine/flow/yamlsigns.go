package flow

import (
	"bytes"
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

// yaml11 are these signs.
var yaml11 = func() []rune {
	all := []rune{0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff}
	for r := rune(0x7f); r < 0xa0; r++ {
		all = append(all, r)
	}
	return all
}()

// standIns replaces such signs by others of a private area that the text has
// not.
func standIns(data []byte) ([]byte, signs) {
	if !bytes.ContainsFunc(data, func(r rune) bool { return r > 0x7e && slices.Contains(yaml11, r) }) {
		return data, signs{}
	}
	for base := rune(0xf0000); base < 0x10ff00; base += 0x100 {
		if bytes.ContainsFunc(data, func(r rune) bool { return r >= base && r < base+0x100 }) {
			continue
		}
		var to, back []string
		for i, r := range yaml11 {
			in := string(base + rune(i))
			to, back = append(to, string(r), in), append(back, in, string(r))
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
