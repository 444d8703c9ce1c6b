package pane

import (
	"fmt"

	"sluice/ui/model"
)

// The texts of versions and of the history.

const (
	textVersions        = "Versions"
	textBackToFlow      = "Back to the flow"
	textNameVersion     = "Name…"
	textLetItRun        = "Let it run"
	textBringBack       = "Bring it back"
	textOnTheScreen     = "On the screen now"
	textRuns            = "runs"
	textTheFlow         = "flow"
	textWhoDecides      = "who decides"
	textVersionName     = "Name of the version"
	textSaveName        = "Save the name"
	textMakeVersion     = "Make a version"
	textMakeVersionIs   = "Schedules, webhooks, forms and other flows run it from now on, whatever you change afterwards. Runs that have begun go on as they began."
	textRunWhat         = "Schedules, webhooks, forms and other flows run it from now on. What is on the screen stays as it is. Runs that have begun go on as they began."
	textHistory         = "What was changed"
	textEarlier         = "Earlier change"
	textVersionProposal = "before the audit"
	whyOnlyVersions     = "This state was saved on the way. Bring it back, then make a version of it."
	whyItRuns           = "This version runs already"
	whySame             = "Nothing differs"
	whyNoHistory        = "Nothing was changed yet"
)

func textRunQuestion(n int) string    { return fmt.Sprintf("Let version %d run?", n) }
func textBroughtBack(s string) string { return s + " is on the screen. Undo takes it away again." }
func textVersionMade(n int) string    { return fmt.Sprintf("Version %d runs from now on", n) }
func textVersionIs(n int) string {
	return fmt.Sprintf("Nothing was changed since version %d, which runs", n)
}

func textChanges(n, asks int) string {
	switch {
	case n == 0:
		return "Nothing differs"
	case asks > 0:
		return model.Count(n, "change", "changes") + ", " + fmt.Sprint(asks) + " of who decides"
	}
	return model.Count(n, "change", "changes")
}

func textUndoTo(name string) string { return "Undo: " + name }
func textRedoTo(name string) string { return "Redo: " + name }
func textMoreHistory(n int) string  { return model.Count(n, "older change…", "older changes…") }

func textDiscard(n int) string   { return fmt.Sprintf("Discard what was changed since version %d", n) }
func textDiscarded(n int) string { return fmt.Sprintf("Version %d", n) }
