package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words is a text as it is looked through: made once, asked at each key.
type Words struct {
	fold  []rune // in small letters, without accents as far as people leave them out
	begin []bool // where a word begins
	has   uint64
}

// NewWords prepares a text.
func NewWords(text string) Words {
	w := Words{fold: make([]rune, 0, len(text)), begin: make([]bool, 0, len(text))}
	before, small := ' ', false
	for _, r := range text {
		upper := unicode.IsUpper(r)
		w.begin = append(w.begin, !isWord(before) && isWord(r) || small && upper)
		w.fold = append(w.fold, fold(r))
		before, small = r, unicode.IsLower(r)
	}
	w.has = letters(w.fold)
	return w
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// plainLetters are letters that people type without their marks.
var plainLetters = func() map[rune]rune {
	out := map[rune]rune{}
	for plain, marked := range map[rune]string{'a': "àáâãäåā", 'c': "çćč", 'e': "èéêëēę", 'i': "ìíîïī", 'n': "ñńň", 'o': "òóôõöøō", 's': "śš", 'u': "ùúûüū", 'y': "ýÿ", 'z': "źżž"} {
		for _, r := range marked {
			out[r] = plain
		}
	}
	return out
}()

func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	r = unicode.ToLower(r)
	if plain, ok := plainLetters[r]; ok {
		return plain
	}
	return r
}

// Query is what somebody looks for, a word at a time.
type Query []queryWord

type queryWord struct {
	text []rune
	has  uint64
}

// NewQuery reads what was typed.
func NewQuery(text string) Query {
	var q Query
	for _, word := range strings.Fields(text) {
		runes := []rune(word)
		for i := range runes {
			runes[i] = fold(runes[i])
		}
		q = append(q, queryWord{runes, letters(runes)})
	}
	return q
}

// In reports whether all words of a query are in a text, each as it was typed.
func (q Query) In(text string) bool {
	w := NewWords(text)
	for _, word := range q {
		if i, _ := w.whole(word.text); i < 0 {
			return false
		}
	}
	return true
}

// What a match is worth. A word of the query that stands in the text as it was typed is
// worth more than its letters one after another, and most where a word begins.
const (
	scoreLetter  = 1
	scoreNext    = 6  // right behind the letter before it
	scoreBegin   = 8  // the first letter of a word
	scoreWhole   = 12 // the text as it was typed
	scoreStart   = 10 // and at its very beginning
	gapMost      = 3  // what a gap takes away at most
	letterSpread = 4  // how many times as long as the word its letters may lie apart
)

// match finds a word of a query in a text; at are the places of its letters, in runes. Not
// ok: they are not there in this order, or so far apart that nobody would mean it.
func (w Words) match(of queryWord, at []int) (score int, where []int, ok bool) {
	word := of.text
	n := len(word)
	if n == 0 || n > len(w.fold) || of.has&^w.has != 0 {
		return 0, at, false
	}
	if i, s := w.whole(word); i >= 0 {
		for k := range n {
			at = append(at, i+k)
		}
		return s, at, true
	}
	if n == 1 {
		return 0, at, false
	}
	return w.spread(word, at)
}

// whole finds a word as it was typed, where it is worth most.
func (w Words) whole(word []rune) (at, score int) {
	at = -1
	for i := 0; i+len(word) <= len(w.fold); i++ {
		if w.fold[i] != word[0] || !equal(w.fold[i:i+len(word)], word) {
			continue
		}
		s := scoreWhole + len(word)*scoreNext
		if w.begin[i] {
			s += scoreBegin
		}
		if i == 0 {
			s += scoreStart
		}
		if at < 0 || s > score {
			at, score = i, s
		}
	}
	return at, score
}

func equal(a, b []rune) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// spreadMost bounds a word whose letters are looked for one after another.
const spreadMost = 32

// spread finds the letters of a word one after another: of all ways to do so the best of
// those that take the beginnings of words first.
func (w Words) spread(word []rune, at []int) (score int, where []int, ok bool) {
	if len(word) > spreadMost {
		return 0, at, false
	}
	var best, way [spreadMost]int
	for start := range w.fold {
		if w.fold[start] != word[0] || !w.begin[start] {
			continue // the first letter is one that somebody would remember
		}
		if s, ok := w.from(start, word, &way); ok && s > score {
			score, best = s, way
		}
	}
	if score == 0 {
		return 0, at, false
	}
	return score, append(at, best[:len(word)]...), true
}

// from takes each letter at the next beginning of a word, else where it comes next.
func (w Words) from(start int, word []rune, way *[spreadMost]int) (score int, ok bool) {
	way[0] = start
	score = scoreLetter + scoreBegin
	last, end := start, min(len(w.fold), start+letterSpread*len(word)+8)
	for n, r := range word[1:] {
		next, same := -1, true // same: the word of the letter before goes on
		for i := last + 1; i < end; i++ {
			if w.begin[i] {
				same = false
			}
			if w.fold[i] != r || !same && !w.begin[i] {
				continue // a word of which the beginning does not match is not meant
			}
			if next < 0 {
				next = i
			}
			if i == last+1 || w.begin[i] {
				next = i
				break
			}
		}
		switch {
		case next < 0:
			return 0, false
		case next == last+1:
			score += scoreNext
		case w.begin[next]:
			score += scoreBegin
		default:
			score += scoreLetter - min(gapMost, next-last-1)
		}
		way[n+1], last = next, next
	}
	return score, score > 2*len(word)
}

// letters are those of a text as a set, so that most texts are passed over without a look.
func letters(text []rune) (set uint64) {
	for _, r := range text {
		set |= 1 << (uint(r) % 64)
	}
	return set
}
