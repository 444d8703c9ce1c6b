package hub

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestCatalogIsWellFormed(t *testing.T) {
	paths := map[string]bool{}
	for _, s := range All() {
		t.Run(s.Path, func(t *testing.T) {
			if paths[s.Path] {
				t.Error("the path is taken twice")
			}
			paths[s.Path] = true
			if s.Summary == "" || s.Description == "" || s.App == "" || s.Content == "" {
				t.Errorf("something is missing in %+v", s)
			}
			if !slices.Contains([]string{"approval", "script", "trigger"}, s.Kind) {
				t.Errorf("kind %q", s.Kind)
			}
			if s.Language != "bun" {
				t.Errorf("language %q", s.Language)
			}
			if (s.Kind == "approval") != (s.Suspend != nil) {
				t.Errorf("kind %s with suspend settings %s", s.Kind, s.Suspend)
			}
			var suspend struct {
				RequiredEvents int `json:"required_events"`
			}
			if s.Suspend != nil {
				if err := json.Unmarshal(s.Suspend, &suspend); err != nil || suspend.RequiredEvents < 1 {
					t.Errorf("suspend %s: %v", s.Suspend, err)
				}
			}
			if s.Step != nil && !json.Valid(s.Step) {
				t.Errorf("step %s", s.Step)
			}
		})
	}
}

// TestSchemaMatchesMain: a form is made from the schema, so it has to name what
// main takes, in the order of main, and ask for what main cannot do without.
func TestSchemaMatchesMain(t *testing.T) {
	for _, s := range All() {
		t.Run(s.Path, func(t *testing.T) {
			var schema struct {
				Type       string                    `json:"type"`
				Order      []string                  `json:"order"`
				Required   []string                  `json:"required"`
				Properties map[string]map[string]any `json:"properties"`
			}
			if err := json.Unmarshal(s.Schema, &schema); err != nil {
				t.Fatal(err)
			}
			names, required := parameters(t, s.Content)
			if d := cmp.Diff(names, schema.Order); d != "" {
				t.Error("order (-main +schema):", d)
			}
			if d := cmp.Diff(required, append([]string{}, schema.Required...)); d != "" {
				t.Error("required (-main +schema):", d)
			}
			if len(schema.Properties) != len(names) || schema.Type != "object" {
				t.Errorf("%d properties for %d parameters, type %q", len(schema.Properties), len(names), schema.Type)
			}
			for _, name := range names {
				if p := schema.Properties[name]; p == nil || p["title"] == nil {
					t.Errorf("%s has no title", name)
				}
			}
		})
	}
}

var mainHead = regexp.MustCompile(`(?s)export async function main\((.*?)\) \{\n`)

// parameters reads main's parameter names, and those without a default.
func parameters(t *testing.T, code string) (names, required []string) {
	t.Helper()
	m := mainHead.FindStringSubmatch(code)
	if m == nil {
		t.Fatal("no main")
	}
	required = []string{}
	depth, start := 0, 0
	text := m[1] + ","
	for i, r := range text {
		switch {
		case strings.ContainsRune("<{[(", r):
			depth++
		case strings.ContainsRune(">}])", r):
			depth--
		case r == ',' && depth == 0:
			if p := strings.TrimSpace(text[start:i]); p != "" {
				name, _, _ := strings.Cut(p, ":")
				names = append(names, name)
				if !strings.Contains(p, " = ") {
					required = append(required, name)
				}
			}
			start = i + 1
		}
	}
	return names, required
}

func TestFind(t *testing.T) {
	const gmail = "hub/1397/gmail/approval_by_email"
	for path, want := range map[string]string{
		gmail: gmail,
		"hub/1397/gmail/another_name_of_the_same": gmail,
		"hub/1397":                          gmail,
		"hub/7120/windmill/prompt":          "hub/7120/windmill/prompt",
		"hub/sluice/core/wait":              "hub/sluice/core/wait",
		"hub/sluice/core/nothing":           "",
		"hub/0/core/wait":                   "",
		"hub/-1397/gmail":                   "",
		"hub/13970/gmail/approval_by_email": "",
		"u/me/1397":                         "",
		"":                                  "",
	} {
		if s, ok := Find(path); s.Path != want || ok != (want != "") {
			t.Errorf("Find(%q) = %q, %v; want %q", path, s.Path, ok, want)
		}
	}
}

func TestSearch(t *testing.T) {
	all := len(All())
	for _, tt := range []struct {
		query, app, kind, first string
		n                       int // -1: not counted
	}{
		{"", "", "", "hub/1397/gmail/approval_by_email", all},
		{"", "", "approval", "hub/1397/gmail/approval_by_email", 3},
		{"mail", "", "", "hub/sluice/gmail/send_mail", -1},
		{"Send MAIL", "", "", "hub/sluice/gmail/send_mail", -1},
		{"approval email", "", "", "hub/1397/gmail/approval_by_email", -1},
		{"prompt", "", "", "hub/7120/windmill/prompt", 1},
		{"fetch", "", "", "hub/sluice/core/http_request", 1},
		{"sleep", "", "", "hub/sluice/core/wait", 1},
		{"1397", "", "", "hub/1397/gmail/approval_by_email", 1},
		{"", "gmail", "script", "hub/sluice/gmail/send_mail", 1},
		{"mail zebra", "", "", "", 0},
	} {
		got := Search(tt.query, tt.app, tt.kind)
		if tt.n >= 0 && len(got) != tt.n {
			t.Errorf("Search(%q, %q, %q) found %d, want %d", tt.query, tt.app, tt.kind, len(got), tt.n)
		}
		if len(got) > 0 && got[0].Path != tt.first {
			t.Errorf("Search(%q, %q, %q) begins with %s, want %s", tt.query, tt.app, tt.kind, got[0].Path, tt.first)
		}
	}
	if d := cmp.Diff([]string{"core", "gmail", "windmill"}, Apps()); d != "" {
		t.Error(d)
	}
}

func TestSamples(t *testing.T) {
	var names []string
	for _, s := range Samples() {
		names = append(names, s.Path+": "+s.Name)
		var f struct {
			Value struct {
				Modules []yaml.Node
			}
			Schema struct {
				Order, Required []string
				Properties      map[string]map[string]any
			}
		}
		if err := yaml.Unmarshal(s.Data, &f); err != nil {
			t.Fatal(s.Path, err)
		}
		// A sample runs at once: nothing has to be typed first.
		for _, name := range f.Schema.Required {
			if f.Schema.Properties[name]["default"] == nil {
				t.Errorf("%s: input %s has no default", s.Path, name)
			}
		}
		if len(f.Schema.Order) != len(f.Schema.Properties) {
			t.Errorf("%s: order %v", s.Path, f.Schema.Order)
		}
		for _, p := range regexp.MustCompile(`path: (hub/\S+)`).FindAllStringSubmatch(string(s.Data), -1) {
			if found, ok := Find(p[1]); !ok || found.Path != p[1] {
				t.Errorf("%s names %s, which is %q", s.Path, p[1], found.Path)
			}
		}
		for _, p := range regexp.MustCompile(`\$res:\S+`).FindAllString(string(s.Data), -1) {
			if p != "$res:u/me/practice" {
				t.Errorf("%s uses %s: samples run on the practice account", s.Path, p)
			}
		}
	}
	want := []string{
		"u/me/refund_with_approval: Refund with approval",
		"u/me/two_people_must_agree: Two people must agree",
		"u/me/approve_before_deploy: Approve before deploy",
		"u/me/ask_me_first: Ask me first",
	}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
}
