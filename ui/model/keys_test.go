package model

import (
	"slices"
	"strings"
	"testing"
)

// The sheet of shortcuts tells the keys of every command, as the menus do, and each
// once; those of code, which code takes first where it has the keyboard, are told apart.
func TestTheSheetTellsTheKeysOfEveryCommand(t *testing.T) {
	var all []Key
	for place := range KeyPlaces {
		all = append(all, Sheet(KeyPlace(place))...)
	}
	for _, c := range Commands {
		keys := strings.ReplaceAll(c.Keys, "Return", "Enter")
		if keys != "" && !slices.ContainsFunc(all, func(k Key) bool { return slices.Contains(strings.Split(k.Keys, " / "), keys) }) {
			t.Errorf("%s has the keys %s, which the sheet does not tell", c.Name, c.Keys)
		}
	}
	seen := map[string]string{}
	for _, k := range all {
		for one := range strings.SplitSeq(k.Keys, " / ") {
			at := one
			if k.In == KeysCode {
				at += " in code"
			}
			if other := seen[at]; other != "" {
				t.Errorf("%s stands there twice: %s; %s", one, other, k.What)
			}
			seen[at] = k.What
		}
	}
}
