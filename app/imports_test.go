package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A flow whose second step imports what is not here does not do its first.
func TestImportsAreToldBeforeAnyStepActs(t *testing.T) {
	for _, c := range []struct{ language, content, want string }{
		{"bun", `import _ from "lodash"; export const main = () => _.chunk([1, 2], 1)`, `the package "lodash"`},
		{"python3", "from sluice_never import a\ndef main():\n    return a", `imports "sluice_never"`},
	} {
		dir := t.TempDir()
		t.Chdir(dir)
		acted := filepath.Join(dir, "acted")
		file := `{"value":{"modules":[{"id":"a","value":{"type":"rawscript","language":"bash","content":"touch ` + acted + `","input_transforms":{}}},
			{"id":"b","value":{"type":"rawscript","language":"` + c.language + `","content":` + quoted(c.content) + `,"input_transforms":{}}}]}}`
		if err := os.WriteFile("flow.json", []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := call(t, nil, "validate", "flow.json"); got.code != exitUsage || !strings.Contains(got.out, "error: step b") || !strings.Contains(got.out, c.want) {
			t.Errorf("validate: %d %s%s", got.code, got.out, got.err)
		}
		got := call(t, nil, "run", "flow.json", "--data", "d", "--listen", "127.0.0.1:0")
		if got.code == 0 || !strings.Contains(got.err, "Step b: The script imports") || !strings.Contains(got.err, c.want) {
			t.Errorf("run: %d %s%s", got.code, got.out, got.err)
		}
		if _, err := os.Stat(acted); err == nil {
			t.Error("the first step acted")
		}
	}
}
