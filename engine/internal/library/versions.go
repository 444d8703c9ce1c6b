package library

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// Versions of flows. Each state that was saved on the way is kept for a while; a state
// that somebody makes a version is kept for good, gets a number, and from then on runs
// when the flow is started by its path, whatever is edited meanwhile. A flow of which
// nobody has made a version runs in its newest state.

// versionNameMax is the longest name of a version, in letters.
const versionNameMax = 120

// MakeVersion makes the newest state of a flow its next version, which runs from now on,
// and returns its number. A state that is the version that runs already is made none: it
// gets the name, if one is given. Codes: flow.unknown, flow.damaged, flow.version.
func (l *Library) MakeVersion(ctx context.Context, path, name string) (number int, err error) {
	if name, err = versionName(name); err != nil {
		return 0, err
	}
	s, err := l.r.Draft(ctx, path)
	if err != nil {
		return 0, err
	}
	if s.Problem != "" {
		return 0, fault.Newf("flow.version", "It is kept as it is. Mend it first: "+s.Problem, "The flow %s cannot be read, so it cannot become a version", path)
	}
	err = l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		f, ok, err := tx.Flow(path)
		if err != nil {
			return err
		}
		if !ok {
			return unknownFlow(path)
		}
		if f.Live != 0 && bytes.Equal(f.Running, f.JSON) {
			if number = f.Live; name == "" {
				return nil
			}
			return tx.NameFlow(path, number, name)
		}
		number, err = putVersion(tx, f, name, now)
		return err
	})
	return number, journal.Unexpected(err)
}

// putVersion makes the state of a flow its next version, which runs.
func putVersion(tx *sqlite.Tx, f sqlite.Flow, name string, now time.Time) (number int, err error) {
	have, err := tx.NamedFlows(f.Path)
	if err != nil {
		return 0, err
	}
	number = 1
	if len(have) > 0 {
		number = have[0].Number + 1
	}
	err = tx.PutNamedFlow(sqlite.NamedFlow{Path: f.Path, Number: number, Name: name, Hash: journal.FlowHash(f.Path, f.JSON), Summary: f.Summary, JSON: f.JSON, Saved: now.UnixNano()})
	if err != nil {
		return 0, err
	}
	return number, tx.SetLiveFlow(f.Path, number)
}

// RunVersion lets a version of a flow run from now on, and leaves its newest state as it
// is; number 0 lets the newest state run, whatever it is. Runs that have begun go on as
// they began. Codes: flow.unknown, flow.damaged.
func (l *Library) RunVersion(ctx context.Context, path string, number int) error {
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, _ time.Time) error {
		_, ok, err := tx.Flow(path)
		if err != nil {
			return err
		}
		if !ok {
			return unknownFlow(path)
		}
		if number != 0 {
			v, ok, err := tx.NamedFlow(path, number)
			if err != nil {
				return err
			}
			if !ok {
				return unknownVersion(path, number)
			}
			if v.Hash != journal.FlowHash(path, v.JSON) {
				return damagedVersion(v.Path, fmt.Sprint(number))
			}
		}
		return tx.SetLiveFlow(path, number)
	}))
}

// NameVersion gives a version another name; "" takes it. Codes: flow.unknown, flow.version.
func (l *Library) NameVersion(ctx context.Context, path string, number int, name string) error {
	name, err := versionName(name)
	if err != nil {
		return err
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, _ time.Time) error {
		if _, ok, err := tx.NamedFlow(path, number); err != nil {
			return err
		} else if !ok {
			return unknownVersion(path, number)
		}
		return tx.NameFlow(path, number, name)
	}))
}

// Amend makes the same change to the newest state of a flow and, where another version
// runs, to that, as its next version. change gets a file and returns the new one.
// Codes: flow.unknown, flow.damaged, and those of change.
func (l *Library) Amend(ctx context.Context, path string, change func(file []byte) ([]byte, error)) error {
	draft, err := l.r.Draft(ctx, path)
	if err != nil {
		return err
	}
	live, err := l.r.Flow(ctx, path)
	if err != nil {
		return err
	}
	next, err := change(draft.JSON)
	if err != nil {
		return err
	}
	runs := next
	if !bytes.Equal(live.JSON, draft.JSON) {
		if runs, err = change(live.JSON); err != nil {
			return err
		}
	}
	row, err := flowRow(path, next)
	if err != nil {
		return err
	}
	running, err := flowRow(path, runs)
	if err != nil {
		return err
	}
	return journal.Unexpected(l.c.Write(ctx, func(tx *sqlite.Tx, now time.Time) error {
		if f, ok, err := tx.Flow(path); err != nil {
			return err
		} else if !ok || !bytes.Equal(f.JSON, draft.JSON) || f.Live != live.Live {
			return fault.Newf("flow.changed", "Nothing was changed. Try again.", "The flow %s was changed at the same moment", path)
		}
		if err := putFlow(tx, row, "", now); err != nil || live.Live == 0 || bytes.Equal(runs, live.JSON) {
			return err
		}
		_, err := putVersion(tx, running, "", now)
		return err
	}))
}

// FlowVersions lists the versions of a flow and the states in which it was saved on the
// way, newest first; none for a flow that is not there.
func (r *Catalog) FlowVersions(ctx context.Context, path string) ([]flow.Version, error) {
	broken := func(err error) ([]flow.Version, error) {
		return nil, journal.Unexpected(fmt.Errorf("list the versions of %s: %w", path, err))
	}
	states, err := r.db.SavedFlows(path)
	if err != nil {
		return broken(err)
	}
	named, err := r.db.NamedFlows(path)
	if err != nil {
		return broken(err)
	}
	row, _, err := r.db.Flow(path)
	if err != nil {
		return broken(err)
	}
	var out []flow.Version
	numbered := make(map[string]bool)
	for i, v := range named {
		numbered[v.Hash] = true
		live := v.Number == row.Live || row.Live == 0 && i == 0 && len(states) > 0 && v.Hash == states[0].Hash
		out = append(out, flow.Version{Hash: v.Hash, Summary: v.Summary, Saved: journal.FromNano(v.Saved), Number: v.Number, Name: v.Name, Live: live})
	}
	for i, s := range states {
		newest := i == 0 && len(named) > 0 && s.Hash != named[0].Hash // it may be that of an older version, brought back
		if newest || !numbered[s.Hash] {
			out = append(out, flow.Version{Hash: s.Hash, Summary: s.Summary, Saved: journal.FromNano(s.Saved), Edit: s.Edit, Live: i == 0 && row.Live == 0})
		}
	}
	slices.SortStableFunc(out, func(a, b flow.Version) int { return b.Saved.Compare(a.Saved) })
	return out, nil
}

// FlowVersion returns the file of one version or saved state. Codes: flow.unknown,
// flow.damaged.
func (r *Catalog) FlowVersion(ctx context.Context, hash string) ([]byte, error) {
	broken := func(err error) ([]byte, error) {
		return nil, journal.Unexpected(fmt.Errorf("read flow version %s: %w", hash, err))
	}
	v, ok, err := r.db.SavedFlow(hash)
	if err != nil {
		return broken(err)
	}
	if !ok {
		n, have, err := r.db.NamedFlowByHash(hash)
		if err != nil {
			return broken(err)
		}
		v, ok = sqlite.SavedFlow{Path: n.Path, JSON: n.JSON}, have
	}
	if !ok {
		return nil, fault.Newf("flow.unknown", "Of the states that were saved on the way only the newest are kept.", "There is no version %s of a flow", hash)
	}
	if hash != journal.FlowHash(v.Path, v.JSON) {
		return nil, damagedVersion(v.Path, hash)
	}
	return v.JSON, nil
}

func versionName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > versionNameMax {
		return "", fault.Newf("flow.version", "Nothing was changed. Take a shorter one.", "A version's name has %d letters at most", versionNameMax)
	}
	return name, nil
}

func unknownFlow(path string) error {
	return fault.Newf("flow.unknown", "Look for it under Flows.", "There is no flow %s", path)
}

func unknownVersion(path string, number int) error {
	return fault.Newf("flow.unknown", "Nothing was changed. `sluice versions "+path+"` tells which there are.", "The flow %s has no version %d", path, number)
}

func damagedVersion(path, which string) error {
	return fault.Newf("flow.damaged", "Nothing was started or changed. Take another version. sluice verify tells what else is damaged.",
		"The version %s of flow %s is not as it was saved: what is stored of it is damaged", which, path)
}
