package page

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	trigger "sluice/engine/form"
	"sluice/engine/web"
)

// formSecret is how long the secret in the address of a form is.
const formSecret = 32

// sendTo ends the address that takes what is typed. It is not that of the page: a browser
// forgets a page to whose address something was posted, and whoever goes back would get a
// fresh one, by which the same would be sent a second time.
const sendTo = "send"

// formLooks are how often the page of one form may be looked at in a second, in the long
// run and at once, and receiptLooks how often that which tells what became of one sent page:
// whoever fills in a form in a hurry keeps nobody from their receipt.
const (
	formLooks        = 50
	formLooksOnce    = 200
	receiptLooks     = 2
	receiptLooksOnce = 30
)

// starting is one request to the address of a form that is on.
type starting struct {
	*public
	w      http.ResponseWriter
	r      *http.Request
	secret string
	form   trigger.Opened
}

// start answers what comes to an address that may be one of a form. Where there is none,
// whatever the method, it answers as any path that leads nowhere does.
func (p *public) start(w http.ResponseWriter, r *http.Request, to route) {
	s := starting{public: p, w: w, r: r, secret: to.secret}
	err := s.open()
	switch {
	case fault.HasCode(err, "form.unknown"):
		p.nowhere(w, r)
		return
	case err != nil && r.Method == http.MethodPost && to.key == sendTo:
		s.keep(err) // a form that cannot be looked up now
		return
	case err != nil:
		s.fail(err)
		return
	}
	allow := "GET, HEAD, OPTIONS"
	if to.key == sendTo {
		allow = "GET, HEAD, POST, OPTIONS"
	}
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allow)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPost && to.key == sendTo:
		s.take()
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", allow)
		s.message(w, r, http.StatusMethodNotAllowed, textStartMethod)
	case to.key == sendTo:
		s.to("../" + s.secret)
	default:
		what, rate, burst := "look", float64(formLooks), formLooksOnce
		if to.key != "" {
			what, rate, burst = "receipt "+to.key, receiptLooks, receiptLooksOnce
		}
		if !s.limited(what, rate, burst) {
			s.message(w, r, http.StatusTooManyRequests, textStartRate)
			return
		}
		if !s.work(func() { s.look(to.key) }) {
			s.fail(web.ErrBusy)
		}
	}
}

// open looks the form up.
func (s *starting) open() error {
	err := error(web.ErrBusy)
	s.work(func() { s.form, err = s.opt.Forms.OpenForm(s.r.Context(), s.secret) })
	return err
}

// work is public.work for this request.
func (s *starting) work(do func()) bool {
	was := s.r
	defer func() { s.r = was }()
	return s.public.work(was, func(r *http.Request) { s.r = r; do() })
}

// limited reports whether not too much of something came to an address of a form, and else
// says how long to wait.
func (s *starting) limited(what string, rate float64, burst int) bool {
	wait := s.rates.Take(what+" "+s.form.Path+" "+s.form.Person, rate, burst, s.opt.Now())
	if wait > 0 {
		s.w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	return wait == 0
}

// look shows the page of a form or, by the key of what was sent, how that stands.
func (s *starting) look(key string) {
	switch {
	case key != "" || s.form.Sent:
		s.received(key)
	case s.form.Problem != nil:
		s.w.Header().Set("Retry-After", "60")
		s.message(s.w, s.r, http.StatusServiceUnavailable, textUnstartable)
	default:
		s.page(http.StatusOK, nil, "")
	}
}

// take takes what was sent. Whatever goes wrong, the answer holds what was typed.
func (s *starting) take() {
	b, err := s.body()
	if err != nil {
		s.fail(err)
		return
	}
	post, err := url.ParseQuery(string(b))
	if err != nil {
		s.fail(web.ErrIncomplete)
		return
	}
	asks := one(post, "action") == "show"
	what := "send"
	rate, burst := s.form.Limits()
	if asks {
		what, rate, burst = "ask", formLooks, formLooksOnce
	}
	if !s.limited(what, rate, burst) {
		if len(b) >= web.SmallBody { // a page as large is drawn by few at once
			s.message(s.w, s.r, http.StatusTooManyRequests, textStartFull)
			return
		}
		s.hold(http.StatusTooManyRequests, b, textStartHeld)
		return
	}
	if s.work(func() { s.takeBy(post, b) }) {
		return
	}
	if len(b) < web.SmallBody {
		s.hold(http.StatusServiceUnavailable, b, textStartRetry)
		return
	}
	s.fail(web.ErrBusy) // a page as large is drawn by few at once
}

// body reads what was sent. By the form's own address many may send at once.
func (s *starting) body() ([]byte, error) {
	if s.form.Person == "" {
		return s.sent(s.w, s.r, s.secret, s.shared)
	}
	return s.sent(s.w, s.r, s.secret, s.bodies)
}

// keep holds what was sent until the form can be looked up.
func (s *starting) keep(err error) {
	b, bad := s.body()
	if bad != nil || web.CodeOf(err) != "engine.busy" || len(b) >= web.SmallBody {
		s.fail(err)
		return
	}
	s.hold(http.StatusServiceUnavailable, b, textStartRetry)
}

// returnable has the browser keep a page with a form for whoever goes back to it, with its
// token and what was typed: also where it answers what was sent, of which a browser else
// has nothing to show but an error. See sendTo.
func (s *starting) returnable() { s.w.Header().Set("Cache-Control", "private, max-age=0") }

// hold draws a page that holds what was sent.
func (s *starting) hold(status int, b []byte, n note) {
	s.returnable()
	if s.w.Header().Get("Retry-After") == "" {
		s.w.Header().Set("Retry-After", "5")
	}
	s.retry(s.w, s.r, sendTo, b, status, n)
}

// takeBy goes by a form that came whole.
func (s *starting) takeBy(post url.Values, b []byte) {
	token := one(post, "token")
	id, fresh := s.tokenOf(token)
	who := ""
	if fresh {
		who = id
	}
	f := s.fields(who)
	input, err := json.RawMessage(nil), s.form.Problem
	if err == nil {
		input, err = f.read(post)
	}
	foreign := s.foreign(s.r)
	switch {
	case s.form.Sent:
		s.to("../" + s.secret)
	case s.form.Problem != nil:
		s.w.Header().Set("Retry-After", "60")
		s.hold(http.StatusServiceUnavailable, b, textUnstartedHeld)
	case one(post, "action") == "show" && err != nil:
		s.fail(err)
	case one(post, "action") == "show" && !foreign:
		f.answerShown(s.w)
	case err != nil:
		s.refuse(err, f, id)
	case foreign:
		s.again(http.StatusForbidden, f, textStartForeign)
	case len(f.wrong) > 0:
		s.page(http.StatusUnprocessableEntity, f, "")
	default:
		_, err := s.opt.Forms.SubmitForm(s.r.Context(), s.form, trigger.Submission{Key: id, Input: input, Stale: !fresh})
		if err == nil {
			s.to(id)
			return
		}
		s.refuse(err, f, id)
	}
}

// keys make and take the tokens of pages.
func (s *starting) keys() *formKeys { return s.formKeys.use(s.r.Context(), s.opt.Forms) }

// tokenOf reads the token of a page: what it is known by, and whether it was made here, for
// this address, and is not too old.
func (s *starting) tokenOf(token string) (id string, fresh bool) {
	raw, fresh := s.keys().check(token, s.secret, s.opt.Now())
	if !fresh { // it may have been made here, and what was sent by it taken
		b, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(b) != tokenBytes {
			return "", false
		}
		copy(raw[:], b)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), fresh
}

// fields is the form for one look at it, by the page of a token that is known, else "".
func (s *starting) fields(who string) *form {
	f := sheetForm(s.form.Sheet, s.opt.Now().Location())
	if f.schema != nil && flow.Conditional(f.schema) {
		f.shows = func(look func(flow.Show)) error {
			return s.opt.Forms.SheetConditions(s.r.Context(), s.form, who, look)
		}
	}
	return f
}

// to sends the browser on, to an address relative to the one that was asked, so that it
// holds under any prefix.
func (s *starting) to(address string) {
	s.w.Header().Set("Location", address)
	s.w.WriteHeader(http.StatusSeeOther)
}

// refuse tells why nothing was started, above the form with what was typed.
func (s *starting) refuse(err error, f *form, id string) {
	var wrong interface{ Fields() []flow.FieldError }
	switch code := web.CodeOf(err); code {
	case "form.unknown": // it was changed, or is gone
		if err := s.open(); err != nil {
			s.fail(err)
			return
		}
		now := s.fields(id)
		now.typed, now.hidden = f.typed, f.hidden
		s.again(http.StatusConflict, now, textStartChanged)
	case "form.sent":
		s.page(http.StatusConflict, f, textStartSent, noteLink{id, textSeeFirst})
	case "form.stale":
		s.again(http.StatusConflict, f, textStartStale)
	case "form.used":
		s.to("../" + s.secret)
	case "flow.input":
		clear(f.wrong)
		if errors.As(err, &wrong) {
			f.blame(wrong.Fields())
		}
		if len(f.wrong) == 0 {
			f.wrong[formRoot] = flow.Sentence(fault.From(err).Title)
		}
		s.page(http.StatusUnprocessableEntity, f, "")
	case "form.failed":
		s.w.Header().Set("Retry-After", "60")
		s.again(http.StatusServiceUnavailable, f, textUnstarted)
	case "engine.busy":
		s.w.Header().Set("Retry-After", "5")
		s.again(http.StatusServiceUnavailable, f, textStartBusy)
	case "engine.disk", "engine.disk_full", "engine.damaged", "engine.replaced":
		s.w.Header().Set("Retry-After", "60")
		s.again(http.StatusServiceUnavailable, f, textStartDisk)
	default:
		s.again(http.StatusInternalServerError, f, textStartUnexpected(s.log(s.r, err)))
	}
}

// action is the address that takes what is typed, relative to the one that was asked.
func (s *starting) action() string {
	if s.r.Method == http.MethodPost {
		return sendTo
	}
	return s.secret + "/" + sendTo
}

// again shows the form with what was typed and a note.
func (s *starting) again(status int, f *form, noted string) {
	clear(f.wrong)
	s.page(status, f, noted)
}

// page draws the form; f is what was sent, nil for a fresh page. A page that is shown again
// goes by the token of the one that was sent, as does the one before it to which somebody
// goes back: of all that stand for one wish, one is taken.
func (s *starting) page(status int, f *form, noted string, link ...noteLink) {
	sheet, now := s.form.Sheet, s.opt.Now()
	token := s.keys().mint(s.secret, now)
	if f != nil && len(link) == 0 {
		if is := one(f.typed, "token"); is != "" {
			if _, fresh := s.tokenOf(is); fresh {
				token = is
			}
		}
	}
	if f == nil {
		id, _ := s.tokenOf(token)
		f = s.fields(id)
	}
	v := view{Title: sheet.Title, Heading: sheet.Title, Person: s.form.Person, Role: textFillingAs, Note: noted, NoteLinks: link,
		Description: richText(sheet.Text), NextRich: richText(sheet.Next), Action: s.action(), Foot: startFoot(s.form)}
	if err := s.draw(s.w, &v, f, draft{}, token); err != nil {
		s.fail(err)
		return
	}
	v.Form.Does, v.Form.Approve, v.Form.HideDeny = "start", sheet.Button, true
	s.returnable()
	s.write(s.w, s.r, status, v)
}

// received shows what was sent by a page, or by a link that starts one run, and how its run
// stands.
func (s *starting) received(key string) {
	is, err := s.opt.Forms.FormReceipt(s.r.Context(), s.form, key)
	if key == "" && fault.HasCode(err, "run.unknown") { // it went with old runs
		s.message(s.w, s.r, http.StatusGone, textLinkUsed)
		return
	}
	if err != nil {
		s.fail(err)
		return
	}
	now := s.opt.Now()
	n := standing(is, now)
	v := view{Title: n.Title + " – " + s.form.Sheet.Title, Heading: s.form.Sheet.Title, Status: &n}
	if !is.Over {
		v.NextRich = richText(s.form.Sheet.Next)
	}
	v.Badge, v.Tone = standingBadge(is)
	v.Result = resultOf(is)
	here, back := s.secret, s.secret
	if key != "" {
		here, back = key, "../"+s.secret
	}
	if !is.Over {
		v.Links = append(v.Links, noteLink{here, textLookAgain})
		if !is.Suspended && now.Sub(is.Sent) < refreshFor {
			v.Refresh = refreshEach
		}
	}
	if !s.form.Once || s.form.Person == "" {
		v.Links = append(v.Links, noteLink{back, textFillAgain})
	}
	s.write(s.w, s.r, http.StatusOK, v)
}

// A receipt looks again by itself in the first minutes, while its run works: a page that
// goes on doing that is a nuisance to whoever has it read out.
const (
	refreshFor  = 2 * time.Minute
	refreshEach = 5 // seconds
)

// fail answers with a page that has no form to show.
func (s *starting) fail(err error) {
	status, n := http.StatusInternalServerError, note{}
	switch code := web.CodeOf(err); {
	case code == "form.unknown":
		s.nowhere(s.w, s.r)
		return
	case errors.Is(err, web.ErrTooLarge):
		status, n = http.StatusRequestEntityTooLarge, textStartLarge
	case errors.Is(err, web.ErrIncomplete):
		status, n = http.StatusBadRequest, textStartCut
	case errors.Is(err, errKind):
		status, n = http.StatusUnsupportedMediaType, textStartKind
	case code == "run.unknown":
		status, n = http.StatusNotFound, textNoReceipt
	case code == "engine.busy":
		s.w.Header().Set("Retry-After", "5")
		status, n = http.StatusServiceUnavailable, textStartAway
	case code == "engine.disk" || code == "engine.disk_full" || code == "engine.damaged" || code == "engine.replaced" || code == "engine.unreadable":
		s.w.Header().Set("Retry-After", "60")
		status, n = http.StatusServiceUnavailable, textStartUnread
	case code == "run.damaged":
		n = textReceiptDamaged
	default:
		n = textStartBroken(s.log(s.r, err))
	}
	s.message(s.w, s.r, status, n)
}

// standing says how a run stands that somebody started.
func standing(is trigger.Standing, now time.Time) note {
	sent := "You sent it on " + moment(is.Sent, now) + "."
	switch {
	case !is.Over && is.Suspended:
		return note{"good", "✓", "Thank you. This was received.", []string{sent, "It waits for people who have to approve it."}}
	case !is.Over:
		return note{"good", "✓", "Thank you. This was received.", []string{sent, "It is being worked on."}}
	case is.Succeeded:
		return note{"good", "✓", "This is done.", []string{sent, "It was done on " + moment(is.Ended, now) + "."}}
	}
	n := note{"bad", "!", "This was not carried out.", []string{sent, fmt.Sprintf("It ended on %s.", moment(is.Ended, now))}}
	if is.Error != "" {
		n.Lines = append(n.Lines, is.Error)
	}
	n.Lines = append(n.Lines, "The owner of the form sees why; ask the person who gave you the link.")
	return n
}

func standingBadge(is trigger.Standing) (text, tone string) {
	switch {
	case !is.Over && is.Suspended:
		return "Waiting for approval", "waiting"
	case !is.Over:
		return "In progress", "waiting"
	case is.Succeeded:
		return "Done", "good"
	}
	return "Not carried out", "bad"
}

// startFoot says what the page of a form does.
func startFoot(o trigger.Opened) string {
	const quiet = "Nothing happens until you press the button. "
	switch {
	case o.Person == "":
		return quiet + "What you enter and the time are recorded."
	case o.Once:
		return "This link is personal and works once. " + quiet + "What you enter, your name and the time are recorded."
	}
	return "This link is personal. " + quiet + "What you enter, your name and the time are recorded."
}
