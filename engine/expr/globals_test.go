package expr

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"sluice/engine/flow"
)

// What flows are told to be there is there, and nothing else is: neither a warning of a
// name that works, nor silence about one that does not.
func TestKnownNamesAreThoseOfTheEngine(t *testing.T) {
	e := New(nil)
	defer e.Close()
	raw, err := e.Eval(t.Context(), value(`Object.getOwnPropertyNames(globalThis)`), lookup)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	if err := json.Unmarshal(raw, &have); err != nil {
		t.Fatal(err)
	}
	have = slices.DeleteFunc(have, func(n string) bool { return strings.HasPrefix(n, "$") })
	known := flow.Globals()
	for _, n := range have {
		if !slices.Contains(known, n) {
			t.Errorf("%s is there and not known", n)
		}
	}
	for _, n := range []string{"Intl", "Temporal", "URL", "URLSearchParams", "console", "fetch", "Buffer", "structuredClone", "TextEncoder", "setTimeout", "atob", "process", "require", "module", "crypto", "window", "self", "global", "Iterator", "WebAssembly"} {
		_, err := e.Eval(t.Context(), value(n+", 1"), lookup)
		if is := slices.Contains(known, n); is != (err == nil) {
			t.Errorf("%s is known: %v; reading it: %v", n, is, err)
		}
	}
	for _, n := range known {
		if _, err := e.Eval(t.Context(), value(n+", 1"), lookup); err != nil {
			t.Errorf("%s is known and cannot be read: %v", n, err)
		}
	}
}
