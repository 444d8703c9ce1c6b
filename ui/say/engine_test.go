package say

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sluice/hub"
	"strconv"
	"strings"
	"testing"
)

// spoken are the packages of the engine whose words the window shows.
var spoken = []string{"", "expr", "fault", "flow", "form", "hook", "internal/clock", "internal/datadir", "internal/endpoint", "internal/eval", "internal/forms", "internal/health",
	"internal/hooks", "internal/jobs", "internal/journal", "internal/library", "internal/people", "internal/schedules", "internal/writer",
	"mail", "run", "schedule", "script", "script/child", "script/internal/job", "script/internal/python", "script/js", "script/signature", "vault", "web/hook", "workspace", "../app", "../hub"}

// apart are texts that look as if the window showed them, and which it does not.
var apart = []string{
	"This token belongs to no running step", "A step's token is valid while the step runs.", // of the calls of steps
	"Please decide by %s", "Open the request", // of mails
	"Some of it is too long for a mail. The page shows everything.",
	"no such file or directory", "file already exists", "permission denied", "out of memory", // scripts read these
	"It %s.", "The %s cannot be read: %q", "There is no %s %s", "There is no such %s", "This was already %s by %s%s", // each of their kinds has its sentence
}

// helpers are functions that make an error of what they are given.
var helpers = []string{"noEdit", "slip", "bad", "fail", "c.need", "later", "no", "wrong", "inputFault", "formFault", "fileError", "w.fail", "syntaxAt", "b.apart", "unsupported", "say", "c.failure"}

// engineName is the catalogue of a package of the engine.
func engineName(rel string) string {
	return strings.TrimSuffix("engine-"+strings.ReplaceAll(strings.TrimPrefix(rel, "../"), "/", "-"), "-")
}

// spokenBy collects the formats that a package of the engine gives to people, with their
// places, and all its texts.
func spokenBy(t *testing.T, rel string) (map[string]string, string) {
	t.Helper()
	s := &source{const_: map[string]string{}, texts: map[string]string{}, many: map[string]string{}}
	names, err := filepath.Glob(filepath.Join("..", "..", "engine", filepath.FromSlash(rel), "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v", rel, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		s.files = append(s.files, f)
	}
	s.read()
	out := map[string]string{}
	var all strings.Builder
	if rel == "../hub" {
		for _, script := range hub.All() {
			out[script.Summary], out[script.Description] = script.Path, script.Path
		}
		return out, ""
	}
	for _, f := range s.files {
		var above []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				above = above[:len(above)-1]
				return true
			}
			above = append(above, n)
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				v, _ := strconv.Unquote(l.Value)
				all.WriteString(v + "\x00")
			}
			e, ok := n.(ast.Expr)
			if !ok || len(above) < 2 {
				return true
			}
			if text, told := s.told(e, above[len(above)-2]); told {
				out[text] = fset.Position(n.Pos()).String()
			}
			return true
		})
	}
	return out, all.String()
}

// told is the format of what is a title, a hint or the like.
func (s *source) told(e ast.Expr, in ast.Node) (string, bool) {
	text, letters := s.format(e)
	if !letters {
		return "", false
	}
	sentence := regexp.MustCompile(`[a-z]{2}`).MatchString(text)
	switch in := in.(type) {
	case *ast.CallExpr:
		name := nameOf(in.Fun)
		switch {
		case name == "fault.New" || name == "fault.Because":
			at := slices.Index(in.Args, e)
			return text, sentence && at >= len(in.Args)-2
		case name == "fault.Newf" && slices.Index(in.Args, e) == 2:
			text, _ = s.filled(e)
			return text, sentence
		case name == "fault.Newf":
			return text, sentence && slices.Index(in.Args, e) == 1
		case slices.Contains(helpers, name):
			return text, sentence && strings.Contains(text, " ")
		}
	case *ast.KeyValueExpr:
		k, ok := in.Key.(*ast.Ident)
		return text, ok && sentence && slices.Contains([]string{"Title", "Hint", "Message", "Why", "Do", "Note"}, k.Name)
	case *ast.AssignStmt, *ast.ReturnStmt: // a title or a hint that is given on
		return text, regexp.MustCompile(`^[A-Z][a-z]+ [^=]* .*\w`).MatchString(text) && !strings.Contains(text, "\n") && !strings.Contains(text, "SELECT")
	}
	return "", false
}

// format writes an expression as a format: what is no constant becomes a verb.
func (s *source) format(e ast.Expr) (string, bool) {
	if v, ok := s.value(e); ok {
		return strings.ReplaceAll(v, "%", "%%"), true
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return s.format(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			x, a := s.format(e.X)
			y, b := s.format(e.Y)
			return x + y, a || b
		}
	case *ast.CallExpr:
		switch name := nameOf(e.Fun); {
		case name == "fmt.Sprintf":
			return s.filled(e.Args[0])
		case strings.HasPrefix(name, "strconv.Itoa") || name == "strconv.FormatInt":
			return "%d", false
		}
	}
	return "%s", false
}

// filled is the format that a constant is.
func (s *source) filled(e ast.Expr) (string, bool) {
	if v, ok := s.value(e); ok {
		return v, true
	}
	return s.format(e)
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	}
	return ""
}

// TestWhatTheEngineSaysHasItsTranslation collects what the engine tells people.
func TestWhatTheEngineSaysHasItsTranslation(t *testing.T) {
	for _, l := range Languages[1:] {
		known := map[string]string{}
		for _, rel := range spoken {
			name := engineName(rel) + "." + l.Code + ".json"
			want, all := spokenBy(t, rel)
			data, err := os.ReadFile(filepath.Join("catalog", name))
			if err != nil {
				t.Error(err)
				continue
			}
			var texts map[string]string
			if err := json.Unmarshal(data, &texts); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, text := range slices.Sorted(maps.Keys(want)) {
				if rel == "../app" { // most of it is of the command line
					break
				}
				once := strings.ReplaceAll(text, "%%", "%") // filled in elsewhere
				if texts[text] == "" && texts[once] == "" && texts[strings.TrimLeft(text, " ")] == "" && !slices.Contains(apart, text) {
					t.Errorf("%s: %q is not in %s", want[text], text, name)
				}
			}
			for key, to := range texts {
				if before, ok := known[key]; ok && before != to {
					t.Errorf("%q is %q and %q", key, before, to)
				}
				known[key] = to
				if !maps.Equal(verbs(key), verbs(to)) {
					t.Errorf("%s: %q and %q have not the same verbs", name, key, to)
				}
				if _, ok := want[key]; ok || slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(w string) bool {
					_, is := newPhrase(w, "").values(strings.ReplaceAll(key, "%q", `"q"`))
					return is && strings.Contains(w, "%") && newPhrase(w, "").weight > 10
				}) {
					continue
				}
				for _, piece := range newPhrase(key, to).pieces { // made of what the package says
					if piece = strings.Trim(piece, " .:,()“”\"?"); len(piece) > 3 && !strings.Contains(all, piece) && !ofParts(all, piece) {
						t.Errorf("%s: nobody says %q", name, key)
						break
					}
				}
			}
			if got := encode(texts, nil); !bytes.Equal(got, data) {
				if os.Getenv("SLUICE_CATALOG") == "write" {
					_ = os.WriteFile(filepath.Join("catalog", name), got, 0o644)
				} else {
					t.Errorf("%s is not sorted, or not written as the others are: SLUICE_CATALOG=write go test ./ui/say writes it anew", name)
				}
			}
		}
	}
}

// ofParts reports whether a text is made of two that the package has.
func ofParts(all, text string) bool {
	for i := range text {
		if text[i] == ' ' && strings.Contains(all, strings.TrimRight(text[:i], ",.:")) && strings.Contains(all, text[i+1:]) {
			return true
		}
	}
	return false
}

// TestWhatTheEngineSaysKeepsItsValues fills each format, and looks for the values in the
// translation.
func TestWhatTheEngineSaysKeepsItsValues(t *testing.T) {
	german(t)
	for _, rel := range spoken {
		data, err := os.ReadFile(filepath.Join("catalog", engineName(rel)+".de.json"))
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(data, &texts); err != nil {
			t.Fatal(err)
		}
		for key, to := range texts {
			ph := newPhrase(key, to)
			values, said := make([]any, len(ph.kinds)), make([]any, len(ph.kinds))
			var english strings.Builder
			english.WriteString(ph.pieces[0])
			for i, kind := range ph.kinds {
				switch kind {
				case 'd':
					values[i], said[i] = strconv.Itoa(17+i), strconv.Itoa(17+i)
				case 'q':
					values[i], said[i] = fmt.Sprintf(`"v%d"`, i), fmt.Sprintf("„v%d“", i)
				default:
					values[i], said[i] = fmt.Sprintf("v%d", i), fmt.Sprintf("v%d", i)
				}
				english.WriteString(values[i].(string) + ph.pieces[i+1])
			}
			got := Engine(english.String())
			if got == english.String() && key != to && ph.weight > 1 {
				t.Errorf("%q stays English", english.String())
			}
			for _, v := range said {
				if !strings.Contains(got, v.(string)) {
					t.Errorf("%q becomes %q, without %s", english.String(), got, v)
				}
			}
		}
	}
}

func TestTheEngineIsTranslatedWholeOrNotAtAll(t *testing.T) {
	for _, text := range []string{"There is no step b", "Nothing was changed."} {
		if got := Engine(text); got != text {
			t.Errorf("in English: %q", got)
		}
	}
	german(t)
	for text, want := range map[string]string{
		"Nothing was changed.": "Nichts wurde geändert.",
		"There is no step b":   "Einen Schritt b gibt es nicht",
		"This flow cannot run: The flows run each other in a circle: f/a, f/b": "Dieser Ablauf kann nicht laufen: Die Abläufe starten einander im Kreis: f/a, f/b",
		`There is no time zone "Mars/One"`:                                     "Eine Zeitzone „Mars/One“ gibt es nicht",
		"Nothing was started. Correct the code.":                               "Nichts wurde gestartet. Den Code berichtigen.",
		"Nothing was changed. And then an unknown sentence.":                   "Nothing was changed. And then an unknown sentence.",
		"An unknown sentence. Nothing was changed.":                            "An unknown sentence. Nothing was changed.",
		"Who opens it is told to try again later. Nothing was started.":        "Wer es öffnet, erfährt, dass es später noch einmal zu versuchen ist. Nichts wurde gestartet.",
		"There is no place x among 3 steps":                                    "There is no place x among 3 steps",
		"b.url reads results.z, which runs after it":                           "b.url liest results.z, der danach läuft",
		"The step has no value":                                                "Der Schritt hat keine value",
	} {
		for range 2 { // the second is remembered
			if got := Engine(text); got != want {
				t.Errorf("%q becomes %q, want %q", text, got, want)
			}
		}
	}
}

func TestWhatAScriptThrowsIsItsOwn(t *testing.T) {
	german(t)
	for text, want := range map[string]string{
		"The step ran longer than its 30 s and was stopped": "Der Schritt lief länger als seine 30 s und wurde angehalten",
		"Denied by ada@x.example":                           "Abgelehnt von ada@x.example",
		"basket is empty":                                   "basket is empty", // Engine would take it for a problem of a field
		"It burns.":                                         "It burns.",
	} {
		if got := Failure(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// BenchmarkEngine translates a text that is not remembered.
func BenchmarkEngine(b *testing.B) {
	Use("de")
	defer Use("en")
	p := current.Load().phrases
	for name, text := range map[string]string{
		"title":   "Step b runs a flow that is not here: f/other/flow",
		"open":    "b.url reads results.z, which runs after it",
		"two":     "Nothing was started. Correct the code.",
		"unknown": "TypeError: cannot read properties of undefined (reading 'x'). It happened in the step, and nobody knows more.",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.translate(text, 0, true)
			}
		})
	}
}
