package model

// The names of the commands of the canvas.
const (
	textCmdKeys       = "Shortcuts"
	textCmdGuide      = "A first flow in two minutes"
	textCmdGuideLeave = "Leave the guided way"
	textCmdAddIn      = "Add a first step inside of it"
	textCmdSkip       = "Skip step, or do not"
	textCmdReplace    = "Replace step…"
	textCmdLoop       = "Wrap in a for loop"
	textCmdWhile      = "Wrap in a while loop"
	textCmdBranch     = "Wrap in a branch"
	textCmdBranches   = "Wrap in branches at the same time"
	textCmdUnwrap     = "Unwrap"
	textCmdGroup      = "Make a group"
	textCmdNote       = "Add a note"
	textCmdAll        = "Select all"
	textCmdFollow     = "Follow the run"
	textCmdFind       = "Find on the canvas"
	textCmdFold       = "Fold, or show what is in it"
	textCmdFoldAll    = "Fold or open all"
	textCmdFit        = "Show the whole flow"
	textCmdFull       = "Zoom to 100 %"
	textCmdZoomIn     = "Zoom in"
	textCmdZoomOut    = "Zoom out"
)
