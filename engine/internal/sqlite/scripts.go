package sqlite

import "database/sql"

// Script is one version of a script of the library. The one with the highest
// Place of its path is the newest.
type Script struct {
	Path        string
	Hash        string
	Summary     string
	Description string
	Language    string
	Kind        string
	Content     string
	Lock        string
	Schema      []byte
	Meta        []byte
	Saved       int64
}

const scriptColumns = `path, hash, summary, description, language, kind, content, lock, schema, meta, saved`

func (s *Script) dest() []any {
	return []any{&s.Path, &s.Hash, &s.Summary, &s.Description, &s.Language, &s.Kind, &s.Content, &s.Lock, &s.Schema, &s.Meta, &s.Saved}
}

// PutScript makes a version the newest of its path. One that was there before
// moves up and stays one.
func (tx *Tx) PutScript(s Script) error {
	return tx.exec(`INSERT INTO script (`+scriptColumns+`, place)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, (SELECT COALESCE(MAX(place), 0) + 1 FROM script WHERE path = ?1))
		ON CONFLICT (hash) DO UPDATE SET place = excluded.place, saved = excluded.saved`,
		s.Path, s.Hash, s.Summary, s.Description, s.Language, s.Kind, s.Content, s.Lock, s.Schema, s.Meta, s.Saved)
}

// DeleteScript removes a script with all its versions.
func (tx *Tx) DeleteScript(path string) error {
	return tx.exec(`DELETE FROM script WHERE path = ?`, path)
}

// Scripts lists the newest version of every script, by path.
func (v View) Scripts() ([]Script, error) {
	return v.scripts(`SELECT ` + scriptColumns + ` FROM script s
		WHERE place = (SELECT MAX(place) FROM script WHERE path = s.path) ORDER BY path`)
}

// ScriptVersions lists all versions of a script, newest first.
func (v View) ScriptVersions(path string) ([]Script, error) {
	return v.scripts(`SELECT `+scriptColumns+` FROM script WHERE path = ? ORDER BY place DESC`, path)
}

func (v View) scripts(query string, args ...any) (out []Script, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var s Script
		if err := rows.Scan(s.dest()...); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	}, query, args...)
	return out, err
}

// Script returns the newest version of a script.
func (v View) Script(path string) (s Script, ok bool, err error) {
	ok, err = v.one(s.dest(), `SELECT `+scriptColumns+` FROM script WHERE path = ? ORDER BY place DESC LIMIT 1`, path)
	return s, ok, err
}

// ScriptByHash returns one version of a script.
func (v View) ScriptByHash(hash string) (s Script, ok bool, err error) {
	ok, err = v.one(s.dest(), `SELECT `+scriptColumns+` FROM script WHERE hash = ?`, hash)
	return s, ok, err
}

// SavedFlow is one state in which a flow of the library was saved.
type SavedFlow struct {
	Path    string
	Hash    string
	Summary string
	JSON    []byte
	Saved   int64
	Edit    string // what was changed; "" where that is not known
}

// PutSavedFlow notes a state of a flow as the newest of its path and forgets
// those beyond the newest keep ones.
func (tx *Tx) PutSavedFlow(f SavedFlow, keep int) error {
	err := tx.exec(`INSERT INTO flow_saved (path, hash, summary, json, saved, place, edit)
		VALUES (?1, ?2, ?3, ?4, ?5, (SELECT COALESCE(MAX(place), 0) + 1 FROM flow_saved WHERE path = ?1), ?6)
		ON CONFLICT (hash) DO UPDATE SET place = excluded.place, saved = excluded.saved, edit = excluded.edit`,
		f.Path, f.Hash, f.Summary, f.JSON, f.Saved, f.Edit)
	if err != nil {
		return err
	}
	return tx.exec(`DELETE FROM flow_saved WHERE path = ?1 AND id IN
		(SELECT id FROM flow_saved WHERE path = ?1 ORDER BY place DESC LIMIT -1 OFFSET ?2)`, f.Path, keep)
}

// DeleteSavedFlows forgets the states of a flow.
func (tx *Tx) DeleteSavedFlows(path string) error {
	return tx.exec(`DELETE FROM flow_saved WHERE path = ?`, path)
}

// SavedFlows lists the states of a flow, newest first, without their JSON.
func (v View) SavedFlows(path string) (out []SavedFlow, err error) {
	err = v.each(func(rows *sql.Rows) error {
		f := SavedFlow{Path: path}
		if err := rows.Scan(&f.Hash, &f.Summary, &f.Saved, &f.Edit); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, `SELECT hash, summary, saved, edit FROM flow_saved WHERE path = ? ORDER BY place DESC`, path)
	return out, err
}

// NewestSavedFlow returns the hash of the state in which a flow was saved last.
func (v View) NewestSavedFlow(path string) (hash string, ok bool, err error) {
	ok, err = v.one([]any{&hash}, `SELECT hash FROM flow_saved WHERE path = ? ORDER BY place DESC LIMIT 1`, path)
	return hash, ok, err
}

// EachSavedFlow goes through all states of all flows.
func (v View) EachSavedFlow(visit func(f SavedFlow)) error {
	return v.each(func(rows *sql.Rows) error {
		var f SavedFlow
		if err := rows.Scan(&f.Path, &f.Hash, &f.JSON); err != nil {
			return err
		}
		visit(f)
		return nil
	}, `SELECT path, hash, json FROM flow_saved ORDER BY path, place`)
}

// EachScript goes through all versions of all scripts.
func (v View) EachScript(visit func(s Script)) error {
	return v.each(func(rows *sql.Rows) error {
		var s Script
		if err := rows.Scan(s.dest()...); err != nil {
			return err
		}
		visit(s)
		return nil
	}, `SELECT `+scriptColumns+` FROM script ORDER BY path, place`)
}

// EachVersion goes through the versions of flows that runs were started with, but for those
// that were emptied.
func (v View) EachVersion(visit func(hash string, data []byte)) error {
	return v.each(func(rows *sql.Rows) error {
		var hash string
		var data []byte
		if err := rows.Scan(&hash, &data); err != nil {
			return err
		}
		visit(hash, data)
		return nil
	}, `SELECT hash, data FROM flow_version WHERE length(data) > 0 ORDER BY hash`)
}

// SavedFlow returns one state of a flow.
func (v View) SavedFlow(hash string) (f SavedFlow, ok bool, err error) {
	ok, err = v.one([]any{&f.Path, &f.Hash, &f.Summary, &f.JSON, &f.Saved}, `SELECT path, hash, summary, json, saved FROM flow_saved WHERE hash = ?`, hash)
	return f, ok, err
}

// UnsavedFlows lists the flows that no saved state is known of: those of a file
// that was written before states were kept.
func (v View) UnsavedFlows() (out []Flow, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var f Flow
		if err := rows.Scan(&f.Path, &f.Summary, &f.JSON, &f.Updated); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, `SELECT path, summary, json, updated FROM flow WHERE path NOT IN (SELECT path FROM flow_saved) ORDER BY path`)
	return out, err
}

// KeptFile is a file that is only kept, to be given back.
type KeptFile struct {
	Path string
	Data []byte
}

// PutKeptFile keeps a file under its path.
func (tx *Tx) PutKeptFile(f KeptFile) error {
	return tx.exec(`INSERT INTO kept_file (path, data) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET data = excluded.data`, f.Path, f.Data)
}

// DeleteKeptFile forgets a kept file.
func (tx *Tx) DeleteKeptFile(path string) error {
	return tx.exec(`DELETE FROM kept_file WHERE path = ?`, path)
}

// KeptFiles lists the kept files by path.
func (v View) KeptFiles() (out []KeptFile, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var f KeptFile
		if err := rows.Scan(&f.Path, &f.Data); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, `SELECT path, data FROM kept_file ORDER BY path`)
	return out, err
}
