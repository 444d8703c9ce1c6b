package windmill

import (
	"net/http"
	"regexp"

	"sluice/engine/fault"
	"sluice/engine/run"
)

const secretSize = 26 // bytes of a link's secret

// beforeSecret is what stands before the secret of a link in what steps return and
// print: in the address of the page and in the resume and cancel addresses, also
// where an address or JSON text stands in another.
var beforeSecret = func() *regexp.Regexp {
	const slash = `(?:\\*/|%(?:25)*2[Ff]|\\+u002[Ff])`
	return regexp.MustCompile(slash + `(?:a|(?:resume|cancel|get_flow)` + slash + `[0-9A-Za-z-]{1,64}` + slash + `[0-9]{1,10})` + slash + `$`)
}()

// linkMost is as long as the longest link that is looked for.
const linkMost = len("/get_flow") + 64 + 10 + secretSize + 4*8

// links finds links: where each begins and where its secret does.
func links(text []byte) (found [][2]int) {
	for at := 0; at < len(text); {
		from := at
		for at < len(text) && (text[at] >= 'a' && text[at] <= 'z' || text[at] >= '2' && text[at] <= '7') {
			at++
		}
		if at == from {
			at++
			continue
		}
		for _, secret := range []int{from, from + len("2f")} { // a written slash may end in letters of a secret
			if at-secret < secretSize {
				continue
			}
			begin := max(0, secret-linkMost)
			if m := beforeSecret.FindIndex(text[begin:secret]); m != nil {
				found = append(found, [2]int{begin + m[0], secret})
				break
			}
		}
	}
	return found
}

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
	for _, l := range links(h.held) {
		if end := l[1] + secretSize; l[0] < cut && end > cut {
			cut = end
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

// withoutLinks is a text with … in the place of the secrets.
func withoutLinks(text []byte) []byte { return withoutLinksFrom(text, 0) }

// withoutLinksFrom is withoutLinks of what comes after the first bytes of a text,
// which may end within a link.
func withoutLinksFrom(text []byte, done int) []byte {
	var out []byte
	for _, l := range links(text) {
		end := l[1] + secretSize
		if end <= done {
			continue
		}
		out = append(append(out, text[min(done, l[1]):l[1]]...), "…"...)
		done = end
	}
	return append(out, text[done:]...)
}

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
	near, err := l.near(c)
	if err == nil && !near.has(sum) {
		err = errNotMine
	}
	return err
}

// near returns which runs a job may read and cancel.
func (l *local) near(c call) (Near, error) {
	own, err := l.api.Run(c.r.Context(), c.caller.Run)
	if err != nil {
		return Near{}, err
	}
	return Near{Run: own.ID, By: byScript + string(own.ID), Path: own.Path}, nil
}

// errNotMine answers a job that asks for another run.
var errNotMine = fault.New("api.other", "A job can read and cancel its own run, those that its run started, and those of the same flow", "Nothing was done.")
