package run

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rule is a rule of testdata/rules.txt.
type rule struct {
	text    string // its place and what it says
	covers  []string
	differs string // words of the README
}

func readRules(t *testing.T) (rules []rule) {
	t.Helper()
	text, err := os.ReadFile("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "\n## ")
	for line := range strings.Lines(list) {
		said, indented := strings.CutPrefix(line, "    ")
		said = strings.TrimSpace(said)
		switch {
		case said == "" || strings.HasPrefix(line, "## "):
		case !indented:
			if regexp.MustCompile(`^(\d+(\.\d+)*|own) \S`).MatchString(said) {
				rules = append(rules, rule{text: said})
			}
		default:
			r := &rules[len(rules)-1]
			if words, ok := strings.CutPrefix(said, "differs: "); ok {
				r.differs = words
			} else {
				r.covers = append(r.covers, strings.Fields(said)...)
			}
		}
	}
	return rules
}

// Every rule of OpenFlow has a transcript or a test that is there, or is told as
// a difference; and every transcript stands for a rule.
func TestRules(t *testing.T) {
	rules := readRules(t)
	if len(rules) < 140 {
		t.Errorf("the list has %d rules", len(rules))
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t)
	used := map[string]bool{}
	for i, r := range rules {
		if len(r.covers) == 0 && r.differs == "" {
			t.Errorf("nothing shows the rule %q", r.text)
		}
		if r.differs != "" && !inTable(string(readme), r.differs) {
			t.Errorf("%q: no table of the README says %q", r.text, r.differs)
		}
		if slices.ContainsFunc(rules[:i], func(o rule) bool { return o.text == r.text }) {
			t.Errorf("the rule %q stands twice", r.text)
		}
		for _, c := range r.covers {
			used[c] = true
			if strings.Contains(c, ".") {
				if !tests[c] {
					t.Errorf("%q: there is no test %s", r.text, c)
				}
			} else if _, err := os.Stat("testdata/" + c + ".txtar"); err != nil {
				t.Errorf("%q: there is no transcript %s", r.text, c)
			}
		}
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".txtar"); !used[name] {
			t.Errorf("the transcript %s stands for no rule of rules.txt", name)
		}
	}
	t.Logf("%d rules, %d transcripts, %d tests of other packages", len(rules), len(files), len(used)-len(files))
}

func inTable(readme, words string) bool {
	for line := range strings.Lines(readme) {
		if strings.HasPrefix(line, "| ") && strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// testNames are the tests that rules.txt may name, as package.Test.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	head := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w+ \*testing\.[TF]\)`)
	for _, dir := range []string{".", "..", "../expr", "../script", "../script/child", "../script/js", "../script/signature", "../web/page", "../web/windmill", "../internal/eval", "../flow", "../mail", "../workspace", "../../app", "../../hub"} {
		full, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(fmt.Errorf("tests of %s: %v", dir, err))
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range head.FindAllSubmatch(text, -1) {
				names[filepath.Base(full)+"."+string(m[1])] = true
			}
		}
	}
	return names
}
