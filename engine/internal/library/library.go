package library

import (
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

// Flow returns a flow of the library; code flow.unknown.
func (r *Catalog) Flow(ctx context.Context, path string) (flow.Stored, error) {
	f, ok, err := r.db.Flow(path)
	if err != nil {
		return flow.Stored{}, journal.Unexpected(fmt.Errorf("read flow %s: %w", path, err))
	}
	if !ok {
		return flow.Stored{}, fault.Newf("flow.unknown", "Look for it under Flows.", "There is no flow %s", path)
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
	return flow.Stored{Path: f.Path, Summary: f.Summary, Steps: f.Steps, JSON: f.JSON, Updated: journal.FromNano(f.Updated), Problem: f.Problem}
}

// SaveFlow stores a flow under a path. What cannot be read is kept as it is,
// with the reason beside it.
func (l *Library) SaveFlow(ctx context.Context, path string, file []byte) error {
	if err := flow.CheckPath(path); err != nil {
		return err
	}
	row := sqlite.Flow{Path: path, JSON: file}
	if row.JSON == nil {
		row.JSON = []byte{}
	}
	if fl, err := parseFlow(file); err != nil {
		row.Problem = fault.From(err).Title
	} else {
		row.Summary = fl.Summary
		row.Steps = len(modules(fl))
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		row.Updated = now.UnixNano()
		if err := tx.PutFlow(row); err != nil {
			return err
		}
		return noteFlow(tx, row)
	}))
}

// versionsKept is how many saved states of a flow are kept.
const versionsKept = 200

// noteFlow keeps the state of a flow as its newest version, unless it is the
// newest already.
func noteFlow(tx *sqlite.Tx, f sqlite.Flow) error {
	v := sqlite.SavedFlow{Path: f.Path, Hash: journal.FlowHash(f.Path, f.JSON), Summary: f.Summary, JSON: f.JSON, Saved: f.Updated}
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
		if err := noteFlow(tx, f); err != nil {
			return err
		}
	}
	return nil
}

// FlowVersions lists the states in which a flow was saved, newest first.
func (r *Catalog) FlowVersions(ctx context.Context, path string) ([]flow.Version, error) {
	rows, err := r.db.SavedFlows(path)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("list the versions of %s: %w", path, err))
	}
	out := make([]flow.Version, len(rows))
	for i, v := range rows {
		out[i] = flow.Version{Hash: v.Hash, Summary: v.Summary, Saved: journal.FromNano(v.Saved)}
	}
	return out, nil
}

// FlowVersion returns the file of one saved state; code flow.unknown.
func (r *Catalog) FlowVersion(ctx context.Context, hash string) ([]byte, error) {
	v, ok, err := r.db.SavedFlow(hash)
	if err != nil {
		return nil, journal.Unexpected(fmt.Errorf("read flow version %s: %w", hash, err))
	}
	if !ok {
		return nil, fault.Newf("flow.unknown", "Only the newest versions of a flow are kept.", "There is no version %s of a flow", hash)
	}
	if hash != journal.FlowHash(v.Path, v.JSON) {
		return nil, fault.Newf("flow.damaged", "Nothing was started or changed. Take another version. sluice verify tells what else is damaged.",
			"The version %s of flow %s is not as it was saved: what is stored of it is damaged", hash, v.Path)
	}
	return v.JSON, nil
}

// DeleteFlow removes a flow from the library with its saved states. Its runs keep
// the versions that they were started with.
func (l *Library) DeleteFlow(ctx context.Context, path string) error {
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		if err := tx.DeleteSavedFlows(path); err != nil {
			return err
		}
		return tx.DeleteFlow(path)
	}))
}
