package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/web"
)

// program takes the vote of a program: a POST to a resume or cancel address
// with JSON, or with nothing. Its answers are plain text. There is no page
// token: who posts JSON is not a mail scanner that follows a link, and a
// browser's form cannot send JSON.
func (p *public) program(w http.ResponseWriter, r *http.Request, to route) {
	var l run.Link
	err := error(web.ErrBusy)
	p.work(r, func(r *http.Request) { l, err = p.approvals.Link(r.Context(), to.secret) })
	switch {
	case err != nil:
	case !to.fits(l):
		err = web.ErrOtherLink
	case p.script && !run.IsUnnamed(l.Person):
		err = fault.Newf("api.other", "Nothing was decided. A step can answer by a link that was made for nobody by name.", "This link is for %s, and a step cannot answer for a person", l.Person)
	}
	if err != nil {
		p.refuse(w, r, err, run.Approval{})
		return
	}
	if p.foreign(r) {
		web.WriteText(w, http.StatusForbidden, "Votes are not taken from pages of other sites.")
		return
	}
	b, err := p.bodies.Read(w, r, to.secret)
	if err != nil {
		p.refuse(w, r, err, run.Approval{})
		return
	}
	if !p.work(r, func(r *http.Request) { p.programBy(w, r, to, l, b) }) {
		p.refuse(w, r, web.ErrBusy, run.Approval{})
	}
}

// programBy goes by a body that came whole.
func (p *public) programBy(w http.ResponseWriter, r *http.Request, to route, l run.Link, b []byte) {
	b = bytes.TrimSpace(b)
	// A form of another site may be empty and is a vote all the same; a program that
	// sends nothing names no type.
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); (len(b) > 0 || kind != "") && kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		web.WriteText(w, http.StatusUnsupportedMediaType, "Send the payload as JSON, with Content-Type: application/json. Nothing was decided.")
		return
	}
	if len(b) > 0 && !json.Valid(b) {
		web.WriteText(w, http.StatusBadRequest, "The body is not JSON. Nothing was decided.")
		return
	}
	if flow.Deeper(b) {
		web.WriteText(w, http.StatusUnprocessableEntity, fmt.Sprintf("The payload is nested more than %d levels deep. Nothing was decided.", flow.Deepest))
		return
	}
	d := run.Decision{Approve: to.kind == "resume", Via: run.ViaAPI, Word: r.URL.Query().Get("word")}
	if p.script {
		d.Via = run.ViaScript
	}
	if len(b) > 0 {
		d.Payload = b
	}
	if !d.Approve {
		d.Reason = shortReason(flow.ReasonIn(nil, flow.Raw(d.Payload)))
	}
	after, err := p.approvals.Vote(r.Context(), l, d)
	if err != nil {
		p.refuse(w, r, err, after)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

// refuse answers a program in words.
func (p *public) refuse(w http.ResponseWriter, r *http.Request, err error, a run.Approval) {
	now := p.opt.Now()
	switch {
	case errors.Is(err, web.ErrTooLarge):
		web.WriteText(w, http.StatusRequestEntityTooLarge, "The body is larger than 1 MB. Nothing was decided.")
		return
	case errors.Is(err, web.ErrIncomplete):
		web.WriteText(w, http.StatusBadRequest, "The body did not arrive whole. Nothing was decided.")
		return
	}
	lines := ""
	if n := status(a, now); n != nil && a.Run != "" {
		lines = " " + strings.Join(n.Lines, " ")
	}
	switch web.CodeOf(err) {
	case "api.other":
		e := fault.From(err)
		web.WriteText(w, http.StatusForbidden, web.Sentence(e.Title, e.Hint))
	case "link.unknown":
		web.WriteText(w, http.StatusNotFound, "This link is not known. Nothing was decided.")
	case "link.revoked":
		web.WriteText(w, http.StatusGone, "This link was withdrawn. Nothing was decided.")
	case "approval.voted":
		web.WriteText(w, http.StatusConflict, "This link was used already, and counts once."+lines)
	case "approval.decided":
		if a.State == run.ApprovalFailed {
			web.WriteText(w, http.StatusGone, "This request is void."+lines)
			return
		}
		web.WriteText(w, http.StatusConflict, "This request is decided already."+lines)
	case "approval.expired":
		web.WriteText(w, http.StatusGone, "The time to answer is over."+lines)
	case "approval.canceled":
		web.WriteText(w, http.StatusGone, "This request was canceled."+lines)
	case "approval.form":
		text := "The payload does not fit the form. Nothing was decided.\n"
		var form interface{ Fields() []flow.FieldError }
		if !errors.As(err, &form) || len(form.Fields()) == 0 {
			text += fault.From(err).Title
		} else {
			for _, e := range form.Fields() {
				text += cmp.Or(strings.Join(e.Path, "."), "payload") + ": " + e.Message + "\n"
			}
		}
		web.WriteText(w, http.StatusUnprocessableEntity, text)
	case "approval.word":
		web.WriteText(w, http.StatusForbidden, "This request is marked high stakes. Approve it on its page, or add ?word="+run.ConfirmWord+" to the address. Nothing was decided.")
	case "approval.unknown":
		web.WriteText(w, http.StatusGone, "The step of this link does not wait for an answer. Nothing was decided.")
	case "run.damaged":
		web.WriteText(w, http.StatusInternalServerError, "This request is damaged and was set aside. Nothing was decided.")
	case "engine.disk", "engine.disk_full", "engine.damaged", "engine.replaced":
		w.Header().Set("Retry-After", "60")
		web.WriteText(w, http.StatusServiceUnavailable, "The vote could not be recorded: no room, or a problem of the disk. Nothing was decided. Try again later.")
	case "engine.busy":
		w.Header().Set("Retry-After", "5")
		web.WriteText(w, http.StatusServiceUnavailable, "Sluice is busy. Try again in a few seconds; a vote counts once.")
	default:
		web.WriteText(w, http.StatusInternalServerError, "Something unexpected happened. Code: "+p.log(r, err))
	}
}
