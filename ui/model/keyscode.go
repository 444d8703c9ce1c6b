package model

import "sluice/ui/say"

// keysCode are the keys of the editor of code.
var keysCode = []Key{
	{"", "Ctrl+F", say.Mark("Find; F3 or Enter goes on, Shift with it back"), KeysCode},
	{"", "Ctrl+H", say.Mark("Find and replace"), KeysCode},
	{"", "Ctrl+G", say.Mark("Go to a line"), KeysCode},
	{"", "F8", say.Mark("The next mistake; in code without one, and elsewhere, the next problem of the flow"), KeysCode},
	{"", "Tab / Shift+Tab", say.Mark("Selected lines in or out; Esc, then Tab, leaves the code"), KeysCode},
	{"", "Ctrl+/", say.Mark("Comment lines, or take them out of a comment"), KeysCode},
	{"", "Alt+Up / Alt+Down", say.Mark("Move lines"), KeysCode},
	{"", "Shift+Alt+Up / Shift+Alt+Down", say.Mark("Double lines"), KeysCode},
	{"", "Ctrl+Shift+K", say.Mark("Delete lines"), KeysCode},
	{"", "Ctrl+D", say.Mark("Select the word, then one caret more at its next place"), KeysCode},
	{"", "Ctrl+Alt+Up / Ctrl+Alt+Down", say.Mark("One caret more, a line above or below"), KeysCode},
	{"", "Alt+click", say.Mark("One caret more, or Ctrl+click; Esc leaves one"), KeysCode},
	{"", "Shift+Alt+F", say.Mark("Lay the code out"), KeysCode},
}
