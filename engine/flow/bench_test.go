package flow

import (
	"fmt"
	"strings"
	"testing"
)

// A flow of a thousand steps, as the editor reads and writes it.
func BenchmarkThousandSteps(b *testing.B) {
	var mods []string
	for i := range 1000 {
		mods = append(mods, fmt.Sprintf(`{"id":"s%d","summary":"Step","value":{"type":"rawscript","language":"bun","content":%s,"input_transforms":{"x":{"type":"javascript","expr":"results.s%d"}}}}`,
			i, quote(strings.Repeat("line of code\n", 20)), i-1))
	}
	text := []byte(`{"summary":"","value":{"modules":[` + strings.Join(mods, ",") + `]}}`)
	f, err := ParseJSON(text)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := ParseJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if _, err := f.JSON(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("validate", func(b *testing.B) {
		for b.Loop() {
			Validate(f)
		}
	})
	b.Run("edit", func(b *testing.B) {
		for b.Loop() {
			if _, err := Rename(f, "s500", "new"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
