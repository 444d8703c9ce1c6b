package library

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Scripts lists the newest version of every script of the library, by path.
func (r *Catalog) Scripts(ctx context.Context) ([]flow.StoredScript, error) {
	rows, err := r.db.Scripts()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list scripts: %w", err))
	}
	out := make([]flow.StoredScript, len(rows))
	for i, s := range rows {
		out[i] = storedScript(s)
	}
	return out, nil
}

// Script returns the newest version of a script; code script.unknown.
func (r *Catalog) Script(ctx context.Context, path string) (flow.StoredScript, error) {
	s, ok, err := r.db.Script(path)
	if err != nil {
		return flow.StoredScript{}, journal.Unexpected(fmt.Errorf("read script %s: %w", path, err))
	}
	if !ok {
		return flow.StoredScript{}, noScript(path)
	}
	return whole(s)
}

// ScriptByHash returns one version of a script; code script.unknown.
func (r *Catalog) ScriptByHash(ctx context.Context, hash string) (flow.StoredScript, error) {
	s, ok, err := r.db.ScriptByHash(hash)
	if err != nil {
		return flow.StoredScript{}, journal.Unexpected(fmt.Errorf("read script %s: %w", hash, err))
	}
	if !ok {
		return flow.StoredScript{}, fault.Newf("script.unknown", "It may have been deleted. Choose the script again.", "There is no version %s of a script", hash)
	}
	return whole(s)
}

// ScriptVersions lists the versions of a script, newest first; none for a script
// that is not there.
func (r *Catalog) ScriptVersions(ctx context.Context, path string) ([]flow.Version, error) {
	rows, err := r.db.ScriptVersions(path)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the versions of %s: %w", path, err))
	}
	out := make([]flow.Version, len(rows))
	for i, s := range rows {
		out[i] = flow.Version{Hash: s.Hash, Summary: s.Summary, Saved: journal.FromNano(s.Saved)}
	}
	return out, nil
}

func noScript(path string) error {
	return fault.Newf("script.unknown", "Choose another script, or add this one.", "There is no script %s", path)
}

// whole is a script that is as it was saved; code script.damaged.
func whole(s sqlite.Script) (flow.StoredScript, error) {
	if journal.ScriptHash(s) != s.Hash {
		return flow.StoredScript{}, fault.Newf("script.damaged", "Nothing was started or changed. Save it anew, or bring back a version: sluice versions lists them. sluice verify tells what else is damaged.",
			"The script %s is not as it was saved: what is stored of it is damaged", s.Path)
	}
	return storedScript(s), nil
}

func storedScript(s sqlite.Script) flow.StoredScript {
	return flow.StoredScript{
		Path: s.Path, Hash: s.Hash, Summary: s.Summary, Description: s.Description, Language: s.Language, Kind: s.Kind,
		Content: s.Content, Lock: s.Lock, Schema: s.Schema, Meta: s.Meta, Updated: journal.FromNano(s.Saved),
	}
}

// SaveScript stores a script and returns the hash of its version. What equals
// the newest version makes no new one; what equals an older one makes that the
// newest. Codes: resource.path, script.language, script.schema.
func (l *Library) SaveScript(ctx context.Context, s flow.StoredScript) (hash string, err error) {
	if err := flow.CheckPath(s.Path); err != nil {
		return "", err
	}
	if strings.TrimSpace(s.Language) == "" {
		return "", fault.Newf("script.language", "Nothing was stored. Say which language it is written in.", "The script %s has no language", s.Path)
	}
	for _, raw := range [][]byte{s.Schema, s.Meta} {
		if len(bytes.TrimSpace(raw)) > 0 && !json.Valid(raw) {
			return "", fault.Newf("script.schema", "Nothing was stored. Correct it and save again.", "The schema or the settings of the script %s are not JSON", s.Path)
		}
	}
	row := sqlite.Script{
		Path: s.Path, Summary: s.Summary, Description: s.Description, Language: s.Language, Kind: s.Kind,
		Content: s.Content, Lock: s.Lock, Schema: s.Schema, Meta: s.Meta,
	}
	row.Hash = journal.ScriptHash(row)
	err = l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		old, ok, err := tx.Script(row.Path)
		if err != nil || ok && old.Hash == row.Hash {
			return err
		}
		row.Saved = now.UnixNano()
		return tx.PutScript(row)
	})
	if err != nil {
		return "", journal.Unexpected(err)
	}
	return row.Hash, nil
}

// DeleteScript removes a script with all its versions. Runs keep the version
// that they were started with.
func (l *Library) DeleteScript(ctx context.Context, path string) error {
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error { return tx.DeleteScript(path) }))
}

// KeptFiles lists the files that are kept only to be given back, by path.
func (r *Catalog) KeptFiles(ctx context.Context) ([]flow.KeptFile, error) {
	rows, err := r.db.KeptFiles()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the kept files: %w", err))
	}
	out := make([]flow.KeptFile, len(rows))
	for i, f := range rows {
		out[i] = flow.KeptFile{Path: f.Path, Data: append([]byte{}, f.Data...)} // an empty file is not nil
	}
	return out, nil
}

// KeepFile keeps a file as it is; without data it is forgotten. Code: file.path.
func (l *Library) KeepFile(ctx context.Context, f flow.KeptFile) error {
	if !fs.ValidPath(f.Path) {
		return fault.Newf("file.path", "It was not kept.", "%q cannot be the path of a file", f.Path)
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		if f.Data == nil {
			return tx.DeleteKeptFile(f.Path)
		}
		return tx.PutKeptFile(sqlite.KeptFile{Path: f.Path, Data: f.Data})
	}))
}
