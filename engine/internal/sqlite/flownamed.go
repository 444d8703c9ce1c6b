package sqlite

import "database/sql"

// NamedFlow is a version of a flow: a state that a person has named, or that was
// brought in from outside. Versions are numbered from 1 and are never changed.
type NamedFlow struct {
	Path    string
	Number  int
	Name    string // of the person's choice; "" if none was given
	Hash    string // of that state, as a SavedFlow has it
	Summary string
	JSON    []byte
	Saved   int64
}

const namedColumns = `path, number, name, hash, summary, json, saved`

func (f *NamedFlow) dest() []any {
	return []any{&f.Path, &f.Number, &f.Name, &f.Hash, &f.Summary, &f.JSON, &f.Saved}
}

// PutNamedFlow stores a version under its number.
func (tx *Tx) PutNamedFlow(f NamedFlow) error {
	return tx.exec(`INSERT INTO flow_named (`+namedColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		f.Path, f.Number, f.Name, f.Hash, f.Summary, f.JSON, f.Saved)
}

// NameFlow gives a version another name.
func (tx *Tx) NameFlow(path string, number int, name string) error {
	return tx.exec(`UPDATE flow_named SET name = ? WHERE path = ? AND number = ?`, name, path, number)
}

// SetLiveFlow says which version of a flow runs; 0: its newest state.
func (tx *Tx) SetLiveFlow(path string, number int) error {
	return tx.exec(`UPDATE flow SET live = ? WHERE path = ?`, number, path)
}

// DeleteNamedFlows forgets the versions of a flow.
func (tx *Tx) DeleteNamedFlows(path string) error {
	return tx.exec(`DELETE FROM flow_named WHERE path = ?`, path)
}

// NamedFlows lists the versions of a flow, newest first, without their JSON.
func (v View) NamedFlows(path string) (out []NamedFlow, err error) {
	err = v.each(func(rows *sql.Rows) error {
		f := NamedFlow{Path: path}
		if err := rows.Scan(&f.Number, &f.Name, &f.Hash, &f.Summary, &f.Saved); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, `SELECT number, name, hash, summary, saved FROM flow_named WHERE path = ? ORDER BY number DESC`, path)
	return out, err
}

// NamedFlow returns one version of a flow.
func (v View) NamedFlow(path string, number int) (f NamedFlow, ok bool, err error) {
	ok, err = v.one(f.dest(), `SELECT `+namedColumns+` FROM flow_named WHERE path = ? AND number = ?`, path, number)
	return f, ok, err
}

// NamedFlowByHash returns the newest version of a flow with that state.
func (v View) NamedFlowByHash(hash string) (f NamedFlow, ok bool, err error) {
	ok, err = v.one(f.dest(), `SELECT `+namedColumns+` FROM flow_named WHERE hash = ? ORDER BY number DESC LIMIT 1`, hash)
	return f, ok, err
}

// EachNamedFlow goes through all versions of all flows.
func (v View) EachNamedFlow(visit func(f NamedFlow)) error {
	return v.each(func(rows *sql.Rows) error {
		var f NamedFlow
		if err := rows.Scan(f.dest()...); err != nil {
			return err
		}
		visit(f)
		return nil
	}, `SELECT `+namedColumns+` FROM flow_named ORDER BY path, number`)
}
