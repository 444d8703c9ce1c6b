package engine

import (
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
)

func hashes(vs []flow.Version) (out []string) {
	for _, v := range vs {
		out = append(out, v.Hash)
	}
	return out
}

func TestScriptsHaveVersions(t *testing.T) {
	f := newFixture(t).open()
	save := func(content string) string {
		t.Helper()
		hash, err := f.SaveScript(bg, flow.StoredScript{Path: "f/a/charge", Language: "bash", Content: content, Schema: flow.Raw(`{}`), Meta: []byte(`{"tag":"x"}`)})
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	first := save("one")
	if again := save("one"); again != first || len(first) != 16 {
		t.Errorf("saved again: %s after %s", again, first)
	}
	second := save("two")
	list, err := f.ScriptVersions(bg, "f/a/charge")
	if err != nil {
		t.Fatal(err)
	}
	f.diff("versions", []string{second, first}, hashes(list))
	if s, err := f.Script(bg, "f/a/charge"); err != nil || s.Content != "two" || s.Hash != second || string(s.Meta) != `{"tag":"x"}` || s.Updated.IsZero() {
		t.Errorf("Script = %+v, %v", s, err)
	}
	if s, err := f.ScriptByHash(bg, first); err != nil || s.Content != "one" {
		t.Errorf("ScriptByHash = %+v, %v", s, err)
	}
	if save("one") != first {
		t.Error("an old version got a new hash")
	}
	list, _ = f.ScriptVersions(bg, "f/a/charge")
	f.diff("versions after going back", []string{first, second}, hashes(list))
	if all, err := f.Scripts(bg); err != nil || len(all) != 1 || all[0].Content != "one" {
		t.Errorf("Scripts = %+v, %v", all, err)
	}
	if err := f.DeleteScript(bg, "f/a/charge"); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{errOf(f.Script(bg, "f/a/charge")), errOf(f.ScriptByHash(bg, first))} {
		if !fault.HasCode(err, "script.unknown") {
			t.Errorf("after its deletion: %v", err)
		}
	}
	for reason, s := range map[string]flow.StoredScript{
		"no path":                  {Language: "bash"},
		"no language":              {Path: "u/me/x"},
		"a schema that is no JSON": {Path: "u/me/x", Language: "bash", Schema: flow.Raw(`{`)},
		"settings that are none":   {Path: "u/me/x", Language: "bash", Meta: []byte(`{`)},
	} {
		if _, err := f.SaveScript(bg, s); err == nil {
			t.Errorf("%s: the script was stored", reason)
		}
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestFlowsHaveVersions(t *testing.T) {
	f := newFixture(t).open()
	one, two := string(flowOf(script("a", ""))), string(flowOf(script("b", "")))
	for _, file := range []string{one, one, two} {
		if err := f.SaveFlow(bg, "u/me/x", []byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	list, err := f.FlowVersions(bg, "u/me/x")
	if err != nil || len(list) != 2 || list[0].Summary != "Refund" || list[0].Saved.IsZero() {
		t.Fatalf("FlowVersions = %+v, %v", list, err)
	}
	for i, want := range []string{two, one} {
		if b, err := f.FlowVersion(bg, list[i].Hash); string(b) != want || err != nil {
			t.Errorf("version %d is %s, %v", i, b, err)
		}
	}
	if _, err := f.FlowVersion(bg, strings.Repeat("0", 16)); !fault.HasCode(err, "flow.unknown") {
		t.Errorf("FlowVersion of nothing = %v", err)
	}
	// A flow that was saved before states were kept gets its first one at the
	// next start.
	f.stop()
	damage(t, f.cfg.Dir, `DELETE FROM flow_saved`)
	f.open()
	if list, err := f.FlowVersions(bg, "u/me/x"); err != nil || len(list) != 1 {
		t.Errorf("FlowVersions = %+v, %v", list, err)
	}
	if err := f.DeleteFlow(bg, "u/me/x"); err != nil {
		t.Fatal(err)
	}
	if list, err := f.FlowVersions(bg, "u/me/x"); err != nil || len(list) != 0 {
		t.Errorf("FlowVersions after its deletion = %+v, %v", list, err)
	}
}

func TestFilesAreKept(t *testing.T) {
	f := newFixture(t).open()
	want := []flow.KeptFile{{Path: "f/a/folder.meta.yaml", Data: []byte("x")}, {Path: "wmill.yaml", Data: []byte{}}}
	for _, k := range append(want, flow.KeptFile{Path: "gone", Data: []byte("y")}, flow.KeptFile{Path: "gone"}) {
		if err := f.KeepFile(bg, k); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.KeptFiles(bg)
	if err != nil {
		t.Fatal(err)
	}
	f.diff("kept files", want, got)
	if err := f.KeepFile(bg, flow.KeptFile{Path: "/abs", Data: []byte("x")}); err == nil {
		t.Error("a file outside the folder was kept")
	}
}
