package main

import (
	"fmt"
	"runtime"
	"testing"
)

// More steps at once start a run and wait for it, by asking for its end again and
// again and by the call that waits, than there are workers. Each gets its answer.
func TestMoreStepsWaitForRunsThanThereAreWorkers(t *testing.T) {
	h, _ := clientServer(t)
	const code = `import * as wmill from "windmill-client";
export async function main(n) {
	if (n % 2) return await wmill.runFlow("u/client/double", { n });
	const r = await fetch(process.env.BASE_INTERNAL_URL + "/api/w/sluice/jobs/run_wait_result/f/u/client/double", {
		method: "POST", body: JSON.stringify({ n }), headers: { "Content-Type": "application/json", Authorization: "Bearer " + process.env.WM_TOKEN },
	});
	if (!r.ok) throw new Error(await r.text());
	return await r.json();
}`
	many := max(24, 3*runtime.NumCPU()) + 2
	outer := fmt.Sprintf(`{"summary":"Outer","value":{"modules":[{"id":"l","value":{"type":"forloopflow","parallel":true,"skip_failures":false,
		"iterator":{"type":"javascript","expr":"Array.from({length: %d}, (_, n) => n)"},"modules":[
		{"id":"w","value":{"type":"rawscript","language":"bun","content":%s,"input_transforms":{"n":{"type":"javascript","expr":"flow_input.iter.value"}}}}]}}]}}`, many, quoted(code))
	steps := ended(t, h, "u/client/outer", outer, nil)
	if len(steps) != many {
		t.Errorf("%d of %d steps came to an end: %v", len(steps), many, steps)
	}
	for n := range many {
		found := false
		for _, v := range steps {
			found = found || v == fmt.Sprintf(`{"twice":%d}`, 2*n)
		}
		if !found {
			t.Errorf("no step got %d", 2*n)
		}
	}
}
