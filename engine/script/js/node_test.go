package js

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"sluice/engine/script/internal/scripttest"

	"github.com/google/go-cmp/cmp"
)

// The modules of Node that scripts may import, or require, give what they give in
// Node: testdata/node/modules.json is what version 20.20.2 said, and where there is a
// node it is asked again.
func TestModulesOfNode(t *testing.T) {
	text, err := os.ReadFile("testdata/node/modules.cjs")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/node/modules.json")
	if err != nil {
		t.Fatal(err)
	}
	read := func(b []byte) (v map[string]any) {
		t.Helper()
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		return v
	}
	source := strings.Replace(string(text), "exports.main =", "export const main =", 1)
	for _, language := range []string{"bun", "deno", "nativets"} {
		got, err := newJS(t).Run(context.Background(), scripttest.Job(language, source, "{}"), t.Output())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(read(want), read(got)); d != "" {
			t.Errorf("%s (-node +ours)\n%s", language, d)
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return
	}
	cmd := exec.Command(node, "-e", `require("./modules.cjs").main().then((o) => console.log(JSON.stringify(o)))`)
	cmd.Dir = "testdata/node"
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(read(want), read(bytes.TrimSpace(out))); d != "" {
		t.Errorf("this node says otherwise (-wanted +node)\n%s", d)
	}
}

func TestPlatformsAreNamedAsInNode(t *testing.T) {
	for goos, want := range map[string]string{"windows": "win32", "darwin": "darwin", "linux": "linux", "freebsd": "freebsd"} {
		if got := platform(goos); got != want {
			t.Errorf("platform(%s) = %s, want %s", goos, got, want)
		}
	}
}
