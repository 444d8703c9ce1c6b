package pane

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Outbox shows the mails: those of the practice account, and what became of the
// others.
type Outbox struct {
	h      *host.Host
	list   *fyne.Container
	view   *fyne.Container
	mails  []run.MailItem
	chosen string
	pages  int  // that are shown
	more   bool // there are older ones
	scroll *container.Scroll
}

// outboxPage is how many mails are shown at first, and how many more with each press.
const outboxPage = 100

// NewOutbox makes the pane.
func NewOutbox(h *host.Host) *Outbox {
	return &Outbox{h: h, pages: 1, list: container.NewStack(), view: container.NewStack()}
}

// Object is the pane.
func (p *Outbox) Object() fyne.CanvasObject {
	return host.Page(kit.TopBar(host.Heading(say.T("Outbox"), say.T("every mail that steps have sent, or wait to send")), nil, kit.Space()),
		kit.NewSplit(p.list, p.view, 640, 380, 900))
}

// Refresh reads the outbox again.
func (p *Outbox) Refresh() {
	limit := p.pages*outboxPage + 1
	p.h.Ask(func(ctx context.Context) (func(), error) {
		mails, err := p.h.People.Outbox(ctx, limit)
		return func() {
			p.more = len(mails) == limit
			p.mails = mails[:min(len(mails), limit-1)]
			p.show()
		}, err
	})
}

func (p *Outbox) show() {
	if len(p.mails) == 0 {
		p.list.Objects = []fyne.CanvasObject{kit.Empty(kit.IconMail, say.T("No mails yet"), say.T("When a step asks people by mail, the mails stand here. Those of a practice account never leave this computer."), "", nil)}
		p.view.Objects = nil
		p.list.Refresh()
		p.view.Refresh()
		return
	}
	var rows []fyne.CanvasObject
	var shown *run.MailItem
	for i := range p.mails {
		m := &p.mails[i]
		if m.ID == p.chosen || (p.chosen == "" && i == 0) {
			shown = m
		}
		word, role := model.MailState(m)
		text := kit.VBox(2, kit.Strong(model.MailTitle(m)).Ellipsis(), kit.Caption(say.F("to %s · %s", m.To, model.Ago(p.h.Now(), m.Created))).Ellipsis())
		row := kit.NewRow(kit.Pad(10, 16, 10, 16, kit.HBox(12, kit.Grow(text), host.Middle(kit.NewPill(word, host.RoleOf(role))))), func() { p.chosen = m.ID; p.show() }).Lined()
		row.Selected = shown == m
		rows = append(rows, row)
	}
	if p.more {
		rows = append(rows, kit.Pad(12, 16, 12, 16, kit.HBox(0, kit.NewButton(say.T("Show older mails"), kit.Outline, func() { p.pages++; p.Refresh() }))))
	}
	at := fyne.Position{}
	if p.scroll != nil {
		at = p.scroll.Offset
	}
	p.list.Objects = []fyne.CanvasObject{host.Sheet(rows...)}
	if s, ok := p.list.Objects[0].(*container.Scroll); ok {
		p.scroll = s
		defer s.ScrollToOffset(at)
	}
	p.view.Objects = nil
	if shown != nil {
		p.view.Objects = []fyne.CanvasObject{kit.Scroll(kit.PadAll(20, p.mail(shown)))}
	}
	p.list.Refresh()
	p.view.Refresh()
}

// mail renders one mail as its reader sees it.
func (p *Outbox) mail(m *run.MailItem) fyne.CanvasObject {
	col := kit.VBox(12)
	if m.Error != "" || m.State == run.MailUnknown {
		title, hint := say.Engine(m.Error), say.Engine(m.Hint)
		if title == "" {
			title = say.T("Sluice stopped while this mail was sent")
		}
		if hint == "" && m.State == run.MailUnknown {
			hint = say.T("It may have arrived. It is not sent again unless you say so; the link in it works either way.")
		}
		col.Add(kit.NewBanner(kit.Waiting, title, hint))
	}
	acts := kit.HBox(8)
	if m.Page != "" {
		acts.Add(kit.NewButton(say.F("Open as %s", kit.Shorten(m.To, 220, kit.TextBase, fyne.TextStyle{}, nil)), kit.Primary, func() { p.open(m) }).With(kit.IconExternalLink))
		acts.Add(kit.NewButton(say.T("Copy link"), kit.Outline, func() { p.copy(m) }).With(kit.IconCopy))
	}
	switch m.State {
	case run.MailFailed, run.MailUnknown:
		acts.Add(kit.NewButton(say.T("Send again"), kit.Outline, func() { p.again(m.ID) }).With(kit.IconRefresh))
	case run.MailQueued:
		if m.Error != "" {
			acts.Add(kit.NewButton(say.T("Try now"), kit.Outline, func() { p.again(m.ID) }).With(kit.IconRefresh))
		}
	}
	col.Add(kit.VBox(4, kit.Title(model.MailTitle(m)).Ellipsis(),
		kit.Caption(say.F("to %s · from %s · %s", m.To, m.Account, say.Time(m.Created.Local(), "2 Jan 2006 15:04:05 MST")))))
	col.Add(kit.Card(p.letter(m)))
	col.Add(acts)
	return col
}

// open opens the page of the person whom a mail asks. Practice is for playing all
// parts; of a mail that went to somebody it is asked first, and recorded: who
// answers there answers as that person.
func (p *Outbox) open(m *run.MailItem) {
	if m.Practice {
		p.h.Open(m.Page)
		return
	}
	kit.Ask(p.h.Window.Canvas(), kit.Question{Title: say.F("Open the page of %s?", m.To), Back: say.T("Cancel"), Verb: say.F("Open as %s", m.To), Danger: true,
		Text: say.F("An answer there is recorded as that of %s, with the note that the link was taken at this computer. To answer for yourself use Approvals.", m.To),
		Yes: func() {
			host.AskThen(p.h, func(ctx context.Context) (run.Links, error) { return p.h.People.TakeLink(ctx, m.Run, m.Step, m.To) }, func(l run.Links) { p.h.Open(l.Page) })
		}})
}

// copy copies the link of a practice mail, or takes a fresh one for the person.
func (p *Outbox) copy(m *run.MailItem) {
	if m.Practice {
		p.h.Copy(m.Page, say.T("Link"))
		return
	}
	takeLink(p.h, m.Run, m.Step, m.To)
}

// letter is the mail's content.
func (p *Outbox) letter(m *run.MailItem) fyne.CanvasObject {
	if m.Plain {
		return kit.NewParagraph(m.Text, kit.Ink)
	}
	col := kit.VBox(12, kit.Caption(m.FlowName), kit.Heading(model.First(m.Ask.Question, model.MailTitle(m))).Ellipsis())
	if m.Ask.Message != "" {
		col.Add(kit.NewParagraph(m.Ask.Message, kit.Muted))
	}
	for _, f := range m.Ask.Facts {
		col.Add(kit.HBox(12, host.Width(130, kit.NewText(f.Label).In(kit.Muted).Ellipsis()), kit.Grow(kit.NewParagraph(f.Value, kit.Ink))))
	}
	if !m.Deadline.IsZero() {
		col.Add(kit.Caption(say.F("Please answer by %s", say.Time(m.Deadline.Local(), "Mon 2 Jan 2006, 15:04 MST"))))
	}
	col.Add(kit.NewParagraph(m.Page, kit.Accent).Mono())
	return col
}

// again sends a mail once more.
func (p *Outbox) again(id string) {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		return p.Refresh, p.h.People.RetryMail(ctx, id)
	})
}
