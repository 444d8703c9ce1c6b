package pane

import "fmt"

// What the palette and the lists say.
const (
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

func textLastedFor(time string) string { return "lasted " + time }

func textPaletteNone(text string) string {
	if text == "" {
		return "There is nothing to be found yet."
	}
	return fmt.Sprintf("Nothing matches %q.", text)
}

func textDeleteFlow(name string) string { return fmt.Sprintf("Delete “%s”?", name) }
func textDeletes(path string) string {
	return "It is " + path + ". Runs that have begun go on with the version they started with."
}
