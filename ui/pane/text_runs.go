package pane

// Words of the run panel and of what is done with runs.
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
)

func textTotals(working, waiting string) string {
	switch {
	case working == "":
		return ""
	case waiting == "":
		return "working " + working
	}
	return "working " + working + " · waiting " + waiting
}

func textUpTo(step string) string { return "Runs up to “" + step + "”" }

// Words of two runs side by side.
const (
	textCompareWith = "Compare this run with…"
	textComparison  = "Two runs side by side"
	textSame        = "same result"
	textDiffers     = "differs"
	textMoreChanges = "and more places"
)

// Ways to look at a result.
const (
	textViewTree     = "Tree"
	textViewTable    = "Table"
	textViewText     = "Text"
	textViewImage    = "Image"
	textViewMarkdown = "Markdown"
	textFindResult   = "Find in this result"
	textMoreRows     = "… and %d more rows\n"
)
