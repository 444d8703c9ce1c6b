package windmill

import (
	"encoding/json"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// jobFields tells a job as clients read it: a run, a step of one, or the inside
// of a step. code says that what it runs is told, too.
func (rs *runs) jobFields(c call, s *seenRun, at run.JobPlace, code bool) ([]field, error) {
	j, err := rs.describe(c, s, at)
	if err != nil {
		return nil, err
	}
	kind := "QueuedJob"
	if j.done {
		kind = "CompletedJob"
	}
	out := []field{
		{"type", kind}, {"id", j.id}, {"workspace_id", c.r.PathValue("ws")}, {"created_by", userName}, {"created_at", timeText(j.created)},
		{"started_at", timeText(j.started)}, {"job_kind", j.kind}, {"permissioned_as", "u/" + userName}, {"email", userEmail},
		{"is_flow_step", j.step != ""}, {"visible_to_owner", true}, {"tag", "sluice"}, {"canceled", j.canceledBy != "" || j.canceled},
		{"trigger_kind", j.trigger},
	}
	add := func(name string, v any, when bool) {
		if when {
			out = append(out, field{name, v})
		}
	}
	add("parent_job", j.parent, j.parent != "")
	add("script_path", j.path, j.path != "")
	add("script_hash", j.hash, j.hash != "")
	add("language", j.language, j.language != "")
	add("flow_step_id", j.step, j.step != "")
	add("canceled_by", j.canceledBy, j.canceledBy != "")
	add("canceled_reason", j.reason, j.reason != "")
	add("preprocessed", true, j.preprocessed)
	add("args", j.args, true)
	add("raw_code", j.code, code && j.code != "")
	add("raw_flow", j.flow, code && j.flow != nil)
	add("flow_status", j.status, j.status != nil)
	if !j.done {
		add("running", j.running, true)
		add("scheduled_for", timeText(j.created), true)
		add("suspend", j.suspend, j.suspend > 0)
		return out, nil
	}
	add("success", j.success || j.skipped, true)
	add("is_skipped", j.skipped, true)
	add("deleted", false, true)
	add("duration_ms", max(j.ended.Sub(j.started).Milliseconds(), 0), true)
	add("completed_at", timeText(j.ended), true)
	add("result", j.result, true)
	return out, nil
}

// described is what is known of a job.
type described struct {
	id, parent, kind, path, hash, language, code, step, trigger string
	created, started, ended                                     time.Time
	done, success, skipped, canceled, running, preprocessed     bool
	canceledBy, reason                                          string
	args, result                                                run.Ref
	status                                                      *run.FlowStatus
	flow                                                        json.RawMessage
	suspend                                                     int
}

func (rs *runs) describe(c call, s *seenRun, at run.JobPlace) (described, error) {
	if at.Step != "" {
		return rs.describeStep(s, at.Step), nil
	}
	j, ok := s.JobFlow(at.Flow)
	if !ok {
		return described{}, noJob(c.r.PathValue("id"))
	}
	begin, began := s.Started()
	d := described{
		id: string(s.ID()), parent: j.Parent, kind: "flow", path: began.Path, trigger: began.Trigger.Kind,
		created: begin, started: j.Started, ended: j.Ended, done: j.Done, success: j.Success, running: !j.Done,
		args: began.Input, result: j.Result,
	}
	if fs, ok := s.FlowStatus(at.Flow); ok {
		rs.remember(s.ID(), fs)
		d.status = &fs
		for _, m := range fs.Modules {
			if m.Type == run.ModuleSuspended {
				d.suspend = m.Count
			}
		}
	}
	if at.Flow != "" {
		owner, _ := s.Step(j.Owner)
		d.id, d.created, d.step = run.JobID(s.ID(), at.Flow), j.Started, owner.Module
		d.kind = "flownode"
		if v, ok := s.Plan().Module(j.Owner).Value.(*flow.Subflow); ok {
			d.kind, d.path, d.args = "flow", v.Path, owner.Args
		}
		return d, nil
	}
	o, _, _ := s.Outcome()
	d.skipped, d.canceled = o == run.Skipped, o == run.Canceled
	if s.canceled != nil {
		d.canceledBy, d.reason = s.canceled.By, s.canceled.Reason
	}
	switch script := flow.IsAlone(s.Plan().Flow()); {
	case script != nil:
		d.kind, d.path, d.hash, d.language, d.status = "script", script.Path, script.Hash, script.Language, nil
		if d.path == "" {
			d.kind = "preview"
		}
		if code, ok := s.Plan().Code(flow.AloneStep); ok {
			d.language, d.code = code.Language, code.Content
		}
	case d.path == "":
		d.kind = "flowpreview"
		fallthrough
	default:
		file, err := s.Plan().Flow().JSON()
		if err != nil {
			return d, err
		}
		var f struct {
			Value json.RawMessage `json:"value"`
		}
		if err := json.Unmarshal(file, &f); err != nil {
			return d, err
		}
		d.flow = f.Value
		d.preprocessed = d.status != nil && d.status.Preprocessor != nil && d.status.Step >= 0
	}
	return d, nil
}

func (rs *runs) describeStep(s *seenRun, id run.StepID) described {
	st, _ := s.Step(id)
	_, began := s.Started()
	d := described{
		id: st.Job, parent: string(s.ID()), kind: "identity", step: st.Module, trigger: began.Trigger.Kind, path: began.Path + "/" + st.Module,
		created: st.Started, started: st.Started, ended: st.Ended, args: st.Args, result: st.Answer(), running: st.Phase == run.Running && st.Job != "",
		done: st.Phase == run.Done, success: st.Outcome == run.Succeeded, skipped: st.Outcome == run.Skipped, canceled: st.Outcome == run.Canceled,
	}
	if st.Gate != nil || st.Phase == run.Sleeping { // the job is over, what it holds back is not
		d.done, d.success = true, true
		if d.ended = st.Ended; st.Gate != nil {
			d.ended = st.Gate.Opened
		}
	}
	if up := id.Within(); up != "" {
		d.parent = run.JobID(s.ID(), up)
	}
	if d.id == "" {
		d.id = run.JobID(s.ID(), id)
	}
	m := s.Plan().Module(id)
	if m == nil {
		return d
	}
	if code, ok := s.Plan().Code(id); ok {
		d.kind, d.language, d.code = "flowscript", code.Language, code.Content
	}
	switch v := m.Value.(type) {
	case *flow.Script:
		d.kind, d.path, d.hash = "script", v.Path, v.Hash
	case *flow.ForLoop, *flow.WhileLoop, *flow.BranchOne, *flow.BranchAll, *flow.Subflow:
		d.kind = "flownode"
	case *flow.Agent, *flow.Identity, *flow.RawScript, *flow.Unknown:
		// Their kind is known.
	}
	return d
}
