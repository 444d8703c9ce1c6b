package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Reader is the half of an engine that only reads. It also stands alone, beside
// an engine in another process.
type Reader struct {
	db  *sqlite.DB
	dir string

	mu    sync.Mutex
	plans map[string]*run.Plan // by version

	folded folded
}

// errOrder says that the numbers of a journal do not follow each other.
var errOrder = errors.New("an entry is out of order")

// OpenReader opens a folder for reading, whether or not an engine runs on it.
func OpenReader(dir string) (*Reader, error) {
	db, err := sqlite.OpenReader(filepath.Join(dir, fileName))
	if err != nil {
		return nil, openFault(dir, err)
	}
	return &Reader{db: db, dir: dir}, nil
}

// Close closes a Reader that stands alone.
func (r *Reader) Close() error { return r.db.Close() }

// openFault says why the file of a folder cannot be opened, and what to do.
func openFault(dir string, err error) error {
	path := filepath.Join(dir, fileName)
	switch {
	case errors.Is(err, sqlite.ErrNewer):
		return fault.Because(err, "engine.newer", "This folder was written by a newer Sluice", "Install the newer version. Nothing was changed.")
	case errors.Is(err, sqlite.ErrOlder):
		return fault.Because(err, "engine.older", "This folder was written by an older Sluice", "Start Sluice once; it brings the folder up to date.")
	case errors.Is(err, os.ErrNotExist):
		return fault.Because(err, "engine.empty", "There is no Sluice data in this folder", "Start Sluice once, or name another folder. The folder is "+dir+".")
	case errors.Is(err, sqlite.ErrForeign):
		return fault.Because(err, "engine.foreign", "The file sluice.db in this folder is not Sluice's",
			"Nothing was changed. Another program made "+path+": move it away, or name another folder.")
	case sqlite.Full(err), errors.Is(err, syscall.ENOSPC):
		return fault.Because(err, "engine.disk_full", "The disk has no room, so Sluice cannot open its file", "Nothing was changed. Make room on the disk of "+dir+", and start again.")
	case sqlite.Garbled(err), sqlite.Corrupt(err):
		return damagedFile(dir, err)
	}
	return fault.Because(err, "engine.open", "Sluice cannot open its file", "Nothing was changed. Check that you may read and write in the folder "+dir+", or name another one.")
}

// damagedFile is about a file that is spoiled where nothing works without it.
func damagedFile(dir string, err error) *fault.Error {
	path := filepath.Join(dir, fileName)
	title := "Sluice's file is damaged"
	if missing, size := sqlite.Missing(path); missing > 0 {
		title = fmt.Sprintf("Sluice's file is cut off: %d of its %d bytes are missing", missing, size)
	} else if sqlite.Garbled(err) {
		title += ": it does not begin as a database does"
	}
	hint := "Nothing was changed. Copy the folder " + dir + " to another disk first. Then bring back your newest backup with sluice restore FILE; the damaged file is kept beside it. Without one, sluice salvage takes out what can be read."
	if kept, _ := filepath.Glob(path + ".v*.bak*"); len(kept) > 0 {
		hint += " Sluice made one before its last upgrade: " + kept[len(kept)-1] + "."
	}
	return fault.Because(err, "engine.damaged", title, hint)
}

// Filter selects runs. Zero fields select everything.
type Filter struct {
	Open   bool // only runs that are not over
	Status run.Status
	Path   string // of the flow in the library
	Text   string // part of the flow's name or path
	Before run.ID // only runs older than this one, to page on
	Limit  int
	Near   *Near // only these
}

// Near are a run, those that somebody started, and those of a flow.
type Near struct {
	Run  run.ID
	By   string // who started them
	Path string // "" for none
}

func (f Filter) query() sqlite.RunQuery {
	q := sqlite.RunQuery{Open: f.Open, Status: string(f.Status), Path: f.Path, Text: f.Text, Before: string(f.Before), Limit: f.Limit}
	if f.Near != nil {
		q.Near = &sqlite.Near{UUID: string(f.Near.Run), By: f.Near.By, Path: f.Near.Path}
	}
	return q
}

// CountRuns counts the runs that a filter selects, whatever its limit, and those of
// them that wait for people.
func (r *Reader) CountRuns(ctx context.Context, f Filter) (all, suspended int, err error) {
	all, suspended, err = r.db.CountRuns(f.query())
	if err != nil {
		return 0, 0, unexpected(fmt.Errorf("count runs: %w", err))
	}
	return all, suspended, nil
}

// Runs lists runs, newest first.
func (r *Reader) Runs(ctx context.Context, f Filter) ([]run.Summary, error) {
	rows, err := r.db.Runs(f.query())
	if err != nil {
		return nil, unexpected(fmt.Errorf("list runs: %w", err))
	}
	out := make([]run.Summary, len(rows))
	for i, row := range rows {
		out[i] = summary(row)
	}
	return out, nil
}

// Run returns one run's line; code run.unknown.
func (r *Reader) Run(ctx context.Context, id run.ID) (run.Summary, error) {
	row, err := r.row(id)
	return summary(row), err
}

func (r *Reader) row(id run.ID) (sqlite.Run, error) {
	row, ok, err := r.db.Run(string(id))
	if err != nil {
		return row, unexpected(fmt.Errorf("read run %s: %w", id, err))
	}
	if !ok {
		return row, noRun()
	}
	return row, nil
}

func noRun() error {
	return fault.New("run.unknown", "There is no such run", "It may have been started in another folder.")
}

func summary(r sqlite.Run) run.Summary {
	s := run.Summary{
		ID: run.ID(r.UUID), FlowName: r.Name, Path: r.Path, Status: run.Status(r.Status), Outcome: run.Outcome(r.Outcome),
		Started: fromNano(r.Started), Trigger: run.Trigger{Kind: r.TriggerKind, By: r.TriggerBy}, Damaged: r.Damaged,
	}
	if r.Ended != 0 {
		s.Ended = fromNano(r.Ended)
	}
	return s
}

// Log returns the whole journal of a run.
func (r *Reader) Log(ctx context.Context, id run.ID) ([]run.Entry, error) {
	row, err := r.row(id)
	if err != nil {
		return nil, err
	}
	var out []run.Entry
	for line, err := range r.db.Journal(row.Key, row.UUID) {
		if err != nil {
			return nil, unexpected(fmt.Errorf("read run %s: %w", id, err))
		}
		entry, err := entryOf(line)
		if err != nil {
			return out, damagedFault(id, err)
		}
		out = append(out, entry)
	}
	return out, nil
}

// Pinned returns the flow version that a run was started with.
func (r *Reader) Pinned(ctx context.Context, hash string) (run.Pinned, error) {
	p, err := pinned(r.db.View, hash)
	return p, unexpected(err)
}

func pinned(v sqlite.View, hash string) (p run.Pinned, err error) {
	data, ok, err := v.Version(hash)
	if err != nil {
		return p, fmt.Errorf("read flow version %s: %w", hash, err)
	}
	if !ok {
		return p, &damageError{fmt.Errorf("flow version %s is not stored", hash)}
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
		return p, &damageError{fmt.Errorf("flow version %s is not as it was stored", hash)}
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, &damageError{fmt.Errorf("read flow version %s: %w", hash, err)}
	}
	return p, nil
}

// plan returns the compiled form of a version; plans are shared and never change.
func (r *Reader) plan(v sqlite.View, hash string) (*run.Plan, error) {
	r.mu.Lock()
	p := r.plans[hash]
	r.mu.Unlock()
	if p != nil {
		return p, nil
	}
	pin, err := pinned(v, hash)
	if err != nil {
		return nil, err
	}
	if p, err = run.Compile(pin); err != nil {
		return nil, &damageError{fmt.Errorf("compile flow version %s: %w", hash, err)}
	}
	r.keep(hash, p)
	return p, nil
}

func (r *Reader) keep(hash string, p *run.Plan) {
	const most = 256
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.plans == nil {
		r.plans = make(map[string]*run.Plan)
	}
	for k := range r.plans {
		if len(r.plans) < most {
			break
		}
		delete(r.plans, k)
	}
	r.plans[hash] = p
}

// load folds a run from its journal. A *damageError says that it cannot be.
func (r *Reader) load(v sqlite.View, row sqlite.Run) (*live, error) {
	c, err := r.fold(v, row)
	if _, damaged := errors.AsType[*damageError](err); !damaged {
		return c, err
	}
	// An erasure may have come between the row and the journal: its sums are new ones.
	now, ok, again := v.RunByKey(row.Key)
	if again != nil || !ok || now.End == row.End {
		return c, err
	}
	return r.fold(v, now)
}

// fold is load for a row that is as old as the journal.
func (r *Reader) fold(v sqlite.View, row sqlite.Run) (*live, error) {
	if row.Damaged != "" {
		return nil, damagedFault(run.ID(row.UUID), errors.New(row.Damaged))
	}
	plan, err := r.plan(v, row.Flow)
	if err != nil {
		return nil, err
	}
	c := &live{
		key: row.Key, id: run.ID(row.UUID), flow: row.Flow, path: row.Path,
		status: run.Status(row.Status), outcome: run.Outcome(row.Outcome),
	}
	var bad, broken error
	chain := chain{end: row.End}
	c.state, err = run.Fold(plan, c.id, func(yield func(run.Entry) bool) {
		for line, err := range v.Journal(row.Key, row.UUID) {
			if err != nil {
				broken = err
				return
			}
			entry, err := entryOf(line)
			if err == nil && (entry.Seq != c.seq+1 || entry.At.Before(c.at)) {
				err = fmt.Errorf("entry %d is out of order", entry.Seq)
			}
			if err == nil {
				err = chain.next(line)
			}
			if err != nil {
				bad = err
				return
			}
			c.seq, c.at = entry.Seq, entry.At
			if !yield(entry) {
				return
			}
		}
	})
	switch {
	case sqlite.Corrupt(broken):
		return nil, &damageError{errors.New(broken.Error())} // of this run, not of the disk
	case broken != nil:
		return nil, fmt.Errorf("read run %s: %w", row.UUID, broken)
	case bad != nil:
		return nil, &damageError{bad}
	case err != nil:
		return nil, &damageError{err}
	case c.seq == 0:
		return nil, &damageError{errors.New("it has no entries")}
	}
	if err := chain.whole(); err != nil {
		return nil, &damageError{err}
	}
	c.sum = chain.sum
	return c, nil
}

// Value reads a Ref.
func (r *Reader) Value(ctx context.Context, ref run.Ref) (json.RawMessage, error) {
	v, err := readRef(r.db.View, ref)
	return v, unexpected(err)
}

// BlobPart reads a part of a stored value, for showing one that is too large to
// be shown at once: up to n bytes of its JSON from an offset on, and the size of
// the whole. Code value.unknown.
func (r *Reader) BlobPart(ctx context.Context, hash string, offset int64, n int) (part []byte, size int64, err error) {
	part, size, ok, err := r.db.BlobPart(hash, max(0, offset), min(max(0, n), blobPartMax))
	if err != nil {
		return nil, 0, unexpected(fmt.Errorf("read value %s: %w", hash, err))
	}
	if !ok {
		return nil, 0, fault.New("value.unknown", "This value is not kept", "It may have been deleted after use.")
	}
	return part, size, nil
}

// blobPartMax bounds one part of a value.
const blobPartMax = 1 << 20

func entryOf(r sqlite.Row) (run.Entry, error) {
	ev, err := decodeEvent(r.Type, r.Data)
	if err != nil {
		return run.Entry{}, fmt.Errorf("read entry %d: %w", r.Seq, err)
	}
	return run.Entry{ID: r.ID, Run: run.ID(r.Run), Seq: r.Seq, At: fromNano(r.At), Event: ev}, nil
}

func fromNano(n int64) time.Time { return time.Unix(0, n).UTC() }
