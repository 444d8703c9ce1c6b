package sqlite

// EndedRuns lists runs behind a key, in the order in which they began: open ones are left
// out. last is the key behind which to go on, began when the last run that was looked at
// began; more is false at the end.
func (v View) EndedRuns(after int64, limit int) (ended []Run, last, began int64, more bool, err error) {
	rows, err := v.runs(`SELECT `+runColumns+` FROM run WHERE id > ? ORDER BY id LIMIT 0 + ?`, after, limit)
	if err != nil || len(rows) == 0 {
		return nil, after, 0, false, err
	}
	for _, r := range rows {
		if r.Ended != 0 && r.Damaged == "" {
			ended = append(ended, r)
		}
	}
	end := rows[len(rows)-1]
	return ended, end.Key, end.Started, true, nil
}

// Wanted reports whether something of a run that is over is still to be done, or told
// apart by: a mail that waits to go, a delivery whose repeat it answers, or the newest
// entry of all, whose number must not be given to another.
func (v View) Wanted(key, now int64) (bool, error) {
	var n int
	return v.one([]any{&n}, `SELECT 1 FROM mail WHERE run = ?1 AND state IN ('queued', 'sending')
		UNION ALL SELECT 1 FROM entry WHERE run = ?1 AND id = (SELECT MAX(id) FROM entry)
		UNION ALL SELECT 1 FROM fire WHERE schedule = (SELECT trigger_by FROM run WHERE id = ?1) AND run = ?1 AND state <> 'told'
		UNION ALL SELECT 1 FROM delivery WHERE (SELECT trigger_kind FROM run WHERE id = ?1) = 'webhook' AND run = ?1 AND until > ?2`, key, now)
}

// DeleteRun removes a run with all that belongs to it, its journal and its values too,
// unless another names them.
func (tx *Tx) DeleteRun(r Run) error {
	hashes := make(map[string]bool)
	for line, err := range tx.Journal(r.Key, r.UUID) {
		if err != nil {
			return err
		}
		for _, hash := range BlobsIn(line.Data) {
			hashes[hash] = true
		}
	}
	for hash := range hashes {
		if err := tx.DropBlob(hash, r.Key); err != nil {
			return err
		}
	}
	if err := tx.exec(`DELETE FROM fire WHERE schedule = ? AND run = ?`, r.TriggerBy, r.Key); err != nil {
		return err
	}
	came := map[string]string{"webhook": `DELETE FROM delivery WHERE run = ?`, "form": `DELETE FROM submission WHERE run = ?`}[r.TriggerKind]
	if came != "" {
		if err := tx.exec(came, r.Key); err != nil {
			return err
		}
	}
	for _, q := range []string{
		`DELETE FROM entry WHERE run = ?`, `DELETE FROM timer WHERE run = ?`, `DELETE FROM gate WHERE run = ?`, `DELETE FROM link WHERE run = ?`,
		`DELETE FROM mail WHERE run = ?`, `DELETE FROM user_state WHERE run = ?`, `DELETE FROM slot WHERE run = ?`, `DELETE FROM erasure WHERE run = ?`,
		`DELETE FROM blob_ref WHERE run = ?`, `DELETE FROM run WHERE id = ?`,
	} {
		if err := tx.exec(q, r.Key); err != nil {
			return err
		}
	}
	return nil
}

// DropVersions removes the versions of flows that no run was started with.
func (tx *Tx) DropVersions() error {
	return tx.exec(`DELETE FROM flow_version WHERE hash NOT IN (SELECT flow FROM run)`)
}
