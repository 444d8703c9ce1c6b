package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Reader reads runs, values and plans. It may be used by many goroutines.
type Reader struct {
	db *sqlite.DB

	mu    sync.Mutex
	plans map[string]*run.Plan // by version

	folded folded
}

// errOrder says that the numbers of a journal do not follow each other.
var errOrder = errors.New("an entry is out of order")

// NewReader returns a Reader of an open file.
func NewReader(db *sqlite.DB) *Reader { return &Reader{db: db} }

// Filter selects runs. Zero fields select everything.
type Filter struct {
	Open   bool // only runs that are not over
	Status run.Status
	Path   string // of the flow in the library
	Text   string // part of the flow's name or path
	Before run.ID // only runs older than this one, to page on
	Limit  int
	Near   *Near // only these
	From   *From // only these

	Outcome run.Outcome
	Since   time.Time // started no earlier
	// Words are looked for in what goes in, what comes of it, and what is asked, each as the
	// beginning of a word; Person is one who was asked, answered or started it.
	Words, Person string
}

// Near are a run, those that somebody started, and those of a flow.
type Near struct {
	Run  run.ID
	By   string // who started them
	Path string // "" for none
}

// From are the runs that came from outside by one way: a webhook, form or token.
type From struct {
	run.Trigger
	Since time.Time // started no earlier
}

func (f Filter) query() sqlite.RunQuery {
	q := sqlite.RunQuery{Open: f.Open, Status: string(f.Status), Path: f.Path, Text: f.Text, Before: string(f.Before), Limit: f.Limit}
	q.Outcome = string(f.Outcome)
	switch year := f.Since.Year(); { // nanoseconds reach from 1678 to 2262
	case year > 2200:
		q.Since = math.MaxInt64
	case year > 1700:
		q.Since = f.Since.UnixNano()
	}
	if f.Near != nil {
		q.Near = &sqlite.Near{UUID: string(f.Near.Run), By: f.Near.By, Path: f.Near.Path}
	}
	if f.From != nil {
		q.From = &sqlite.From{Kind: f.From.Kind, By: f.From.By, Since: f.From.Since.UnixNano()}
	}
	return q
}

// CountRuns counts the runs that a filter selects, whatever its limit, and those of
// them that wait for people.
func (r *Reader) CountRuns(ctx context.Context, f Filter) (all, suspended int, err error) {
	all, suspended, err = r.db.CountRuns(f.query())
	if err != nil {
		return 0, 0, Unexpected(fmt.Errorf("count runs: %w", err))
	}
	return all, suspended, nil
}

// Runs lists runs, newest first.
func (r *Reader) Runs(ctx context.Context, f Filter) ([]run.Summary, error) {
	rows, err := r.db.Runs(f.query())
	if err != nil {
		return nil, Unexpected(fmt.Errorf("list runs: %w", err))
	}
	out := make([]run.Summary, len(rows))
	for i, row := range rows {
		out[i] = summary(row)
	}
	return out, nil
}

// Among lists the runs of a filter among those of some numbers, the newest first. Since is
// not looked at.
func (r *Reader) Among(f Filter, keys []int64) ([]run.Summary, error) {
	q := f.query()
	q.Before, q.Since = "", 0
	rows, err := r.db.RunsAmong(q, keys)
	out := make([]run.Summary, len(rows))
	for i, row := range rows {
		out[i] = summary(row)
	}
	return out, err
}

// Run returns one run's line; code run.unknown.
func (r *Reader) Run(ctx context.Context, id run.ID) (run.Summary, error) {
	row, err := r.Row(id)
	return summary(row), err
}

// Row returns the row of a run; code run.unknown.
func (r *Reader) Row(id run.ID) (sqlite.Run, error) {
	row, ok, err := r.db.Run(string(id))
	if err != nil {
		return row, Unexpected(fmt.Errorf("read run %s: %w", id, err))
	}
	if !ok {
		return row, NoRun()
	}
	return row, nil
}

// NoRun says that there is no such run; code run.unknown.
func NoRun() error {
	return fault.New("run.unknown", "There is no such run", "It may have been started in another folder.")
}

func summary(r sqlite.Run) run.Summary {
	s := run.Summary{
		ID: run.ID(r.UUID), FlowName: r.Name, Path: r.Path, Status: run.Status(r.Status), Outcome: run.Outcome(r.Outcome),
		Started: FromNano(r.Started), Trigger: run.Trigger{Kind: r.TriggerKind, By: r.TriggerBy, Person: r.Person}, Damaged: r.Damaged,
	}
	if r.Ended != 0 {
		s.Ended = FromNano(r.Ended)
	}
	return s
}

// Log returns the whole journal of a run.
func (r *Reader) Log(ctx context.Context, id run.ID) ([]run.Entry, error) {
	row, err := r.Row(id)
	if err != nil {
		return nil, err
	}
	var out []run.Entry
	for line, err := range r.db.Journal(row.Key, row.UUID) {
		if err != nil {
			return nil, Unexpected(fmt.Errorf("read run %s: %w", id, err))
		}
		entry, err := EntryOf(line)
		if err != nil {
			return out, DamagedFault(id, err)
		}
		out = append(out, entry)
	}
	return out, nil
}

// sinceChunk is how many entries Since reads at once.
const sinceChunk = 512

// Since returns the runs that something happened to after an entry.
func (r *Reader) Since(ctx context.Context, after int64) ([]run.ID, error) {
	var ids []run.ID
	for {
		rows, err := r.db.Tail(after, sinceChunk)
		for _, row := range rows {
			after = row.ID
			if id := run.ID(row.Run); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if err != nil || len(rows) < sinceChunk {
			return ids, Unexpected(err)
		}
	}
}

// Pinned returns the flow version that a run was started with.
func (r *Reader) Pinned(ctx context.Context, hash string) (run.Pinned, error) {
	p, err := pinned(r.db.View, hash)
	return p, Unexpected(err)
}

func pinned(v sqlite.View, hash string) (p run.Pinned, err error) {
	data, ok, err := v.Version(hash)
	if err != nil {
		return p, fmt.Errorf("read flow version %s: %w", hash, err)
	}
	if !ok {
		return p, &Damage{fmt.Errorf("flow version %s is not stored", hash)}
	}
	if versionHash(data) != hash {
		return p, &Damage{fmt.Errorf("flow version %s is not as it was stored", hash)}
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, &Damage{fmt.Errorf("read flow version %s: %w", hash, err)}
	}
	return p, nil
}

// Plan returns the compiled form of a version; plans are shared and never change.
func (r *Reader) Plan(v sqlite.View, hash string) (*run.Plan, error) {
	if p := r.KeptPlan(hash); p != nil {
		return p, nil
	}
	pin, err := pinned(v, hash)
	if err != nil {
		return nil, err
	}
	p, err := run.Compile(pin)
	if err != nil {
		return nil, &Damage{fmt.Errorf("compile flow version %s: %w", hash, err)}
	}
	r.Keep(hash, p)
	return p, nil
}

// PlanOf returns the compiled form of the flow version that a run was started with.
func (r *Reader) PlanOf(_ context.Context, hash string) (*run.Plan, error) {
	p, err := r.Plan(r.db.View, hash)
	return p, Unexpected(err)
}

// KeptPlan returns the compiled form of a version if it is at hand, else nil.
func (r *Reader) KeptPlan(hash string) *run.Plan {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.plans[hash]
}

// Keep keeps a plan under the hash of its version.
func (r *Reader) Keep(hash string, p *run.Plan) {
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

// Load folds a run from its journal. A *Damage says that it cannot be.
func (r *Reader) Load(v sqlite.View, row sqlite.Run) (*Run, error) {
	c, err := r.fold(v, row)
	if _, damaged := errors.AsType[*Damage](err); !damaged {
		return c, err
	}
	// An erasure may have come between the row and the journal: its sums are new ones.
	now, ok, again := v.RunByKey(row.Key)
	if again != nil || !ok || now.End == row.End {
		return c, err
	}
	return r.fold(v, now)
}

// fold is Load for a row that is as old as the journal.
func (r *Reader) fold(v sqlite.View, row sqlite.Run) (*Run, error) {
	if row.Damaged != "" {
		return nil, DamagedFault(run.ID(row.UUID), errors.New(row.Damaged))
	}
	plan, err := r.Plan(v, row.Flow)
	if err != nil {
		return nil, err
	}
	c := &Run{
		Key: row.Key, ID: run.ID(row.UUID), Flow: row.Flow, Path: row.Path,
		Status: run.Status(row.Status), Outcome: run.Outcome(row.Outcome),
	}
	var bad, broken error
	chain := Chain{End: row.End}
	c.State, err = run.Fold(plan, c.ID, func(yield func(run.Entry) bool) {
		for line, err := range v.Journal(row.Key, row.UUID) {
			if err != nil {
				broken = err
				return
			}
			entry, err := EntryOf(line)
			if err == nil && (entry.Seq != c.Seq+1 || entry.At.Before(c.At)) {
				err = fmt.Errorf("entry %d is out of order", entry.Seq)
			}
			if err == nil {
				err = chain.Next(line)
			}
			if err != nil {
				bad = err
				return
			}
			c.Seq, c.At = entry.Seq, entry.At
			if !yield(entry) {
				return
			}
		}
	})
	switch {
	case sqlite.Corrupt(broken):
		return nil, &Damage{errors.New(broken.Error())} // of this run, not of the disk
	case broken != nil:
		return nil, fmt.Errorf("read run %s: %w", row.UUID, broken)
	case bad != nil:
		return nil, &Damage{bad}
	case err != nil:
		return nil, &Damage{err}
	case c.Seq == 0:
		return nil, &Damage{errors.New("it has no entries")}
	}
	if err := chain.Whole(); err != nil {
		return nil, &Damage{err}
	}
	c.Sum = chain.sum
	return c, nil
}

// Value reads a Ref.
func (r *Reader) Value(ctx context.Context, ref run.Ref) (json.RawMessage, error) {
	v, err := ReadRef(r.db.View, ref)
	return v, Unexpected(err)
}

// BlobPart reads a part of a stored value, for showing one that is too large to
// be shown at once: up to n bytes of its JSON from an offset on, and the size of
// the whole. Code value.unknown.
func (r *Reader) BlobPart(ctx context.Context, hash string, offset int64, n int) (part []byte, size int64, err error) {
	part, size, ok, err := r.db.BlobPart(hash, max(0, offset), min(max(0, n), blobPartMax))
	if err != nil {
		return nil, 0, Unexpected(fmt.Errorf("read value %s: %w", hash, err))
	}
	if !ok {
		return nil, 0, fault.New("value.unknown", "This value is not kept", "It may have been deleted after use.")
	}
	return part, size, nil
}

// blobPartMax bounds one part of a value.
const blobPartMax = 1 << 20

// EntryOf reads an entry from its row.
func EntryOf(r sqlite.Row) (run.Entry, error) {
	ev, err := Decode(r.Type, r.Data)
	if err != nil {
		return run.Entry{}, fmt.Errorf("read entry %d: %w", r.Seq, err)
	}
	return run.Entry{ID: r.ID, Run: run.ID(r.Run), Seq: r.Seq, At: FromNano(r.At), Event: ev}, nil
}

// FromNano is a time as the file has it, in nanoseconds since 1970.
func FromNano(n int64) time.Time { return time.Unix(0, n).UTC() }
