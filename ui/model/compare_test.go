package model

import (
	"fmt"
	"strings"
	"testing"

	"sluice/engine/flow"
)

const beforeTheChange = `{"summary":"Pay","schema":{"properties":{"amount":{"type":"number"}},"required":["amount"]},"value":{"modules":[
	{"id":"a","summary":"Look up","value":{"type":"rawscript","language":"bun","content":"one\ntwo\nthree\nfour\nfive\nsix\n","input_transforms":{"id":{"type":"javascript","expr":"flow_input.amount"}}}},
	{"id":"b","suspend":{"required_events":2},"value":{"type":"script","path":"hub/1397/gmail/x","input_transforms":{"approver_emails":{"type":"static","value":["dana@acme.example","li@acme.example"]},"subject":{"type":"static","value":"Pay?"}}}},
	{"id":"c","value":{"type":"branchone","branches":[{"expr":"true","modules":[{"id":"d","value":{"type":"identity"}}]}],"default":[]}},
	{"id":"e","value":{"type":"identity"}},
	{"id":"f","value":{"type":"identity"}}]}}`

func TestCompareTellsWhoIsAskedFirst(t *testing.T) {
	read := func(text string) *flow.Flow {
		f, err := flow.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	was := read(beforeTheChange)
	m := New()
	for _, tt := range []struct {
		name string
		edit func(string) string
		want string
	}{
		{"nothing", func(s string) string { return s }, ""},
		{"other blanks and order", func(s string) string {
			return strings.Replace(s, `"type":"static","value":"Pay?"`, `"value": "Pay?", "type":"static"`, 1)
		}, ""},
		{"one approver less, and two smaller things before it", func(s string) string {
			return strings.NewReplacer(`,"li@acme.example"`, "", `"Look up"`, `"Look it up"`, `"required_events":2`, `"required_events":1`).Replace(s)
		}, "b Approver emails: dana@acme.example, li@acme.example → dana@acme.example (asks); b Approvals required: 2 → 1 (asks); a Summary: Look up → Look it up"},
		{"code", func(s string) string { return strings.Replace(s, `three\n`, `3\n`, 1) }, "a Code: → 1 line added, 1 taken out [1-1 one|2-2 two|3-0 three|0-3 3|4-4 four|5-5 five]"},
		{"an expression", func(s string) string { return strings.Replace(s, "flow_input.amount", "flow_input.x", 1) }, "a Id: flow_input.amount → flow_input.x"},
		{"an input of the flow", func(s string) string {
			return strings.Replace(s, `"amount":{"type":"number"}`, `"amount":{"type":"number"},"note":{"type":"string"}`, 1)
		}, `Input note added: → {"type":"string"}`},
		{"a condition", func(s string) string { return strings.Replace(s, `"expr":"true"`, `"expr":"false"`, 1) }, "c The condition of branch 1: true → false"},
		{"a step taken out", func(s string) string {
			return strings.Replace(s, `,
	{"id":"f","value":{"type":"identity"}}`, "", 1)
		}, "f removed"},
		{"a step in front of others, which did not move", func(s string) string {
			return strings.Replace(s, `"modules":[
	`, `"modules":[{"id":"z","value":{"type":"identity"}},`, 1)
		}, "z added"},
		{"two that changed places", func(s string) string {
			return strings.NewReplacer(`"id":"e"`, `"id":"f"`, `"id":"f"`, `"id":"e"`).Replace(s)
		}, "f moved; e moved"},
		{"a result that is pinned", func(s string) string {
			return strings.Replace(s, `{"id":"f",`, `{"id":"f","mock":{"enabled":true,"return_value":"low"},`, 1)
		}, "f Pinned result added: → low"},
		{"a group and a note", func(s string) string {
			return strings.Replace(s, `"modules":[`, `"groups":[{"summary":"Pay","start_id":"a","end_id":"b","color":"blue","autocollapse":true}],"notes":[{"id":"n","type":"free","text":"Mind","color":"pink","position":{"x":3,"y":4}}],"modules":[`, 1)
		}, "Groups added: → Pay: a to b · blue · begins folded; Notes added: → “Mind” · pink · at 3, 4"},
		{"into the branch", func(s string) string {
			s = strings.Replace(s, `,
	{"id":"e","value":{"type":"identity"}}`, "", 1)
			return strings.Replace(s, `"default":[]`, `"default":[{"id":"e","value":{"type":"identity"}}]`, 1)
		}, "e moved"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var told []string
			for _, c := range m.Compare(was, read(tt.edit(beforeTheChange))) {
				kind := map[ChangeKind]string{Added: " added", Removed: " removed", Shifted: " moved"}[c.Kind]
				line := strings.TrimSpace(c.Step + " " + c.Field + kind)
				if c.Field != "" {
					line += ": " + c.Was + " → " + c.Now
				}
				if c.Asks {
					line += " (asks)"
				}
				var lines []string
				for _, l := range c.Lines {
					lines = append(lines, fmt.Sprintf("%d-%d %s", l.Was, l.Now, l.Text))
				}
				if len(lines) > 0 {
					line += " [" + strings.Join(lines, "|") + "]"
				}
				told = append(told, strings.ReplaceAll(line, "  ", " "))
			}
			if got := strings.Join(told, "; "); got != tt.want {
				t.Errorf("told: %s\nwant: %s", got, tt.want)
			}
		})
	}
}

func TestStillSceneMarksWhatChanged(t *testing.T) {
	was, _ := flow.ParseJSON([]byte(beforeTheChange))
	now, _ := flow.ParseJSON([]byte(strings.NewReplacer(`"Pay?"`, `"Pay now?"`, `"id":"f"`, `"id":"g"`).Replace(beforeTheChange)))
	m := New()
	marks := m.Compare(was, now)
	lines := func(s Scene) string {
		var out []string
		for _, b := range s.Boxes {
			if b.Role != Idle {
				out = append(out, b.ID+" "+b.Line)
			}
		}
		return strings.Join(out, ", ")
	}
	if got := lines(m.StillScene(was, marks)); got != "b 1 change, f Taken out" {
		t.Errorf("before: %s", got)
	}
	if got := lines(m.StillScene(now, marks)); got != "b 1 change, g Added" {
		t.Errorf("after: %s", got)
	}
}
