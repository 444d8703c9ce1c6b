package signature

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The head of a function is read as JavaScript reads it, and never past its end.
func TestParameters(t *testing.T) {
	for source, want := range map[string][]string{
		"function main() {}":                            nil,
		"async function* main ( a , b = 2, ...c ) {}":   {"a", "b"},
		"(a, { b }, [c]) => a":                          {"a", "", ""},
		"async a => a":                                  {"a"},
		"function f(a = \"),(\", b = `${g(\")\")},`){}": {"a", "b"},
		"function f(a = /[/),]+/, b = 4 / 2 / 1, c){}":  {"a", "b", "c"},
		"function f(/* x, */ $a, // y\n _b){}":          {"$a", "_b"},
		"function f(é, 名前 = {a: [1, 2]}){}":             {"é", "名前"},
		"main(a) { return a }":                          {"a"},
		"function f(a = `${":                            {"a"},
		"function f(a = (((":                            {"a"},
		"function f(a = '":                              {"a"},
		"class A { constructor(a) {} }":                 nil,
		"":                                              nil,
		"function f(" + strings.Repeat("[", 100_000):    {""},
	} {
		if diff := cmp.Diff(want, Names(source, nil)); diff != "" {
			t.Errorf("%.60s: %s", source, diff)
		}
	}
}

func FuzzParameters(f *testing.F) {
	for _, s := range []string{"function f(a = `${`}`}`, b){}", "a=>a", "function f(a = /[/]/g, {b}){}", "f('\\", "((/*", "f(a=`\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, name := range Names(source, nil) {
			if strings.ContainsAny(name, ", ()") {
				t.Errorf("Names(%q) names %q", source, name)
			}
		}
	})
}
