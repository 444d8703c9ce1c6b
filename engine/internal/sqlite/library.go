package sqlite

import "database/sql"

// Flow is a flow of the library.
type Flow struct {
	Path    string
	Summary string
	Steps   int
	JSON    []byte
	Problem string
	Updated int64
	Live    int    // number of the version that runs; 0: the newest state
	Running []byte // the JSON of that version; nil if there is none
}

// PutFlow stores the newest state of a flow under its path. Which version runs stays.
func (tx *Tx) PutFlow(f Flow) error {
	return tx.exec(`INSERT INTO flow (path, summary, steps, json, problem, updated) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET summary = excluded.summary, steps = excluded.steps, json = excluded.json,
		problem = excluded.problem, updated = excluded.updated`, f.Path, f.Summary, f.Steps, f.JSON, f.Problem, f.Updated)
}

// DeleteFlow removes a flow from the library; its runs keep their versions.
func (tx *Tx) DeleteFlow(path string) error { return tx.exec(`DELETE FROM flow WHERE path = ?`, path) }

// Flows lists the library by path.
func (v View) Flows() (out []Flow, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var f Flow
		if err := rows.Scan(f.dest()...); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, `SELECT `+flowColumns+` FROM flow LEFT JOIN flow_named n ON n.path = flow.path AND n.number = flow.live ORDER BY flow.path`)
	return out, err
}

// Flow returns a flow of the library.
func (v View) Flow(path string) (f Flow, ok bool, err error) {
	ok, err = v.one(f.dest(), `SELECT `+flowColumns+` FROM flow LEFT JOIN flow_named n ON n.path = flow.path AND n.number = flow.live WHERE flow.path = ?`, path)
	return f, ok, err
}

const flowColumns = `flow.path, flow.summary, steps, flow.json, problem, updated, live, n.json`

func (f *Flow) dest() []any {
	return []any{&f.Path, &f.Summary, &f.Steps, &f.JSON, &f.Problem, &f.Updated, &f.Live, &f.Running}
}

// Resource is a typed connection; its value is sealed.
type Resource struct {
	Path        string
	Type        string
	Value       []byte
	Summary     string
	State       string
	Updated     int64
	Description string
}

// PutResource stores a resource under its path.
func (tx *Tx) PutResource(r Resource) error {
	return tx.exec(`INSERT INTO resource (path, type, value, summary, state, updated, description) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET type = excluded.type, value = excluded.value, summary = excluded.summary,
		state = excluded.state, updated = excluded.updated, description = excluded.description`,
		r.Path, r.Type, r.Value, r.Summary, r.State, r.Updated, r.Description)
}

// DescribeResource writes what people say of a resource.
func (tx *Tx) DescribeResource(path, text string) error {
	return tx.exec(`UPDATE resource SET description = ? WHERE path = ?`, text, path)
}

// SetResourceState writes whether a resource is known to work.
func (tx *Tx) SetResourceState(path, state string) error {
	return tx.exec(`UPDATE resource SET state = ? WHERE path = ?`, state, path)
}

// DeleteResource removes a resource.
func (tx *Tx) DeleteResource(path string) error {
	return tx.exec(`DELETE FROM resource WHERE path = ?`, path)
}

func (r *Resource) dest() []any {
	return []any{&r.Path, &r.Type, &r.Value, &r.Summary, &r.State, &r.Updated, &r.Description}
}

// Resources lists the resources by path.
func (v View) Resources() (out []Resource, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var r Resource
		if err := rows.Scan(r.dest()...); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, `SELECT path, type, value, summary, state, updated, description FROM resource ORDER BY path`)
	return out, err
}

// Sealed reports whether anything here was sealed by package vault.
func (v View) Sealed() (found bool, err error) {
	const mark = `x'534C56'` // SLV
	_, err = v.one([]any{&found}, `SELECT EXISTS (SELECT 1 FROM resource WHERE substr(value, 1, 3) = `+mark+`)
		OR EXISTS (SELECT 1 FROM variable WHERE secret = 1 AND substr(value, 1, 3) = `+mark+`)
		OR EXISTS (SELECT 1 FROM kept_file WHERE substr(data, 1, 3) = `+mark+`)
		OR EXISTS (SELECT 1 FROM endpoint WHERE substr(signing, 1, 3) = `+mark+`)
		OR EXISTS (SELECT 1 FROM mail WHERE substr(body, 1, 3) = `+mark+`)`)
	return found, err
}

// Resource returns one resource.
func (v View) Resource(path string) (r Resource, ok bool, err error) {
	ok, err = v.one(r.dest(), `SELECT path, type, value, summary, state, updated, description FROM resource WHERE path = ?`, path)
	return r, ok, err
}

// Variable is a named text; its value is sealed when it is secret.
type Variable struct {
	Path        string
	Value       []byte
	Secret      bool
	Description string
}

// PutVariable stores a variable under its path.
func (tx *Tx) PutVariable(v Variable) error {
	return tx.exec(`INSERT INTO variable (path, value, secret, description) VALUES (?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET value = excluded.value, secret = excluded.secret, description = excluded.description`,
		v.Path, v.Value, v.Secret, v.Description)
}

// DeleteVariable removes a variable.
func (tx *Tx) DeleteVariable(path string) error {
	return tx.exec(`DELETE FROM variable WHERE path = ?`, path)
}

// Variables lists the variables by path.
func (v View) Variables() (out []Variable, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var x Variable
		if err := rows.Scan(&x.Path, &x.Value, &x.Secret, &x.Description); err != nil {
			return err
		}
		out = append(out, x)
		return nil
	}, `SELECT path, value, secret, description FROM variable ORDER BY path`)
	return out, err
}

// Variable returns one variable.
func (v View) Variable(path string) (x Variable, ok bool, err error) {
	ok, err = v.one([]any{&x.Path, &x.Value, &x.Secret, &x.Description}, `SELECT path, value, secret, description FROM variable WHERE path = ?`, path)
	return x, ok, err
}

// PutSetting stores a setting.
func (tx *Tx) PutSetting(key string, value []byte) error {
	return tx.exec(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
}

// Setting returns a setting.
func (v View) Setting(key string) (value []byte, ok bool, err error) {
	ok, err = v.one([]any{&value}, `SELECT value FROM setting WHERE key = ?`, key)
	return value, ok, err
}

// PutUserState stores a value that scripts of a run share.
func (tx *Tx) PutUserState(run int64, key, value string) error {
	return tx.exec(`INSERT INTO user_state (run, key, value) VALUES (?, ?, ?) ON CONFLICT (run, key) DO UPDATE SET value = excluded.value`, run, key, value)
}

// CopyUserStates gives a run what the scripts of another share.
func (tx *Tx) CopyUserStates(from, to int64) error {
	return tx.exec(`INSERT INTO user_state (run, key, value) SELECT ?, key, value FROM user_state WHERE run = ?`, to, from)
}

// DeleteUserStates removes what the scripts of a run shared.
func (tx *Tx) DeleteUserStates(run int64) error {
	return tx.exec(`DELETE FROM user_state WHERE run = ?`, run)
}

// UserState returns a value that scripts of a run share.
func (v View) UserState(runUUID, key string) (value string, ok bool, err error) {
	ok, err = v.one([]any{&value}, `SELECT s.value FROM user_state s JOIN run r ON r.id = s.run WHERE r.uuid = ? AND s.key = ?`, runUUID, key)
	return value, ok, err
}
