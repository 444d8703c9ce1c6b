package sqlite

import "database/sql"

// Hook is a webhook of the library. The secret of its address is not here.
type Hook struct {
	Path    string
	JSON    []byte
	Enabled bool
	Secret  []byte // hash of the address's secret
	Signing []byte // the key that its sender signs with, sealed; nil for none
	Created int64
	Updated int64
}

// PutHook stores a hook under its path. What is there keeps when it was made.
func (tx *Tx) PutHook(h Hook) error {
	return tx.exec(`INSERT INTO hook (path, json, enabled, secret, signing, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET json = excluded.json, enabled = excluded.enabled, secret = excluded.secret,
		signing = excluded.signing, updated = excluded.updated`, h.Path, h.JSON, h.Enabled, h.Secret, h.Signing, h.Created, h.Updated)
}

// DeleteHook removes a hook, and what is known of its deliveries; its runs stay.
func (tx *Tx) DeleteHook(path string) (n int64, err error) {
	if err := tx.exec(`DELETE FROM delivery WHERE hook = ?`, path); err != nil {
		return 0, err
	}
	return tx.change(`DELETE FROM hook WHERE path = ?`, path)
}

const hookQuery = `SELECT path, json, enabled, secret, signing, created, updated FROM hook `

func (h *Hook) dest() []any {
	return []any{&h.Path, &h.JSON, &h.Enabled, &h.Secret, &h.Signing, &h.Created, &h.Updated}
}

// Hook returns a hook of the library.
func (v View) Hook(path string) (h Hook, ok bool, err error) {
	ok, err = v.one(h.dest(), hookQuery+`WHERE path = ?`, path)
	return h, ok, err
}

// HookBySecret returns the hook whose address has the secret of a hash.
func (v View) HookBySecret(hash []byte) (h Hook, ok bool, err error) {
	ok, err = v.one(h.dest(), hookQuery+`WHERE secret = ?`, hash)
	return h, ok, err
}

// Hooks lists the library's hooks by path.
func (v View) Hooks() (out []Hook, err error) {
	err = v.each(func(rows *sql.Rows) error {
		var h Hook
		if err := rows.Scan(h.dest()...); err != nil {
			return err
		}
		out = append(out, h)
		return nil
	}, hookQuery+`ORDER BY path`)
	return out, err
}

// Delivery is one that came to a hook, by which a repeat of it is known.
type Delivery struct {
	Hook  string
	Key   []byte // hash of what names it
	Body  []byte // hash of what it said
	Run   int64
	UUID  string // of that run
	Until int64  // how long it is known
}

// PutDelivery notes a delivery. It reports false where one of that key is known.
func (tx *Tx) PutDelivery(d Delivery) (bool, error) {
	tx.touch()
	n, err := tx.change(`INSERT INTO delivery (hook, key, body, run, until) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, d.Hook, d.Key, d.Body, d.Run, d.Until)
	return n > 0, err
}

// ForgetDeliveries removes some of those whose time is over, and that of one key if it is.
func (tx *Tx) ForgetDeliveries(hook string, key []byte, now int64, limit int) error {
	if err := tx.exec(`DELETE FROM delivery WHERE hook = ? AND key = ? AND until <= ?`, hook, key, now); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM delivery WHERE (hook, key) IN (SELECT hook, key FROM delivery WHERE until <= ? ORDER BY until LIMIT 0 + ?)`, now, limit)
}

// Delivery returns what is known of a delivery at a time.
func (v View) Delivery(hook string, key []byte, now int64) (d Delivery, ok bool, err error) {
	ok, err = v.one([]any{&d.Hook, &d.Key, &d.Body, &d.Run, &d.UUID, &d.Until}, `SELECT d.hook, d.key, d.body, d.run, r.uuid, d.until
		FROM delivery d JOIN run r ON r.id = d.run WHERE d.hook = ? AND d.key = ? AND d.until > ?`, hook, key, now)
	return d, ok, err
}
