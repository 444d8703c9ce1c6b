package inspector

import (
	"strings"

	"sluice/ui/say"
)

// The texts of the code page that a person reads, to be reviewed as prose.
const (
	textFind        = "Find (Ctrl+F)"
	textMore        = "More"
	textReplace     = "Replace…   Ctrl+H"
	textGoToLine    = "Go to line…   Ctrl+G"
	textNextProblem = "Next mistake   F8"
	textComment     = "Comment lines   Ctrl+/"
	textLayOut      = "Lay out   Shift+Alt+F"
	textCopyScript  = "Copy as a Windmill script"
	textOutside     = "Edit in your own editor"
	textStopOutside = "End"
	textTakeTheirs  = "Take it over"
	textYourEditor  = "your own editor"
	textLeftOpen    = "This code was changed in your own editor, and Sluice ended before it was taken over"
	textBothChanged = "The code was changed here and in your own editor"
	textKeepOurs    = "Keep the one here"
	textWindmill    = "Script"
	textLaidOut     = "Lay out the code"
	hintLeftOpen    = "Taking it over can be undone."
	hintBothChanged = "One can be kept. What is not kept here can be had back with Undo; the file is written anew."
)

func textOpenOutside(name string) string {
	return say.F("Open in your own editor as %s. What you save there comes here.", name)
}

func textOpenIn(editor, name string) string {
	return say.F("%s is open in %s. Each save there comes here.", name, editor)
}

func textEditIn(editor string) string { return say.F("Edit in %s", editor) }

// textTaken tells that a save elsewhere has come.
func textTaken(editor string) string { return say.F("Taken over from %s", editor) }

// textNobodyLaysOut says which programs are missing.
func textNobodyLaysOut(language string, would []string) string {
	if len(would) == 0 {
		return say.F("Sluice knows no program that lays out %s", language)
	}
	return say.F("Nothing on this computer lays out %s: install %s", language, strings.Join(would, say.T(" or ")))
}

func textLaysOut(program string) string { return say.F("Laid out by %s", program) }

const textIndented = "The lines were given the indents of their brackets. No line was broken or joined."
