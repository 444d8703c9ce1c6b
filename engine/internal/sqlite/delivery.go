package sqlite

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

// ForgetDelivery removes that of one key if its time is over.
func (tx *Tx) ForgetDelivery(hook string, key []byte, now int64) error {
	return tx.exec(`DELETE FROM delivery WHERE hook = ? AND key = ? AND until <= ?`, hook, key, now)
}

// ForgetDeliveries removes some of those whose time is over, and tells how many.
func (tx *Tx) ForgetDeliveries(now int64, limit int) (int64, error) {
	return tx.change(`DELETE FROM delivery WHERE (hook, key) IN (SELECT hook, key FROM delivery WHERE until <= ? ORDER BY until LIMIT 0 + ?)`, now, limit)
}

// Delivery returns what is known of a delivery at a time.
func (v View) Delivery(hook string, key []byte, now int64) (d Delivery, ok bool, err error) {
	ok, err = v.one([]any{&d.Hook, &d.Key, &d.Body, &d.Run, &d.UUID, &d.Until}, `SELECT d.hook, d.key, d.body, d.run, r.uuid, d.until
		FROM delivery d JOIN run r ON r.id = d.run WHERE d.hook = ? AND d.key = ? AND d.until > ?`, hook, key, now)
	return d, ok, err
}
