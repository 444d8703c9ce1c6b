package windmill

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
	"sluice/engine/web"
)

// seenRun is a run as its journal tells it.
type seenRun struct {
	*run.State
	canceled *run.CancelRequested // nil unless it was
	touched  time.Time            // of the last entry
}

// fold reads a run.
func (rs *runs) fold(ctx context.Context, id run.ID) (*seenRun, error) {
	log, err := rs.api.Log(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(log) == 0 {
		return nil, noJob(string(id))
	}
	first, ok := log[0].Event.(run.Started)
	if !ok {
		return nil, noJob(string(id))
	}
	plan, err := rs.api.PlanOf(ctx, first.Flow)
	if err != nil {
		return nil, err
	}
	s, err := run.Fold(plan, id, slices.Values(log))
	if err != nil {
		return nil, err
	}
	out := &seenRun{State: s, touched: log[len(log)-1].At}
	for _, e := range log {
		if ev, ok := e.Event.(run.CancelRequested); ok {
			out.canceled = &ev
		}
	}
	return out, nil
}

func noJob(id string) error {
	if len(id) > 100 {
		id = id[:100] + "…"
	}
	return fault.Newf("job.unknown", "", "There is no job %q", id)
}

// findJob finds what a job id of the address stands for: a run, or a step or the
// inside of a step of one. Ids of jobs that only Windmill's clients know are
// found in the caller's own run and in those that were told of lately.
func (rs *runs) findJob(c call, id string) (*seenRun, run.JobPlace, error) {
	ctx := c.r.Context()
	if !uuidLike(id) {
		return nil, run.JobPlace{}, noJob(id)
	}
	if _, err := rs.api.Run(ctx, run.ID(id)); err == nil {
		s, err := rs.theirs(c, run.ID(id))
		return s, run.JobPlace{}, err
	} else if !fault.HasCode(err, "run.unknown") {
		return nil, run.JobPlace{}, err
	}
	in := c.caller.Run
	if known, ok := rs.remembered.get(id); ok {
		in = known
	}
	s, err := rs.theirs(c, in)
	if err != nil {
		return nil, run.JobPlace{}, err
	}
	at, ok := s.FindJob(id)
	if !ok {
		return nil, run.JobPlace{}, noJob(id)
	}
	return s, at, nil
}

// theirs reads a run that the caller may see.
func (rs *runs) theirs(c call, id run.ID) (*seenRun, error) {
	if err := rs.mine(c, id); err != nil {
		return nil, err
	}
	return rs.fold(c.r.Context(), id)
}

func uuidLike(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	return web.WordLike(s)
}

// remember keeps the jobs that an answer names, so that they can be asked for.
func (rs *runs) remember(id run.ID, fs run.FlowStatus) {
	note := func(m run.ModuleStatus) {
		if m.Job != "" {
			rs.remembered.put(m.Job, id)
		}
		for _, j := range m.Jobs {
			rs.remembered.put(j, id)
		}
	}
	for _, m := range fs.Modules {
		note(m)
	}
	note(fs.Failure)
	if fs.Preprocessor != nil {
		note(*fs.Preprocessor)
	}
}

// wholeMax is the size up to which a value is read at once, partMax that of the
// parts of a larger one. A part is read at a price that grows with the whole.
const (
	wholeMax = 16 << 20
	partMax  = 1 << 20
)

// copyValue writes the JSON behind a reference. However large it is, no more
// than a part of it is held.
func (rs *runs) copyValue(ctx context.Context, w io.Writer, ref run.Ref) error {
	switch {
	case ref.Items != nil:
		for i, item := range ref.Items {
			sep := ","
			if i == 0 {
				sep = "["
			}
			if _, err := io.WriteString(w, sep); err != nil {
				return err
			}
			if err := rs.copyValue(ctx, w, item); err != nil {
				return err
			}
		}
		end := "]"
		if len(ref.Items) == 0 {
			end = "[]"
		}
		_, err := io.WriteString(w, end)
		return err
	case ref.Inline == nil && ref.Hash != "" && ref.Item == 0 && ref.Size > wholeMax:
		for offset := int64(0); ; {
			part, size, err := rs.api.BlobPart(ctx, ref.Hash, offset, partMax)
			if err != nil {
				return err
			}
			if _, err := w.Write(part); err != nil {
				return err
			}
			if offset += int64(len(part)); offset >= size || len(part) == 0 {
				return nil
			}
		}
	}
	v, err := rs.api.Value(ctx, ref)
	if err != nil {
		return err
	}
	_, err = w.Write(orNull(v))
	return err
}

// value answers with the JSON behind a reference.
func (rs *runs) value(c call, ref run.Ref) error {
	if !small(ref) {
		c.slow()
	}
	c.w.Header().Set("Content-Type", "application/json")
	out := &startedResponse{w: c.w}
	err := rs.copyValue(c.r.Context(), out, ref)
	return out.end(err)
}

// small reports whether a value is at hand as a whole.
func small(ref run.Ref) bool { return ref.Items == nil && ref.Size < 1<<20 }

// startedResponse is an answer of which a part may be on its way: then an error
// can only cut it off, so that nobody takes the part for the whole.
type startedResponse struct {
	w   io.Writer
	any bool
}

func (s *startedResponse) Write(p []byte) (int, error) {
	s.any = s.any || len(p) > 0
	return s.w.Write(p)
}

func (s *startedResponse) end(err error) error {
	if err != nil && s.any {
		panic(http.ErrAbortHandler)
	}
	return err
}

// A field of an object that is written bit by bit.
type field struct {
	name  string
	value any // a run.Ref is read and written without being held
}

// object answers with an object of the fields in their order.
func (rs *runs) object(c call, fields []field) error {
	c.w.Header().Set("Content-Type", "application/json")
	out := &startedResponse{w: c.w}
	return out.end(rs.writeObject(c, out, fields))
}

func (rs *runs) writeObject(c call, out io.Writer, fields []field) error {
	for i, f := range fields {
		key, err := json.Marshal(f.name)
		if err != nil {
			return err
		}
		sep := ","
		if i == 0 {
			sep = "{"
		}
		var text []byte
		ref, isRef := f.value.(run.Ref)
		if !isRef {
			if text, err = json.Marshal(f.value); err != nil {
				return err
			}
		}
		if _, err := out.Write(append(append([]byte(sep), key...), ':')); err != nil {
			return err
		}
		if isRef {
			if !small(ref) {
				c.slow()
			}
			err = rs.copyValue(c.r.Context(), out, ref)
		} else {
			_, err = out.Write(text)
		}
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, "}")
	return err
}

// timeText writes a time as clients read it; "" for none.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
