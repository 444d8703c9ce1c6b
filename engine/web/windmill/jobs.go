package windmill

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/run"
)

func (l *local) getJob(c call) error { return l.tellJob(c, false) }

// getCompleted answers for a job that is over only.
func (l *local) getCompleted(c call) error { return l.tellJob(c, true) }

func (l *local) tellJob(c call, completed bool) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	if completed {
		if d, err := l.describe(c, s, at); err != nil {
			return err
		} else if !d.done {
			return fault.Newf("job.unknown", "It still runs.", "There is no completed job %q", c.r.PathValue("id"))
		}
	}
	q := c.r.URL.Query()
	fields, err := l.jobFields(c, s, at, q.Get("no_code") != "true")
	if err != nil {
		return err
	}
	if q.Get("no_logs") != "true" {
		text, err := l.logOf(c, s, at, 0)
		if err != nil {
			return err
		}
		d, err := l.describe(c, s, at)
		if err != nil {
			return err
		}
		fields = append(fields, field{"logs", string(text[:l.hider(c).told(text, d.done)])})
	}
	return l.object(c, fields)
}

// logOf reads what the code of a job has printed, from an offset on, up to a
// megabyte. A run has the log of its script, or none.
func (l *local) logOf(c call, s *seenRun, at run.JobPlace, offset int64) ([]byte, error) {
	step := at.Step
	if at == (run.JobPlace{}) && isScript(s.Plan().Flow()) != nil {
		step = scriptStep
	}
	st, ok := s.Step(step)
	if !ok || st.Attempt == 0 || offset < 0 {
		return nil, nil
	}
	return l.api.Logs(c.r.Context(), s.ID(), step, st.Attempt, offset)
}

// told is how much of a piece of a log is told: all of it where that is its end, else up to
// where a link begins that the piece may have cut off.
func (h *hider) told(piece []byte, done bool) int {
	if done && len(piece) < logPiece {
		return len(piece)
	}
	return h.settled(piece)
}

func (l *local) jobLogs(c call) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := l.describe(c, s, at)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	hider := l.hider(c)
	for offset := int64(0); ; {
		b, err := l.logOf(c, s, at, offset)
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

func (l *local) jobArgs(c call) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := l.describe(c, s, at)
	if err != nil {
		return err
	}
	return l.value(c, d.args)
}

// logPiece is how many bytes of a log are read at once.
const logPiece = 1 << 20

// jobUpdate tells what changed since a client looked last.
func (l *local) jobUpdate(c call) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := l.describe(c, s, at)
	if err != nil {
		return err
	}
	offset, _ := strconv.ParseInt(c.r.URL.Query().Get("log_offset"), 10, 64)
	offset = max(offset, 0)
	before := min(offset, int64(linkMost)) // a link may have begun there
	text, err := l.logOf(c, s, at, offset-before)
	if err != nil {
		return err
	}
	before = min(before, int64(len(text)))
	hider := l.hider(c)
	text = text[:max(hider.told(text, d.done), int(before))] // the next look has the rest
	fields := []field{{"running", d.running}, {"completed", d.done}, {"new_logs", string(hider.from(text, int(before)))}, {"log_offset", offset + int64(len(text)) - before}}
	if d.status != nil {
		fields = append(fields, field{"flow_status", d.status})
	}
	if p, ok := l.progress.get(d.id); ok {
		fields = append(fields, field{"progress", p})
	}
	return l.object(c, fields)
}

func (l *local) getResult(c call) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := l.describe(c, s, at)
	if err != nil {
		return err
	}
	if !d.done {
		return fault.Newf("job.unknown", "It still runs.", "There is no completed job %q", c.r.PathValue("id"))
	}
	return l.part(c, d.result)
}

// part answers with a value, or with what a path of the address picks of it.
func (l *local) part(c call, ref run.Ref) error {
	pick := c.r.URL.Query().Get("json_path")
	if pick == "" {
		return l.value(c, ref)
	}
	v, err := l.api.Value(c.r.Context(), ref)
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
func (l *local) getResultMaybe(c call) error {
	id := c.r.PathValue("id")
	if uuidLike(id) {
		if sum, err := l.api.Run(c.r.Context(), run.ID(id)); err == nil && sum.Status != run.StatusDone {
			if err := l.mine(c, sum.ID); err != nil {
				return err
			}
			l.api.Waits(c.r.Context(), c.caller)
			return l.object(c, []field{{"completed", false}, {"started", true}, {"success", nil}, {"result", nil}})
		}
	}
	s, at, err := l.findJob(c, id)
	if err != nil {
		return err
	}
	d, err := l.describe(c, s, at)
	if err != nil {
		return err
	}
	if !d.done {
		l.api.Waits(c.r.Context(), c.caller)
		return l.object(c, []field{{"completed", false}, {"started", d.running}, {"success", nil}, {"result", nil}})
	}
	return l.object(c, []field{{"completed", true}, {"started", true}, {"success", d.success}, {"result", d.result}})
}

// resultByID answers with the result of a step of a flow, by its module's id.
func (l *local) resultByID(c call) error {
	s, at, err := l.findJob(c, c.r.PathValue("id"))
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
		return l.part(c, ref)
	}
	return fault.Newf("step.unknown", "", "Step %q has no result", node)
}

func (l *local) rootJob(c call) error {
	s, _, err := l.findJob(c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.writeJSON(s.ID())
}

func (l *local) userState(c call) error {
	s, _, err := l.findJob(c, c.r.PathValue("job"))
	if err != nil {
		return err
	}
	v, err := l.api.UserState(c.r.Context(), s.ID(), c.r.PathValue("key"))
	if err != nil {
		return err
	}
	if s.ID() != c.caller.Run {
		v = l.hider(c).from(v, 0)
	}
	return c.writeRaw(v)
}

func (l *local) setUserState(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	v, err := c.raw()
	if err != nil {
		return err
	}
	if err := l.api.SetUserState(c.r.Context(), c.caller.Run, c.r.PathValue("key"), v); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, "")
}

// cancel ends a run: the caller's own, one that its run started, or one of the
// same flow.
func (l *local) cancel(c call) error {
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
	sum, err := l.api.Run(c.r.Context(), id)
	if fault.HasCode(err, "run.unknown") {
		var s *seenRun
		if s, _, err = l.findJob(c, string(id)); err == nil {
			id = s.ID()
			sum, err = l.api.Run(c.r.Context(), id)
		}
	}
	if err != nil {
		return err
	}
	if err := l.mine(c, id); err != nil {
		return err
	}
	if sum.Status == run.StatusDone {
		return c.writeText(http.StatusOK, "queued job id "+string(id)+" is already completed")
	}
	if err := l.api.Cancel(c.r.Context(), id, "a script", in.Reason); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, string(id))
}

// setProgress keeps a hint for whoever asks. It is no part of a run and is lost
// when Sluice closes.
func (l *local) setProgress(c call) error {
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
	if before, _ := l.progress.get(id); in.Percent > before {
		l.progress.put(id, min(in.Percent, 99)) // it never goes back, and ends with the job
	}
	return c.writeText(http.StatusOK, "")
}

func (l *local) getProgress(c call) error {
	id := c.r.PathValue("job")
	if _, _, err := l.findJob(c, id); err != nil && errors.Is(err, errNotMine) {
		return err
	}
	if p, ok := l.progress.get(id); ok {
		return c.writeJSON(p)
	}
	return c.writeJSON(nil)
}
