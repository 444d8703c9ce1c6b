package windmill

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

func (jc jobCalls) getJob(c call) error { return jc.tellJob(c, false) }

// getCompleted answers for a job that is over only.
func (jc jobCalls) getCompleted(c call) error { return jc.tellJob(c, true) }

func (jc jobCalls) tellJob(c call, completed bool) error {
	s, at, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	if completed {
		if d, err := jc.describe(c, s, at); err != nil {
			return err
		} else if !d.done {
			return fault.Newf("job.unknown", "It still runs.", "There is no completed job %q", c.r.PathValue("id"))
		}
	}
	q := c.r.URL.Query()
	fields, err := jc.jobFields(c, s, at, q.Get("no_code") != "true")
	if err != nil {
		return err
	}
	if q.Get("no_logs") != "true" {
		text, err := jc.logOf(c, s, at, 0)
		if err != nil {
			return err
		}
		d, err := jc.describe(c, s, at)
		if err != nil {
			return err
		}
		fields = append(fields, field{"logs", string(text[:jc.hider(c).told(text, d.done)])})
	}
	return jc.object(c, fields)
}

// logOf reads what the code of a job has printed, from an offset on, up to a
// megabyte. A run has the log of its script, or none.
func (jc jobCalls) logOf(c call, s *seenRun, at run.JobPlace, offset int64) ([]byte, error) {
	step := at.Step
	if at == (run.JobPlace{}) && flow.IsAlone(s.Plan().Flow()) != nil {
		step = flow.AloneStep
	}
	st, ok := s.Step(step)
	if !ok || st.Attempt == 0 || offset < 0 {
		return nil, nil
	}
	return jc.api.Logs(c.r.Context(), s.ID(), step, st.Attempt, offset)
}

// told is how much of a piece of a log is told: all of it where that is its end, else up to
// where a link begins that the piece may have cut off.
func (h *hider) told(piece []byte, done bool) int {
	if done && len(piece) < logPiece {
		return len(piece)
	}
	return h.settled(piece)
}

func (jc jobCalls) jobLogs(c call) error {
	s, at, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := jc.describe(c, s, at)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	hider := jc.hider(c)
	for offset := int64(0); ; {
		b, err := jc.logOf(c, s, at, offset)
		if err != nil {
			return err
		}
		n := hider.told(b, d.done)
		if n == 0 {
			return nil
		}
		if _, err := c.w.Write(b[:n]); err != nil {
			return nil // who asked is gone
		}
		offset += int64(n)
	}
}

func (jc jobCalls) jobArgs(c call) error {
	s, at, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := jc.describe(c, s, at)
	if err != nil {
		return err
	}
	return jc.value(c, d.args)
}

// logPiece is how many bytes of a log are read at once.
const logPiece = 1 << 20

// jobUpdate tells what changed since a client looked last.
func (jc jobCalls) jobUpdate(c call) error {
	s, at, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := jc.describe(c, s, at)
	if err != nil {
		return err
	}
	offset, _ := strconv.ParseInt(c.r.URL.Query().Get("log_offset"), 10, 64)
	offset = max(offset, 0)
	before := min(offset, int64(linkMost)) // a link may have begun there
	text, err := jc.logOf(c, s, at, offset-before)
	if err != nil {
		return err
	}
	before = min(before, int64(len(text)))
	hider := jc.hider(c)
	text = text[:max(hider.told(text, d.done), int(before))] // the next look has the rest
	fields := []field{{"running", d.running}, {"completed", d.done}, {"new_logs", string(hider.from(text, int(before)))}, {"log_offset", offset + int64(len(text)) - before}}
	if d.status != nil {
		fields = append(fields, field{"flow_status", d.status})
	}
	if p, ok := jc.progress.get(d.id); ok {
		fields = append(fields, field{"progress", p})
	}
	return jc.object(c, fields)
}

func (jc jobCalls) getResult(c call) error {
	s, at, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := jc.describe(c, s, at)
	if err != nil {
		return err
	}
	if !d.done {
		return fault.Newf("job.unknown", "It still runs.", "There is no completed job %q", c.r.PathValue("id"))
	}
	return jc.part(c, d.result)
}

// part answers with a value, or with what a path of the address picks of it.
func (jc jobCalls) part(c call, ref run.Ref) error {
	pick := c.r.URL.Query().Get("json_path")
	if pick == "" {
		return jc.value(c, ref)
	}
	v, err := jc.api.Value(c.r.Context(), ref)
	if err != nil {
		return err
	}
	keys := strings.FieldsFunc(pick, func(r rune) bool { return r == '.' || r == '[' || r == ']' || r == '"' })
	for _, key := range keys {
		var o map[string]json.RawMessage
		var a []json.RawMessage
		i, notNumber := strconv.Atoi(key)
		switch {
		case json.Unmarshal(v, &o) == nil:
			v = o[key]
		case notNumber == nil && json.Unmarshal(v, &a) == nil && i >= 0 && i < len(a):
			v = a[i]
		default:
			v = nil
		}
		if v == nil {
			break
		}
	}
	return c.writeRaw(v)
}

// getResultMaybe is what clients poll. A run that goes on is answered from its
// line in the list, without reading its journal.
func (jc jobCalls) getResultMaybe(c call) error {
	id := c.r.PathValue("id")
	if uuidLike(id) {
		if sum, err := jc.api.Run(c.r.Context(), run.ID(id)); err == nil && sum.Status != run.StatusDone {
			if err := jc.mine(c, sum.ID); err != nil {
				return err
			}
			jc.api.Waits(c.r.Context(), c.caller)
			return jc.object(c, []field{{"completed", false}, {"started", true}, {"success", nil}, {"result", nil}})
		}
	}
	s, at, err := jc.findJob(c, id)
	if err != nil {
		return err
	}
	d, err := jc.describe(c, s, at)
	if err != nil {
		return err
	}
	if !d.done {
		jc.api.Waits(c.r.Context(), c.caller)
		return jc.object(c, []field{{"completed", false}, {"started", d.running}, {"success", nil}, {"result", nil}})
	}
	return jc.object(c, []field{{"completed", true}, {"started", true}, {"success", d.success}, {"result", d.result}})
}

// resultByID answers with the result of a step of a flow, by its module's id.
func (jc jobCalls) resultByID(c call) error {
	s, at, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	node := c.r.PathValue("node")
	step := run.StepID(node)
	if at.Flow != "" {
		step = at.Flow + "/" + step
	}
	st, ok := s.Step(step)
	if !ok { // not of this sequence: what finished last under that id, as expressions see it
		for _, other := range s.Steps() {
			if other.Module == node && other.Phase == run.Done {
				st, ok = other, true
			}
		}
	}
	if ref := st.Answer(); ok && !ref.IsZero() {
		return jc.part(c, ref)
	}
	return fault.Newf("step.unknown", "", "Step %q has no result", node)
}

func (jc jobCalls) rootJob(c call) error {
	s, _, err := jc.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.writeJSON(s.ID())
}

func (jc jobCalls) userState(c call) error {
	s, _, err := jc.findJob(c, c.r.PathValue("job"))
	if err != nil {
		return err
	}
	v, err := jc.api.UserState(c.r.Context(), s.ID(), c.r.PathValue("key"))
	if err != nil {
		return err
	}
	if s.ID() != c.caller.Run {
		v = jc.hider(c).from(v, 0)
	}
	return c.writeRaw(v)
}

func (jc jobCalls) setUserState(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	v, err := c.raw()
	if err != nil {
		return err
	}
	if err := jc.api.SetUserState(c.r.Context(), c.caller.Run, c.r.PathValue("key"), v); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, "")
}

// cancel ends a run: the caller's own, one that its run started, or one of the
// same flow.
func (jc jobCalls) cancel(c call) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	id := run.ID(c.r.PathValue("id"))
	if string(id) == c.caller.Job {
		id = c.caller.Run
	}
	sum, err := jc.api.Run(c.r.Context(), id)
	if fault.HasCode(err, "run.unknown") {
		var s *seenRun
		if s, _, err = jc.findJob(c, string(id)); err == nil {
			id = s.ID()
			sum, err = jc.api.Run(c.r.Context(), id)
		}
	}
	if err != nil {
		return err
	}
	if err := jc.mine(c, id); err != nil {
		return err
	}
	if sum.Status == run.StatusDone {
		return c.writeText(http.StatusOK, "queued job id "+string(id)+" is already completed")
	}
	if err := jc.api.Cancel(c.r.Context(), id, "a script", in.Reason); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, string(id))
}

// setProgress keeps a hint for whoever asks. It is no part of a run and is lost
// when Sluice closes.
func (jc jobCalls) setProgress(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	var in struct {
		Percent int `json:"percent"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	id := c.r.PathValue("job")
	if before, _ := jc.progress.get(id); in.Percent > before {
		jc.progress.put(id, min(in.Percent, 99)) // it never goes back, and ends with the job
	}
	return c.writeText(http.StatusOK, "")
}

func (jc jobCalls) getProgress(c call) error {
	id := c.r.PathValue("job")
	if _, _, err := jc.findJob(c, id); err != nil && errors.Is(err, errNotMine) {
		return err
	}
	if p, ok := jc.progress.get(id); ok {
		return c.writeJSON(p)
	}
	return c.writeJSON(nil)
}
