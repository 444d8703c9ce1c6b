package pane

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestWaysToLookAtAResult(t *testing.T) {
	for raw, want := range map[string][]string{
		`{"a":1}`:                    {"Tree", "Text"},
		`[{"a":1},{"b":2}]`:          {"Tree", "Table", "Text"},
		`[1,2]`:                      {"Tree", "Text"},
		`{"markdown":"# x"}`:         {"Tree", "Markdown", "Text"},
		`{"png":"aGVsbG8gd29ybGQ="}`: {"Tree", "Image", "Text"},
		`"data:image/png;base64,aGVsbG8gd29ybGQ="`: {"Tree", "Image", "Text"},
		`{"png":"no base64"}`:                      {"Tree", "Text"},
		`null`:                                     {"Tree", "Text"},
		``:                                         {"Tree", "Text"},
	} {
		if d := cmp.Diff(want, resultViews([]byte(raw))); d != "" {
			t.Errorf("%s:\n%s", raw, d)
		}
	}
	table := tableOf([]byte(`[{"name":"Mia","n":1},{"name":"` + strings.Repeat("x", 50) + `"}]`))
	if lines := strings.Split(table, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[0], "name ") || !strings.HasPrefix(lines[1], "Mia ") || !strings.Contains(lines[2], "…") {
		t.Errorf("the table:\n%s", table)
	}
}

// A result is shown from its beginning, with the names of its columns above.
func TestATableBeginsAtItsFirstRow(t *testing.T) {
	d := sit(t, twoSteps)
	raw := "["
	for i := range 200 {
		raw += strings.Repeat(",", min(i, 1)) + `{"order":` + strconv.Itoa(4700+i) + `,"by":"Mia"}`
	}
	o := d.editor.run.viewAs(viewTable, []byte(raw+"]"), nil)
	w := test.NewTempWindow(t, o)
	w.Resize(fyne.NewSize(600, 200))
	l := d.editor.run.finds
	if l.Log.Following() || l.Log.Top() != 0 {
		t.Errorf("it begins at %v", l.Log.Top())
	}
	said := textsIn(o)
	if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "order ") && strings.Contains(s, " by") }) {
		t.Errorf("the names of the columns are not told: %q", said)
	}
	if strings.HasPrefix(l.Log.Text(), "order") || !strings.HasPrefix(l.Log.Text(), "4700") {
		t.Errorf("the first row is %q", strings.SplitN(l.Log.Text(), "\n", 2)[0])
	}
}
