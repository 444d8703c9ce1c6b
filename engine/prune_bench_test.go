package engine

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/datadir"
	"sluice/engine/run"
)

// BenchmarkPrune lets old runs go in the background, and measures votes meanwhile: some
// while runs go, and some while none does, in turns. PRUNE sets how many runs there are.
// They are copies of real ones, which asked two people by mail.
func BenchmarkPrune(b *testing.B) {
	runs := 100_000
	if s := os.Getenv("PRUNE"); s != "" {
		runs, _ = strconv.Atoi(s)
	}
	f := newFixture(b)
	const year = 400 * 24 * time.Hour
	f.clock.jump(-year)
	f.open()
	f.world.Quiet = true
	f.addAccount(false)
	f.world.OnMail(func(context.Context, run.Mail) (string, error) { return "", nil })
	f.asksByMail()
	f.world.Script("b", instant)
	const real = 50
	for range real {
		id := f.start(script("a", gate1), script("b", ""))
		f.awaitStatus(id, run.StatusSuspended)
		f.try(f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true}))
		f.await(id)
	}
	f.untilMail(func(items []run.MailItem) bool {
		return !slices.ContainsFunc(items, func(m run.MailItem) bool { return m.State != run.MailSent })
	})
	f.stop()
	path := filepath.Join(f.cfg.Dir, datadir.FileName)
	f.multiply(b, path, real, runs)
	before := sizeOf(b, path)
	f.clock.jump(year)
	t := time.Now()
	f.open()
	opened := time.Since(t)

	began := make(chan bool, 1)
	f.world.Script("c", instant)
	f.world.Script("d", signal(began))
	bare := bareCommit(b)
	var quiet, busy, commit []time.Duration
	votes := func(n int, to *[]time.Duration) {
		for range n {
			id := f.start(script("c", gate1), script("d", ""))
			f.awaitStatus(id, run.StatusSuspended)
			t := time.Now()
			bare()
			commit = append(commit, time.Since(t))
			t = time.Now()
			f.try(f.Decide(bg, run.Decision{Run: id, Step: "c", Approve: true}))
			<-began
			*to = append(*to, time.Since(t))
			f.await(id)
		}
	}
	votes(100, new([]time.Duration))
	left := func() int64 {
		var n int64
		f.try(f.readNumber(`SELECT COUNT(*) FROM (SELECT 1 FROM run WHERE ended < ? LIMIT 1)`, &n, f.clock.now().Add(-year/2).UnixNano()))
		return n
	}
	going := time.Duration(0)
	for b.Loop() {
		for left() > 0 {
			f.try(f.Retain(bg, flow.Retention{}))
			votes(200, &quiet)
			f.try(f.Retain(bg, flow.Retention{Succeeded: 30, Others: 30}))
			t := time.Now()
			votes(200, &busy)
			if len(busy) >= 5000 { // enough is known
				for left() > 0 {
					time.Sleep(100 * time.Millisecond)
				}
			}
			going += time.Since(t)
		}
	}
	for {
		r, err := f.db.Room()
		f.try(err)
		if r.Free <= 300 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	f.try(f.Retain(bg, flow.Retention{}))
	for _, q := range []int{50, 99} {
		v, w, c := percentile(busy, q), percentile(quiet, q), percentile(commit, q)
		b.ReportMetric(float64(v.Microseconds()), fmt.Sprintf("µs-p%d", q))
		b.ReportMetric(float64(w.Microseconds()), fmt.Sprintf("µs-quiet-p%d", q))
		b.ReportMetric(float64(c.Microseconds()), fmt.Sprintf("µs-bare-p%d", q))
		b.ReportMetric(float64(v)/float64(w), fmt.Sprintf("x-quiet-p%d", q))
	}
	b.ReportMetric(opened.Seconds()*1000, "ms-open")
	b.ReportMetric(float64(runs)/going.Seconds(), "runs/s")
	b.ReportMetric(float64(len(busy)), "votes")
	f.stop()
	b.ReportMetric(float64(before)/(1<<20), "MB-before")
	b.ReportMetric(float64(sizeOf(b, path))/(1<<20), "MB-after")
	b.ReportMetric(0, "ns/op")
	f.open()
}

func sizeOf(b *testing.B, path string) int64 {
	b.Helper()
	st, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return st.Size()
}

// readNumber reads one number.
func (f *fixture) readNumber(query string, to *int64, args ...any) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(f.cfg.Dir, datadir.FileName)+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRow(query, args...).Scan(to)
}

// multiply copies the runs of a file, with all that belongs to them, until there are as
// many as asked for.
func (f *fixture) multiply(b *testing.B, path string, have, want int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(off)&_pragma=foreign_keys(off)&_pragma=cache_size(-200000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(query string, args ...any) {
		b.Helper()
		if _, err := db.ExecContext(context.Background(), query, args...); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	columns := func(table string, replace map[string]string) string {
		rows, err := db.Query(`SELECT name FROM pragma_table_info(?)`, table)
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		var out []string
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				b.Fatal(err)
			}
			if r, ok := replace[name]; ok {
				name = r
			}
			out = append(out, name)
		}
		return strings.Join(out, ", ")
	}
	// The later copies have the later ids, as UUIDs of version 7 do.
	uuid := func(of string) string {
		return `CASE WHEN ` + of + ` <> '' THEN printf('%08x-%s-7%s', ?1 + i + 16777216, substr(` + of + `, 10, 4), substr(` + of + `, 16)) ELSE '' END`
	}
	exec(`CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200) SELECT i FROM c`)
	type copied struct {
		table  string
		change map[string]string
	}
	for done := have; done < want; {
		turns := min(200, (want-done)/have+1)
		base := done / have // copies so far
		exec(`BEGIN`)
		for _, c := range []copied{
			{"run", map[string]string{"id": "id + (?1 + i - 1) * ?2", "uuid": uuid("uuid")}},
			{"entry", map[string]string{"id": "id + (?1 + i - 1) * ?4", "run": "run + (?1 + i - 1) * ?2"}},
			{"link", map[string]string{"id": "id + (?1 + i - 1) * 1000", "run": "run + (?1 + i - 1) * ?2", "hash": "randomblob(32)", "job": uuid("job")}},
			{"mail", map[string]string{"id": "id + (?1 + i - 1) * 1000", "run": "run + (?1 + i - 1) * ?2", "uuid": uuid("uuid")}},
			{"blob_ref", map[string]string{"run": "run + (?1 + i - 1) * ?2"}},
		} {
			exec(`INSERT INTO `+c.table+` SELECT `+columns(c.table, c.change)+` FROM (SELECT i FROM n WHERE i <= ?3) CROSS JOIN (SELECT * FROM `+c.table+
				` WHERE `+map[bool]string{true: "id", false: "run"}[c.table == "run"]+` <= ?2 AND ?4 > 0)`, base, have, turns, 1000)
		}
		exec(`COMMIT`)
		done += turns * have
	}
	exec(`PRAGMA wal_checkpoint(truncate)`)
}
