package engine

import (
	"errors"
	"fmt"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// scriptAt is a step that runs a script of the library, or one version of it.
func scriptAt(id, path, hash string) string {
	if hash != "" {
		hash = fmt.Sprintf(`,"hash":%q`, hash)
	}
	return fmt.Sprintf(`{"id":%q,"value":{"type":"script","path":%q%s,"input_transforms":{}}}`, id, path, hash)
}

// store saves a script whose content is a function of the world.
func (f *fixture) store(path, content string) string {
	f.t.Helper()
	hash, err := f.SaveScript(bg, flow.StoredScript{Path: path, Language: "bash", Content: content})
	if err != nil {
		f.t.Fatal(err)
	}
	return hash
}

// pinnedOf is what a run runs.
func (f *fixture) pinnedOf(id run.ID) run.Pinned {
	f.t.Helper()
	log, err := f.Log(bg, id)
	if err != nil {
		f.t.Fatal(err)
	}
	pin, err := f.Pinned(bg, log[0].Event.(run.Started).Flow)
	if err != nil {
		f.t.Fatal(err)
	}
	return pin
}

// A run keeps the scripts that were there when it started; the library goes
// before the hub.
func TestRunsKeepTheScriptsOfTheirStart(t *testing.T) {
	f := newFixture(t)
	f.cfg.Scripts = func(path string) (run.Code, error) {
		if path == "u/me/s" || path == "hub/1/x" {
			return run.Code{Path: path, Language: "bash", Content: "of the hub"}, nil
		}
		return run.Code{}, errors.New("not in the hub")
	}
	f.open()
	hold := make(chan bool)
	f.world.Script("a", blockUntil(hold))
	f.store("u/me/s", "first")
	id := f.start(script("a", ""), scriptAt("b", "u/me/s", ""), scriptAt("c", "hub/1/x", ""))
	f.store("u/me/s", "second")
	close(hold)
	f.untilDone(id)
	pin := f.pinnedOf(id)
	if s := pin.Scripts["u/me/s"]; s.Content != "first" || s.Path != "u/me/s" {
		t.Errorf("the run's script is %+v", s)
	}
	if s := pin.Scripts["hub/1/x"]; s.Content != "of the hub" {
		t.Errorf("the run's script of the hub is %+v", s)
	}
	again := f.start(scriptAt("b", "u/me/s", ""))
	f.untilDone(again)
	if s := f.pinnedOf(again).Scripts["u/me/s"]; s.Content != "second" {
		t.Errorf("the next run's script is %+v", s)
	}
}
