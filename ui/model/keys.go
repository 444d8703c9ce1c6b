package model

import "strings"

// A Key is what one key, or several pressed together, does somewhere. The sheet of
// shortcuts and the menus are made of this table.
type Key struct {
	ID   string // what menus ask for
	Keys string // "Ctrl+Shift+E"; several with " / " between them
	What string
	In   KeyPlace
}

// KeyPlace is where a key works.
type KeyPlace int

// The places of keys, in the order of the sheet.
const (
	KeysEverywhere KeyPlace = iota
	KeysCanvas
	KeysSteps
	KeysNotes
	KeysRun
	KeysFields
	KeysCode
)

// KeyPlaces names the places of keys.
var KeyPlaces = []string{"Everywhere", "On the canvas", "With steps", "With notes and groups", "With a run", "In fields and code", "In code"}

// Keys is the table of all keys.
var Keys = []Key{
	{"flows", "Ctrl+1", "Flows", KeysEverywhere},
	{"runs", "Ctrl+2", "Runs", KeysEverywhere},
	{"approvals", "Ctrl+3", "Approvals", KeysEverywhere},
	{"triggers", "Ctrl+4", "Triggers", KeysEverywhere},
	{"resources", "Ctrl+5", "Resources", KeysEverywhere},
	{"hub", "Ctrl+6", "Hub", KeysEverywhere},
	{"outbox", "Ctrl+7", "Outbox", KeysEverywhere},
	{"settings", "Ctrl+,", "Settings", KeysEverywhere},
	{"import", "Ctrl+O", "Import a flow or workspace", KeysEverywhere},
	{"export", "Ctrl+Shift+E", "Export the flow", KeysEverywhere},
	{"keys", "F1", "This sheet", KeysEverywhere},
	{"", "Tab / Shift+Tab", "The next or previous thing that can be pressed", KeysEverywhere},
	{"", "Esc", "Close a dialog; select nothing", KeysEverywhere},
	{"quit", "Ctrl+Q", "Quit", KeysEverywhere},

	{"", "↑ / ↓ / ← / →", "Walk over steps, branches, notes and groups", KeysCanvas},
	{"", "Home / End", "Flow input; end of the flow", KeysCanvas},
	{"", "Page Up / Page Down", "Roll the canvas", KeysCanvas},
	{"", "Enter", "Open what is selected", KeysCanvas},
	{"fold", "C", "Fold a loop, a branch or a group, or open it; open the flow that a step runs", KeysCanvas},
	{"foldall", "Shift+C", "Fold all; open all", KeysCanvas},
	{"find", "Ctrl+F", "Find on the canvas; Enter goes on, Shift+Enter back", KeysCanvas},
	{"fit", "0", "Show the whole flow", KeysCanvas},
	{"full", "1", "Zoom to 100 %", KeysCanvas},
	{"zoomin", "Ctrl+=", "Zoom in", KeysCanvas},
	{"zoomout", "Ctrl+-", "Zoom out", KeysCanvas},
	{"", "Wheel", "Roll; with Shift sideways, with Ctrl zoom", KeysCanvas},
	{"", "Shift+drag", "Select what a frame touches", KeysCanvas},
	{"menu", "Menu", "The menu of what is selected", KeysCanvas},

	{"add", "+ / Ctrl+Enter", "Add a step after this one; the first one of a loop or branch that is empty", KeysSteps},
	{"addin", "Ctrl+Shift+Enter", "Add a first step inside of a loop or branch", KeysSteps},
	{"all", "Ctrl+A", "Select the steps beside this one, then all", KeysSteps},
	{"", "Shift+click / Shift+↑ / Shift+↓", "Select one more", KeysSteps},
	{"up", "Alt+Up", "Move up", KeysSteps},
	{"down", "Alt+Down", "Move down", KeysSteps},
	{"copy", "Ctrl+C", "Copy", KeysSteps},
	{"cut", "Ctrl+X", "Cut", KeysSteps},
	{"paste", "Ctrl+V", "Paste after this one", KeysSteps},
	{"pastein", "Ctrl+Shift+V", "Paste inside of a loop or branch", KeysSteps},
	{"duplicate", "Ctrl+D", "Duplicate", KeysSteps},
	{"delete", "Delete", "Delete", KeysSteps},
	{"skip", "D", "Skip in every run; the same key takes it back", KeysSteps},
	{"replace", "R", "Replace by another step", KeysSteps},
	{"loop", "L", "Wrap in a for loop", KeysSteps},
	{"branch", "B", "Wrap in a branch", KeysSteps},
	{"unwrap", "U", "Put the steps of a loop or branch in its place", KeysSteps},
	{"rename", "F2", "Change the id", KeysSteps},

	{"note", "N", "Add a note; around the steps that are selected", KeysNotes},
	{"group", "Ctrl+G", "Make a group of the selected steps", KeysNotes},
	{"ungroup", "Ctrl+Shift+G", "Take a group away; its steps stay", KeysNotes},
	{"", "Alt+arrows", "Move a note", KeysNotes},

	{"test", "Ctrl+T", "Test flow", KeysRun},
	{"panel", "Ctrl+J", "Show or fold the run panel", KeysRun},
	{"follow", "F", "Keep the step that runs in view", KeysRun},

	{"undo", "Ctrl+Z", "Undo", KeysFields},
	{"redo", "Ctrl+Y / Ctrl+Shift+Z", "Redo", KeysFields},
	{"", "Ctrl+Space", "Propose names, values and calls; Enter or Tab takes one", KeysFields},
	{"", "Ctrl+Shift+Space", "Pick a value of an earlier step for an expression", KeysFields},
}

// KeysOf returns the keys of a command, "" if it has none.
func KeysOf(id string) string {
	for _, k := range Keys {
		if k.ID == id && id != "" {
			return k.Keys
		}
	}
	return ""
}

// Sheet lists the keys that work in a place: those of the table, and of each command of
// the menus that it does not name.
func Sheet(in KeyPlace) (list []Key) {
	if in == KeysCode {
		return keysCode
	}
	told := map[string]bool{}
	for _, k := range Keys {
		for _, one := range strings.Split(k.Keys, " / ") {
			told[one] = true
		}
		if k.In == in {
			list = append(list, k)
		}
	}
	for _, c := range Commands {
		keys := strings.ReplaceAll(c.Keys, "Return", "Enter")
		if keys == "" || told[keys] {
			continue
		}
		if at := map[bool]KeyPlace{true: KeysEverywhere, false: KeysCanvas}[c.Where == Anywhere]; at == in {
			list = append(list, Key{string(c.ID), keys, c.Name, at})
		}
	}
	return list
}
