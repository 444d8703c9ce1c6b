package code

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestReindent(t *testing.T) {
	for _, tt := range []struct{ reason, lang, text, want string }{
		{"blocks", "ts", "function f() {\nif (a) {\nb();  \n}\n}", "function f() {\n  if (a) {\n    b();\n  }\n}"},
		{"several brackets on a line are one step", "ts", "f({\na: [{\nb: 1,\n}],\n});", "f({\n  a: [{\n    b: 1,\n  }],\n});"},
		{"its own step stays", "ts", "if (a) {\n    b();\n  if (c) {\nd();\n}\n}", "if (a) {\n    b();\n    if (c) {\n        d();\n    }\n}"},
		{"tabs stay", "ts", "if (a) {\n\tb();\nc();\n}", "if (a) {\n\tb();\n\tc();\n}"},
		{"strings over lines stay", "ts", "const a = `\n  x {\n y`;\n  b();", "const a = `\n  x {\n y`;\nb();"},
		{"comments over lines", "ts", "{\n/* a\n* b {\n*/\nc();\n}", "{\n  /* a\n   * b {\n   */\n  c();\n}"},
		{"brackets in strings", "ts", "a(\"{\");\n  // {\n    b();", "a(\"{\");\n// {\nb();"},
		{"a bracket in the middle of a call", "ts", "f(a, {\nb: 1,\n}, [\n2,\n]);", "f(a, {\n  b: 1,\n}, [\n  2,\n]);"},
		{"a switch", "ts", "switch (a) {\ncase 1:\nb();\nif (c) {\nd();\n}\nbreak;\ndefault:\ne();\n}\nf();", "switch (a) {\n  case 1:\n    b();\n    if (c) {\n      d();\n    }\n    break;\n  default:\n    e();\n}\nf();"},
		{"calls that go on", "ts", "return a\n.b()\n    .c();\nd();", "return a\n  .b()\n  .c();\nd();"},
		{"what goes on after a sign", "ts", "const a =\nb + 1;\nc();", "const a =\n  b + 1;\nc();"},
		{"an else", "ts", "if (a) {\nb();\n} else {\nc();\n}", "if (a) {\n  b();\n} else {\n  c();\n}"},
		{"a hole in a template", "ts", "f(`${g({\n      a: 1\n})}`);\nh();", "f(`${g({\n  a: 1\n})}`);\nh();"},
		{"too many closing brackets", "ts", "}\n}\n  a", "}\n}\na"},
		{"C#", "csharp", "class A {\nvoid M() {\n}\n}", "class A {\n    void M() {\n    }\n}"},
	} {
		got, ok := Reindent(tt.text, tt.lang)
		if d := cmp.Diff(tt.want, got); d != "" || !ok {
			t.Errorf("%s: %v\n%s", tt.reason, ok, d)
		}
		if again, _ := Reindent(got, tt.lang); again != got {
			t.Errorf("%s: once more it gives\n%s", tt.reason, again)
		}
	}
	for _, lang := range []string{"python3", "bash", "ansible", "", "json", "postgresql", "ruby"} {
		if got, ok := Reindent(" a\n  b", lang); ok || got != " a\n  b" {
			t.Errorf("%q was laid out", lang)
		}
	}
}

// Laying out never loses a letter.
func FuzzReindent(f *testing.F) {
	f.Add("a {\n`\n x ${ y }\n` }", "ts")
	f.Add("switch (a) {\ncase 1:\n}", "java")
	f.Fuzz(func(t *testing.T, s, lang string) {
		if !utf8.ValidString(s) {
			return
		}
		got, _ := Reindent(s, lang)
		bare := func(s string) string {
			return strings.NewReplacer(" ", "", "\t", "", "\r\n", "\n", "\r", "\n").Replace(s)
		}
		if bare(got) != bare(string([]rune(s))) {
			t.Errorf("%q became %q", s, got)
		}
	})
}

// Every language has its colors.
func TestEveryLanguageIsColored(t *testing.T) {
	names := [...]string{"_", "k", "n", "s", "d", "c", "p", "t"}
	for _, tt := range []struct{ lang, text, want string }{
		{"go", "func f(a int) `x`", "kkkk_np__tttp_sss"},
		{"postgresql", "SELECT 'it''s' -- x", "kkkkkk_sssssss_cccc"},
		{"mysql", "select `a` # x", "kkkkkk_sss_ccc"},
		{"bigquery", "select /* a */ 1", "kkkkkk_ccccccc_d"},
		{"php", "$a = new B(); # x", "nn_p_kkk_nppp_ccc"},
		{"rust", "fn f<'a>(x: &'a str) 'b'", "kk__pp_pp_p_pp__tttp_sss"},
		{"csharp", "var a = \"x\"; // y", "kkk___p_sssp_cccc"},
		{"powershell", "Get-Item $a <# x #> # y", "nnnnnnnn_nn_ccccccc_ccc"},
		{"java", "@Override void f()", "nnnnnnnnn_kkkk_npp"},
		{"ruby", "def f(@a) :b # c", "kkk_npnnp_nn_ccc"},
		{"rlang", "f <- function(x) TRUE # y", "__pp_kkkkkkkkp_p_kkkk_ccc"},
		{"graphql", "query A($b: Int!) @c # d", "kkkkk_tpnnp_tttpp_nn_ccc"},
		{"nu", "let a-b = $c # d", "kkk_____p_nn_ccc"},
		{"ansible", "- name: it's true # c", "p_nnnnp______kkkk_ccc"},
		{"bunnative", "const a", "kkkkk__"},
	} {
		tokens, _ := grammarOf(tt.lang).lex([]rune(tt.text), lexState{}, nil)
		got := ""
		for _, k := range tokens {
			got += strings.Repeat(names[k.kind], k.to-k.from)
		}
		if got != tt.want {
			t.Errorf("%s: %s\n%s\n%s, want", tt.lang, tt.text, got, tt.want)
		}
	}
	for _, tt := range []struct{ lang, text string }{{"go", "`\nx`"}, {"csharp", "\"\"\"\nx"}, {"graphql", "\"\"\"\nx"}} {
		b := newBuffer(tt.text)
		c := colored{g: grammarOf(tt.lang)}
		c.update(b.lines, 0, len(b.lines))
		if names[c.lines[1].tokens[0].kind] != "s" {
			t.Errorf("%s: a string does not go on", tt.lang)
		}
	}
}
