package maintenance

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// The settings that say for how many days what runs leave is kept; "" is for ever.
const (
	SettingSucceeded = "runs.keep_days"
	SettingOthers    = "runs.keep_days_others"
	SettingLogs      = "logs.keep_days"
)

// Retention is what the settings say of all runs.
func Retention(v sqlite.View) (r flow.Retention, err error) {
	for key, to := range map[string]*int{SettingSucceeded: &r.Succeeded, SettingOthers: &r.Others, SettingLogs: &r.Logs} {
		b, _, err := v.Setting(key)
		if err != nil {
			return r, fmt.Errorf("read for how long runs are kept: %w", err)
		}
		if days, err := strconv.Atoi(string(b)); err == nil && days > 0 && days <= flow.MostDays {
			*to = days
		}
	}
	return r, nil
}

// rules are for how long runs are kept, as the settings and their flows say. A flow of the
// library says it for all of its runs; else what counts is the version that a run was
// started with.
type rules struct {
	all     flow.Retention
	library map[string]flow.Retention
	version map[string]flow.Retention // of those that say it themselves
}

func readRules(v sqlite.View) (r rules, err error) {
	if r.all, err = Retention(v); err != nil {
		return r, err
	}
	flows, err := v.FlowsSaying(flow.RetentionMark)
	if err != nil {
		return r, fmt.Errorf("read for how long the runs of flows are kept: %w", err)
	}
	r.library = make(map[string]flow.Retention, len(flows))
	for path, doc := range flows {
		r.library[path] = flow.RetentionOf(doc).Over(r.all)
	}
	versions, err := v.VersionsSaying(flow.RetentionMark)
	if err != nil {
		return r, fmt.Errorf("read for how long the runs of flows are kept: %w", err)
	}
	r.version = make(map[string]flow.Retention, len(versions))
	for hash, data := range versions {
		var pin run.Pinned
		if err := json.Unmarshal(data, &pin); err != nil {
			r.version[hash] = flow.Retention{} // it cannot be read: nothing goes by it
			continue
		}
		r.version[hash] = flow.RetentionOf(pin.Flow).Over(r.all)
	}
	return r, nil
}

// of is for how long what a run leaves is kept.
func (r rules) of(row sqlite.Run) flow.Retention {
	if own, ok := r.library[row.Path]; ok && row.Path != "" {
		return own
	}
	if own, ok := r.version[row.Flow]; ok {
		return own
	}
	return r.all
}

// shortest is the least number of days after which something goes, 0 for never.
func (r rules) shortest() (days int) {
	least := func(f flow.Retention) {
		for _, d := range []int{f.Succeeded, f.Others, f.Logs} {
			if d > 0 && (days == 0 || d < days) {
				days = d
			}
		}
	}
	least(r.all)
	for _, f := range r.library {
		least(f)
	}
	for _, f := range r.version {
		least(f)
	}
	return days
}

// succeeded reports whether a run ended as it was to.
func succeeded(row sqlite.Run) bool {
	return row.Outcome == string(run.Succeeded) || row.Outcome == string(run.Skipped)
}

// family are the runs that open ones came from, by their ids: they are the trail of what
// is open.
type family map[string]bool

func readFamily(v sqlite.View) (family, error) {
	by, err := v.OpenStarters(run.ByScript)
	if err != nil {
		return nil, fmt.Errorf("find what open runs came from: %w", err)
	}
	out := make(family)
	for _, s := range by {
		for id := starter(s); id != "" && !out[id]; {
			out[id] = true
			row, _, err := v.Run(id)
			if err != nil {
				return nil, err
			}
			id = starter(row.TriggerBy)
		}
	}
	return out, nil
}

// starter is the id of the run whose script started another, "" if none did.
func starter(by string) string {
	id, _ := strings.CutPrefix(by, run.ByScript)
	if id == by {
		return ""
	}
	return id
}

// fromOpen reports whether a run came from one that is open.
func fromOpen(v sqlite.View, row sqlite.Run) (bool, error) {
	for id, n := starter(row.TriggerBy), 0; id != "" && n < 1000; n++ {
		up, ok, err := v.Run(id)
		if err != nil || !ok {
			return false, err
		}
		if up.Ended == 0 {
			return true, nil
		}
		id = starter(up.TriggerBy)
	}
	return false, nil
}
