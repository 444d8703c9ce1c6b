package pane

import "sluice/ui/say"

// What the palette and the lists say.
const (
	textLanguage = "Language"

	textPaletteAsk  = "Find steps, flows, runs, requests, resources, settings, commands…"
	textPaletteKey  = "Ctrl+K"
	textFindSetting = "Find a setting"
	textPaletteNote = "↑ ↓ chooses · ↵ does it · Esc closes"

	textRunsTitle      = "Runs"
	textRunsAbout      = "what flows have done, newest first"
	textSearchRuns     = "Search inputs, results, errors…"
	textApprover       = "Approver"
	textOlderRuns      = "Show older runs"
	textNothingMatches = "Nothing matches"
	textNoRunLike      = "No run is like that. Words are looked for in names, inputs, results, questions and errors."
	textShowAllRuns    = "Show all runs"
	textNoRunsYet      = "No runs here"
	textNoRunsAbout    = "A run is one go through a flow. Open a flow and press Test flow."
	textOpenFlows      = "Open the flows"
	textUntitledFlow   = "Untitled flow"
)

// Of the run panel, and of what is done with runs.
const (
	textPlay        = "Play the run from this moment"
	textPause       = "Stop playing"
	textFirst       = "To the beginning"
	textTimeline    = "Timeline: the run at any moment"
	textRestartMenu = "Restart from"
	textCompare     = "Compare…"
	textKeepThem    = "Keep these decisions"
	textAskAgain    = "Ask again"
	textRestart     = "Restart"
	textAsItRan     = "Show it as it ran"
	textFlowRuns    = "Runs"
	textNoRuns      = "This flow has not run yet."
	textAllRuns     = "All runs…"
	textRunAgain    = "Run again"
	textUpToHere    = "Test up to here"
	textFromHere    = "Test from here"
	textPinResult   = "Pin the result"
	textUnpin       = "Use no pinned result"
	textChangedFlow = "The flow was changed after this run"
	textFindResult  = "Find in this result"
)

// Of two runs side by side.
const (
	textCompareWith = "Compare this run with…"
	textReadingRun  = "Reading the other run"
	textComparing   = "Comparing the two runs"
	textComparison  = "Two runs side by side"
	textSame        = "same result"
	textDiffers     = "differs"
	textMoreChanges = "and more places"
)

// The ways to look at a result.
var (
	viewTree     = say.Mark("Tree")
	viewTable    = say.Mark("Table")
	viewText     = say.Mark("Text")
	viewImage    = say.Mark("Image")
	viewMarkdown = say.Mark("Markdown")
)

// Of the canvas.
const (
	textSelectFirst = "Select a step first"
	textFollowing   = "The step that runs stays in view"
	textWrapIn      = "Wrap in"
	textTestStep    = "Test step"
	textDoNotSkip   = "Do not skip"
	textFoldIt      = "Fold"
	textShowIn      = "Show what is in it"
	textWriteNote   = "Write…"
	textNameGroup   = "Name…"
	textColor       = "Color"
	textNote        = "Note"
	textNoteHint    = "What the next person should know"
	textGroupTitle  = "Group"
	textGroupName   = "Name"
	textGroupNote   = "Note"
	textGroupFolded = "Folded when the flow is opened"
	textFindHere    = "Find in ids, titles, code and inputs"
	textNothing     = "Nothing found"
	textKeys        = "Shortcuts"
	textNotOnPlus   = "Drop it on a + or on a line between two steps"
)

// Of versions and of the history.
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

// commandWords are the labels of commands in menus.
var commandWords = map[string]string{
	"copy": say.Mark("Copy"), "cut": say.Mark("Cut"), "duplicate": say.Mark("Duplicate"), "delete": say.Mark("Delete"), "up": say.Mark("Move up"), "down": say.Mark("Move down"),
	"loop": say.Mark("A for loop"), "while": say.Mark("A while loop"), "branch": say.Mark("A branch"), "branches": say.Mark("Branches at the same time"),
	"unwrap": say.Mark("Unwrap"), "replace": say.Mark("Replace…"), "skip": say.Mark("Skip"), "rename": say.Mark("Change the id…"), "note": say.Mark("Add a note"), "group": say.Mark("Make a group"), "ungroup": say.Mark("Take the group away"),
	"all": say.Mark("Select all"), "find": say.Mark("Find on the canvas"), "foldall": say.Mark("Fold or open all"), "fit": say.Mark("Show the whole flow"), "keys": say.Mark("Shortcuts"), "follow": say.Mark("Follow the run"),
}

func textLastedFor(time string) string { return say.F("lasted %s", time) }

func textPaletteNone(text string) string {
	if text == "" {
		return say.T("There is nothing to be found yet.")
	}
	return say.F("Nothing matches “%s”.", text)
}

func textDeleteFlow(name string) string { return say.F("Delete “%s”?", name) }
func textDeletes(path string) string {
	return say.F("It is %s. Runs that have begun go on with the version they started with.", path)
}

func textTotals(working, waiting string) string {
	switch {
	case working == "":
		return ""
	case waiting == "":
		return say.F("working %s", working)
	}
	return say.F("working %s · waiting %s", working, waiting)
}

func textUpTo(step string) string { return say.F("Runs up to “%s”", step) }
func textMoreRows(n int) string   { return say.N(n, "… and %d more row\n", "… and %d more rows\n") }

func textAddStep(where string) string { return say.F("Add a step %s", where) }
func textPaste(where string) string   { return say.F("Paste %s", where) }
func textReplaceBy(id string) string  { return say.F("Replace step %s", id) }
func textReplaces(id string) string   { return say.F("Replace step %s?", id) }
func textLoses(n int) string {
	return say.N(n, "%d step inside of it goes with it.", "%d steps inside of it go with it.")
}
func textDelete(ids []string) string {
	if len(ids) == 1 {
		return say.F("Delete step %s?", ids[0])
	}
	return say.N(len(ids), "Delete %d step?", "Delete %d steps?")
}

func textRunQuestion(n int) string { return say.F("Let version %d run?", n) }
func textBroughtBack(s string) string {
	return say.F("%s is on the screen. Undo takes it away again.", s)
}
func textVersionMade(n int) string { return say.F("Version %d runs from now on", n) }
func textVersionIs(n int) string {
	return say.F("Nothing was changed since version %d, which runs", n)
}

func textChanges(n, asks int) string {
	switch {
	case n == 0:
		return say.T(whySame)
	case asks > 0:
		return say.N(n, "%d change, %d of who decides", "%d changes, %d of who decides", asks)
	}
	return say.N(n, "%d change", "%d changes")
}

func textUndoTo(name string) string { return say.F("Undo: %s", name) }
func textRedoTo(name string) string { return say.F("Redo: %s", name) }
func textMoreHistory(n int) string  { return say.N(n, "%d older change…", "%d older changes…") }

func textDiscard(n int) string   { return say.F("Discard what was changed since version %d", n) }
func textDiscarded(n int) string { return say.F("Version %d", n) }

// textNameOf stands in the empty field of a name of a trigger.
func textNameOf(kind string) string {
	switch kind {
	case "webhook":
		return say.T("Name of the webhook")
	case "form":
		return say.T("Name of the form")
	}
	return say.T("Name of the schedule")
}

func textThrowAway(kind string) string {
	switch kind {
	case "webhook":
		return say.T("Throw away the new webhook?")
	case "form":
		return say.T("Throw away the new form?")
	}
	return say.T("Throw away the new schedule?")
}

// textAge is how old something may become.
func textAge(days int) string {
	switch days {
	case 1:
		return say.In("ago", "a day")
	case 365:
		return say.In("ago", "a year")
	}
	return say.N(days, "%d day", "%d days")
}
