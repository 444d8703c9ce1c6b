// Package search finds runs by their words: it reads the journal, beside all that goes on,
// and keeps an index that can be made anew from it at any time.
package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sluice/engine/internal/background"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// FileName is the name of the index in the data folder.
const FileName = "search.db"

const (
	batch      = 20                     // runs that are taken in at once
	chunk      = 500                    // runs that are compared at once
	entryChunk = 20_000                 // entries that are looked at at once
	gather     = 300 * time.Millisecond // between a commit and a look at what it wrote
	restTimes  = 3                      // how many times as long as it took it is rested after a batch
	again      = time.Minute            // after an error
	found      = 400                    // runs of the index that are read at once
)

// Config is what a Search is made of.
type Config struct {
	Dir     string
	DB      *sqlite.DB
	Journal *journal.Reader
	// Moved returns a channel that closes at the next commit; nil: nobody writes here.
	Moved func() <-chan struct{}
	Log   *slog.Logger
}

// Search finds runs by their words.
type Search struct {
	cfg   Config
	loops background.Loops

	mu    sync.Mutex // of index, and of who writes into it
	index *sqlite.TextIndex
	gone  atomic.Bool // runs went
	whole atomic.Bool // the index holds all that there was once
}

// New makes one. Nothing is opened before somebody looks for something, or Start is called.
func New(cfg Config) *Search { return &Search{cfg: cfg} }

// Start keeps the index up with the journal.
func (s *Search) Start() { s.loops.Go(s.follow) }

// Stop tells that to end.
func (s *Search) Stop() { s.loops.Stop() }

// Wait waits until it has, and closes the index.
func (s *Search) Wait() {
	s.loops.Wait()
	_ = s.Close() // it can be made anew
}

// Gone says that runs are not there any more.
func (s *Search) Gone() { s.gone.Store(true) }

// Close closes the index.
func (s *Search) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index == nil {
		return nil
	}
	err := s.index.Close()
	s.index = nil
	return err
}

// heal has the index made anew where it is spoiled.
func (s *Search) heal(err error) {
	if !sqlite.Corrupt(err) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index != nil {
		_ = s.index.Drop()
		s.index = nil
	}
}

func (s *Search) open() (*sqlite.TextIndex, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index != nil {
		return s.index, nil
	}
	x, err := sqlite.OpenTextIndex(filepath.Join(s.cfg.Dir, FileName))
	if err == nil {
		s.index = x
	}
	return x, err
}

// follow takes in what the journal tells, until ctx ends.
func (s *Search) follow(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.keepUp(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("index the runs", "err", err)
			s.heal(err)
			rest(ctx, again)
		}
	}
}

func (s *Search) keepUp(ctx context.Context) error {
	after, err := s.cfg.DB.LastEntry()
	if err != nil {
		return err
	}
	if err := s.Compare(ctx, restTimes); err != nil {
		return err
	}
	for ctx.Err() == nil {
		moved := s.cfg.Moved()
		last, err := s.cfg.DB.LastEntry()
		if err != nil {
			return err
		}
		for after < last && ctx.Err() == nil {
			to := min(last, after+entryChunk)
			runs, err := s.cfg.DB.RunsOf(after, to)
			if err != nil {
				return err
			}
			if err := s.take(ctx, runs, restTimes); err != nil {
				return err
			}
			after = to
		}
		if s.gone.Swap(false) {
			if err := s.Compare(ctx, restTimes); err != nil {
				return err
			}
		}
		select {
		case <-moved:
		case <-ctx.Done():
		}
		rest(ctx, gather)
	}
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Compare goes through all runs, takes in those that the index lacks or has otherwise, and
// lets those go that are not there any more. rests is how many times as long as a batch took
// it waits afterwards.
func (s *Search) Compare(ctx context.Context, rests int) error {
	x, err := s.open()
	if err != nil {
		return err
	}
	went := false
	for from := int64(0); ctx.Err() == nil; {
		rows, err := s.cfg.DB.RunsFrom(from, chunk)
		if err != nil {
			return fmt.Errorf("list the runs: %w", err)
		}
		last := int64(1) << 62
		if len(rows) == chunk {
			last = rows[len(rows)-1].Key
		}
		have := map[int64]sqlite.TextDoc{}
		for at := from; at <= last; {
			docs, err := x.Docs(at, chunk)
			if err != nil {
				return fmt.Errorf("list what is in the index: %w", err)
			}
			for _, d := range docs {
				if d.Run <= last {
					have[d.Run] = d
				}
			}
			if len(docs) < chunk {
				break
			}
			at = docs[len(docs)-1].Run + 1
		}
		var lacks []int64
		for _, r := range rows {
			if d, ok := have[r.Key]; !ok || d.UUID != r.UUID || r.Status != string(run.StatusRunning) && d.End != r.End {
				lacks = append(lacks, r.Key)
			}
			delete(have, r.Key)
		}
		var gone []int64
		for key := range have {
			gone = append(gone, key)
		}
		if len(gone) > 0 {
			went = true
			if err := s.put(x, nil, gone); err != nil {
				return err
			}
		}
		if err := s.take(ctx, lacks, rests); err != nil {
			return err
		}
		if len(rows) < chunk {
			s.whole.Store(true)
			break
		}
		from = last + 1
	}
	if went {
		return x.Purge()
	}
	return nil
}

func (s *Search) put(x *sqlite.TextIndex, docs []sqlite.TextDoc, gone []int64) error {
	if err := x.Put(docs, gone); err != nil {
		return fmt.Errorf("write the index: %w", err)
	}
	return nil
}

// take takes runs in. One that is at work is taken in once, and again when it waits or ends.
func (s *Search) take(ctx context.Context, keys []int64, rests int) error {
	x, err := s.open()
	if err != nil {
		return err
	}
	for len(keys) > 0 && ctx.Err() == nil {
		began := time.Now()
		n := min(batch, len(keys))
		var docs []sqlite.TextDoc
		var gone []int64
		for _, key := range keys[:n] {
			row, ok, err := s.cfg.DB.RunByKey(key)
			switch {
			case err != nil:
				return fmt.Errorf("read a run: %w", err)
			case !ok:
				gone = append(gone, key)
				continue
			}
			if row.Status == string(run.StatusRunning) {
				if have, err := x.Docs(key, 1); err == nil && len(have) == 1 && have[0].Run == key && have[0].UUID == row.UUID {
					continue
				}
			}
			docs = append(docs, s.read(row))
		}
		if err := s.put(x, docs, gone); err != nil {
			return err
		}
		keys = keys[n:]
		rest(ctx, time.Duration(rests)*time.Since(began))
	}
	return nil
}

// read makes what a run is found by. What cannot be read is left out: others tell of it.
func (s *Search) read(row sqlite.Run) sqlite.TextDoc {
	plan, _ := s.cfg.Journal.Plan(s.cfg.DB.View, row.Flow)
	d := newDoc(plan)
	last := s.lines(d, row, 1, entriesMost)
	if from := row.End.Seq - lastMost; row.End.Seq > last {
		s.lines(d, row, max(last+1, from), lastMost)
	}
	return d.of(row)
}

// lines takes in some lines of a run's journal and returns the number of the last one.
func (s *Search) lines(d *doc, row sqlite.Run, from, most int) (last int) {
	for line, err := range s.cfg.DB.JournalFrom(row.Key, row.UUID, from) {
		if err != nil {
			break
		}
		last = line.Seq
		if e, err := journal.EntryOf(line); err == nil {
			d.take(e.Event)
		}
		if last >= from+most {
			break
		}
	}
	return last
}

// Runs lists the runs of a filter that has words or a person, newest first.
func (s *Search) Runs(ctx context.Context, f journal.Filter) ([]run.Summary, error) {
	x, err := s.open()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("look for runs: %w", err))
	}
	if s.cfg.Moved == nil { // nobody else keeps it up
		if err := s.Compare(ctx, 0); err != nil {
			return nil, journal.Unexpected(fmt.Errorf("look for runs: %w", err))
		}
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 1 << 30
	}
	below := int64(0)
	if f.Before != "" {
		row, err := s.cfg.Journal.Row(f.Before)
		if err != nil {
			return nil, err
		}
		below = row.Key
	}
	var out []run.Summary
	over := false
	look := func(keys []int64) error {
		rows, err := s.cfg.Journal.Among(f, keys)
		for _, r := range rows {
			if !f.Since.IsZero() && r.Started.Before(f.Since) {
				over = true // those that follow began earlier still
				break
			}
			if len(out) < limit {
				out = append(out, r)
			}
		}
		return err
	}
	var keys []int64
	var failed error
	all, err := x.Find(queryOf(f), below, func(key int64) bool {
		if keys = append(keys, key); len(keys) < min(found, limit-len(out)) {
			return true
		}
		failed = look(keys)
		keys = keys[:0]
		return failed == nil && !over && len(out) < limit && ctx.Err() == nil
	})
	if err != nil {
		s.heal(err)
	}
	if err = errors.Join(err, failed); err == nil && len(keys) > 0 && !over && len(out) < limit {
		err = look(keys)
	}
	switch {
	case err != nil:
		return nil, journal.Unexpected(fmt.Errorf("look for runs: %w", err))
	case all: // nothing in the words is a word
		f.Words, f.Person = "", ""
		return s.cfg.Journal.Runs(ctx, f)
	}
	return out, ctx.Err()
}

// Told tells of some runs what went in and what came of them, as far as the index has it.
func (s *Search) Told(_ context.Context, ids []run.ID) (map[run.ID]run.Told, error) {
	x, err := s.open()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("tell of runs: %w", err))
	}
	var keys []int64
	for _, id := range ids {
		if row, ok, err := s.cfg.DB.Run(string(id)); err == nil && ok {
			keys = append(keys, row.Key)
		}
	}
	notes, err := x.Notes(keys)
	if err != nil {
		s.heal(err)
		return nil, journal.Unexpected(fmt.Errorf("tell of runs: %w", err))
	}
	out := make(map[run.ID]run.Told, len(notes))
	for uuid, note := range notes {
		var t run.Told
		if json.Unmarshal([]byte(note), &t) == nil {
			out[run.ID(uuid)] = t
		}
	}
	return out, nil
}

// queryOf is what a filter looks for in the index: a mark for each thing that is not told in
// words of people, so that few runs are left to be read.
func queryOf(f journal.Filter) sqlite.TextQuery {
	q := sqlite.TextQuery{Text: f.Words}
	if strings.Contains(f.Person, "@") {
		q.Marks = append(q.Marks, mark("person", run.PersonOf(f.Person)))
	} else {
		q.Person = f.Person
	}
	if f.Outcome != "" {
		q.Marks = append(q.Marks, mark("outcome", string(f.Outcome)))
	}
	if f.Open || f.Status != "" && f.Status != run.StatusDone {
		q.Marks = append(q.Marks, mark("outcome", ""))
	}
	if f.Path != "" {
		q.Marks = append(q.Marks, mark("path", f.Path))
	}
	return q
}
