package model

import (
	"slices"
	"strings"

	"sluice/ui/say"
)

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
var KeyPlaces = []string{say.Mark("Everywhere"), say.Mark("On the canvas"), say.Mark("With steps"), say.Mark("With notes and groups"), say.Mark("With a run"), say.Mark("In fields and code"), say.Mark("In code")}

// Keys is the table of all keys.
var Keys = []Key{
	{"flows", "Ctrl+1", say.Mark("Flows"), KeysEverywhere},
	{"runs", "Ctrl+2", say.Mark("Runs"), KeysEverywhere},
	{"approvals", "Ctrl+3", say.Mark("Approvals"), KeysEverywhere},
	{"triggers", "Ctrl+4", say.Mark("Triggers"), KeysEverywhere},
	{"resources", "Ctrl+5", say.Mark("Resources"), KeysEverywhere},
	{"hub", "Ctrl+6", say.Mark("Hub"), KeysEverywhere},
	{"outbox", "Ctrl+7", say.Mark("Outbox"), KeysEverywhere},
	{"settings", "Ctrl+,", say.Mark("Settings"), KeysEverywhere},
	{"import", "Ctrl+O", say.Mark("Import a flow or workspace"), KeysEverywhere},
	{"export", "Ctrl+Shift+E", say.Mark("Export the flow"), KeysEverywhere},
	{"keys", "F1", say.Mark("This sheet"), KeysEverywhere},
	{"", "Tab / Shift+Tab", say.Mark("The next or previous thing that can be pressed"), KeysEverywhere},
	{"", "Esc", say.Mark("Close a dialog; select nothing"), KeysEverywhere},
	{"quit", "Ctrl+Q", say.Mark("Quit"), KeysEverywhere},

	{"", "↑ / ↓ / ← / →", say.Mark("Walk over steps, branches, notes and groups"), KeysCanvas},
	{"", "Home / End", say.Mark("Flow input; end of the flow"), KeysCanvas},
	{"", "Page Up / Page Down", say.Mark("Roll the canvas"), KeysCanvas},
	{"", "Enter", say.Mark("Open what is selected"), KeysCanvas},
	{"fold", "C", say.Mark("Fold a loop, a branch or a group, or open it; open the flow that a step runs"), KeysCanvas},
	{"foldall", "Shift+C", say.Mark("Fold all; open all"), KeysCanvas},
	{"find", "Ctrl+F", say.Mark("Find on the canvas; Enter goes on, Shift+Enter back"), KeysCanvas},
	{"fit", "0", say.Mark("Show the whole flow"), KeysCanvas},
	{"full", "1", say.Mark("Zoom to 100 %"), KeysCanvas},
	{"zoomin", "Ctrl+=", say.Mark("Zoom in"), KeysCanvas},
	{"zoomout", "Ctrl+-", say.Mark("Zoom out"), KeysCanvas},
	{"", "Wheel", say.Mark("Roll; with Shift sideways, with Ctrl zoom"), KeysCanvas},
	{"", "Shift+drag", say.Mark("Select what a frame touches"), KeysCanvas},
	{"menu", "Menu", say.Mark("The menu of what is selected"), KeysCanvas},

	{"add", "+ / Ctrl+Enter", say.Mark("Add a step after this one; the first one of a loop or branch that is empty"), KeysSteps},
	{"addin", "Ctrl+Shift+Enter", say.Mark("Add a first step inside of a loop or branch"), KeysSteps},
	{"all", "Ctrl+A", say.Mark("Select the steps beside this one, then all"), KeysSteps},
	{"", "Shift+click / Shift+↑ / Shift+↓", say.Mark("Select one more"), KeysSteps},
	{"up", "Alt+Up", say.Mark("Move up"), KeysSteps},
	{"down", "Alt+Down", say.Mark("Move down"), KeysSteps},
	{"copy", "Ctrl+C", say.Mark("Copy"), KeysSteps},
	{"cut", "Ctrl+X", say.Mark("Cut"), KeysSteps},
	{"paste", "Ctrl+V", say.Mark("Paste after this one"), KeysSteps},
	{"pastein", "Ctrl+Shift+V", say.Mark("Paste inside of a loop or branch"), KeysSteps},
	{"duplicate", "Ctrl+D", say.Mark("Duplicate"), KeysSteps},
	{"delete", "Delete", say.Mark("Delete"), KeysSteps},
	{"skip", "D", say.Mark("Skip in every run; the same key takes it back"), KeysSteps},
	{"replace", "R", say.Mark("Replace by another step"), KeysSteps},
	{"loop", "L", say.Mark("Wrap in a for loop"), KeysSteps},
	{"branch", "B", say.Mark("Wrap in a branch"), KeysSteps},
	{"unwrap", "U", say.Mark("Put the steps of a loop or branch in its place"), KeysSteps},
	{"rename", "F2", say.Mark("Change the id"), KeysSteps},

	{"note", "N", say.Mark("Add a note; around the steps that are selected"), KeysNotes},
	{"group", "Ctrl+G", say.Mark("Make a group of the selected steps"), KeysNotes},
	{"ungroup", "Ctrl+Shift+G", say.Mark("Take a group away; its steps stay"), KeysNotes},
	{"", "Alt+arrows", say.Mark("Move a note"), KeysNotes},

	{"test", "Ctrl+T", say.Mark("Test flow"), KeysRun},
	{"panel", "Ctrl+J", say.Mark("Show or fold the run panel"), KeysRun},
	{"follow", "F", say.Mark("Keep the step that runs in view"), KeysRun},

	{"undo", "Ctrl+Z", say.Mark("Undo"), KeysFields},
	{"redo", "Ctrl+Y / Ctrl+Shift+Z", say.Mark("Redo"), KeysFields},
	{"", "Ctrl+Space", say.Mark("Propose names, values and calls; Enter or Tab takes one"), KeysFields},
	{"", "Ctrl+Shift+Space", say.Mark("Pick a value of an earlier step for an expression"), KeysFields},
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
	list = slices.Clone(sheet(in))
	for i, k := range list {
		list[i].Keys, list[i].What = say.Keys(k.Keys), say.Of(k.What)
	}
	return list
}

func sheet(in KeyPlace) (list []Key) {
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
