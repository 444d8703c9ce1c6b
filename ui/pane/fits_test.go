package pane

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// narrowest is the least width of the inspector beside the canvas.
const narrowest = 320

func TestEveryTabOfTheInspectorFitsItsPanel(t *testing.T) {
	for _, l := range say.Languages {
		t.Run(l.Name, func(t *testing.T) {
			t.Cleanup(func() { say.Use("en") })
			say.Use(l.Code)
			everyTabFits(t)
		})
	}
}

func everyTabFits(t *testing.T) {
	d := sit(t, `{"summary":"F","value":{"skip_expr":"false","modules":[
{"id":"a","value":{"type":"rawscript","language":"bun","content":"code","concurrent_limit":1,"input_transforms":{"name":{"type":"static","value":"Ada"},"to":{"type":"javascript","expr":"flow_input.amount"}}},
 "delete_after_use":true,"mock":{"enabled":true,"return_value":{}},"retry":{"constant":{"attempts":1,"seconds":1}},
 "suspend":{"required_events":2,"resume_form":{"schema":{"type":"object","properties":{"n":{"type":"integer","title":"A rather long title of a field that somebody wrote"},"c":{"enum":[1,2]}},"required":["n"]}}},"x-sluice":{"high_stakes":true}},
{"id":"h","value":{"type":"script","path":"hub/1397/gmail/approval","input_transforms":{}},"suspend":{"required_events":1}},
{"id":"l","value":{"type":"forloopflow","parallel":true,"iterator":{"type":"static","value":[1]},"modules":[{"id":"i","value":{"type":"identity"}}]},"suspend":{"required_events":1}},
{"id":"w","value":{"type":"whileloopflow","modules":[{"id":"j","value":{"type":"identity"}}]}},
{"id":"o","value":{"type":"branchone","branches":[{"summary":"A way","expr":"true","modules":[]}],"default":[]}},
{"id":"p","value":{"type":"branchall","branches":[{"summary":"A way","modules":[]},{"modules":[]}]}},
{"id":"s","value":{"type":"flow","path":"f/shop/a_flow_with_a_long_name","input_transforms":{}}},
{"id":"u","value":{"type":"aiagent"}}]},
"schema":{"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]}}`)
	d.sigs["code"] = nameSchema
	fits := func(of string) {
		t.Helper()
		for _, sc := range all[*container.Scroll](d.editor.inspector.Object()) {
			if sc.Direction == container.ScrollVerticalOnly && sc.Content.MinSize().Width > narrowest {
				t.Errorf("%s is %.0f wide; the panel has %d", of, sc.Content.MinSize().Width, narrowest)
				widest(t, sc.Content, narrowest-32, "  ")
			}
		}
	}
	flow.Every(d.flow(), func(m *flow.Module) {
		d.h.Changed(d.h.Model.Select(m.ID))
		tabs, _ := d.tabs()
		for _, tab := range tabs {
			d.tab(tab)
			fits(m.ID + ", " + tab)
			for _, r := range all[*kit.Row](d.editor.inspector.Object()) {
				test.Tap(r) // a form's field shows what can be changed about it
				fits(m.ID + ", " + tab + ", a field open")
				break
			}
		}
	})
	d.h.Changed(d.h.Model.Select(""))
	for _, tab := range say.All([]string{"Inputs", "Settings"}) {
		d.iteration(tab)
		fits("the flow's own page")
	}
}

// widest tells what makes something too wide.
func widest(t *testing.T, o fyne.CanvasObject, most float32, in string) {
	t.Helper()
	if c, ok := o.(*fyne.Container); ok {
		for _, x := range c.Objects {
			if x.Visible() && x.MinSize().Width > most {
				t.Logf("%s%T %.0f", in, x, x.MinSize().Width)
				widest(t, x, most, in+"  ")
			}
		}
	}
	if f, ok := o.(*kit.Field); ok {
		t.Logf("%sfield %s", in, f.Label)
	}
}
