package code

import (
	"strings"

	"sluice/ui/kit"
)

// farthest is how many signs are looked at for the other half of a bracket.
const farthest = 200_000

// brackets finds the bracket beside the caret and its other half. It looks once for
// each place and text.
func (c *Editor) brackets() (a, b spot, ok bool) {
	if c.small || len(c.more) > 0 || c.caret != c.mark || !c.focused {
		return a, b, false
	}
	if m := &c.matched; m.version != c.version || m.at != c.caret || !m.known {
		m.version, m.at, m.known = c.version, c.caret, true
		m.a, m.b, m.ok = c.match(c.caret)
	}
	return c.matched.a, c.matched.b, c.matched.ok
}

// matched is what brackets found last.
type matched struct {
	version   int
	at        spot
	known, ok bool
	a, b      spot
}

func (c *Editor) match(at spot) (a, b spot, ok bool) {
	for _, p := range []spot{{at.line, at.col - 1}, at} {
		line := c.buf.lines[p.line]
		if p.col < 0 || p.col >= len(line) || !strings.ContainsRune("()[]{}", line[p.col]) || !c.isSign(p) {
			continue
		}
		if b, ok = c.partner(p); ok {
			return p, b, true
		}
	}
	return at, at, false
}

// isSign reports whether a place is neither in a string nor in a comment.
func (c *Editor) isSign(p spot) bool {
	for _, t := range c.colors.lines[p.line].tokens {
		if p.col < t.to {
			return t.kind == kit.TokenPunct || t.kind == kit.TokenPlain
		}
	}
	return false
}

// partner finds the other half of a bracket.
func (c *Editor) partner(p spot) (spot, bool) {
	const open, shut = "([{", ")]}"
	sign := c.buf.lines[p.line][p.col]
	way, kind := 1, strings.IndexRune(open, sign)
	if kind < 0 {
		way, kind = -1, strings.IndexRune(shut, sign)
	}
	depth, looked := 0, 0
	for line := p.line; line >= 0 && line < len(c.buf.lines) && looked < farthest; line += way {
		text, tokens := c.buf.lines[line], c.colors.lines[line].tokens
		looked += len(text) + 1
		for k := range tokens {
			t := tokens[k]
			if way < 0 {
				t = tokens[len(tokens)-1-k]
			}
			if t.kind != kit.TokenPunct && t.kind != kit.TokenPlain {
				continue
			}
			for j := range t.to - t.from {
				col := t.from + j
				if way < 0 {
					col = t.to - 1 - j
				}
				if line == p.line && (col-p.col)*way < 0 {
					continue
				}
				switch r := text[col]; r {
				case rune(open[kind]):
					depth += way
				case rune(shut[kind]):
					depth -= way
				default:
					continue
				}
				if depth == 0 {
					return spot{line, col}, true
				}
			}
		}
	}
	return p, false
}
