package pane

import (
	"fmt"

	"fyne.io/fyne/v2"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// consolePage is one step on the way to an OAuth client: what is done on which page of
// Google's console, with a sketch of that page.
type consolePage struct {
	title, text string
	url         string
	press       string   // what is pressed there, as the console calls it
	rows        []string // what else stands on the page; "" a line without words, "*…" what is chosen
}

// consolePages are the steps, in their order. The console speaks the person's language, too.
func consolePages() []consolePage {
	const at = "https://console.cloud.google.com/"
	return []consolePage{
		{say.T("Make a project"), say.T("Any name will do. A project is where Google keeps the client."), at + "projectcreate", say.T("Create"), []string{say.T("Project name"), "*Sluice", ""}},
		{say.T("Enable the Gmail API"), say.T("On this page of the library press Enable, with the new project chosen above."), at + "apis/library/gmail.googleapis.com", say.T("Enable"), []string{"*Gmail API", "", ""}},
		{say.T("Say who may sign in"), say.T("Fill in a name and your address. For people of your own Workspace choose Internal. Otherwise choose External and add yourself as a test user; while it is in testing, Google asks you to sign in again every 7 days."), at + "auth/audience", say.T("Add users"), []string{"*" + say.T("External"), say.T("Internal"), say.T("Test users")}},
		{say.T("Create the client"), say.T("As application type choose Desktop app: it needs no address to return to."), at + "auth/clients/create", say.T("Create"), []string{say.T("Application type"), "*" + say.T("Desktop app"), ""}},
		{say.T("Copy both into Sluice"), say.T("Copy the client ID and the client secret, or download the JSON file and paste what is in it as the client ID: Sluice takes both out. They stay on this computer."), at + "auth/clients", say.T("Download JSON"), []string{"*1042…-ab12….apps.googleusercontent.com", "*GOCSPX-…"}},
	}
}

// showConsolePages leads through the console, a page at a time.
func showConsolePages(h *host.Host) (*kit.Modal, *kit.Button) {
	pages, at := consolePages(), 0
	var m *kit.Modal
	var back, next *kit.Button
	count := kit.Caption("")
	show := func() {
		p := pages[at]
		count.SetText(say.F("Step %d of %d", at+1, len(pages)))
		back.OffIf(host.Why(at == 0, say.T("This is the first step")))
		next.SetText(say.T("Next"))
		if at == len(pages)-1 {
			next.SetText(say.T("Done"))
		}
		m.SetBody(kit.VBox(12, kit.Strong(fmt.Sprintf("%d. %s", at+1, p.title)), kit.NewParagraph(p.text, kit.Ink), p.sketch()))
	}
	back = kit.NewButton(say.T("Back"), kit.Outline, func() { at--; show() })
	next = kit.NewButton(say.T("Next"), kit.Primary, func() {
		if at++; at == len(pages) {
			m.Close()
			return
		}
		show()
	})
	m = kit.ShowModal(h.Window.Canvas(), kit.ModalSpec{Title: say.T("An OAuth client of your own"), Sub: say.T("Google asks each app for one; yours stays yours"), Width: 560, Passing: true, Body: kit.VBox(0), Note: host.Middle(count),
		Buttons: []fyne.CanvasObject{kit.NewButton(say.T("Open this page"), kit.Outline, func() { h.Open(pages[at].url) }).With(kit.IconExternalLink), back, next}})
	show()
	return m, next
}

// sketch draws the page in a few strokes: its address, what stands there, and what is
// pressed.
func (p consolePage) sketch() fyne.CanvasObject {
	dots := kit.HBox(4, host.Middle(kit.NewDot(kit.Neutral)), host.Middle(kit.NewDot(kit.Neutral)), host.Middle(kit.NewDot(kit.Neutral)))
	bar := kit.Pad(6, 10, 6, 10, kit.HBox(10, dots, kit.Grow(kit.NewBox(kit.OnField, kit.LineColor, 10, kit.Pad(3, 10, 3, 10, kit.Mono(p.url[len("https://"):]).In(kit.Muted).Sized(kit.TextCaption).Ellipsis())))))
	menu := kit.VBox(10)
	for _, w := range []float32{70, 54, 62, 46} {
		menu.Add(stroke(w))
	}
	col := kit.VBox(10)
	for _, r := range p.rows {
		switch {
		case r == "":
			col.Add(stroke(210))
		case r[0] == '*':
			col.Add(kit.HBox(0, kit.NewBox(kit.SoftAccent, kit.AccentLine, 6, kit.Pad(5, 10, 5, 10, kit.NewText(r[1:]).Medium().Sized(kit.TextCaption)))))
		default:
			col.Add(kit.NewText(r).In(kit.Muted).Sized(kit.TextCaption))
		}
	}
	col.Add(kit.HBox(8, kit.NewBox(kit.AccentFill, kit.None, 6, kit.Pad(6, 14, 6, 14, kit.NewText(p.press).In(kit.OnAccent).Medium().Sized(kit.TextCaption))), host.Middle(kit.Caption(say.T("← press this")))))
	page := kit.TopHBox(18, kit.Fixed(90, 0, menu), kit.Grow(col))
	return kit.NewBox(kit.OnBackground, kit.LineColor, kit.CardRadius, kit.VBox(0, bar, kit.HLine(), kit.Fixed(0, 168, kit.PadAll(16, page))))
}

// stroke stands for words that do not matter.
func stroke(w float32) fyne.CanvasObject {
	return kit.HBox(0, kit.NewBox(kit.OnWell, kit.LineColor, 4, kit.Fixed(w, 8, kit.Space())))
}
