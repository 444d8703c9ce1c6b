package pane

import (
	"strings"
	"testing"

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
	if lines := strings.Split(table, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[1], "1  Mia") || !strings.Contains(lines[2], "…") {
		t.Errorf("the table:\n%s", table)
	}
}
