package model

// keysCode are the keys of the editor of code.
var keysCode = []Key{
	{"", "Ctrl+F", "Find; F3 or Enter goes on, Shift with it back", KeysCode},
	{"", "Ctrl+H", "Find and replace", KeysCode},
	{"", "Ctrl+G", "Go to a line", KeysCode},
	{"", "F8", "The next mistake", KeysCode},
	{"", "Tab / Shift+Tab", "Selected lines in or out; Esc, then Tab, leaves the code", KeysCode},
	{"", "Ctrl+/", "Comment lines, or take them out of a comment", KeysCode},
	{"", "Alt+Up / Alt+Down", "Move lines", KeysCode},
	{"", "Shift+Alt+Up / Shift+Alt+Down", "Double lines", KeysCode},
	{"", "Ctrl+Shift+K", "Delete lines", KeysCode},
	{"", "Ctrl+D", "Select the word, then one caret more at its next place", KeysCode},
	{"", "Ctrl+Alt+Up / Ctrl+Alt+Down", "One caret more, a line above or below", KeysCode},
	{"", "Alt+click", "One caret more, or Ctrl+click; Esc leaves one", KeysCode},
	{"", "Shift+Alt+F", "Lay the code out", KeysCode},
}
