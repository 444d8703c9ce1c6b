package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	uuidA = "00000000-0000-7000-8000-00000000000a"
	uuidB = "00000000-0000-7000-8000-00000000000b"
)

var hashA = strings.Repeat("a", 64)

func open(t testing.TB) *DB {
	t.Helper()
	name := "it's a #file?.db"
	if runtime.GOOS == "windows" { // which has no ? in names
		name = "it's a #file.db"
	}
	db, err := Open(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func write(t testing.TB, db *DB, f func(tx *Tx) error) {
	t.Helper()
	if err := db.Write(f); err != nil {
		t.Fatal(err)
	}
}

// addRun puts a run with one entry into the file.
func addRun(tx *Tx, uuid string) (int64, error) {
	if err := tx.PutVersion(hashA, []byte("{}"), 1); err != nil {
		return 0, err
	}
	key, err := tx.InsertRun(Run{UUID: uuid, Flow: hashA, Name: "A flow", Status: "running", Started: 1})
	if err != nil {
		return 0, err
	}
	_, err = tx.Append(key, 1, 5, "Started", "{}", 0)
	return key, err
}

func TestAnErrorUndoesTheWholeTransaction(t *testing.T) {
	db := open(t)
	boom := errors.New("boom")
	err := db.Write(func(tx *Tx) error {
		if _, err := addRun(tx, uuidA); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("Write = %v, want the function's error", err)
	}
	if rows, err := db.Tail(0, 10); err != nil || len(rows) != 0 {
		t.Errorf("Tail = %v, %v; want nothing", rows, err)
	}
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	got, err := db.Tail(0, 10)
	want := []Row{{ID: 1, Run: uuidA, Seq: 1, At: 5, Type: "Started", Data: "{}"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Tail: %v (-want +got)\n%s", err, diff)
	}
}

func TestChecksRepeatTheInvariants(t *testing.T) {
	db := open(t)
	var key int64
	write(t, db, func(tx *Tx) (err error) { key, err = addRun(tx, uuidA); return err })
	for _, test := range []struct {
		reason string
		write  func(tx *Tx) error
	}{
		{"a number is used once in a run", func(tx *Tx) error { _, err := tx.Append(key, 1, 6, "Again", "{}", 0); return err }},
		{"an entry belongs to a run", func(tx *Tx) error { _, err := tx.Append(key+1, 1, 6, "Lost", "{}", 0); return err }},
		{"a run that is over has an outcome", func(tx *Tx) error { return tx.SetStatus(key, "done", "", 9, End{}) }},
		{"a run that is over has an end", func(tx *Tx) error { return tx.SetStatus(key, "done", "failed", 0, End{}) }},
		{"only known statuses", func(tx *Tx) error { return tx.SetStatus(key, "lazy", "", 0, End{}) }},
		{"a run runs a stored version", func(tx *Tx) error {
			_, err := tx.InsertRun(Run{UUID: uuidB, Flow: strings.Repeat("b", 64), Status: "running"})
			return err
		}},
		{"a gate asks for at least one", func(tx *Tx) error { return tx.PutGate(Gate{Run: key, Step: "a"}) }},
		{"a link's hash is a hash", func(tx *Tx) error {
			_, err := tx.InsertLink([]byte("short"), Link{Run: key, Person: "ann"})
			return err
		}},
	} {
		if err := db.Write(test.write); err == nil {
			t.Errorf("%s: the write was taken", test.reason)
		} else if Trouble(err) {
			t.Errorf("%s: %v counts as trouble of the disk", test.reason, err)
		}
	}
}

func TestMailMovesThroughItsStates(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error {
		key, err := addRun(tx, uuidA)
		if err != nil {
			return err
		}
		return tx.InsertMail(Mail{UUID: uuidB, Run: key, Step: "a", Attempt: 1, Kind: "ask", Person: "ann", Account: "u/me/gmail", Body: []byte("x"), Created: 1, Next: 7})
	})
	m, ok, err := db.NextMail()
	if !ok || err != nil || m.Next != 7 {
		t.Fatalf("NextMail = %+v, %v, %v", m, ok, err)
	}
	m.State, m.Tries = "sending", 1
	write(t, db, func(tx *Tx) error { return tx.SetMail(m) })
	if _, ok, _ := db.NextMail(); ok {
		t.Error("a mail that is being sent is next again")
	}
	m.State, m.Next, m.Held, m.Title, m.Hint = "queued", 9, true, "Sign in", "Press it"
	write(t, db, func(tx *Tx) error { return tx.SetMail(m) })
	if _, ok, _ := db.NextMail(); ok {
		t.Error("a held mail is next")
	}
	write(t, db, func(tx *Tx) error { return tx.ReleaseMail("u/me/other", 20) })
	if _, ok, _ := db.NextMail(); ok {
		t.Error("a mail was released with somebody else's account")
	}
	write(t, db, func(tx *Tx) error { return tx.ReleaseMail("u/me/gmail", 20) })
	if m, ok, _ = db.NextMail(); !ok || m.Next != 20 || m.Title != "Sign in" || m.Tries != 1 {
		t.Errorf("NextMail = %+v, %v", m, ok)
	}
	m.State, m.Sent, m.Thread = "sent", 30, "t1"
	write(t, db, func(tx *Tx) error { return tx.SetMail(m) })
	got, _, _ := db.Mail(uuidB)
	if got.Sent != 30 || got.Thread != "t1" || got.Next != 0 {
		t.Errorf("Mail = %+v", got)
	}
}

func TestReadersDoNotWriteAndSeeCommits(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	r, err := OpenReader(db.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := r.Runs(RunQuery{Text: "flow"}); err != nil || len(got) != 1 {
		t.Errorf("Runs = %v, %v", got, err)
	}
	if got, err := r.Runs(RunQuery{Text: "%"}); err != nil || len(got) != 0 {
		t.Errorf("Runs with a percent sign = %v, %v; want it taken literally", got, err)
	}
	if _, err := r.pool.Exec(`DELETE FROM entry`); err == nil {
		t.Error("a reader could delete")
	}
	if err := r.Write(func(*Tx) error { return nil }); err == nil {
		t.Error("a reader could write")
	}
	if _, err := OpenReader(db.path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("OpenReader of nothing = %v", err)
	}
}

func TestFullDiskIsToldAndHeals(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	if err := db.LimitPages(1); err != nil {
		t.Fatal(err)
	}
	big := func(tx *Tx) error { _, err := tx.PutBlob(hashA, 1, make([]byte, 1<<20)); return err }
	if err := db.Write(big); !Full(err) || !Trouble(err) {
		t.Fatalf("Write = %v, want a full disk", err)
	}
	if ok, err := db.HasBlob(hashA); ok || err != nil {
		t.Errorf("HasBlob = %v, %v", ok, err)
	}
	if err := db.LimitPages(0); err != nil {
		t.Fatal(err)
	}
	write(t, db, big)
}

func TestCommitHookCountsCommitsOfRuns(t *testing.T) {
	db := open(t)
	var seen []string
	db.SetCommitHook(func(before bool, n int) error {
		seen = append(seen, fmt.Sprint(before, n))
		if before && n == 2 {
			return errors.New("stop")
		}
		return nil
	})
	write(t, db, func(tx *Tx) error { return tx.PutSetting("a", []byte("b")) })
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	if err := db.Write(func(tx *Tx) error { _, err := addRun(tx, uuidB); return err }); !Trouble(err) {
		t.Errorf("Write = %v, want the hook's error", err)
	}
	if _, ok, _ := db.Run(uuidB); ok {
		t.Error("the hook did not undo the commit")
	}
	if diff := cmp.Diff([]string{"true 1", "false 1", "true 2"}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestOpenRefusesWhatItDoesNotKnow(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.w.ExecContext(context.Background(), fmt.Sprintf(`PRAGMA user_version = %d`, Version+1)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrNewer) {
		t.Errorf("Open = %v, want %v", err, ErrNewer)
	}
	if _, err := OpenReader(path); !errors.Is(err, ErrNewer) {
		t.Errorf("OpenReader = %v, want %v", err, ErrNewer)
	}
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(junk); err == nil {
		t.Error("Open took a file that is no database")
	}
}

func TestBackupIsWhole(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	copyPath := filepath.Join(t.TempDir(), "copy.db")
	if err := db.backup(copyPath); err != nil {
		t.Fatal(err)
	}
	if err := db.backup(copyPath); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second copy in the same place = %v", err)
	}
	c, err := Open(copyPath)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, ok, err := c.Run(uuidA); !ok || err != nil {
		t.Errorf("the copy has no run: %v", err)
	}
	if s, err := c.Check(); s != "" || err != nil {
		t.Errorf("Check = %q, %v", s, err)
	}
}

// BenchmarkCommit is the floor: one entry, one commit, one flush.
func BenchmarkCommit(b *testing.B) {
	db := open(b)
	var key int64
	write(b, db, func(tx *Tx) (err error) { key, err = addRun(tx, uuidA); return err })
	seq := 1
	for b.Loop() {
		seq++
		write(b, db, func(tx *Tx) error { _, err := tx.Append(key, seq, 1, "Evaluated", `{"step":"a"}`, 0); return err })
	}
}

// In a folder that others may enter, what lies in the file is still its owner's
// alone; so are the WAL and a backup.
func TestOthersCanNotReadTheFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the folder's access list guards it there
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	db, err := Open(filepath.Join(dir, "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	write(t, db, func(tx *Tx) error { _, err := addRun(tx, uuidA); return err })
	if err := db.backup(filepath.Join(dir, "x.bak")); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 4 { // file, WAL, its index, backup
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if st, err := f.Info(); err != nil || st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", f.Name(), st.Mode(), err)
		}
	}
}

// The oldest open gates are found without looking at all.
func TestOldestGatesAreFoundByIndex(t *testing.T) {
	db := open(t)
	for query, args := range map[string][]any{openGatesQuery: {10}, gatesSinceQuery: {int64(0), 10}} {
		planOfGates(t, db, query, args)
	}
}

func planOfGates(t *testing.T, db *DB, query string, args []any) {
	t.Helper()
	rows, err := db.pool.Query(`EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, none int
		var step string
		if err := rows.Scan(&id, &parent, &none, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	all := strings.Join(plan, "\n")
	if !strings.Contains(all, "gate_opened") || strings.Contains(all, "TEMP B-TREE") {
		t.Errorf("the plan is:\n%s", all)
	}
}

// What keeps mails from going is found by an index that holds only such mails.
func TestMailTrouble(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error {
		for _, uuid := range []string{uuidA, uuidB} {
			key, err := addRun(tx, uuid)
			if err != nil {
				return err
			}
			for i, m := range []Mail{{State: "failed", Title: "first"}, {State: "queued", Next: 9, Title: "second"}, {State: "sent", Sent: 3, Title: "sent after all"}, {State: "queued", Next: 3}} {
				m.UUID, m.Run, m.Step, m.Kind, m.Person, m.Body = fmt.Sprintf("%08d", i)+uuid[8:], key, "a", "ask", "ann", []byte("x")
				if err := tx.InsertMail(m); err != nil {
					return err
				}
				got, _, err := tx.Mail(m.UUID)
				if err != nil {
					return err
				}
				m.ID = got.ID
				if err := tx.SetMail(m); err != nil {
					return err
				}
			}
			if uuid == uuidB {
				return tx.SetStatus(key, "done", "failed", 9, End{})
			}
		}
		return nil
	})
	var got []string
	if err := db.MailTrouble(func(run, title string) { got = append(got, run+" "+title) }); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{uuidA + " second", uuidA + " first"}, got); d != "" {
		t.Error(d)
	}
	if lines := plan(t, db, mailTrouble); lines[0] != "SCAN m USING INDEX mail_trouble" {
		t.Errorf("it reads by %q", lines)
	}
}

func TestRunsAreCountedAsTheyAreListed(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *Tx) error {
		if _, err := addRun(tx, uuidA); err != nil {
			return err
		}
		for i, r := range []Run{
			{Status: "suspended", Path: "f/a", TriggerBy: "script " + uuidA}, {Status: "suspended", Path: "f/b"},
			{Status: "done", Outcome: "failed", Ended: 2, Path: "f/a"}, {Status: "done", Outcome: "failed", Ended: 2, TriggerBy: "script " + uuidA}, {Status: "done", Outcome: "failed", Ended: 2},
		} {
			r.UUID, r.Flow = fmt.Sprintf("%08d", i)+uuidB[8:], hashA
			if _, err := tx.InsertRun(r); err != nil {
				return err
			}
		}
		return nil
	})
	near := &Near{UUID: uuidA, By: "script " + uuidA, Path: "f/a"}
	for _, tt := range []struct {
		q         RunQuery
		all, held int
	}{
		{RunQuery{}, 6, 2},
		{RunQuery{Open: true}, 3, 2},
		{RunQuery{Status: "done"}, 3, 0},
		{RunQuery{Open: true, Near: near}, 2, 1},
		{RunQuery{Status: "done", Near: near}, 2, 0},
		{RunQuery{Near: &Near{UUID: uuidA, By: "nobody"}}, 1, 0},
		{RunQuery{Near: near, Limit: 1}, 4, 1},
	} {
		all, held, err := db.CountRuns(tt.q)
		if err != nil || all != tt.all || held != tt.held {
			t.Errorf("%+v: %d, %d, %v; want %d, %d", tt.q, all, held, err, tt.all, tt.held)
		}
		tt.q.Limit = 0
		if rows, err := db.Runs(tt.q); err != nil || len(rows) != tt.all {
			t.Errorf("%+v: %d are listed, %v", tt.q, len(rows), err)
		}
	}
}
