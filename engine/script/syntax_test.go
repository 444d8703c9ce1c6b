package script

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What cannot be read is told with its place, in every language that can be read here.
func TestWhatCannotBeReadOfAScript(t *testing.T) {
	set := Executors()
	t.Cleanup(set.Close)
	for _, tt := range []struct {
		reason, language, content string
		want                      []string // line:from-to: message
	}{
		{"nothing", "bun", "export async function main(a: string): Promise<number> { return 1 }", nil},
		{"TypeScript", "bun", "const a = 1\nconst é = (a;\n", []string{`2:12-13: Expected ")" but found ";"`}},
		{"an import that is not here is no mistake of the text", "bun", `import x from "nowhere"; export function main() { return x }`, nil},
		{"what is most likely a mistake", "bun", "export function main(a: any) { return a === NaN }", []string{"1:40-43? Comparison with NaN using the \"===\" operator here is always false"}},
		{"types are not JavaScript", "javascript", "function main(a: string) {}", []string{`1:15-16: Expected ")" but found ":"`}},
		{"Python", "python3", "def main(x):\n    return é +\n", []string{"2:14-14: invalid syntax"}},
		{"Python's doubts", "python3", "def main(x):\n    return x is 'a'\n", []string{`2:0-0? "is" with a literal. Did you mean "=="?`}},
		{"indents of Python", "python3", "def main():\nreturn 1\n", []string{"2:0-6: expected an indented block after function definition on line 1"}},
		{"Bash", "bash", "if true; then\n  echo a\nfi)\n", []string{"3:2-3: syntax error near unexpected token `)'"}},
		{"Bash to its end", "bash", "if true; then\n  echo a\n", []string{"2:0-0: unexpected end of file"}},
		{"a quote in Bash", "bash", "echo 'a\n", []string{"1:0-0: unexpected EOF while looking for matching `''"}},
		{"good Bash", "bash", "a=\"$1\"\necho \"$a\"\n", nil},
		{"Go", "go", "package inner\n\nfunc main( {\n}\n", []string{"3:11-0: expected ')', found '{'"}},
		{"YAML", "ansible", "a: 1\nb: [\n", []string{"2:0-0: did not find expected node content"}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			found, known, err := set.Problems(t.Context(), tt.language, tt.content)
			if err != nil || !known {
				t.Fatal(known, err)
			}
			var got []string
			for _, p := range found {
				sign := ":"
				if p.Doubt {
					sign = "?"
				}
				got = append(got, fmt.Sprintf("%d:%d-%d%s %s", p.Line, p.From, p.To, sign, p.Message))
			}
			if len(got) > len(tt.want) && tt.language == "go" {
				got = got[:len(tt.want)] // what follows from the first one
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	if _, known, _ := set.Problems(t.Context(), "cobol", "x"); known {
		t.Error("a language that nobody reads is told to be read")
	}
}

// Text that breaks its reader, or goes on for ever, costs a while and nothing else.
func TestTextThatBreaksItsReaderIsHarmless(t *testing.T) {
	set := Executors()
	t.Cleanup(set.Close)
	for language, sign := range map[string]string{"bun": "(", "python3": "(", "bash": "$("} {
		_, _, _ = set.Problems(t.Context(), language, strings.Repeat(sign, 200_000))
	}
	found, _, err := set.Problems(t.Context(), "bun", "const a = ;")
	if err != nil || len(found) != 1 {
		t.Errorf("afterwards: %v, %v", found, err)
	}
}

func TestFormatOfGo(t *testing.T) {
	if here, _ := Formatter("go"); here != "gofmt" {
		t.Fatalf("Go is laid out by %q", here)
	}
	got, err := Format(t.Context(), "go", "package inner\nfunc main()(int){return 1}\n")
	if want := "package inner\n\nfunc main() int { return 1 }\n"; got != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Format(t.Context(), "go", "package"); err == nil {
		t.Error("what cannot be read was laid out")
	}
	if here, would := Formatter("python3"); here == "" && len(would) != 2 {
		t.Errorf("nothing lays Python out here; told is %v", would)
	}
}
