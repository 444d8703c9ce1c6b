package pane

import (
	"context"
	"strings"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// gmail asks for a Google sign-in. path is the account to sign in again, or ""
// for a new one.
func (p *Resources) gmail(path string) {
	h := p.h
	h.Ask(func(ctx context.Context) (func(), error) {
		id, err := h.Library.Setting(ctx, host.SettingClientID)
		if err != nil {
			return nil, err
		}
		secret, err := h.Library.Setting(ctx, host.SettingClientSecret)
		return func() { p.gmailDialog(path, id, secret) }, err
	})
}

// signIn is the dialog of a Google sign-in.
type signIn struct {
	h            *host.Host
	done         func()
	path         *kit.Entry
	id, secret   *kit.Entry
	pathField    *kit.Field
	idField      *kit.Field
	secretField  *kit.Field
	waiting      *kit.Text
	again        *kit.Button
	button       *kit.Button
	dialog       *host.Dialog
	stop         context.CancelFunc
	oldID, oldSe string
}

func (p *Resources) gmailDialog(path, id, secret string) {
	s := &signIn{h: p.h, oldID: id, oldSe: secret}
	s.path = kit.NewEntry("u/me/gmail").AsMono()
	s.done = func() { p.done(s.path.Text()) }
	if path == "" {
		s.path.SetText(p.free("u/me/gmail"))
	} else {
		s.path.SetText(path)
		s.path.Disable()
	}
	s.id = kit.NewEntry("1042….apps.googleusercontent.com").AsMono()
	s.id.SetText(id)
	s.secret = kit.NewPassword("GOCSPX-…")
	s.secret.SetText(secret)
	s.pathField = kit.NewField(say.T("Name"), "path", true, s.path)
	s.idField = kit.NewField(say.T("OAuth client"), say.T("client id of type “Desktop app”"), true, s.id)
	s.waiting = kit.Caption("")
	s.again = kit.NewButton(say.T("open it again"), kit.Ghost, nil).AsSmall()
	s.again.Hide()
	s.button = kit.NewButton(say.T("Sign in with Google"), kit.Primary, s.start)
	about := kit.Well(kit.VBox(4, kit.Strong(say.T("What the app may do")),
		kit.NewParagraph(say.T("Send e-mail as you, when a step says so. It cannot read your mail. The sign-in is kept encrypted on this computer; you can revoke it here or in your Google account."), kit.Muted)))
	how := kit.NewButton(say.T("How to create one in 3 minutes"), kit.Ghost, func() { showConsolePages(p.h) }).AsSmall()
	s.secretField = kit.NewField(say.T("Client secret"), "", true, s.secret).WithHint(say.T("Saved in Settings, sealed on this computer."))
	s.id.OnChanged = func(text string) {
		if c, _, whole := model.ReadClient(text); whole { // the file that the console offers
			s.id.SetText(c.ID)
			s.secret.SetText(c.Secret)
			s.secretField.SetErr("")
			text = c.ID
		}
		if s.idField.SetErr(""); text != "" && len(text) > len("1042") {
			s.idField.SetErr(model.WhyNotClientID(text))
		}
	}
	s.secret.OnChanged = func(text string) { s.secretField.SetErr(model.WhyNotClientSecret(text)) }
	s.dialog = p.h.DialogWith(kit.ModalSpec{
		Title: say.T("Add a Gmail account"), Sub: say.T("gmail · signed in with your browser"), Tile: kit.NewTileWith(kit.TileApproval, "M", kit.NoIcon), Width: 560, Firm: true,
		Body: kit.VBox(14, s.pathField, about, s.idField,
			s.secretField, kit.HBox(0, how)),
		Note:    kit.HBox(4, host.Middle(s.waiting), s.again),
		OnClose: s.cancel,
	}, s.button)
}

// start opens the browser and waits.
func (s *signIn) start() {
	if problem := badPath(s.path.Text()); problem != "" {
		s.pathField.SetErr(problem)
		return
	}
	idWrong, secretWrong := model.WhyNotClientID(s.id.Text()), model.WhyNotClientSecret(s.secret.Text())
	s.idField.SetErr(idWrong)
	s.secretField.SetErr(secretWrong)
	if idWrong != "" || secretWrong != "" {
		return
	}
	s.pathField.SetErr("")
	s.idField.SetErr("")
	s.button.Off(say.T("Waiting for the browser"))
	s.waiting.SetText(say.T("Waiting for the browser…"))
	path, id, secret := s.path.Text(), strings.TrimSpace(s.id.Text()), strings.TrimSpace(s.secret.Text())
	s.h.Ask(func(ctx context.Context) (func(), error) {
		ctx, s.stop = context.WithCancel(ctx)
		defer s.stop()
		for key, v := range map[string]string{host.SettingClientID: id, host.SettingClientSecret: secret} {
			if err := s.h.Library.SetSetting(ctx, key, v); err != nil {
				return nil, err
			}
		}
		err := s.h.Accounts.SignIn(ctx, path, func(again func()) {
			s.h.Later(0, func() {
				s.again.OnTapped = again
				s.again.Show()
			})
		})
		if err != nil {
			if ctx.Err() != nil {
				return s.ready, nil // the person closed the dialog
			}
			return nil, err
		}
		return func() {
			s.dialog.Close()
			s.done()
			s.h.Tell(say.F("Signed in. %s can send mail now", path))
		}, nil
	}, s.ready)
}

// ready lets the person try once more.
func (s *signIn) ready() {
	s.waiting.SetText("")
	s.again.Hide()
	s.button.On()
}

// cancel ends the wait when the dialog closes.
func (s *signIn) cancel() {
	if s.stop != nil {
		s.stop()
	}
}
