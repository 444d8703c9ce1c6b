package windmill

import (
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// listed is a run in a list.
type listed struct {
	Type      string `json:"type"`
	ID        run.ID `json:"id"`
	Workspace string `json:"workspace_id"`
	Path      string `json:"script_path,omitempty"`
	Kind      string `json:"job_kind"`
	By        string `json:"created_by"`
	As        string `json:"permissioned_as"`
	Email     string `json:"email"`
	Tag       string `json:"tag"`
	Trigger   string `json:"trigger_kind"`
	Created   string `json:"created_at"`
	Started   string `json:"started_at"`
	Canceled  bool   `json:"canceled"`
	Step      bool   `json:"is_flow_step"`
	Visible   bool   `json:"visible_to_owner"`
	Running   *bool  `json:"running,omitempty"`
	Suspend   *int   `json:"suspend,omitempty"`
	Success   *bool  `json:"success,omitempty"`
	Skipped   *bool  `json:"is_skipped,omitempty"`
	Duration  *int64 `json:"duration_ms,omitempty"`
	Completed string `json:"completed_at,omitempty"`
}

func listedOf(c call, s run.Summary) listed {
	j := listed{
		Type: "QueuedJob", ID: s.ID, Workspace: c.r.PathValue("ws"), Path: s.Path, Kind: "flow", By: userName, As: "u/" + userName,
		Email: userEmail, Tag: "sluice", Trigger: s.Trigger.Kind, Created: timeText(s.Started), Started: timeText(s.Started), Visible: true,
	}
	if s.Path == "" {
		j.Kind = "flowpreview"
	}
	if s.Status != run.StatusDone {
		yes, held := true, 0
		if s.Status == run.StatusSuspended {
			held = 1
		}
		j.Running, j.Suspend = &yes, &held
		return j
	}
	ok, skipped, ms := s.Outcome == run.Succeeded || s.Outcome == run.Skipped, s.Outcome == run.Skipped, s.Ended.Sub(s.Started).Milliseconds()
	j.Type, j.Success, j.Skipped, j.Duration, j.Completed = "CompletedJob", &ok, &skipped, &ms, timeText(s.Ended)
	j.Canceled = s.Outcome == run.Canceled
	return j
}

func (jc jobCalls) listJobs(c call) error {
	return jc.list(c, func(run.Summary) bool { return true }, false)
}
func (jc jobCalls) listQueue(c call) error     { return jc.list(c, queued, true) }
func (jc jobCalls) listCompleted(c call) error { return jc.list(c, completed, false) }

func queued(s run.Summary) bool    { return s.Status != run.StatusDone }
func completed(s run.Summary) bool { return s.Status == run.StatusDone }

// unfiltered are filters that Sluice cannot apply. To leave one out would be to
// answer with more than was asked for, and who cancels what a list tells would
// cancel too much.
var unfiltered = []string{"args", "result", "label", "worker", "schedule_path", "script_hash", "parent_job", "concurrency_key", "allow_wildcards", "broad_filter"}

// list answers with the runs that a call asks for, the newest first.
func (jc jobCalls) list(c call, keep func(run.Summary) bool, open bool) error {
	q := c.r.URL.Query()
	for _, name := range unfiltered {
		if q.Get(name) != "" {
			return fault.Newf("api.filter", "Leave it out and choose among the answers.", "Runs cannot be listed by %s", name)
		}
	}
	page, each, err := c.paging(1000)
	if err != nil {
		return err
	}
	near, err := jc.near(c)
	if err != nil {
		return err
	}
	query := RunQuery{Path: q.Get("script_path_exact"), Open: open || q.Get("running") == "true", Limit: 500, Near: &near}
	skip, out := (page-1)*each, []listed{}
	for {
		rows, err := jc.api.ListRuns(c.r.Context(), query)
		if err != nil {
			return err
		}
		for _, s := range rows {
			query.Before = s.ID
			if !near.has(s) || !keep(s) || !wantedBy(q, s) {
				continue
			}
			if skip--; skip < 0 {
				out = append(out, listedOf(c, s))
			}
			if len(out) == each {
				return c.writeJSON(out)
			}
		}
		if len(rows) < query.Limit {
			return c.writeJSON(out)
		}
	}
}

// wantedBy reports whether a run passes the filters of an address.
func wantedBy(q map[string][]string, s run.Summary) bool {
	for name, values := range q {
		v := values[0]
		if v == "" {
			continue
		}
		ok := true
		at, notTime := time.Parse(time.RFC3339, v)
		switch name {
		case "running":
			ok = queued(s) == (v == "true")
		case "suspended":
			ok = (s.Status == run.StatusSuspended) == (v == "true")
		case "success":
			ok = completed(s) && (s.Outcome == run.Succeeded || s.Outcome == run.Skipped) == (v == "true")
		case "status":
			ok = statusOf(s) == v
		case "is_skipped":
			ok = (s.Outcome == run.Skipped) == (v == "true")
		case "script_path_exact":
			ok = s.Path == v
		case "script_path_start":
			ok = strings.HasPrefix(s.Path, v)
		case "created_by":
			ok = v == userName
		case "has_null_parent", "is_not_schedule":
		case "is_flow_step":
			ok = v != "true"
		case "tag":
			ok = v == "sluice"
		case "job_kinds":
			kind := "flow"
			if s.Path == "" {
				kind = "flowpreview"
			}
			ok = false
			for k := range strings.SplitSeq(v, ",") {
				ok = ok || k == kind
			}
		case "trigger_kind":
			ok = s.Trigger.Kind == v
		case "created_before", "started_before", "created_or_started_before":
			ok = notTime == nil && s.Started.Before(at)
		case "created_after", "started_after", "created_or_started_after":
			ok = notTime == nil && s.Started.After(at)
		case "completed_before":
			ok = notTime == nil && completed(s) && s.Ended.Before(at)
		case "completed_after":
			ok = notTime == nil && completed(s) && s.Ended.After(at)
		}
		if !ok {
			return false
		}
	}
	return true
}

// statusOf is how a run ended, in the word of Windmill's lists.
func statusOf(s run.Summary) string {
	switch s.Outcome {
	case "":
		return ""
	case run.Succeeded:
		return "success"
	case run.Skipped:
		return "skipped"
	case run.Canceled:
		return "canceled"
	}
	return "failure"
}

func (jc jobCalls) countQueue(c call) error {
	all, held, err := jc.count(c, RunQuery{Open: true})
	if err != nil {
		return err
	}
	return c.writeJSON(map[string]int{"database_length": all, "suspended": held})
}

func (jc jobCalls) countCompleted(c call) error {
	all, _, err := jc.count(c, RunQuery{Status: run.StatusDone})
	if err != nil {
		return err
	}
	return c.writeJSON(map[string]int{"database_length": all})
}

func (jc jobCalls) count(c call, q RunQuery) (all, held int, err error) {
	near, err := jc.near(c)
	if err != nil {
		return 0, 0, err
	}
	q.Near = &near
	return jc.api.CountRuns(c.r.Context(), q)
}
