package say

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// The engine says everything in English: to the command line, to the logs, to other
// programs. What the window shows of it is translated afterwards, by the formats that the
// engine fills in: catalog/engine-<package>.<language>.json has them, with %s and %d where
// values stand.

// phrase is a format of the engine, cut at its verbs.
type phrase struct {
	pieces []string // what stands before, between and after the values
	kinds  []byte   // of each value: d, q, or s for all else
	to     []part   // what it becomes
	weight int      // letters that are the same in each such text
}

// part is a text, or the value with that number (from 1) before it.
type part struct {
	value int
	text  string
}

// phrases are all that the engine says, found by the first word.
type phrases struct {
	whole map[string]string
	by    map[string][]*phrase
	open  []*phrase // those that begin with a value

	mu    sync.RWMutex
	known map[string]string
}

// knownMost is how many texts are remembered.
const knownMost = 4096

func newPhrases(texts map[string]string) *phrases {
	p := &phrases{whole: map[string]string{}, by: map[string][]*phrase{}, known: map[string]string{}}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		ph := newPhrase(key, texts[key])
		if ph.weight < 2 { // it fits everything
			continue
		}
		switch word, _, more := strings.Cut(ph.pieces[0], " "); {
		case len(ph.kinds) == 0:
			p.whole[ph.pieces[0]] = ph.fill(nil)
		case more:
			p.by[word] = append(p.by[word], ph)
		default:
			p.open = append(p.open, ph)
		}
	}
	heavy := func(a, b *phrase) int { return cmp.Compare(b.weight, a.weight) }
	for _, list := range p.by {
		slices.SortStableFunc(list, heavy)
	}
	slices.SortStableFunc(p.open, heavy)
	return p
}

func newPhrase(from, to string) *phrase {
	ph := &phrase{}
	cut(from, func(text string, value int, kind byte) {
		if value == 0 {
			ph.pieces = append(ph.pieces, text)
			ph.weight += len(strings.Trim(text, " .:,()"))
		} else {
			ph.kinds = append(ph.kinds, kind)
		}
	})
	cut(to, func(text string, value int, _ byte) { ph.to = append(ph.to, part{value, text}) })
	return ph
}

// cut tells of the texts and the verbs of a format in turn, beginning and ending with a
// text.
func cut(format string, tell func(text string, value int, kind byte)) {
	next := 1
	for {
		at := strings.IndexByte(format, '%')
		for at >= 0 && at+1 < len(format) && format[at+1] == '%' {
			format = format[:at] + format[at+1:]
			if i := strings.IndexByte(format[at+1:], '%'); i >= 0 {
				at += 1 + i
			} else {
				at = -1
			}
		}
		if at < 0 {
			tell(format, 0, 0)
			return
		}
		tell(format[:at], 0, 0)
		end := at + 1
		for end < len(format) && !unicode.IsLetter(rune(format[end])) {
			end++
		}
		if end == len(format) {
			return
		}
		if _, index, ok := strings.Cut(format[at:end], "["); ok { // as in %[2]s
			index, _, _ = strings.Cut(index, "]")
			next, _ = strconv.Atoi(index)
		}
		kind := format[end]
		if kind != 'd' && kind != 'q' {
			kind = 's'
		}
		tell("", next, kind)
		next, format = next+1, format[end+1:]
	}
}

// values are those of a text that is of this format.
func (ph *phrase) values(text string) ([]string, bool) {
	text, ok := strings.CutPrefix(text, ph.pieces[0])
	last := len(ph.pieces) - 1
	if !ok || last > 0 && !strings.HasSuffix(text, ph.pieces[last]) {
		return nil, false
	}
	if last > 0 {
		text = text[:len(text)-len(ph.pieces[last])]
	}
	for i, rest := 1, text; i < last; i++ { // before anything is kept
		_, after, ok := strings.Cut(rest, ph.pieces[i])
		if !ok {
			return nil, false
		}
		rest = after
	}
	out := make([]string, 0, last)
	for i := 1; i < last; i++ {
		before, after, _ := strings.Cut(text, ph.pieces[i])
		out, text = append(out, before), after
	}
	if last > 0 {
		out = append(out, text)
	}
	for i, v := range out {
		switch ph.kinds[i] {
		case 'd':
			if strings.Trim(v, "-0123456789,") != "" || v == "" {
				return nil, false
			}
		case 'q':
			if len(v) < 2 || v[0] != '"' && v[0] != '`' || v[len(v)-1] != v[0] {
				return nil, false
			}
		}
	}
	return out, true
}

// sentence reports whether a value stands as a sentence of its own, which the engine says
// and nobody else.
func (ph *phrase) sentence(i int) bool {
	before, after := ph.pieces[i], ph.pieces[i+1]
	return strings.HasSuffix(before, ". ") || i == 0 && before == "" && len(after) > 1 && after[0] == ' ' && unicode.IsUpper(rune(after[1]))
}

func (ph *phrase) fill(values []string) string {
	var b strings.Builder
	for _, p := range ph.to {
		if p.value == 0 {
			b.WriteString(p.text)
		} else if p.value <= len(values) {
			b.WriteString(values[p.value-1])
		}
	}
	return b.String()
}

// translate translates a text of the engine. Of values those are translated that the
// engine says, too, such as the reason in “The flow cannot run: …”.
func (p *phrases) translate(text string, deep int, split bool) (string, bool) {
	if to, ok := p.whole[text]; ok {
		return to, true
	}
	if deep > 4 || text == "" {
		return "", false
	}
	word, _, _ := strings.Cut(text, " ")
	to, long, ok := p.find(p.by[word], text, deep, false)
	if ok {
		return to, true
	}
	to, longer, ok := p.find(p.open, text, deep, false)
	if ok {
		return to, true
	}
	if split { // sentence by sentence, all or none
		for at := 0; ; {
			i := strings.IndexAny(text[at:], " \n")
			if i < 0 {
				break
			}
			at += i + 1
			if at < 2 || !strings.ContainsAny(text[at-2:at-1], ".?!:;") {
				continue
			}
			if first, ok := p.translate(text[:at-1], deep+1, false); ok {
				if rest, ok := p.translate(text[at:], deep, true); ok {
					return first + text[at-1:at] + rest, true
				}
			}
		}
	}
	if title, ok := strings.CutSuffix(text, "."); ok && split { // a title that became a sentence
		if to, ok := p.translate(title, deep+1, false); ok {
			return to + ".", true
		}
	}
	if long {
		if to, _, ok := p.find(p.by[word], text, deep, true); ok {
			return to, true
		}
	}
	if longer {
		to, _, ok := p.find(p.open, text, deep, true)
		return to, ok
	}
	return "", false
}

// find looks for the format of a text; long says that values may hold sentences, and is
// told where that would find one.
func (p *phrases) find(list []*phrase, text string, deep int, long bool) (to string, longer, ok bool) {
phrases:
	for _, ph := range list {
		if !strings.HasSuffix(text, ph.pieces[len(ph.pieces)-1]) || !strings.HasPrefix(text, ph.pieces[0]) {
			continue
		}
		values, ok := ph.values(text)
		if !ok {
			continue
		}
		if !long && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, ". ") }) {
			longer = true
			continue
		}
		for i, v := range values {
			if len(v) > 1 && (v[0] == '"' || v[0] == '`') && v[len(v)-1] == v[0] {
				if inner, err := strconv.Unquote(v); err == nil {
					values[i] = "„" + inner + "“"
				}
			} else if strings.Contains(v, " ") {
				to, ok := p.translate(v, deep+1, true)
				if !ok && (ph.sentence(i) || ph.weight < light) {
					continue phrases
				}
				if ok {
					values[i] = to
				}
			}
		}
		return ph.fill(values), longer, true
	}
	return "", longer, false
}

// light is the weight of formats that say nothing without their values, such as “It %s.”.
const light = 6

// own is the weight from which a text is the engine's and no script's.
const own = 8

// longestSaid is the longest text that is looked at: what scripts throw may have any length.
const longestSaid = 4096

// Engine translates what the engine says: the title or the hint of an error, a problem of
// a flow, a condition. What it does not know it leaves as it is, whole.
func Engine(text string) string {
	p := current.Load().phrases
	if p == nil || text == "" || len(text) > longestSaid {
		return text
	}
	return p.remembered(text, text, func() (string, bool) { return p.translate(text, 0, true) })
}

// Failure translates why a step or a run failed, where the engine says it. A script may
// throw anything, so only what nobody else would say so is taken for the engine's.
func Failure(text string) string {
	p := current.Load().phrases
	if p == nil || text == "" || len(text) > longestSaid {
		return text
	}
	return p.remembered("\x00"+text, text, func() (string, bool) {
		if to, ok := p.whole[text]; ok {
			return to, true
		}
		word, _, _ := strings.Cut(text, " ")
		list := p.by[word]
		if i := slices.IndexFunc(list, func(ph *phrase) bool { return ph.weight < own }); i >= 0 {
			list = list[:i]
		}
		to, _, ok := p.find(list, text, 0, true)
		return to, ok
	})
}

// remembered translates a text once.
func (p *phrases) remembered(key, text string, translate func() (string, bool)) string {
	p.mu.RLock()
	to, ok := p.known[key]
	p.mu.RUnlock()
	if ok {
		return to
	}
	if to, ok = translate(); !ok {
		to = text
	}
	p.mu.Lock()
	if len(p.known) >= knownMost {
		clear(p.known)
	}
	p.known[strings.Clone(key)] = to
	p.mu.Unlock()
	return to
}
