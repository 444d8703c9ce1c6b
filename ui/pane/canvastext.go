package pane

import "sluice/ui/model"

// The words of what is done on the canvas.

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

// commandWords are the labels of commands in menus.
var commandWords = map[string]string{
	"copy": "Copy", "cut": "Cut", "duplicate": "Duplicate", "delete": "Delete", "up": "Move up", "down": "Move down",
	"loop": "A for loop", "while": "A while loop", "branch": "A branch", "branches": "Branches at the same time",
	"unwrap": "Unwrap", "replace": "Replace…", "skip": "Skip", "rename": "Change the id…", "note": "Add a note", "group": "Make a group", "ungroup": "Take the group away",
	"all": "Select all", "find": "Find on the canvas", "foldall": "Fold or open all", "fit": "Show the whole flow", "keys": "Shortcuts", "follow": "Follow the run",
}

func textAddStep(where string) string { return "Add a step " + where }
func textPaste(where string) string   { return "Paste " + where }
func textReplaceBy(id string) string  { return "Replace step " + id }
func textLoses(n int) string {
	return model.Count(n, "step inside of it goes", "steps inside of it go") + " with it."
}
func textDelete(ids []string) string {
	if len(ids) == 1 {
		return "Delete step " + ids[0] + "?"
	}
	return "Delete " + model.Count(len(ids), "step", "steps") + "?"
}
