package pane

import (
	"strings"
	"testing"
	"time"

	"sluice/ui/model"
)

func TestWhatAnOwnScriptNeedsIsToldBeforeTheRun(t *testing.T) {
	for _, c := range []struct {
		inputs string
		wrong  bool
	}{
		{`{"name":{"type":"static","value":"Ada"}}`, false},
		{`{"name":{"type":"javascript","expr":"flow_input.x"}}`, false},
		{`{"name":{"type":"static","value":""}}`, false}, // a text may be empty
		{`{"name":{"type":"javascript","expr":" "}}`, true},
		{`{"name":{"type":"static"}}`, true},
		{`{}`, true},
	} {
		d := sit(t, strings.Replace(oneScript, `{"name":{"type":"static","value":"Ada"}}`, c.inputs, 1))
		d.sigs["code"] = nameSchema
		d.h.Later = func(_ time.Duration, f func()) { f() }
		d.editor.learning = false
		d.h.Changed(model.Dirty{Panes: model.PaneInspector})
		if got := d.h.Model.WhyNoTest(); (got != "") != c.wrong || c.wrong && !strings.Contains(got, "Name is empty") {
			t.Errorf("%s: %q", c.inputs, got)
		}
		if d.editor.wrong.Visible() != c.wrong || d.editor.test.Disabled() != c.wrong {
			t.Errorf("%s: the bar says %q", c.inputs, d.editor.wrong.Text)
		}
	}
}
