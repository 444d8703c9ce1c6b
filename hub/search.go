package hub

import (
	"cmp"
	"slices"
	"strings"
)

// Search returns the scripts of an app and a kind ("" for any) in which every
// word of the query occurs, best match first. An empty query matches all, in
// the order of All.
func Search(query, app, kind string) []Script {
	words := strings.Fields(strings.ToLower(query))
	type hit struct {
		Script
		score int
	}
	var hits []hit
	for _, s := range catalog() {
		if app != "" && s.App != app || kind != "" && s.Kind != kind {
			continue
		}
		if score, ok := rank(s, words); ok {
			hits = append(hits, hit{s, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	list := make([]Script, len(hits))
	for i, h := range hits {
		list[i] = h.Script
	}
	return list
}

// rank weighs where each word stands: the beginning of a word of the summary
// counts most, the code does not count.
func rank(s Script, words []string) (int, bool) {
	summary, description := strings.ToLower(s.Summary), strings.ToLower(s.Description)
	total := 0
	for _, w := range words {
		best := 0
		switch {
		case begins(summary, w):
			best = 8
		case s.App == w || begins(strings.Join(s.Keywords, " "), w):
			best = 6
		case strings.Contains(summary, w):
			best = 4
		case begins(description, w):
			best = 2
		case strings.Contains(description, w) || strings.Contains(strings.ToLower(s.Path), w):
			best = 1
		default:
			return 0, false
		}
		total += best
	}
	return total, true
}

// begins reports whether a word of text begins with w.
func begins(text, w string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" /().,:;-'", r) }) {
		if strings.HasPrefix(word, w) {
			return true
		}
	}
	return strings.Contains(" "+text, " "+w)
}
