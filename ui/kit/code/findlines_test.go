package code

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// The quick way finds what the expression itself finds, whatever is written in it.
func TestExpressionsAreFoundInTheQuickWay(t *testing.T) {
	lines := []string{"Value VALUE value_1", "x Kelvin \u212a ſs K", "ÄPFEL äpfel AB", "a-b A-B [x]", "", "const X = 1; // Const", "\tTab\\d end", "İstanbul iI", "A.b(c) aab AAB"}
	for _, pattern := range []string{`va\w+`, `VA[a-z]+`, `[^a\n]b`, `k`, `\bconst\b`, `(?-i:C)onst`, `(v)(a)?l`, `[A-C]+`, `(?-i:[A-C])b`, `[^\w\n]+`, `\pL+`, `\p{Lu}`, `ä`, `^x|b$`, `a{2}b`, `s`, `[[:upper:]]+`, `\QA.b\E`, `i`} {
		for _, exact := range []bool{false, true} {
			q := query{text: pattern, pattern: true, exact: exact}
			got, err := q.all(newBuffer(strings.Join(lines, "\n")))
			if err != nil {
				t.Fatal(err)
			}
			re := regexp.MustCompile(map[bool]string{true: "(?m)", false: "(?mi)"}[exact] + pattern)
			var want []match
			for i, line := range lines {
				for _, m := range re.FindAllStringSubmatchIndex(line, -1) {
					if m[0] < m[1] {
						at := func(b int) spot { return spot{i, utf8.RuneCountInString(line[:b])} }
						want = append(want, match{from: at(m[0]), to: at(m[1]), groups: groups(line, m)})
					}
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s (capitals count: %v) finds %v, want %v", pattern, exact, got, want)
			}
		}
	}
}

// After any changes the same is found as by who looks at the whole text anew.
func TestFindingAgainFindsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	lines := strings.Split("one two\nTwo\n\nthree ünd two\ntwo two", "\n")
	q := query{text: `t(w)o`, pattern: true}
	var before *lineFinder
	for range 300 {
		at := r.IntN(len(lines))
		switch r.IntN(3) {
		case 0:
			lines = append(lines[:at:at], append([]string{"a two"}, lines[at:]...)...)
		case 1:
			if len(lines) > 1 {
				lines = append(lines[:at:at], lines[at+1:]...)
			}
		default:
			lines[at] += "Two"
		}
		b := newBuffer(strings.Join(lines, "\n"))
		got, _ := q.again(b, &before)
		want, _ := q.all(b)
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: found %v, want %v", lines, got, want)
		}
	}
	q.word = true
	if got, _ := q.again(newBuffer("two stwo"), &before); len(got) != 1 {
		t.Errorf("another query finds %v", got)
	}
}

// A letter typed in 5,000 lines while an expression is looked for in them.
func BenchmarkTypingIn5000LinesWhileFindingAnExpression(b *testing.B) {
	c, _ := editor(b, long(), "ts")
	c.OnChanged = func(string) {}
	c.sought = query{text: `va\w+`, pattern: true}
	c.moveTo(spot{2500, 8}, false)
	c.openBar(barFind)
	for i := 0; b.Loop(); i++ {
		c.TypedRune('x')
		c.bar.look()
	}
}
