package model

import "testing"

func TestTheWordsOfANote(t *testing.T) {
	for md, want := range map[string]string{
		"Runs on the **first** of each month": "Runs on the first of each month",
		"# Mind this\n- one\n* two\n  - in":   "Mind this\n• one\n• two\n  • in",
		"2 ** 3, a `b` and __init__":          "2 ** 3, a b and init",
		"#tag, not a heading":                 "#tag, not a heading",
		"** **":                               "** **",
		"":                                    "",
	} {
		if got := noteText(md); got != want {
			t.Errorf("%q reads %q, want %q", md, got, want)
		}
	}
}
