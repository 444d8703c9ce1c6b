package flow

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// othersInSchema is the part of schema.txt whose objects have no struct here.
const othersInSchema = "Objects that no struct is made for"

// schemaRow is a field in testdata/schema.txt.
type schemaRow struct {
	covers []string
	told   string // words of the README's tables
	kept   bool   // and not a difference
}

// readSchemaList reads schema.txt: objects, their fields, what shows each.
func readSchemaList(t *testing.T) map[string]map[string]schemaRow {
	t.Helper()
	text, err := os.ReadFile("testdata/schema.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]map[string]schemaRow{}
	var fields map[string]schemaRow
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if object, ok := strings.CutPrefix(line, "## "); ok {
			if list[object] != nil {
				t.Errorf("%s stands twice in schema.txt", object)
			}
			fields = map[string]schemaRow{}
			list[object] = fields
			continue
		}
		if line == "" || fields == nil {
			continue
		}
		name, said, _ := strings.Cut(line, " ")
		said = strings.TrimSpace(said)
		if _, ok := fields[name]; ok {
			t.Errorf("%s stands twice under its object in schema.txt", name)
		}
		if words, ok := strings.CutPrefix(said, "kept: "); ok {
			fields[name] = schemaRow{told: words, kept: true}
		} else if words, ok := strings.CutPrefix(said, "differs: "); ok {
			fields[name] = schemaRow{told: words}
		} else {
			fields[name] = schemaRow{covers: strings.Fields(said)}
		}
	}
	return list
}

// Every field that is read into a struct, or known to be kept, stands in the
// list; what shows it is there and speaks of it; what has no effect is told.
func TestSchema(t *testing.T) {
	list := readSchemaList(t)
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, rows := testsByName(t), 0
	for object, fields := range list {
		for name, row := range fields {
			rows++
			at := object + "." + name
			if len(row.covers) == 0 && row.told == "" {
				t.Errorf("%s: nothing shows it", at)
			}
			if row.told != "" && !toldInTable(string(readme), row.told) {
				t.Errorf("%s: no table of the README says %q", at, row.told)
			}
			for _, c := range row.covers {
				if strings.Contains(c, ".") {
					if !tests[c] {
						t.Errorf("%s: there is no test %s", at, c)
					}
					continue
				}
				text, err := os.ReadFile("../run/testdata/" + c + ".txtar")
				if err != nil {
					t.Errorf("%s: there is no transcript %s", at, c)
				} else if !regexp.MustCompile(`\b`+name+`: `).Match(text) && !regexp.MustCompile(`(?m)\b`+name+`:$`).Match(text) {
					t.Errorf("%s: the transcript %s does not use it", at, c)
				}
			}
		}
	}
	for _, o := range openFlowObjects {
		fields := list[o.name]
		if fields == nil {
			t.Errorf("schema.txt has no object %q", o.name)
			continue
		}
		members := o.typed
		if members == "" && len(o.kept) > 0 {
			members = `"` + o.kept[0].name + `":` + o.kept[0].value
		}
		f := roundTrip(t, []byte(strings.Replace(o.text, "%s", members, 1)))
		known := map[string]bool{}
		for _, f := range shapeOf(reflect.TypeOf(o.at(f)).Elem()).fields {
			known[f.name] = true
		}
		for _, k := range o.kept {
			known[k.name] = true
			if k.reason != "" && !fields[k.name].kept {
				t.Errorf("%s.%s has no effect, but schema.txt does not say kept", o.name, k.name)
			}
		}
		for name := range known {
			if _, ok := fields[name]; !ok {
				t.Errorf("%s.%s is read, but does not stand in schema.txt", o.name, name)
			}
		}
		for name := range fields {
			if !known[name] {
				t.Errorf("schema.txt has %s.%s, which is neither read nor known to be kept", o.name, name)
			}
		}
	}
	if len(list) != len(openFlowObjects)+1 || list[othersInSchema] == nil {
		t.Errorf("schema.txt has %d objects; the format has %d, and those without a struct", len(list), len(openFlowObjects))
	}
	t.Logf("%d fields of %d objects", rows, len(list))
}

func toldInTable(readme, words string) bool {
	for line := range strings.Lines(readme) {
		if strings.HasPrefix(line, "| ") && strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// testsByName are the tests that schema.txt may name, as package.Test.
func testsByName(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	head := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	for _, dir := range []string{".", "..", "../run", "../expr", "../script", "../script/child", "../script/js", "../web/page", "../web/windmill"} {
		full, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no tests: %v", dir, err)
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
