package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"sluice/engine/internal/sqlite"
)

// What the library holds is named by a hash of what it says. A changed byte would else
// run as if its author had written it.

// FlowHash names a state of a flow.
func FlowHash(path string, file []byte) string { return ShortHash(path, string(file)) }

// ScriptHash names a version of a script.
func ScriptHash(s sqlite.Script) string {
	return ShortHash(s.Path, s.Summary, s.Description, s.Language, s.Kind, s.Content, s.Lock, string(s.Schema), string(s.Meta))
}

// versionHash names what a run was started with.
func versionHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// changedLibrary names what of the library is not as it was saved.
func changedLibrary(v sqlite.View) (found []string, err error) {
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	newest := make(map[string]string)
	err = v.EachSavedFlow(func(f sqlite.SavedFlow) {
		newest[f.Path] = f.Hash
		if FlowHash(f.Path, f.JSON) != f.Hash {
			add("version %s of flow %s is not as it was saved", f.Hash, f.Path)
		}
	})
	if err != nil {
		return nil, err
	}
	named := make(map[string]map[int]bool)
	err = v.EachNamedFlow(func(f sqlite.NamedFlow) {
		if named[f.Path] == nil {
			named[f.Path] = make(map[int]bool)
		}
		named[f.Path][f.Number] = true
		if FlowHash(f.Path, f.JSON) != f.Hash {
			add("version %d of flow %s is not as it was saved", f.Number, f.Path)
		}
	})
	if err != nil {
		return nil, err
	}
	flows, err := v.Flows()
	if err != nil {
		return nil, err
	}
	for _, f := range flows {
		if hash, ok := newest[f.Path]; ok && FlowHash(f.Path, f.JSON) != hash {
			add("flow %s is not as it was saved last", f.Path)
		}
		if f.Live != 0 && !named[f.Path][f.Live] {
			add("version %d of flow %s, which is to run, is missing", f.Live, f.Path)
		}
	}
	if err := v.EachScript(func(s sqlite.Script) {
		if ScriptHash(s) != s.Hash {
			add("version %s of script %s is not as it was saved", s.Hash, s.Path)
		}
	}); err != nil {
		return nil, err
	}
	err = v.EachVersion(func(hash string, data []byte) {
		if versionHash(data) != hash {
			add("the flow %s, which runs were started with, is not as it was stored", hash)
		}
	})
	return found, err
}
