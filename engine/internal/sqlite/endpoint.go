package sqlite

import "database/sql"

// The kinds of endpoints.
const (
	EndpointHook = "hook"
	EndpointForm = "form"
)

// Endpoint is a webhook or a form of the library: each is reached by a secret in its
// address, which is not here.
type Endpoint struct {
	Kind    string
	Path    string // unique among those of its kind
	JSON    []byte
	Enabled bool
	Secret  []byte // hash of the address's secret
	Signing []byte // the key that the sender of a webhook signs with, sealed; nil for none
	Created int64
	Updated int64
}

// PutEndpoint stores an endpoint under its path. What is there keeps when it was made.
func (tx *Tx) PutEndpoint(e Endpoint) error {
	return tx.exec(`INSERT INTO endpoint (kind, path, json, enabled, secret, signing, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, path) DO UPDATE SET json = excluded.json, enabled = excluded.enabled, secret = excluded.secret,
		signing = excluded.signing, updated = excluded.updated`, e.Kind, e.Path, e.JSON, e.Enabled, e.Secret, e.Signing, e.Created, e.Updated)
}

// DeleteEndpoint removes an endpoint, and what is known of what came to it; its runs stay.
func (tx *Tx) DeleteEndpoint(kind, path string) (n int64, err error) {
	of := []string{`DELETE FROM delivery WHERE hook = ?`}
	if kind == EndpointForm {
		of = []string{`DELETE FROM submission WHERE form = ?`, `DELETE FROM form_link WHERE form = ?`}
	}
	for _, q := range of {
		if err := tx.exec(q, path); err != nil {
			return 0, err
		}
	}
	return tx.change(`DELETE FROM endpoint WHERE kind = ? AND path = ?`, kind, path)
}

const endpointQuery = `SELECT kind, path, json, enabled, secret, signing, created, updated FROM endpoint `

func (e *Endpoint) dest() []any {
	return []any{&e.Kind, &e.Path, &e.JSON, &e.Enabled, &e.Secret, &e.Signing, &e.Created, &e.Updated}
}

// Endpoint returns an endpoint of the library.
func (v View) Endpoint(kind, path string) (e Endpoint, ok bool, err error) {
	ok, err = v.one(e.dest(), endpointQuery+`WHERE kind = ? AND path = ?`, kind, path)
	return e, ok, err
}

// EndpointBySecret returns the endpoint whose address has the secret of a hash.
func (v View) EndpointBySecret(kind string, hash []byte) (e Endpoint, ok bool, err error) {
	ok, err = v.one(e.dest(), endpointQuery+`WHERE secret = ? AND kind = ?`, hash, kind)
	return e, ok, err
}

// Endpoints lists the library's endpoints of a kind by path.
func (v View) Endpoints(kind string) (out []Endpoint, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var e Endpoint
		if err := rows.Scan(e.dest()...); err != nil {
			return err
		}
		out = append(out, e)
		return nil
	}, endpointQuery+`WHERE kind = ? ORDER BY path`, kind)
	return out, err
}
