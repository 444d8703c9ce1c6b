package library

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Flows lists the library by path.
func (r *Catalog) Flows(ctx context.Context) ([]flow.Stored, error) {
	rows, err := r.db.Flows()
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list flows: %w", err))
	}
	out := make([]flow.Stored, len(rows))
	for i, f := range rows {
		out[i] = stored(f)
	}
	return out, nil
}

// Flow returns a flow of the library as it runs when it is started by its path: the
// version that somebody chose, else its newest state. Codes: flow.unknown, flow.damaged.
func (r *Catalog) Flow(ctx context.Context, path string) (flow.Stored, error) {
	s, err := r.Draft(ctx, path)
	if err != nil || s.Live == 0 {
		return s, err
	}
	v, ok, err := r.db.NamedFlow(path, s.Live)
	if err != nil {
		return flow.Stored{}, journal.Unexpected(fmt.Errorf("read version %d of flow %s: %w", s.Live, path, err))
	}
	if !ok || v.Hash != journal.FlowHash(path, v.JSON) {
		return flow.Stored{}, fault.Newf("flow.damaged", "Nothing was started or changed. Let another version run: sluice versions lists them. sluice verify tells what else is damaged.",
			"Version %d of flow %s, which is to run, is not as it was saved: what is stored of it is damaged", s.Live, path)
	}
	s.JSON, s.Summary, s.Ahead, s.Problem = v.JSON, v.Summary, nil, ""
	return s, nil
}

// Draft returns the newest state of a flow, as it is edited. Codes: flow.unknown, flow.damaged.
func (r *Catalog) Draft(ctx context.Context, path string) (flow.Stored, error) {
	f, ok, err := r.db.Flow(path)
	if err != nil {
		return flow.Stored{}, journal.Unexpected(fmt.Errorf("read flow %s: %w", path, err))
	}
	if !ok {
		return flow.Stored{}, unknownFlow(path)
	}
	hash, saved, err := r.db.NewestSavedFlow(path)
	if err != nil {
		return flow.Stored{}, journal.Unexpected(fmt.Errorf("read the versions of flow %s: %w", path, err))
	}
	if saved && hash != journal.FlowHash(path, f.JSON) {
		return flow.Stored{}, fault.Newf("flow.damaged", "Nothing was started or changed. Save it anew, or bring back a version: sluice versions lists them. sluice verify tells what else is damaged.",
			"The flow %s is not as it was saved: what is stored of it is damaged", path)
	}
	return stored(f), nil
}

func stored(f sqlite.Flow) flow.Stored {
	s := flow.Stored{Path: f.Path, Summary: f.Summary, Steps: f.Steps, JSON: f.JSON, Updated: journal.FromNano(f.Updated), Problem: f.Problem, Live: f.Live}
	if f.Live != 0 && !bytes.Equal(f.Running, f.JSON) {
		s.Ahead = f.Running
	}
	return s
}

// SaveDraft stores the newest state of a flow under its path, as it is edited: where a
// version of it runs, that one goes on running. edit names what was changed, for the
// history. What cannot be read is kept as it is, with the reason beside it.
func (l *Library) SaveDraft(ctx context.Context, path string, file []byte, edit string) error {
	row, err := flowRow(path, file)
	if err != nil {
		return err
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error { return putFlow(tx, row, edit, now) }))
}

// SaveFlow is SaveDraft for a flow that comes ready from elsewhere: where a version of
// it runs, what is saved becomes the next one, which runs.
func (l *Library) SaveFlow(ctx context.Context, path string, file []byte) error {
	row, err := flowRow(path, file)
	if err != nil {
		return err
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		if err := putFlow(tx, row, "", now); err != nil {
			return err
		}
		was, _, err := tx.Flow(path)
		if err != nil || was.Live == 0 || bytes.Equal(was.Running, row.JSON) {
			return err
		}
		_, err = putVersion(tx, was, "", now)
		return err
	}))
}

// flowRow is a flow as the library stores it.
func flowRow(path string, file []byte) (sqlite.Flow, error) {
	row := sqlite.Flow{Path: path, JSON: file}
	if err := flow.CheckPath(path); err != nil {
		return row, err
	}
	if row.JSON == nil {
		row.JSON = []byte{}
	}
	if fl, err := parseFlow(file); err != nil {
		row.Problem = fault.From(err).Title
	} else {
		row.Summary = fl.Summary
		row.Steps = len(modules(fl))
	}
	return row, nil
}

// putFlow stores a flow and notes its state.
func putFlow(tx *sqlite.Tx, row sqlite.Flow, edit string, now time.Time) error {
	row.Updated = now.UnixNano()
	if err := tx.PutFlow(row); err != nil {
		return err
	}
	return noteFlow(tx, row, edit)
}

// versionsKept is how many saved states of a flow are kept.
const versionsKept = 200

// noteFlow keeps the state of a flow as its newest version, unless it is the
// newest already.
func noteFlow(tx *sqlite.Tx, f sqlite.Flow, edit string) error {
	v := sqlite.SavedFlow{Path: f.Path, Hash: journal.FlowHash(f.Path, f.JSON), Summary: f.Summary, JSON: f.JSON, Saved: f.Updated, Edit: edit}
	have, err := tx.SavedFlows(f.Path)
	if err != nil || len(have) > 0 && have[0].Hash == v.Hash {
		return err
	}
	return tx.PutSavedFlow(v, versionsKept)
}

// NoteOldFlows makes a first version of each flow that was saved by a Sluice
// that kept none.
func NoteOldFlows(tx *sqlite.Tx) error {
	flows, err := tx.UnsavedFlows()
	if err != nil {
		return err
	}
	for _, f := range flows {
		if err := noteFlow(tx, f, ""); err != nil {
			return err
		}
	}
	return nil
}

// DeleteFlow removes a flow from the library with its saved states and versions. Its
// runs keep what they were started with.
func (l *Library) DeleteFlow(ctx context.Context, path string) error {
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		if err := tx.DeleteSavedFlows(path); err != nil {
			return err
		}
		if err := tx.DeleteNamedFlows(path); err != nil {
			return err
		}
		return tx.DeleteFlow(path)
	}))
}
