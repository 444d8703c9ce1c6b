package windmill

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// waitTime is how long a call waits for the end of a run.
const waitTime = 600 * time.Second

// shapeMax is the size up to which a result may shape the answer.
const shapeMax = 8 << 20

// wait starts a run and answers with its result. A client that hangs up does
// not cancel the run: among its steps may be a decision that people are making.
func (sc startCalls) wait(resolve resolver) func(call) error {
	return func(c call) error {
		after, err := sc.api.LastEntry(c.r.Context())
		if err != nil {
			return err
		}
		id, o, err := sc.begin(c, resolve)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.long(), waitTime)
		defer cancel()
		sc.api.Waits(ctx, c.caller)
		return sc.await(c, ctx, id, o.early, after)
	}
}

// await answers when a run is over, or when the step has ended whose result is
// the answer.
func (sc startCalls) await(c call, ctx context.Context, id run.ID, early string, after int64) error {
	c.r = c.r.WithContext(ctx)
	for batch, err := range sc.api.Watch(ctx, after) {
		if err != nil {
			return err
		}
		touched := false
		for _, e := range batch {
			touched = touched || e.Run == id
		}
		if !touched {
			continue
		}
		sum, err := sc.api.Run(ctx, id)
		if err != nil {
			return err
		}
		if sum.Status != run.StatusDone && early == "" {
			continue
		}
		s, err := sc.fold(ctx, id)
		if err != nil {
			return err
		}
		if o, ref, _ := s.Outcome(); o != "" {
			return sc.sync(c, ref, o == run.Succeeded)
		}
		// With a failure module, what it returns is the answer to a step that failed.
		if st, ok := s.Step(run.StepID(early)); ok && st.Phase == run.Done && (st.Outcome != run.Failed || s.Plan().Flow().Value.FailureModule == nil) {
			return sc.sync(c, st.Answer(), st.Outcome == run.Succeeded)
		}
	}
	if context.Cause(ctx) == context.DeadlineExceeded {
		return fault.New("api.slow", "timeout after 600s", "The run "+string(id)+" goes on.")
	}
	return fault.New("engine.busy", "Sluice is closing", "")
}

// sync answers with a result; one that asks for it shapes the answer itself.
func (sc startCalls) sync(c call, ref run.Ref, ok bool) error {
	if ref.Items == nil && ref.Size < shapeMax {
		v, err := sc.api.Value(c.r.Context(), ref)
		if err != nil {
			return err
		}
		if done, err := c.shaped(v, ok); done || err != nil {
			return err
		}
	}
	if !ok {
		c.w.Header().Set("Content-Type", "application/json")
		c.w.WriteHeader(http.StatusUnprocessableEntity)
	}
	return sc.value(c, ref)
}

// shaped answers with what a result says about the answer; false if it says
// nothing about it.
func (c call) shaped(v json.RawMessage, ok bool) (bool, error) {
	if !ok || !bytes.Contains(v, []byte(`"windmill_`)) {
		return false, nil
	}
	var s struct {
		Status   *int              `json:"windmill_status_code"`
		Headers  map[string]string `json:"windmill_headers"`
		Kind     *string           `json:"windmill_content_type"`
		Encoding *string           `json:"windmill_content_transfer_encoding"`
		Result   json.RawMessage   `json:"result"`
	}
	if json.Unmarshal(v, &s) != nil || s.Status == nil && s.Headers == nil && s.Kind == nil {
		return false, nil
	}
	code := http.StatusOK
	if s.Status != nil {
		code = *s.Status
	}
	if code < 200 || code > 599 {
		return true, fault.Newf("api.status", "The run itself succeeded.", "The result asks for the status %d, which is none", code)
	}
	for name, value := range s.Headers {
		if strings.ContainsAny(name+value, "\r\n") {
			return true, fault.New("api.header", "The result asks for a header that is none", "The run itself succeeded.")
		}
		c.w.Header().Set(name, value)
	}
	if s.Result == nil {
		if s.Status == nil {
			code = http.StatusNoContent
		}
		c.w.WriteHeader(code)
		return true, nil
	}
	body, text := []byte(s.Result), ""
	switch isText := json.Unmarshal(s.Result, &text) == nil; {
	case s.Encoding != nil && *s.Encoding == "base64" && isText:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return true, fault.New("api.base64", "The result says that it is Base64 and is not", "The run itself succeeded.")
		}
		body = b
	case s.Kind != nil && isText:
		body = []byte(text)
	}
	kind := "application/json"
	if s.Kind != nil {
		kind = *s.Kind
	}
	c.w.Header().Set("Content-Type", kind)
	c.w.WriteHeader(code)
	c.w.Write(body) // if that goes wrong, who asked is gone
	return true, nil
}
