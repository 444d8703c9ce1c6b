package search

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// manyRuns is a folder with so many runs, of a hundred flows and five thousand customers,
// one in a hundred failed.
func manyRuns(b *testing.B, n int) *Search {
	b.Helper()
	dir := b.TempDir()
	db, err := sqlite.Open(filepath.Join(dir, "sluice.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	hash := fmt.Sprintf("%064d", 1)
	for from := 0; from < n; from += 5000 {
		err := db.Write(func(tx *sqlite.Tx) error {
			if from == 0 {
				if err := tx.PutVersion(hash, []byte(`{}`), 1); err != nil {
					return err
				}
			}
			for i := from; i < min(n, from+5000); i++ {
				outcome := string(run.Succeeded)
				if i%100 == 7 {
					outcome = string(run.Failed)
				}
				if _, err := tx.InsertRun(sqlite.Run{UUID: fmt.Sprintf("00000000-0000-7000-8000-%012d", i), Flow: hash, Name: fmt.Sprintf("Refund of shop %d", i%100), Path: fmt.Sprintf("f/shop/refund_%d", i%100),
					Status: string(run.StatusDone), Outcome: outcome, Started: int64(i) * int64(time.Minute), Ended: int64(i)*int64(time.Minute) + 1, TriggerKind: "test"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	s := New(Config{Dir: dir, DB: db, Journal: journal.NewReader(db), Moved: func() <-chan struct{} { return nil }})
	x, err := s.open()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	for from := 0; from < n; from += 5000 {
		var docs []sqlite.TextDoc
		for i := from; i < min(n, from+5000); i++ {
			outcome := "succeeded"
			if i%100 == 7 {
				outcome = "failed"
			}
			marks := []string{mark("outcome", outcome), mark("path", fmt.Sprintf("f/shop/refund_%d", i%100)), mark("person", fmt.Sprintf("dana%d@acme.example", i%40))}
			docs = append(docs, sqlite.TextDoc{Run: int64(i + 1), UUID: fmt.Sprintf("00000000-0000-7000-8000-%012d", i), Name: fmt.Sprintf("Refund of shop %d f/shop/refund_%d", i%100, i%100),
				Input: fmt.Sprintf("customer%d Mia Berg order %d amount %d please check it before Friday", i%5000, i, i%977), Result: fmt.Sprintf("paid by transfer number %d to account of customer%d approved fits our policy", i*7, i%5000),
				People: fmt.Sprintf("dana%d@acme.example li@acme.example", i%40), Marks: strings.Join(marks, " ")})
		}
		if err := x.Put(docs, nil); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// BenchmarkSearch looks through 100,000 runs for a page of a hundred.
func BenchmarkSearch(b *testing.B) {
	s := manyRuns(b, 100_000)
	for name, f := range map[string]journal.Filter{
		"of all":            {Words: "mia berg"},
		"begun word":        {Words: "mi"},
		"a letter":          {Words: "b"},
		"one":               {Words: "order 4711"},
		"customer":          {Words: "customer4711"},
		"none":              {Words: "teapot"},
		"none of two":       {Words: "mia teapot"},
		"failed":            {Words: "refund", Outcome: run.Failed},
		"failed of a shop":  {Words: "customer7", Outcome: run.Failed},
		"canceled, none":    {Words: "refund", Outcome: run.Canceled},
		"open, none":        {Words: "refund", Open: true},
		"flow":              {Words: "berg", Path: "f/shop/refund_7"},
		"approver":          {Person: "dana7@acme.example"},
		"approver and word": {Person: "dana7", Words: "policy"},
		"since":             {Words: "berg", Since: time.Unix(0, 99_950*int64(time.Minute))},
		"failed, no words":  {Outcome: run.Failed},
		"none, no words":    {Outcome: run.Canceled},
	} {
		f.Limit = 100
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				var err error
				if f.Words == "" && f.Person == "" {
					_, err = s.cfg.Journal.Runs(context.Background(), f)
				} else {
					_, err = s.Runs(context.Background(), f)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
