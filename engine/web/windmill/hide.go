package windmill

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/run"
)

const secretSize = run.SecretSize

// beforeSecret is what stands before the secret of a link in what steps return and
// print: in the address of the page and in the resume and cancel addresses, also
// where an address or JSON text stands in another.
var beforeSecret = func() *regexp.Regexp {
	const slash = `(?:\\*/|%(?:25)*2[Ff]|\\+u002[Ff])`
	return regexp.MustCompile(slash + `(?:a|(?:resume|cancel|get_flow)` + slash + `[0-9A-Za-z-]{1,64}` + slash + `[0-9]{1,10})` + slash + `$`)
}()

// leastSecret is how much of a secret is hidden where the rest of it is cut off, as at the
// end of a log or of an error's text that is bounded: of the six letters that are missing
// then there are a billion, which nobody can try.
const leastSecret = 20

// linkMost is as long as the longest link that is looked for.
const linkMost = len("/get_flow") + 64 + 10 + secretSize + 4*8

// hider finds links in what a job reads. Known tells of the secret of a link that
// stands alone or among other letters, as a script may return it; it is asked a bounded
// number of times, and only where may does not rule it out.
type hider struct {
	known func(secret string) bool
	left  int
	may   func(text string) bool // nil: any text may be a secret
	looks int                    // how often may is asked yet

	// own tells of a known secret that it may be read; nil: none may. Where it is set,
	// what is not known as a secret stays.
	own func(secret string) bool
}

// knownMost is how many texts of one answer are looked up, and looksMost how many are
// looked at. What looks like a secret behind them is hidden, too.
const (
	knownMost = 10_000
	looksMost = 4 << 20
)

// hider returns what hides links in an answer.
func (rs *runs) hider(c call) *hider {
	if rs.asked == nil {
		return &hider{}
	}
	return &hider{left: knownMost, looks: looksMost, may: rs.asked.MayBeLink, known: func(secret string) bool {
		_, err := rs.asked.Link(c.r.Context(), secret)
		return !fault.HasCode(err, "link.unknown") // also where it could not be read
	}}
}

// storedHider returns what hides links in what steps have stored by a path, as state is.
// Whoever stores a link of their flow finds it again, in any run of the flow; others do not.
func (rs *runs) storedHider(c call) *hider {
	h := rs.hider(c)
	flows := map[run.ID]bool{c.caller.Run: true} // of these runs links are told
	h.own = func(secret string) bool {
		link, err := rs.asked.Link(c.r.Context(), secret)
		if err != nil {
			return false
		}
		own, seen := flows[link.Run]
		if !seen {
			own = rs.sameFlow(c, link.Run)
			flows[link.Run] = own
		}
		return own
	}
	return h
}

// sameFlow reports whether a run is of the flow of the caller's.
func (rs *runs) sameFlow(c call, id run.ID) bool {
	other, err := rs.api.Run(c.r.Context(), id)
	if err != nil || other.Path == "" {
		return false
	}
	mine, err := rs.api.Run(c.r.Context(), c.caller.Run)
	return err == nil && mine.Path == other.Path
}

// alone reports whether a text of the letters of secrets is one.
func (h *hider) alone(text []byte) bool {
	if h == nil || h.known == nil {
		return false
	}
	if h.may != nil {
		if h.looks--; h.looks < 0 {
			return true
		}
		if !h.may(string(text)) {
			return false
		}
	}
	if h.left--; h.left < 0 {
		return true
	}
	return h.known(string(text))
}

// begunLink returns where the secret of a link begins that the end of a text may have
// cut off, and the length of the text where there is none.
func begunLink(text []byte) int {
	at := len(text)
	for at > 0 && len(text)-at < secretSize+slices.Max(writtenSlashes) && run.OfSecret(text[at-1]) {
		at--
	}
	for _, slash := range writtenSlashes {
		secret := at + slash
		if secret <= len(text) && len(text)-secret < secretSize && beforeSecret.Match(text[max(0, secret-linkMost):secret]) {
			return secret
		}
	}
	return len(text)
}

// settled is how much of a text that may go on can be told: up to where a secret begins
// that its end may have cut off, whatever stands before that.
func (h *hider) settled(text []byte) int {
	at := len(text)
	for at > 0 && len(text)-at < secretSize-1 && run.OfSecret(text[at-1]) {
		at--
	}
	at = min(at, begunLink(text))
	last := max(0, at-linkMost)
	for _, l := range h.links(text[last:]) {
		if last+l[1] < at && last+l[2] > at {
			at = last + l[1]
		}
	}
	return at
}

// links finds links: where each begins, where its secret does and where that ends.
func (h *hider) links(text []byte) (found [][3]int) {
	for at := 0; at < len(text); {
		from := at
		for at < len(text) && run.OfSecret(text[at]) {
			at++
		}
		if at == from {
			at++
			continue
		}
		rest := from
		for _, slash := range writtenSlashes {
			secret := from + slash
			if at-secret < leastSecret {
				break
			}
			begin := max(0, secret-linkMost)
			if h != nil && h.own != nil {
				break
			}
			if m := beforeSecret.FindIndex(text[begin:secret]); m != nil {
				rest = min(at, secret+secretSize)
				found = append(found, [3]int{begin + m[0], secret, rest})
				break
			}
		}
		found = append(found, h.among(text, rest, at)...)
	}
	return found
}

// writtenSlashes are how many letters of secrets a written slash may end in: as / and
// %2F do, as %2f, as %252f, and so on.
var writtenSlashes = []int{0, len("2f"), len("252f"), len("25252f")}

// among finds the secrets that stand, without an address, in a run of their letters.
func (h *hider) among(text []byte, from, to int) (found [][3]int) {
	for i := range run.SecretsAmong(text[from:to], h.alone) {
		if at := from + i; h.own == nil || !h.own(string(text[at:at+secretSize])) {
			found = append(found, [3]int{at, at, at + secretSize})
		}
	}
	return found
}

// linkHider writes an answer with … in the place of the secrets in it: whoever
// reads what another job returned shall not be able to answer what that job
// asked. Close writes what it still holds.
type linkHider struct {
	http.ResponseWriter
	*hider
	held []byte // the end of what came, in which a link may have begun
	head bool   // the headers are on their way
}

// WriteHeader hides links in the headers, which a result may ask for.
func (h *linkHider) WriteHeader(code int) {
	h.headers()
	h.ResponseWriter.WriteHeader(code)
}

func (h *linkHider) headers() {
	if h.head {
		return
	}
	h.head = true
	for name, values := range h.Header() {
		if lower := []byte(strings.ToLower(name)); len(h.links(lower)) > 0 {
			delete(h.Header(), name) // a name cannot hold the mark
			continue
		}
		for i, v := range values {
			values[i] = string(h.from([]byte(v), 0))
		}
	}
}

func (h *linkHider) send(p []byte) error {
	h.headers()
	_, err := h.ResponseWriter.Write(p)
	return err
}

func (h *linkHider) Write(p []byte) (int, error) {
	h.held = append(h.held, p...)
	if len(h.held) < 4*linkMost {
		return len(p), nil
	}
	cut := len(h.held) - linkMost
	for _, l := range h.links(h.held) {
		if l[0] < cut && l[2] > cut {
			cut = l[2]
		}
	}
	err := h.send(h.from(h.held[:cut], 0))
	h.held = append(h.held[:0], h.held[cut:]...)
	return len(p), err
}

func (h *linkHider) Close() error {
	if len(h.held) == 0 {
		return nil
	}
	err := h.send(h.from(h.held, 0))
	h.held = nil
	return err
}

// Unwrap lets http.ResponseController reach what is inside.
func (h *linkHider) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// from is what comes after the first bytes of a text, with … in the place of the
// secrets. The first bytes may end within a link.
func (h *hider) from(text []byte, done int) []byte {
	var out []byte
	for _, l := range h.links(text) {
		if l[2] <= done {
			continue
		}
		out = append(append(out, text[min(done, l[1]):l[1]]...), "…"...)
		done = l[2]
	}
	return append(out, text[done:]...)
}

// reads serves a call that tells of jobs.
func (rs *runs) reads(serve func(call) error) func(call) error { return rs.hiding(rs.hider, serve) }

// readsStored serves a call that tells what was stored by a path.
func (rs *runs) readsStored(serve func(call) error) func(call) error {
	return rs.hiding(rs.storedHider, serve)
}

func (rs *runs) hiding(with func(call) *hider, serve func(call) error) func(call) error {
	return func(c call) error {
		h := &linkHider{ResponseWriter: c.w, hider: with(c)}
		c.w = h
		if err := serve(c); err != nil {
			return err // nothing was written yet
		}
		return h.Close()
	}
}

// mine refuses a run that is not the caller's to read and cancel: it has its own,
// those that its run started, and those of the same flow.
func (rs *runs) mine(c call, id run.ID) error {
	if id == c.caller.Run {
		return nil
	}
	sum, err := rs.api.Run(c.r.Context(), id)
	if err != nil {
		return err
	}
	near, err := rs.near(c)
	if err == nil && !near.has(sum) {
		err = errNotMine
	}
	return err
}

// near returns which runs a job may read and cancel.
func (rs *runs) near(c call) (Near, error) {
	own, err := rs.api.Run(c.r.Context(), c.caller.Run)
	if err != nil {
		return Near{}, err
	}
	return Near{Run: own.ID, By: run.ByScript + string(own.ID), Path: own.Path}, nil
}

// errNotMine answers a job that asks for another run.
var errNotMine = fault.New("api.other", "A job can read and cancel its own run, those that its run started, and those of the same flow", "Nothing was done.")
