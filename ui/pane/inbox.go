package pane

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/form"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Inbox lists the open requests and lets the person at the desk decide.
type Inbox struct {
	h              *host.Host
	list           *fyne.Container
	view           *fyne.Container
	open           []run.Approval
	chosen         string
	shown          string // what the view was built for, so that typing is not lost
	told           string // what of it tells who has answered
	form           *form.Form
	votes, people  *fyne.Container // who has answered; made anew while somebody types
	buttons        *fyne.Container // below the form, always in sight
	held           *heldAnswer     // nil: none
	search         *kit.Entry
	reason         *kit.Entry
	word           *kit.Entry // typed to approve what is marked high stakes; nil if not
	wordField      *kit.Field
	most           int // requests that are listed
	all            int // that there are
	reading, again bool
	arrived        bool         // the person has just come here
	led            model.Target // the request that the person was led to; zero: none
	scroll         *container.Scroll
	approve        *kit.Button // of the request that is shown; nil: none
	approves       run.ID
	// ShowRun opens a run in the editor.
	ShowRun func(run.ID)
}

// inboxPage is how many requests are listed at first, and how many more with
// each press.
const inboxPage = 100

// NewInbox makes the pane.
func NewInbox(h *host.Host) *Inbox {
	p := &Inbox{h: h, most: inboxPage, list: container.NewStack(), view: container.NewStack(), search: kit.NewSearch(say.T("Search what is asked"))}
	p.search.OnChanged = func(string) { p.show() }
	return p
}

// Object is the pane.
func (p *Inbox) Object() fyne.CanvasObject {
	split := kit.NewSplit(kit.NewBox(kit.OnPanel, kit.None, 0, p.list), p.view, 860, 480, 1100)
	split.Rest = 320
	return host.Page(kit.TopBar(host.Heading(say.T("Approvals"), say.T("requests that wait for an answer, oldest first")), nil, host.Width(280, p.search)), split)
}

// Arrive shows the open requests to who comes here: one that is over by now gives way
// to the oldest, as no hand is about to press.
func (p *Inbox) Arrive() {
	p.arrived = true
	p.Refresh()
}

// Lead shows one request, also where so many are older that it is not listed.
func (p *Inbox) Lead(to model.Target) {
	p.Settle(nil, nil)
	p.search.SetText("")
	p.led, p.chosen = to, keyOf(to.Run, to.Step)
	p.Refresh()
}

// Refresh reads the open requests again. While they are being read it waits: of
// very many that takes its time.
func (p *Inbox) Refresh() {
	if p.reading {
		p.again = true
		return
	}
	p.reading = true
	done := func() {
		p.reading = false
		if p.again {
			p.again = false
			p.Refresh()
		}
	}
	led := p.led
	p.h.Ask(func(ctx context.Context) (func(), error) {
		open, all, err := p.h.Lists.Requests(ctx, p.most)
		if to := keyOf(led.Run, led.Step); err == nil && led.Run != "" && !slices.ContainsFunc(open, func(a run.Approval) bool { return key(a) == to }) {
			if a, err := p.h.People.ApprovalOf(ctx, led.Run, led.Step); err == nil && a.State == run.ApprovalWaiting {
				open = append(open, a)
			}
		}
		return func() {
			p.open, p.all = open, all
			if p.arrived && !p.again {
				p.arrived = false
				if !slices.ContainsFunc(open, func(a run.Approval) bool { return key(a) == p.chosen }) && p.held == nil {
					p.chosen = ""
				}
			}
			p.show()
			done()
		}, err
	}, done)
}

func key(a run.Approval) string { return keyOf(a.Run, a.Step) }

func keyOf(id run.ID, step run.StepID) string { return string(id) + " " + string(step) }

func (p *Inbox) show() {
	var rows []fyne.CanvasObject
	var now *run.Approval
	if p.chosen == "" && len(p.open) > 0 {
		p.chosen = key(p.open[0])
	}
	for i := range p.open {
		if a := &p.open[i]; key(*a) == p.chosen {
			now = a
		}
	}
	words := strings.ToLower(strings.TrimSpace(p.search.Text()))
	for i := range p.open {
		if a := &p.open[i]; words == "" || found(a, words) {
			rows = append(rows, p.row(a, now == a))
		}
	}
	if len(p.open) > 0 && len(rows) == 0 {
		rows = append(rows, kit.PadAll(16, kit.NewParagraph(say.T("None of the requests that are listed has these words."), kit.Muted)))
	}
	if p.all > p.most {
		rows = append(rows, kit.Pad(12, 16, 12, 16, kit.HBox(12,
			kit.NewButton(say.T("Show more"), kit.Outline, func() { p.most += inboxPage; p.Refresh() }),
			host.Middle(kit.NewText(say.F("%d of %d", len(p.open), p.all)).In(kit.Muted)))))
	}
	if len(rows) == 0 {
		p.shown, p.chosen = "", ""
		p.list.Objects = nil // it is narrow: the words stand beside it
		p.view.Objects = []fyne.CanvasObject{kit.Empty(kit.IconShield, say.T("Nobody is being asked"), say.T("When a step of a flow asks people, the request stands here until it is answered. You can answer it here, too."), "", nil)}
	} else {
		at := fyne.Position{}
		if p.scroll != nil {
			at = p.scroll.Offset
		}
		p.scroll = kit.Scroll(kit.VBox(0, rows...))
		p.list.Objects = []fyne.CanvasObject{p.scroll}
		defer p.scroll.ScrollToOffset(at)
		switch {
		case now == nil:
			// Another request must not come under a hand that is about to press.
			p.shown = ""
			p.view.Objects = []fyne.CanvasObject{kit.Empty(kit.IconShield, say.T("This request is over"), say.T("It was answered, here or by a link, or its run has ended."),
				say.T("Show the next one"), func() { p.chosen = ""; p.show() })}
		case p.held != nil && p.held.d.Run == now.Run && p.held.d.Step == now.Step: // it can be taken back where it was given
		case p.picture(now) != p.shown:
			p.shown, p.told = p.picture(now), answers(now)
			p.view.Objects = []fyne.CanvasObject{p.request(now)}
		case answers(now) != p.told:
			p.told = answers(now)
			p.tellAnswers(now)
		}
	}
	p.list.Refresh()
	p.view.Refresh()
}

// picture tells when the view must be built anew: when the person at the desk has
// answered, but not when somebody else does, as what is typed here would be lost.
func (p *Inbox) picture(a *run.Approval) string {
	b, _ := json.Marshal(run.Approval{Ask: a.Ask, Form: a.Form, Required: a.Required, Deadline: a.Deadline, Next: a.Next, HideDeny: a.HideDeny, HighStakes: a.HighStakes, MyVote: a.MyVote})
	return key(*a) + string(b)
}

// answers is what is told of those who were asked or have answered.
func answers(a *run.Approval) string {
	b, _ := json.Marshal(model.Everyone(a))
	return model.VotesOfAll(a) + string(b)
}

// tellAnswers shows who has answered, beside what is typed.
func (p *Inbox) tellAnswers(a *run.Approval) {
	p.votes.Objects = []fyne.CanvasObject{kit.NewPill(model.VotesOfAll(a), kit.Waiting)}
	p.people.Objects = nil
	if everyone := model.Everyone(a); len(everyone) > 0 {
		people := kit.VBox(0)
		for _, w := range everyone {
			people.Add(p.person(a, w))
		}
		p.people.Objects = []fyne.CanvasObject{kit.NewBox(kit.OnPanel, kit.LineColor, kit.Radius, people)}
	}
	p.votes.Refresh()
	p.people.Refresh()
}

// row is one request in the list.
func (p *Inbox) row(a *run.Approval, chosen bool) fyne.CanvasObject {
	row := kit.NewRow(kit.Pad(11, 16, 11, 16, kit.VBox(4,
		kit.HBox(8, kit.Grow(kit.Strong(a.Ask.Question).Ellipsis()), kit.NewPill(model.TimeLeft(p.h.Now(), a.Deadline), kit.Waiting)),
		kit.HBox(8, kit.Grow(kit.NewText(a.FlowName+" · "+model.About(a)).In(kit.Muted).Ellipsis()), kit.Caption(model.Mark(p.h.Now(), a))),
		kit.NewText(model.Standing(a)).In(kit.Muted).Ellipsis())),
		func() { p.Settle(nil, nil); p.led = model.Target{}; p.chosen = key(*a); p.show() }).Lined()
	row.Selected = chosen
	return row
}

// request shows all of one request, with the form; its buttons stay in sight.
func (p *Inbox) request(a *run.Approval) fyne.CanvasObject {
	p.votes, p.people = container.NewStack(), kit.VBox(0)
	p.tellAnswers(a)
	col := kit.VBox(16,
		kit.HBox(10, p.votes,
			host.Middle(kit.NewText(say.F("until %s", say.Time(a.Deadline.Local(), "Mon 2 Jan, 15:04 MST"))).In(kit.Muted)), host.Middle(kit.Caption(say.F("asked at %s", model.Mark(p.h.Now(), a))))),
		kit.NewParagraph(a.Ask.Question, kit.Ink).Sized(kit.TextTitle).Bold())
	if a.Ask.Message != "" {
		col.Add(kit.NewParagraph(a.Ask.Message, kit.Muted))
	}
	if text, whole := model.Description(a); text != "" {
		col.Add(kit.NewParagraph(text, kit.Ink))
	} else if !whole {
		col.Add(kit.Caption(say.T("The page of this request shows a table or picture besides: Open page.")))
	}
	if len(a.Ask.Facts) > 0 || a.Next != "" {
		facts := kit.VBox(6)
		for _, f := range a.Ask.Facts {
			facts.Add(fact(f.Label, f.Value))
		}
		if a.Next != "" {
			facts.Add(fact(say.T("Then"), say.Engine(a.Next)))
		}
		col.Add(facts)
	}
	col.Add(p.people)
	below := kit.VBox(8)
	if a.MyVote != nil {
		p.answered(a, below)
	} else {
		col.Add(p.answer(a))
		as := say.F("Deciding here is recorded as “%s”.", run.DesktopUser)
		if len(a.People) > 0 && !slices.ContainsFunc(a.People, func(w run.AskedPerson) bool { return w.Person == run.DesktopUser }) {
			as = say.F("Deciding here is recorded as “%s”, not as one of the people who were asked.", run.DesktopUser)
		}
		below.Add(p.buttons)
		below.Add(kit.Caption(as).Ellipsis())
	}
	foot := kit.VBox(0, kit.HLine(), kit.Pad(12, 34, 12, 34, kit.AtMost(680, below)))
	return kit.Dock(nil, foot, nil, nil, kit.Scroll(kit.Pad(24, 34, 24, 34, kit.AtMost(680, col))))
}

// person is one line of who was asked.
func (p *Inbox) person(a *run.Approval, w run.AskedPerson) fyne.CanvasObject {
	text, role := model.Answer(w)
	acts := kit.HBox(6)
	if w.Vote == nil {
		if w.Mail != "" {
			acts.Add(kit.NewButton(say.T("Send again"), kit.Outline, func() { p.remind(a, w.Person) }).AsSmall())
		}
		acts.Add(kit.NewButton(say.T("Copy link"), kit.Outline, func() { takeLink(p.h, a.Run, a.Step, w.Person) }).AsSmall())
	}
	line := kit.HBox(12, host.Middle(kit.NewDot(host.RoleOf(role))), kit.Grow(host.Middle(kit.NewText(w.Person).Medium().Ellipsis())), host.Middle(kit.NewText(text).In(kit.Muted)))
	if len(acts.Objects) > 0 {
		line.Add(acts)
	}
	return kit.MinSize(0, 44, kit.Pad(9, 14, 9, 14, line))
}

// remind mails a person once more.
func (p *Inbox) remind(a *run.Approval, person string) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		return func() { p.h.Tell(say.F("A fresh mail to %s is in the outbox", person)); p.Refresh() }, p.h.People.SendAgain(ctx, a.Run, a.Step, person)
	})
}

// page opens the page of a request as the person at the desk.
func (p *Inbox) page(a *run.Approval) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		l, err := p.h.People.TakeLink(ctx, a.Run, a.Step, run.DesktopUser)
		return func() { p.h.Open(l.Page) }, err
	})
}

// answer is the form. It makes the buttons, too.
func (p *Inbox) answer(a *run.Approval) fyne.CanvasObject {
	schema := a.Form
	if len(schema) == 0 || strings.TrimSpace(string(schema)) == "null" {
		schema = flow.Raw(`{"type":"object","properties":{"message":{"type":"string","title":` + host.Quote(say.T("Message")) + `,"format":"textarea"}}}`)
	}
	f, err := form.New(schema, form.Options{Enums: a.Ask.Enums, Values: a.Ask.Defaults, Conditions: p.h.Conditions})
	if err != nil { // perhaps only what the step gave for it is odd
		f, err = form.New(schema, form.Options{Conditions: p.h.Conditions})
	}
	if err != nil { // no schema keeps anybody from deciding
		f = form.Plain(a.Ask.Defaults, say.T("The form of this request cannot be read. Enter its values as one JSON object, or leave it empty."))
	}
	p.form = f
	p.reason = kit.NewEntry(say.T("Optional"))
	p.approve, p.approves = kit.NewButton(say.T("Approve and continue"), kit.Primary, func() { p.decide(a, true) }), a.Run
	acts := kit.HBox(8, p.approve)
	last := container.NewStack(acts)
	p.buttons = last
	if !a.HideDeny {
		acts.Add(kit.NewButton(say.T("Deny"), kit.Danger, func() { p.refuse(a, last) }))
	}
	p.others(a, acts)
	col := kit.VBox(14, f.Object)
	p.word = nil
	if a.HighStakes {
		p.word = kit.NewEntry("")
		p.wordField = kit.NewField(say.F("To approve, type the word “%s”", run.ConfirmWord), "", true, p.word).WithHint(say.T("This step is marked high stakes."))
		col.Add(p.wordField)
	}
	return col
}

// answered tells who has answered at the desk that nothing more is wanted of them: one
// person has one vote.
func (p *Inbox) answered(a *run.Approval, below *fyne.Container) {
	p.form, p.word, p.reason = nil, nil, nil
	acts := kit.HBox(8)
	p.others(a, acts)
	p.buttons = container.NewStack(acts)
	below.Add(kit.NewText(model.Mine(a)).Medium().Ellipsis())
	below.Add(p.buttons)
}

// others adds the buttons that decide nothing, and the one that ends the run.
func (p *Inbox) others(a *run.Approval, acts *fyne.Container) {
	acts.Add(kit.Space())
	acts.Add(kit.NewButton(say.T("Open page as you"), kit.Outline, func() { p.page(a) }).With(kit.IconExternalLink))
	acts.Add(kit.NewButton(say.T("Open run"), kit.Outline, func() { p.ShowRun(a.Run) }))
	acts.Add(kit.NewButton(say.T("Cancel run"), kit.Danger, func() { p.cancel(a) }))
}

// refuse asks for the reason in the place of the buttons, so that no box for it
// stands beside the form's own. What was typed there as the reason or as the
// request's message is taken along: it was meant for this answer.
func (p *Inbox) refuse(a *run.Approval, place *fyne.Container) {
	acts := place.Objects
	if p.reason.Text() == "" {
		p.reason.SetText(flow.ReasonIn(p.form.Typed()))
	}
	place.Objects = []fyne.CanvasObject{kit.VBox(14, kit.NewField(say.T("Reason for denying"), "", false, p.reason).WithHint(say.T("Goes to those who read the run, with your denial. It ends the request.")),
		kit.HBox(8, kit.NewButton(say.T("Deny this request"), kit.Danger, func() { p.decide(a, false) }),
			kit.NewButton(say.T("Back"), kit.Outline, func() { place.Objects = acts; place.Refresh() })))}
	place.Refresh()
}

// decide votes as the desktop user.
func (p *Inbox) decide(a *run.Approval, approve bool) {
	d := run.Decision{Run: a.Run, Step: a.Step, Approve: approve, Via: run.ViaDesktop, Person: run.DesktopUser}
	if approve {
		value, ok := p.form.Value()
		if !ok {
			return
		}
		d.Payload = value
		if p.word != nil {
			d.Word = p.word.Text()
			if !run.Confirms(d.Word) {
				p.wordField.SetErr(say.F("Type the word “%s”, then press Approve.", run.ConfirmWord))
				return
			}
		}
	} else {
		d.Reason = strings.TrimSpace(p.reason.Text())
		d.Payload = p.form.Whole() // a denial needs no filled form; a broken one is not kept
	}
	p.hold(d)
}

// cancel asks and ends the run.
func (p *Inbox) cancel(a *run.Approval) {
	p.h.Confirm(say.T("Cancel this run?"), say.T("It ends at once as canceled; the links that were sent say so."), say.T("Cancel run"), func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return p.Refresh, p.h.Runs.Cancel(ctx, a.Run, run.DesktopUser, "")
		})
	})
}
