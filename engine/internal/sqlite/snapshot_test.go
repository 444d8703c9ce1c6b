package sqlite

import (
	"sync"
	"testing"
)

// As many snapshots as there are reading connections, all of them with queries
// that nobody prepared yet: none may wait for another. Each sees one moment,
// also with the statements that are prepared by then.
func TestSnapshotsDoNotWaitForEachOther(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	for range 3 {
		var all, readers sync.WaitGroup
		all.Add(4)
		for range 4 {
			readers.Go(func() {
				err := db.Snapshot(func(v View) error {
					before, _, err := v.Run(uuidA)
					if err != nil {
						return err
					}
					all.Done()
					all.Wait() // now all connections are taken
					if _, _, err := v.Version(hashA); err != nil {
						return err
					}
					again, ok, err := v.Run(uuidA)
					if err == nil && (!ok || again != before) {
						t.Errorf("run %+v, then %+v, %v", before, again, ok)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		readers.Wait()
	}
}

func TestASnapshotSeesOneMoment(t *testing.T) {
	db := open(t)
	var key int64
	write(t, db, func(tx *Tx) (err error) { key, err = addRun(tx, uuidA); return err })
	for range 2 { // with a fresh statement, and with a prepared one
		err := db.Snapshot(func(v View) error {
			before, err := v.LastEntry()
			if err != nil {
				return err
			}
			write(t, db, func(tx *Tx) error {
				_, err := tx.Append(key, int(before)+1, 6, "More", "{}", 0)
				return err
			})
			after, err := v.LastEntry()
			if err == nil && after != before {
				t.Errorf("the snapshot moved from %d to %d", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := db.LastEntry(); err != nil || n != 3 {
		t.Errorf("%d entries, %v", n, err)
	}
}
