package flow

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"sluice/engine/fault"
)

func flowFilesOf(t testing.TB) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir("testdata/flows", func(p string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(p); ext == ".yaml" || ext == ".json" {
			all = append(all, p)
		}
		return err
	})
	if err != nil || len(all) < 6 {
		t.Fatalf("corpus: %d files, %v", len(all), err)
	}
	return all
}

// Every file must say to us what it says to a plain reader of its format, and
// come out equal.
func TestCorpus(t *testing.T) {
	for _, p := range flowFilesOf(t) {
		t.Run(filepath.ToSlash(p), func(t *testing.T) {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			f, err := Parse(p, data)
			if err != nil {
				t.Fatal(err)
			}
			text, err := f.JSON()
			if err != nil {
				t.Fatal(err)
			}
			roundTrip(t, text)
			var want, got any
			if filepath.Ext(p) == ".json" {
				roundTrip(t, data)
				return
			}
			// The only tag of the corpus; a plain reader drops it.
			plain := strings.ReplaceAll(string(data), "content: !inline e.", "content: '!inline e.'")
			plain = strings.ReplaceAll(plain, "e.'inline_script.sh", "e.inline_script.sh'")
			if err := yaml.Unmarshal([]byte(plain), &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			var other any
			b, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &other); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(other, got); d != "" {
				t.Errorf("read differently (-plain reader +ours):\n%s", d)
			}
		})
	}
}

func TestReadsWhatOldFilesMean(t *testing.T) {
	data, err := os.ReadFile("testdata/flows/early_years.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParseYAML(data)
	if err != nil {
		t.Fatal(err)
	}
	mods := f.Value.Modules
	if got := InputsOf(mods[0]); got.By["x"] == nil || got.By["y"].Kind != JavaScript || !strings.Contains(got.By["y"].Expr, "previous_result") {
		t.Errorf("inputs on the module: %+v", got.By)
	}
	if got := InputsOf(mods[1]).By["q"]; got == nil || got.Kind != Static || string(got.Value) != "2" {
		t.Errorf("inputs under the old name: %+v", got)
	}
	if got := mods[2].Value.(*ForLoop).Iterator; got.Kind != JavaScript || got.Expr != "[1]" {
		t.Errorf("iterator without a type: %+v", got)
	}
	if got := mods[3].Value.(*Unknown); got.Type != "teleport" {
		t.Errorf("unknown type: %+v", got)
	}
	var ids []string
	Every(FillIDs(f), func(m *Module) { ids = append(ids, m.ID) })
	if d := cmp.Diff([]string{"a", "b", "c", "d"}, ids); d != "" {
		t.Error(d)
	}
	if mods[0].ID != "" {
		t.Error("FillIDs changed the flow it was given")
	}
}

func TestReadsFolders(t *testing.T) {
	fsys := os.DirFS("testdata/flows")
	tests := []struct{ dir, step, starts string }{
		{"refund.flow", "a", "export async function main(order_id"},
		{"refund", "b", "export async function main() {\n  return \"asked\""},
		{"refund.flow/flow.yaml", "d", "def main(order, retries=1"},
		{"refund.flow", "e", "echo \"no reason\" # € 🎉\n"},
		{"refund.flow", "on_error", "export function main(message"},
		{"invoice", "n", "#!/bin/bash\n"},
		{"release", "a", "export const main = () => 1"},
		{"cleanup.flow.yaml", "list", "def main(days"},
	}
	for _, tt := range tests {
		f, err := ReadFS(fsys, tt.dir)
		if err != nil {
			t.Errorf("%s: %v", tt.dir, err)
			continue
		}
		m, _ := Find(f, tt.step)
		if got := m.Value.(*RawScript).Content; !strings.HasPrefix(got, tt.starts) {
			t.Errorf("%s: step %s holds %q", tt.dir, tt.step, got)
		}
		for _, p := range Errors(Validate(f)) {
			t.Errorf("%s: %+v", tt.dir, p)
		}
	}
	f, err := ReadFS(fsys, "refund")
	if err != nil {
		t.Fatal(err)
	}
	d, _ := Find(f, "d")
	if got := d.Value.(*RawScript).Lock; got != "# nothing\n" {
		t.Errorf("lock: %q", got)
	}
}

func TestBrokenFilesSayWhere(t *testing.T) {
	tests := []struct {
		file         string
		code         fault.Code
		says         string
		line, column int
	}{
		{"dialect.yaml", CodeDialect, "another program", 0, 0},
		{"dialect_with_summary.yaml", CodeDialect, "another program", 0, 0},
		{"two_documents.yaml", CodeSyntax, "more than one YAML document: the second begins at line 3", 0, 0},
		{"tab.yaml", CodeSyntax, "line 4, column 3", 4, 3},
		{"colon.yaml", CodeSyntax, "mapping values", 1, 11},
		{"twice.yaml", CodeSyntax, "\"summary\" stands twice", 3, 1},
		{"comma.json", CodeSyntax, "line 2, column 24", 2, 24},
		{"twice.json", CodeSyntax, "written twice", 2, 3},
		{"empty.yaml", CodeEmpty, "empty", 0, 0},
		{"list.yaml", CodeDialect, "list", 0, 0},
		{"circle.yaml", CodeSyntax, "contains itself", 1, 0},
		{"lost.flow", CodeInline, `Step "a" wants the file "gone.ts", which is missing`, 0, 0},
		{"nowhere", CodeMissing, "nowhere", 0, 0},
	}
	for _, tt := range tests {
		_, err := ReadFS(os.DirFS("testdata/broken"), tt.file)
		if err == nil {
			t.Errorf("%s was read", tt.file)
			continue
		}
		if !fault.HasCode(err, tt.code) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.file, err)
		}
		if tt.line == 0 {
			continue
		}
		se, ok := errors.AsType[*SyntaxError](err)
		if !ok || se.Line != tt.line || tt.column > 0 && se.Column != tt.column {
			t.Errorf("%s: placed at %+v", tt.file, se)
		}
	}
}

func TestInlineStaysInTheFolder(t *testing.T) {
	flowOf := func(name string) []byte {
		return []byte(`{"summary":"","value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bun","input_transforms":{},"content":` + string(quote("!inline "+name)) + `}}]}}`)
	}
	for _, name := range []string{"../secret.ts", "/etc/passwd", "x/../../secret.ts", `..\secret.ts`} {
		fsys := fstest.MapFS{"secret.ts": {Data: []byte("secret")}, "etc/passwd": {Data: []byte("x")}, "a.flow/flow.json": {Data: flowOf(name)}}
		_, err := ReadFS(fsys, "a.flow")
		if !fault.HasCode(err, CodeInline) || !strings.Contains(err.Error(), "outside") {
			t.Errorf("%s: %v", name, err)
		}
	}
	fsys := fstest.MapFS{"a.flow/..odd.ts": {Data: []byte("fine")}, "a.flow/flow.json": {Data: flowOf("..odd.ts")}, "b.flow/flow.json": {Data: flowOf("bin")}, "b.flow/bin": {Data: []byte{0xff, 0xfe}}}
	if _, err := ReadFS(fsys, "a"); err != nil {
		t.Errorf("a name that begins with dots: %v", err)
	}
	if _, err := ReadFS(fsys, "b"); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a script that is no text: %v", err)
	}
}

func TestFolderComesBackEqual(t *testing.T) {
	for _, dir := range []string{"refund", "invoice", "release", "cleanup.flow.yaml", "empty.json"} {
		f, err := ReadFS(os.DirFS("testdata/flows"), dir)
		if err != nil {
			t.Fatal(err)
		}
		files, err := Folder(f)
		if err != nil {
			t.Fatal(err)
		}
		fsys := fstest.MapFS{}
		for name, b := range files {
			fsys["x.flow/"+name] = &fstest.MapFile{Data: b}
		}
		g, err := ReadFS(fsys, "x")
		if err != nil {
			t.Fatal(err)
		}
		want, _ := f.JSON()
		got, _ := g.JSON()
		if d := cmp.Diff(plainForm(t, want), plainForm(t, got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", dir, d)
		}
	}
}

func TestFolderNamesFiles(t *testing.T) {
	script := func(id, summary, language string) *Module {
		return &Module{ID: id, Summary: summary, Value: &RawScript{Content: "x", Language: language}}
	}
	f := &Flow{Summary: "s", Value: Value{Modules: []*Module{
		script("a", "Look up: order/customer?", "bun"),
		script("b", "look up ORDERcustomer", "python3"),
		script("c", "", "deno"),
		script("d", "CON", "bash"),
		script("", "***", "nativets"),
		script("f", "Prüfung", "cobol"),
	}}}
	f.Value.Modules[0].Value.(*RawScript).Lock = "locked"
	files, err := Folder(f)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"flow.yaml", "look_up_ordercustomer.inline_script.ts", "look_up_ordercustomer.inline_script.lock",
		"look_up_ordercustomer_1.inline_script.py", "c.inline_script.deno.ts", "_con.inline_script.sh",
		"inline_script_0.inline_script.native.ts", "prüfung.inline_script.txt",
	}
	for _, name := range want {
		if _, ok := files[name]; !ok {
			t.Errorf("there is no %s", name)
		}
	}
	if len(files) != len(want) {
		t.Errorf("%d files, want %d", len(files), len(want))
	}
	if f.Value.Modules[0].Value.(*RawScript).Content != "x" {
		t.Error("Folder changed the flow it was given")
	}
}
