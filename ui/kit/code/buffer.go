package code

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// spot is a place in a text: line and rune, both from 0.
type spot struct{ line, col int }

func (a spot) before(b spot) bool { return a.line < b.line || a.line == b.line && a.col < b.col }

// change is one step of the undo log: at its place, one text gave way to another.
type change struct {
	at       spot
	out, in  string
	caret    spot // where the caret was before
	sealed   bool // takes no more typing
	repeated bool // belongs to the change before it: both undo together
}

// buffer is a text as lines of runes, with an undo log.
type buffer struct {
	lines [][]rune
	done  []change
	undid []change
	// joined is set while the last change was typed on to the one before it.
	joined bool
	// group is set while the last change was typed at several carets.
	group bool
}

func newBuffer(s string) *buffer {
	b := &buffer{}
	b.lines = splitLines(s)
	return b
}

func splitLines(s string) [][]rune {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	var out [][]rune
	for _, l := range strings.Split(s, "\n") {
		out = append(out, []rune(l))
	}
	return out
}

func (b *buffer) String() string {
	n := 0
	for _, l := range b.lines {
		n += len(l) + 1
	}
	out := make([]byte, 0, n+n/16)
	for i, l := range b.lines {
		if i > 0 {
			out = append(out, '\n')
		}
		for _, r := range l {
			if r < utf8.RuneSelf {
				out = append(out, byte(r))
			} else {
				out = utf8.AppendRune(out, r)
			}
		}
	}
	return string(out)
}

func (b *buffer) end() spot {
	n := len(b.lines) - 1
	return spot{n, len(b.lines[n])}
}

// clamp brings a place into the text.
func (b *buffer) clamp(p spot) spot {
	p.line = max(0, min(p.line, len(b.lines)-1))
	p.col = max(0, min(p.col, len(b.lines[p.line])))
	return p
}

// slice is the text between two places.
func (b *buffer) slice(from, to spot) string {
	if from.line == to.line {
		return string(b.lines[from.line][from.col:to.col])
	}
	var s strings.Builder
	s.WriteString(string(b.lines[from.line][from.col:]))
	for i := from.line + 1; i < to.line; i++ {
		s.WriteByte('\n')
		s.WriteString(string(b.lines[i]))
	}
	s.WriteByte('\n')
	s.WriteString(string(b.lines[to.line][:to.col]))
	return s.String()
}

// splice puts lines in the place of a range and returns where they end.
func (b *buffer) splice(from, to spot, text string) spot {
	in := splitLines(text)
	tail := append([]rune{}, b.lines[to.line][to.col:]...)
	head := b.lines[from.line][:from.col:from.col]
	end := spot{from.line + len(in) - 1, len(in[len(in)-1])}
	if len(in) == 1 {
		end.col += from.col
	}
	in[0] = append(head, in[0]...)
	in[len(in)-1] = append(in[len(in)-1], tail...)
	old := to.line - from.line + 1
	if old == len(in) {
		copy(b.lines[from.line:], in)
		return end
	}
	rest := b.lines[to.line+1:]
	lines := make([][]rune, 0, len(b.lines)-old+len(in)+16)
	lines = append(append(append(lines, b.lines[:from.line]...), in...), rest...)
	b.lines = lines
	return end
}

// replace changes the text and remembers how to undo it. typing joins steps of
// one letter into words, so that undo takes back more than a letter.
func (b *buffer) replace(from, to spot, text string, caret spot, typing bool) spot {
	out := b.slice(from, to)
	b.undid, b.group = nil, false
	end := b.splice(from, to, text)
	if n := len(b.done); typing && out == "" && n > 0 {
		last := &b.done[n-1]
		if !last.sealed && last.out == "" && spotAfter(last.at, last.in) == from && !strings.ContainsAny(text, " \n\t") {
			last.in += text
			b.joined = true
			return end
		}
	}
	b.joined = false
	b.done = append(b.done, change{at: from, out: out, in: text, caret: caret, sealed: !typing})
	if len(b.done) > 2000 {
		b.done = append(b.done[:0:0], b.done[500:]...)
	}
	return end
}

// seal ends the joining of typed letters, as when the caret moves.
func (b *buffer) seal() {
	b.group = false
	if n := len(b.done); n > 0 {
		b.done[n-1].sealed = true
	}
}

// chain makes the last change undo together with the one before it.
func (b *buffer) chain() { b.done[len(b.done)-1].repeated = true }

// spotAfter is where a text ends that begins at a place.
func spotAfter(at spot, text string) spot {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		return spot{at.line + strings.Count(text, "\n"), len([]rune(text[i+1:]))}
	}
	return spot{at.line, at.col + len([]rune(text))}
}

// undo takes back one step; it tells where the caret goes and the first line
// that changed.
func (b *buffer) undo() (caret spot, line int, ok bool) {
	line, b.group = len(b.lines), false
	for n := len(b.done); n > 0; n = len(b.done) {
		c := b.done[n-1]
		b.done, b.joined = b.done[:n-1], false
		b.splice(c.at, spotAfter(c.at, c.in), c.out)
		b.undid = append(b.undid, c)
		caret, line, ok = c.caret, min(line, c.at.line), true
		if !c.repeated {
			break
		}
	}
	return caret, line, ok
}

// redo does again what undo took back.
func (b *buffer) redo() (caret spot, line int, ok bool) {
	line, b.group = len(b.lines), false
	for n := len(b.undid); n > 0; n = len(b.undid) {
		c := b.undid[n-1]
		b.undid = b.undid[:n-1]
		caret = b.splice(c.at, spotAfter(c.at, c.out), c.in)
		c.sealed = true
		b.done = append(b.done, c)
		line, ok = min(line, c.at.line), true
		if n == 1 || !b.undid[n-2].repeated {
			break
		}
	}
	return caret, line, ok
}

// differs is where this text stops to differ from another one, ok where it does.
func (b *buffer) differs(from *buffer) (end spot, ok bool) {
	a, z := from.lines, b.lines
	first := 0
	for first < min(len(a), len(z)) && slices.Equal(a[first], z[first]) {
		first++
	}
	if first == len(a) && first == len(z) {
		return spot{}, false
	}
	i, j := len(a)-1, len(z)-1
	for i > first && j > first && slices.Equal(a[i], z[j]) {
		i, j = i-1, j-1
	}
	if j < first {
		return spot{len(z) - 1, len(z[len(z)-1])}, true
	}
	var old []rune
	if i >= first && i < len(a) {
		old = a[i]
	}
	col := len(z[j])
	for n := len(old); n > 0 && col > 0 && old[n-1] == z[j][col-1]; n-- {
		col--
	}
	return spot{j, col}, true
}
