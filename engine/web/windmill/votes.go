package windmill

import (
	"encoding/json"
	"net/http"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/web"
)

// serveVotes serves the resume and cancel addresses on the local listener too, for
// scripts that call them through their client instead of by the address that
// they were given. There are no pages here.
func (l *local) serveVotes() {
	const w = "/api/w/{ws}/jobs_u/"
	for _, what := range []string{"resume", "cancel"} {
		l.mux.HandleFunc("POST "+w+what+"/{job}/{nonce}/{secret}", func(w http.ResponseWriter, r *http.Request) {
			p := longOf(r)
			p.free() // votes have places of their own
			l.votes.ServeHTTP(w, r.WithContext(p.client))
		})
		l.open("GET "+w+what+"/{job}/{nonce}/{secret}", func(c call) error {
			c.w.Header().Set("Allow", "POST")
			return c.writeText(http.StatusMethodNotAllowed, "To look at an address decides nothing here. Send POST to vote, or open the page.\n")
		})
	}
	l.open("GET "+w+"get_flow/{job}/{nonce}/{secret}", l.reads(func(c call) error {
		a, err := l.asked.Approval(c.r.Context(), c.r.PathValue("secret"))
		if err == nil && !web.OfLink(a.Link, c.r.PathValue("job"), c.r.PathValue("nonce")) {
			err = web.ErrOtherLink
		}
		if err != nil {
			return err
		}
		s, err := l.fold(c.r.Context(), a.Run)
		if err != nil {
			return err
		}
		fields, err := l.jobFields(c, s, run.JobPlace{Flow: a.Step.Within()}, true)
		if err != nil {
			return err
		}
		c.w.Header().Set("Content-Type", "application/json")
		out := &startedResponse{w: c.w}
		if _, err = out.Write([]byte(`{"job":`)); err == nil {
			err = l.writeObject(c, out, fields)
		}
		if err == nil {
			var rest []byte
			if rest, err = json.Marshal(approversOf(a)); err == nil {
				_, err = out.Write(append(append([]byte(`,"approvers":`), rest...), '}'))
			}
		}
		return out.end(err)
	}))
}

// byLink answers whoever has the secret of a link with the result of the step
// that asks: what is to be decided on is theirs to see, without a job's token. Links in
// it are not: whoever has one link shall not get at those of others.
func (l *local) byLink(otherwise func(call) error) func(call) error {
	return func(c call) error {
		q := c.r.URL.Query()
		if q.Get("secret") == "" || c.r.Header.Get("Authorization") != "" {
			return otherwise(c)
		}
		a, err := l.asked.Approval(c.r.Context(), q.Get("secret"))
		if err == nil && (c.r.PathValue("id") != a.Link.Job || !web.OfLink(a.Link, q.Get("suspended_job"), q.Get("resume_id"))) {
			err = web.ErrOtherLink
		}
		if err != nil {
			return err
		}
		s, err := l.fold(c.r.Context(), a.Run)
		if err != nil {
			return err
		}
		st, ok := s.Step(a.Step)
		if ref := st.Answer(); ok && !ref.IsZero() {
			return l.part(c, ref)
		}
		return fault.New("job.unknown", "The step has no result yet", "")
	}
}

// approversOf lists the votes of a request as clients read them.
func approversOf(a run.Approval) []run.ApproverStatus {
	out := []run.ApproverStatus{}
	for i, v := range a.Votes {
		out = append(out, run.ApproverStatus{ResumeID: i + 1, Approver: v.Person})
	}
	return out
}

// noVote answers a job that would decide with its token.
func (l *local) noVote(c call) error {
	return fault.New("api.other", "A job cannot vote", "A decision comes by a person's link, or from the person at this computer. Nothing was decided.")
}

// approvalInfo tells what a flow job asks of people: of its open gate, or of the
// one that was open last.
func (l *local) approvalInfo(c call) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	if at.Step != "" {
		at.Flow = at.Step.Within()
	}
	var a run.Approval
	found, waits := false, false
	for _, st := range s.Steps() {
		if st.ID.Within() != at.Flow || waits {
			continue
		}
		if b, ok := run.ApprovalOf(s.State, st.ID, ""); ok {
			a, found, waits = b, true, b.State == run.ApprovalWaiting
		}
	}
	if !found {
		return fault.New("approval.none", "The flow is not in a suspended state", "")
	}
	out := map[string]any{
		"flow_id": c.r.PathValue("id"), "can_approve": false, "user_auth_required": false, "hide_cancel": a.HideDeny, "approvers": approversOf(a),
	}
	if a.Form != nil {
		out["form_schema"] = map[string]any{"schema": a.Form}
	}
	for name, v := range map[string]json.RawMessage{"description": a.Ask.Description, "default_args": a.Ask.Defaults, "enums": a.Ask.Enums} {
		if v != nil {
			out[name] = v
		}
	}
	return c.writeJSON(out)
}
