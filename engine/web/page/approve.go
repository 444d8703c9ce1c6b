package page

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/web"
)

// maxReason is how long a reason may be, in runes.
const maxReason = 2000

// show renders the page of a link. It asks the engine once and writes nothing.
func (p *public) show(w http.ResponseWriter, r *http.Request, to route) {
	a, err := p.approvals.Approval(r.Context(), to.secret)
	if err == nil && !to.fits(a.Link) {
		err = web.ErrOtherLink
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.page(w, r, to.secret, a, shownState(a), nil, draft{}, "")
}

// shownState is the HTTP status of a page that only shows a.
func shownState(a run.Approval) int {
	switch a.State {
	case run.ApprovalExpired, run.ApprovalCanceled, run.ApprovalFailed:
		return http.StatusGone
	}
	return http.StatusOK
}

// draft is what came with a POST beside the form's fields.
type draft struct {
	Action string
	Reason string
	Wrong  string // about the reason
	Word   string // typed to approve what is marked high stakes
	Unsaid string // about the word
}

// decide takes the form of a page. Whatever goes wrong, the answer shows what
// was typed.
func (p *public) decide(w http.ResponseWriter, r *http.Request, secret string) {
	var a run.Approval
	var err error
	asked := p.work(r, func(r *http.Request) { a, err = p.approvals.Approval(r.Context(), secret) })
	switch {
	case !asked:
		p.fail(w, r, web.ErrBusy)
		return
	case err != nil && web.CodeOf(err) != "engine.busy":
		p.fail(w, r, err) // a stranger's body is not even read
		return
	}
	b, bad := p.sent(w, r, secret, p.bodies)
	if bad != nil {
		p.fail(w, r, bad)
		return
	}
	does := p.work(r, func(r *http.Request) {
		if err != nil {
			p.held(w, r, secret, b)
			return
		}
		p.decideBy(w, r, secret, a, b)
	})
	switch {
	case does:
	case len(b) < web.SmallBody:
		p.held(w, r, secret, b)
	default: // a page as large is drawn by few at once
		p.fail(w, r, web.ErrBusy)
	}
}

// held draws a page that holds what was sent until the engine can take it.
func (p *public) held(w http.ResponseWriter, r *http.Request, secret string, b []byte) {
	w.Header().Set("Retry-After", "5")
	p.retry(w, r, actionOf(r.URL.Path, secret), b, http.StatusServiceUnavailable, textRetry)
}

// decideBy goes by a form that came whole. a is the request as it was when the form
// began to come in.
func (p *public) decideBy(w http.ResponseWriter, r *http.Request, secret string, a run.Approval, b []byte) {
	post, err := url.ParseQuery(string(b))
	if err != nil {
		p.fail(w, r, web.ErrIncomplete)
		return
	}
	now := p.opt.Now()
	f := p.form(r.Context(), a, now)
	d := draft{Action: one(post, "action"), Reason: strings.TrimSpace(strings.ToValidUTF8(one(post, "reason"), "\uFFFD")), Word: strings.ToValidUTF8(one(post, "word"), "\uFFFD")}
	if a.MyVote == nil && final(a.State) {
		p.late(w, r, secret, a)
		return
	}
	payload, busy := f.read(post)
	switch {
	case busy == nil:
	case d.Action == "show" || a.MyVote != nil:
		p.fail(w, r, busy)
		return
	default:
		p.answer(w, r, secret, a, busy, f, d)
		return
	}
	vote := f.decision(d, payload)
	if a.MyVote != nil {
		p.votedBefore(w, r, secret, a, vote)
		return
	}
	id, expires, ok := p.tokens.check(one(post, "token"), secret, now)
	if d.Action == "show" && !p.foreign(r) { // the page's script asks; nothing is decided
		f.answerShown(w)
		return
	}
	switch {
	case p.foreign(r):
		p.again(w, r, secret, a, http.StatusForbidden, f, d, textForeign)
		return
	case !ok:
		p.again(w, r, secret, a, http.StatusConflict, f, d, textStale)
		return
	case d.Action != "approve" && d.Action != "deny":
		p.again(w, r, secret, a, http.StatusBadRequest, f, d, textNoAction)
		return
	case utf8.RuneCountInString(d.Reason) > maxReason:
		d.Wrong = textLongReason
	}
	approve := d.Action == "approve"
	if approve && a.HighStakes && !run.Confirms(d.Word) {
		d.Unsaid = textWord
	}
	if d.Wrong != "" || d.Unsaid != "" || approve && len(f.wrong) > 0 {
		p.page(w, r, secret, a, http.StatusUnprocessableEntity, f, d, "")
		return
	}
	use, first := p.tokens.claim(id, expires, now)
	if !first {
		p.second(w, r, secret, use, f, d, vote)
		return
	}
	counted := false
	defer func() { p.tokens.settle(id, use, counted) }() // also if the engine panics
	after, err := p.approvals.Vote(r.Context(), a.Link, vote)
	if after.Run == "" {
		after = a
	}
	counted = err == nil || fault.HasCode(err, "approval.voted")
	if err != nil && counted && after.MyVote != nil {
		p.votedBefore(w, r, secret, after, vote)
		return
	}
	p.answer(w, r, secret, after, err, f, d)
}

// decision is the vote that a form says.
func (f *form) decision(d draft, payload json.RawMessage) run.Decision {
	vote := run.Decision{Approve: d.Action == "approve", Via: run.ViaLink, Word: d.Word}
	if vote.Approve || len(f.wrong) == 0 { // a refusal needs no filled form; a broken one is not kept
		vote.Payload = payload
	}
	if !vote.Approve {
		// A form that is not whole is not kept with a denial; why somebody denies is.
		if vote.Reason = d.Reason; vote.Reason == "" {
			vote.Reason = shortReason(flow.ReasonIn(f.fields, flow.Raw(payload)))
		}
	}
	return vote
}

// votedBefore answers a person who had voted. Who sends the same once more gets their
// receipt once more; another answer is told as not counted.
func (p *public) votedBefore(w http.ResponseWriter, r *http.Request, secret string, a run.Approval, vote run.Decision) {
	if says(*a.MyVote, vote) {
		p.receipt(w, secret)
		return
	}
	p.notCounted(w, r, secret, a, textVoted)
}

// says reports whether a vote is what a decision says.
func says(v run.Vote, d run.Decision) bool {
	if v.Approve != d.Approve || v.Reason != d.Reason {
		return false
	}
	if len(d.Payload) == 0 || v.Payload.Hash == "" {
		return flow.Alike(flow.Raw(cmp.Or(string(d.Payload), "null")), flow.Raw(cmp.Or(string(v.Payload.Inline), "null")))
	}
	var whole bytes.Buffer
	if json.Compact(&whole, bytes.ToValidUTF8(d.Payload, []byte("\uFFFD"))) != nil {
		return false
	}
	sum := sha256.Sum256(whole.Bytes())
	return hex.EncodeToString(sum[:]) == v.Payload.Hash
}

// shortReason is as much of a text as is kept of a reason.
func shortReason(s string) string {
	if r := []rune(s); len(r) > maxReason {
		return string(r[:maxReason])
	}
	return s
}

// form is the form of a request for one look at it.
func (p *public) form(ctx context.Context, a run.Approval, now time.Time) *form {
	f := formOf(a, now.Location())
	if p.opt.Conditions != nil && flow.Conditional(f.schema) {
		f.shows = func(look func(flow.Show)) error { return p.opt.Conditions(ctx, a, look) }
	}
	return f
}

// answerShown tells the page's script the keys of the fields that are not shown.
func (f *form) answerShown(w http.ResponseWriter) {
	keys := slices.Sorted(maps.Keys(f.hidden))
	if keys == nil {
		keys = []string{}
	}
	b, _ := json.Marshal(keys)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

// answer tells what became of a vote.
func (p *public) answer(w http.ResponseWriter, r *http.Request, secret string, a run.Approval, err error, f *form, d draft) {
	switch code := web.CodeOf(err); code {
	case "", "approval.voted":
		p.receipt(w, secret)
	case "approval.decided", "approval.expired", "approval.canceled":
		a.State = stateFor(a.State, code)
		p.late(w, r, secret, a)
	case "approval.form", "approval.word":
		e := fault.From(err)
		p.page(w, r, secret, a, http.StatusUnprocessableEntity, f, d, web.Sentence(e.Title, e.Hint))
	case "link.unknown", "link.revoked":
		p.fail(w, r, err)
	case "engine.busy":
		w.Header().Set("Retry-After", "5")
		p.again(w, r, secret, a, http.StatusServiceUnavailable, f, d, textBusyAgain)
	case "engine.disk", "engine.disk_full", "engine.damaged", "engine.replaced":
		w.Header().Set("Retry-After", "60")
		p.again(w, r, secret, a, http.StatusServiceUnavailable, f, d, textDisk)
	case "approval.unknown", "run.damaged":
		p.fail(w, r, err)
	default:
		p.again(w, r, secret, a, http.StatusInternalServerError, f, d, textUnexpectedAgain(p.log(r, err)))
	}
}

// stateFor covers an engine that says why a vote came too late without yet
// showing it in the request.
func stateFor(s run.ApprovalState, code fault.Code) run.ApprovalState {
	switch {
	case final(s):
		return s
	case code == "approval.expired":
		return run.ApprovalExpired
	case code == "approval.canceled":
		return run.ApprovalCanceled
	}
	return s
}

// second answers a page that was sent twice: it waits for the first press and
// then shows what that one brought.
func (p *public) second(w http.ResponseWriter, r *http.Request, secret string, use *tokenUse, f *form, d draft, vote run.Decision) {
	select {
	case <-use.done:
	case <-r.Context().Done():
		p.fail(w, r, web.ErrBusy)
		return
	}
	a, err := p.approvals.Approval(r.Context(), secret)
	switch {
	case err != nil:
		p.fail(w, r, err)
	case a.MyVote != nil:
		p.votedBefore(w, r, secret, a, vote)
	case final(a.State):
		p.late(w, r, secret, a)
	default:
		p.again(w, r, secret, a, http.StatusConflict, f, d, textStale)
	}
}

// receipt sends the browser back to the page, which now shows the vote. The
// address is relative to the one that was asked, so it holds under any prefix.
func (p *public) receipt(w http.ResponseWriter, secret string) {
	w.Header().Set("Location", secret)
	w.WriteHeader(http.StatusSeeOther)
}

// late shows a request that was over before the answer came.
func (p *public) late(w http.ResponseWriter, r *http.Request, secret string, a run.Approval) {
	p.notCounted(w, r, secret, a, textLate)
}

// notCounted shows a request to one whose answer was not counted, and why.
func (p *public) notCounted(w http.ResponseWriter, r *http.Request, secret string, a run.Approval, why string) {
	status := shownState(a)
	if status == http.StatusOK {
		status = http.StatusConflict
	}
	p.page(w, r, secret, a, status, nil, draft{}, why)
}

// again shows the form with what was typed and a note; errors beside the
// fields wait until the person sends it.
func (p *public) again(w http.ResponseWriter, r *http.Request, secret string, a run.Approval, status int, f *form, d draft, note string) {
	clear(f.wrong)
	p.page(w, r, secret, a, status, f, d, note)
}

// sent reads a form as it was sent. Values in the address do not count.
func (p *public) sent(w http.ResponseWriter, r *http.Request, secret string, bodies *web.Bodies) ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		return nil, errKind
	}
	return bodies.Read(w, r, secret)
}

var errKind = errors.New("not a form")

// one returns a value that was sent exactly once.
func one(post url.Values, name string) string {
	if len(post[name]) != 1 {
		return ""
	}
	return post[name][0]
}

func final(s run.ApprovalState) bool {
	return s != run.ApprovalEarly && s != run.ApprovalWaiting && s != ""
}

// log notes an error nobody gave words to, and returns the code that the page
// shows for it.
func (p *public) log(r *http.Request, err error) string {
	code := rand.Text()[:8]
	p.opt.Logger.Error("a page could not be served", "code", code, "err", withoutSecret(r, err))
	return code
}

// withoutSecret writes v for the log, with the link's secret taken out should
// somebody have put it into the words.
func withoutSecret(r *http.Request, v any) string {
	s := fmt.Sprint(v)
	if secret := path.Base(r.URL.Path); len(secret) > 3 {
		s = strings.ReplaceAll(s, secret, "…")
	}
	return s
}

// fail answers with a page that has no request to show.
func (p *public) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, web.ErrTooLarge):
		p.message(w, r, http.StatusRequestEntityTooLarge, textTooLarge)
		return
	case errors.Is(err, web.ErrIncomplete):
		p.message(w, r, http.StatusBadRequest, textCut)
		return
	case errors.Is(err, errKind):
		p.message(w, r, http.StatusUnsupportedMediaType, textKind)
		return
	case errors.Is(err, context.Canceled):
		p.message(w, r, http.StatusServiceUnavailable, textBusy) // nobody reads it
		return
	}
	switch web.CodeOf(err) {
	case "link.unknown":
		p.message(w, r, http.StatusNotFound, textUnknown)
	case "link.revoked":
		p.message(w, r, http.StatusGone, textRevoked)
	case "approval.unknown":
		p.message(w, r, http.StatusGone, textNoAsk)
	case "run.damaged":
		p.message(w, r, http.StatusInternalServerError, textDamaged)
	case "engine.busy":
		w.Header().Set("Retry-After", "5")
		p.message(w, r, http.StatusServiceUnavailable, textBusy)
	case "engine.disk", "engine.disk_full", "engine.damaged", "engine.replaced":
		w.Header().Set("Retry-After", "60")
		p.message(w, r, http.StatusServiceUnavailable, textUnread)
	default:
		p.message(w, r, http.StatusInternalServerError, textUnexpected(p.log(r, err)))
	}
}
