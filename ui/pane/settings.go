package pane

import (
	"context"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/ui/host"
	"sluice/ui/kit"
)

// Settings is what holds for the whole program.
type Settings struct {
	h      *host.Host
	base   *kit.Entry
	listen *kit.Entry
	id     *kit.Entry
	secret *kit.Entry
	theme  *kit.Segments
	motion *kit.Toggle
	update *updateLine
	kept   *retention
	room   *roomCard
	behind *behindCard
	editor *ownEditor

	baseField *kit.Field

	cards  []*settingCard
	search *kit.Entry
	body   *fyne.Container
	none   *kit.Text
	scroll *container.Scroll
	object fyne.CanvasObject

	// Backup makes a backup; Restore asks for one and puts it in place.
	Backup, Restore func()
}

// themes are the theme settings in the order of their control.
var themes = []string{"light", "dark", "system"}

// NewSettings makes the pane.
func NewSettings(h *host.Host) *Settings {
	p := &Settings{h: h, base: kit.NewEntry("https://approve.example.com/sluice").AsMono(), listen: kit.NewEntry("127.0.0.1:8466").AsMono(),
		id: kit.NewEntry("1042….apps.googleusercontent.com").AsMono(), secret: kit.NewPassword("GOCSPX-…")}
	p.theme = kit.NewSegments([]string{"Light", "Dark", "As the system"}, 0, func(i int) {
		p.save(host.SettingTheme, themes[i])
		h.SetTheme(themes[i])
	})
	p.motion = kit.NewToggle(textMotion, true, p.setMotion)
	p.kept, p.room, p.update, p.behind = newRetention(h), newRoom(h), newUpdateLine(h), newBehind(p)
	p.editor = newOwnEditor(h)
	p.baseField = kit.NewField("Public address", "base_url", false, p.base).
		WithHint("How people reach the approval pages: scheme, host and path of your tunnel or proxy. Empty: only this computer.")
	return p
}

// Object is the pane.
func (p *Settings) Object() fyne.CanvasObject {
	if p.object != nil {
		return p.object
	}
	p.search = kit.NewSearch(textFindSetting)
	p.search.OnChanged = func(string) { p.show() }
	p.search.OnSubmitted = func(string) { p.findFirst() }
	secret := kit.NewField("Client secret", "", false, p.secret).WithHint("Sealed on this computer.")
	client := kit.NewField("OAuth client", "client id of type “Desktop app”", false, p.id)
	listen := kit.NewField("Listen on", "listen", false, p.listen).WithHint("Counts from the next start. Pages and webhooks only; nothing else can be reached here.")
	p.card("Approval pages", []SettingName{
		{Name: "Public address", Also: "base url tunnel proxy links", at: p.baseField}, {Name: "Listen on", Also: "port address", at: listen}},
		kit.VBox(14, kit.Heading("Approval pages"), p.baseField, listen,
			kit.HBox(8, kit.NewButton("Save addresses", kit.Outline, p.saveReach), kit.Grow(host.Middle(kit.Caption("Served now at "+p.h.Info.Public).Ellipsis())))))
	p.card("In the background", []SettingName{
		{Name: "When the window is closed", Also: "tray quit close", at: p.behind.closes}, {Name: "Start at login", Also: "autostart boot", at: p.behind.login}}, p.behind.object())
	p.card("Look", []SettingName{{Name: "Colors", Also: "theme light dark system look", at: p.theme}, {Name: textMotion, Also: "animation motion move still", at: p.motion}},
		kit.VBox(14, kit.Heading("Look"), kit.HBox(0, p.theme), p.motion))
	p.card("Code editor", []SettingName{{Name: "Code editor", Also: "own editor visual command outside", at: p.editor.command}}, p.editor.object())
	p.card("How long things are kept", []SettingName{
		{Name: "How long runs that succeeded are kept", Also: "retention days delete old", at: p.kept.rows[0].choice},
		{Name: "How long failed, denied, expired and canceled runs are kept", Also: "retention days delete old", at: p.kept.rows[1].choice},
		{Name: "How long logs are kept", Also: "retention days delete old", at: p.kept.rows[2].choice}}, p.kept.object())
	backup, restore := kit.NewButton("Make a backup", kit.Outline, func() { p.Backup() }), kit.NewButton("Restore a backup", kit.Outline, func() { p.Restore() })
	p.card("Backups", []SettingName{{Name: "Backups", Also: "make restore save copy", at: backup}},
		kit.VBox(14, kit.Heading("Backups"),
			kit.NewParagraph("A backup is one file with all flows, runs, resources and settings. The key that opens its secrets is not in it.", kit.Muted),
			kit.HBox(8, backup, restore)))
	p.card("Google", []SettingName{{Name: "Google OAuth client", Also: "gmail sign in mail", at: client}, {Name: "Google client secret", Also: "gmail sign in mail", at: secret}},
		kit.VBox(14, kit.Heading("Google"), client, secret, kit.HBox(8, kit.NewButton("Save client", kit.Outline, p.saveGoogle))))
	p.card("Room on the disk", []SettingName{{Name: "Room on the disk", Also: "usage size space", at: nil}}, p.room.object())
	p.card("This installation", []SettingName{{Name: "Version and data folder", Also: "about update newer secrets key", at: nil}},
		kit.VBox(8, kit.Heading("This installation"),
			fact("Version", p.h.Info.Version), fact("Data", p.h.Info.Data), fact("Secrets", p.h.Info.Keys), p.update.object()))
	var cards []fyne.CanvasObject
	for _, c := range p.cards {
		cards = append(cards, c.object)
	}
	p.none = kit.NewText("").In(kit.Muted)
	p.body = kit.Columns(16, 440, 640, cards...)
	jump := kit.VBox(2)
	for _, c := range p.cards {
		c.jump = kit.NewRow(kit.Pad(6, 10, 6, 10, kit.NewText(c.title).Ellipsis()), func() { p.reveal(c.object, nil) }).Rounded()
		jump.Add(c.jump)
	}
	p.scroll = kit.Scroll(kit.Pad(20, 20, 20, 8, kit.VBox(0, p.none, p.body)))
	p.object = host.Page(kit.TopBar(host.Heading("Settings", "for the whole program"), nil, host.Width(260, p.search)),
		kit.Dock(nil, nil, kit.Pad(20, 0, 0, 14, host.Width(190, jump)), nil, p.scroll))
	return p.object
}

// fact is a line of a card.
func fact(label, value string) fyne.CanvasObject {
	return kit.HBox(12, host.Width(110, kit.NewText(label).In(kit.Muted).Ellipsis()), kit.Grow(kit.NewParagraph(value, kit.Ink)))
}

// Refresh reads the settings again.
func (p *Settings) Refresh() {
	p.room.refresh()
	p.behind.refresh()
	p.editor.refresh()
	p.h.Ask(func(ctx context.Context) (func(), error) {
		values, err := p.values(ctx, append([]string{host.SettingBaseURL, host.SettingListen, host.SettingClientID, host.SettingClientSecret, host.SettingTheme, host.SettingMotion, host.SettingUpdates, host.SettingUpdateFound, host.SettingClosing}, host.SettingsOfRetention...)...)
		return func() {
			p.base.SetText(values[host.SettingBaseURL])
			p.listen.SetText(values[host.SettingListen])
			p.id.SetText(values[host.SettingClientID])
			p.secret.SetText(values[host.SettingClientSecret])
			p.kept.read(values)
			p.update.read(values)
			p.behind.read(values)
			p.motion.Set(values[host.SettingMotion] != motionOff)
			for i, t := range themes {
				if t == values[host.SettingTheme] {
					p.theme.Select(i)
				}
			}
		}, err
	})
}

// Follow reads again what may have been set from outside, and leaves what is typed.
func (p *Settings) Follow() {
	p.h.Ask(func(ctx context.Context) (func(), error) {
		values, err := p.values(ctx, host.SettingsOfRetention...)
		return func() { p.kept.read(values) }, err
	})
}

// values reads settings.
func (p *Settings) values(ctx context.Context, keys ...string) (map[string]string, error) {
	values := map[string]string{}
	for _, key := range keys {
		v, err := p.h.Library.Setting(ctx, key)
		if err != nil {
			return nil, err
		}
		values[key] = v
	}
	return values, nil
}

// saveReach checks and keeps the addresses.
func (p *Settings) saveReach() {
	base := strings.TrimRight(strings.TrimSpace(p.base.Text()), "/")
	if base != "" {
		u, err := url.Parse(base)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			p.baseField.SetErr("Write it as https://host or https://host/path")
			return
		}
	}
	p.baseField.SetErr("")
	p.save(host.SettingBaseURL, base)
	p.save(host.SettingListen, strings.TrimSpace(p.listen.Text()))
}

func (p *Settings) saveGoogle() {
	p.save(host.SettingClientID, strings.TrimSpace(p.id.Text()))
	p.save(host.SettingClientSecret, strings.TrimSpace(p.secret.Text()))
}

// save keeps one setting.
func (p *Settings) save(key, value string) { saveSetting(p.h, key, value) }

func saveSetting(h *host.Host, key, value string) {
	h.Ask(func(ctx context.Context) (func(), error) {
		return func() { h.Tell("Saved") }, h.Library.SetSetting(ctx, key, value)
	})
}
