package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/ui/model"
)

// BenchmarkTestFlow measures what lies between the press of Test flow and the first
// state on the canvas, for a flow of 200 steps that was changed since its last test:
// encoding, compiling, the commit, what the window reads, and the scene.
func BenchmarkTestFlow(b *testing.B) {
	b.Setenv("SLUICE_KEYRING", "file")
	o := &options{data: b.TempDir(), listen: "127.0.0.1:0", out: io.Discard, errOut: io.Discard}
	h, err := o.openAndProceed(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	steps := []string{`{"id":"wait","suspend":{"required_events":1},"value":{"type":"identity"}}`} // it waits, so that no step runs beside
	for i := range 200 {
		steps = append(steps, fmt.Sprintf(`{"id":"s%d","value":{"type":"rawscript","language":"bun","content":"export async function main(x: number) { return x + %d }","input_transforms":{"x":{"type":"javascript","expr":"flow_input.x"}}}}`, i, i))
	}
	n := 0
	for b.Loop() {
		n++
		b.StopTimer()
		f, err := flow.ParseJSON(fmt.Appendf(nil, `{"summary":"Version %d","value":{"modules":[%s]}}`, n, strings.Join(steps, ",")))
		if err != nil {
			b.Fatal(err)
		}
		m := model.New()
		m.Open("", f)
		b.StartTimer()
		req, err := m.Test([]byte(`{"x":1}`))
		if err != nil {
			b.Fatal(err)
		}
		begun, err := h.eng.Start(b.Context(), req)
		if err != nil {
			b.Fatal(err)
		}
		if d := m.Begin(begun); d.Loads || d.Plans {
			b.Fatal("something has to be read")
		}
		if m.Scene(); !m.HasRun() {
			b.Fatal("no run is shown")
		}
	}
}
