package web

import (
	"net/http"
	"regexp"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// linkInText finds the secrets of links in what steps return and print: of the
// page, and of the resume and cancel addresses.
var linkInText = regexp.MustCompile(`(/a/|/(?:resume|cancel|get_flow)/[0-9A-Za-z-]{1,64}/[0-9]{1,10}/)[a-z2-7]{26}`)

// linkMost is the length of the longest text that linkInText finds.
const linkMost = len("/get_flow/") + 64 + 1 + 10 + 1 + 26

// linkHider writes an answer with … in the place of the secrets in it: whoever
// reads what another job returned shall not be able to answer what that job
// asked. Close writes what it still holds.
type linkHider struct {
	http.ResponseWriter
	held []byte // the end of what came, in which a link may have begun
}

func (h *linkHider) Write(p []byte) (int, error) {
	h.held = append(h.held, p...)
	if len(h.held) < 4*linkMost {
		return len(p), nil
	}
	cut := len(h.held) - linkMost
	for _, at := range linkInText.FindAllIndex(h.held, -1) {
		if at[0] < cut && at[1] > cut {
			cut = at[1]
		}
	}
	_, err := h.ResponseWriter.Write(withoutLinks(h.held[:cut]))
	h.held = append(h.held[:0], h.held[cut:]...)
	return len(p), err
}

func (h *linkHider) Close() error {
	if len(h.held) == 0 {
		return nil
	}
	_, err := h.ResponseWriter.Write(withoutLinks(h.held))
	h.held = nil
	return err
}

// Unwrap lets http.ResponseController reach what is inside.
func (h *linkHider) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func withoutLinks(text []byte) []byte { return linkInText.ReplaceAll(text, []byte("$1…")) }

// reads serves a call that tells of jobs.
func (l *local) reads(serve func(call) error) func(call) error {
	return func(c call) error {
		h := &linkHider{ResponseWriter: c.w}
		c.w = h
		if err := serve(c); err != nil {
			return err // nothing was written yet
		}
		return h.Close()
	}
}

// mine refuses a run that is not the caller's to read and cancel: it has its own,
// those that its run started, and those of the same flow.
func (l *local) mine(c call, id run.ID) error {
	if id == c.caller.Run {
		return nil
	}
	sum, err := l.api.Run(c.r.Context(), id)
	if err != nil {
		return err
	}
	sees, err := l.sees(c)
	if err == nil && !sees(sum) {
		err = errNotMine
	}
	return err
}

// sees returns which runs a job may read and cancel.
func (l *local) sees(c call) (func(run.Summary) bool, error) {
	own, err := l.api.Run(c.r.Context(), c.caller.Run)
	if err != nil {
		return nil, err
	}
	return func(s run.Summary) bool {
		return s.ID == own.ID || s.Trigger.By == byScript+string(own.ID) || own.Path != "" && s.Path == own.Path
	}, nil
}

// errNotMine answers a job that asks for another run.
var errNotMine = fault.New("api.other", "A job can read and cancel its own run, those that its run started, and those of the same flow", "Nothing was done.")
