package say

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sentence is what reads like words for a person: two words, or one that begins big.
var sentence = regexp.MustCompile(`^[A-Z“][a-z’'-]+…?$|^[“A-Z]?[a-zA-Z’',-]+( [a-zA-Z’',–-]+)+[.?!:…]?`)

// technical are texts that are none for people, or the same in each language.
var technical = regexp.MustCompile(`^(SELECT |GET |POST |Content-Type|[A-Z][a-z]+(-[A-Z][a-z0-9]+)+$|Ctrl|Shift|Alt|Esc|Tab|Enter|Home|Page|Menu|Wheel|Delete$|\+ /)|15:04|2006|^[a-z_]+$|^[a-z]+ [a-z_]+$|=>|\{\}|\\n\\n`)

// allowed are literals that are not said: names that are the same in each language, keys and
// texts of programs.
var allowed = map[string][]string{
	"ui":        {"Sluice"},
	"session":   {"Sluice"},
	"inspector": {"VS Code", "Sublime Text", "Vim"},
	"kit-code":  {"Aa"},
	"model": {"Array", "Math", "Object", "String", "Python", "Bash", "Rust", "Nushell", "Snowflake", "Stripe", "Slack", "curl -X POST ",
		"of the approval of "}, // of a problem that is not shown
	"pane": {"Stripe", "Slack", "Hex", "Python", "Bash", "code --reuse-window",
		"not reached "}, // names a page of the run panel
	"kit-code/grammar.go": {"*"}, // words of programs
	"model/newstep.go":    {"*"}, // programs
}

// unsaidIn are packages whose texts are no part of the window's language, with the reason.
var unsaidIn = map[string]string{
	"sheet":               "it draws pages and mails as others are shown them",
	"session-sessiontest": "a test's own desktop",
}

// TestNothingIsDrawnUnsaid finds literals that read like words for a person and are not
// given to this package.
func TestNothingIsDrawnUnsaid(t *testing.T) {
	for _, s := range sources(t) {
		if s.name == "app" || unsaidIn[s.name] != "" {
			continue
		}
		for _, f := range s.files {
			file := filepath.Base(fset.Position(f.Pos()).Filename)
			for _, l := range unsaid(s, f) {
				if text := l.text; !slices.Contains(allowed[s.name], text) && !slices.Contains(allowed[s.name+"/"+file], "*") {
					t.Errorf("%s: %q is not said", fset.Position(l.at), text)
				}
			}
		}
	}
}

type literal struct {
	text string
	at   token.Pos
}

// quiet are calls whose texts no person reads in the window.
var quiet = regexp.MustCompile(`^(say\.\w+|fault\.HasCode|errors\.\w+|fmt\.(Errorf|Sscanf)|strings\.\w+|regexp\.\w+|words|panic|filepath\.\w+|os\.\w+|exec\.\w+|slog\.\w+|json\.\w+|Format|FieldByName|NewProc|NewStaticResource|Getenv)$`)

// unsaid lists the literals of a file that read like words and are not said.
func unsaid(s *source, f *ast.File) (out []literal) {
	known := map[string]bool{} // constants that are said somewhere
	for text := range s.texts {
		known[text] = true
		if _, bare, ok := strings.Cut(text, meaning); ok {
			known[bare] = true
		}
	}
	for many, one := range s.many {
		known[many], known[one] = true, true
	}
	var walk func(n ast.Node)
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
				if x, ok := f.X.(*ast.Ident); ok && quiet.MatchString(x.Name+"."+name) {
					name = x.Name + "." + name
				}
			}
			if quiet.MatchString(name) {
				for _, a := range n.Args { // an argument may be a function, or a call that draws
					if _, lit := a.(*ast.BasicLit); !lit {
						walk(a)
					}
				}
				return false
			}
		case *ast.ImportSpec, *ast.StructType:
			return false
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Also" {
				return false
			}
			if _, ok := n.Key.(*ast.BasicLit); ok {
				walk(n.Value)
				return false
			}
		case *ast.CaseClause:
			for _, b := range n.Body {
				walk(b)
			}
			return false
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				for _, e := range []ast.Expr{n.X, n.Y} {
					if _, lit := e.(*ast.BasicLit); !lit {
						walk(e)
					}
				}
				return false
			}
		case *ast.BasicLit:
			if n.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(n.Value); err == nil && sentence.MatchString(text) && !technical.MatchString(text) && !known[text] {
				out = append(out, literal{text, n.Pos()})
			}
		}
		return true
	}
	walk = func(n ast.Node) { ast.Inspect(n, visit) }
	walk(f)
	return out
}
