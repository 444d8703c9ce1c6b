package pane

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// Settings is what holds for the whole program.
type Settings struct {
	h        *host.Host
	base     *kit.Entry
	listen   *kit.Entry
	id       *kit.Entry
	secret   *kit.Entry
	theme    *kit.Segments
	language *kit.SelectBox
	size     *kit.SelectBox
	motion   *kit.Toggle
	update   *updateLine
	kept     *retention
	room     *roomCard
	behind   *behindCard
	editor   *ownEditor

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

// languageCodes are the language settings in the order of their control.
func languageCodes() []string {
	codes := []string{""}
	for _, l := range say.Languages {
		codes = append(codes, l.Code)
	}
	return codes
}

// languageNames call each language as its speakers do.
func languageNames() []string {
	names := []string{say.T("As the system")}
	for _, l := range say.Languages {
		names = append(names, l.Name)
	}
	return names
}

// NewSettings makes the pane.
func NewSettings(h *host.Host) *Settings {
	p := &Settings{h: h, base: kit.NewEntry("https://approve.example.com/sluice").AsMono(), listen: kit.NewEntry("127.0.0.1:8466").AsMono(),
		id: kit.NewEntry("1042….apps.googleusercontent.com").AsMono(), secret: kit.NewPassword("GOCSPX-…")}
	p.theme = kit.NewSegments([]string{say.T("Light"), say.T("Dark"), say.T("As the system")}, 0, func(i int) {
		p.save(host.SettingTheme, themes[i])
		h.SetTheme(themes[i])
	})
	p.language = kit.NewSelectBox(languageNames(), 0, func(i int) { h.SetLanguage(languageCodes()[i]) })
	p.size = kit.NewSelectBox(sizeNames(), 0, func(i int) { h.SetSize(host.Sizes[i]) })
	p.motion = kit.NewToggle(say.T(textMotion), true, p.setMotion)
	p.kept, p.room, p.update, p.behind = newRetention(h), newRoom(h), newUpdateLine(h), newBehind(p)
	p.editor = newOwnEditor(h)
	p.baseField = kit.NewField(say.T("Public address"), "base_url", false, p.base).
		WithHint(say.T("How people reach the approval pages: scheme, host and path of your tunnel or proxy. Empty: only this computer."))
	return p
}

// Object is the pane.
func (p *Settings) Object() fyne.CanvasObject {
	if p.object != nil {
		return p.object
	}
	p.search = kit.NewSearch(say.T(textFindSetting))
	p.search.OnChanged = func(string) { p.show() }
	p.search.OnSubmitted = func(string) { p.findFirst() }
	secret := kit.NewField(say.T("Client secret"), "", false, p.secret).WithHint(say.T("Sealed on this computer."))
	client := kit.NewField(say.T("OAuth client"), say.T("client id of type “Desktop app”"), false, p.id)
	listen := kit.NewField(say.T("Listen on"), "listen", false, p.listen).WithHint(say.T("Counts from the next start. Pages and webhooks only; nothing else can be reached here."))
	p.card(say.T("Approval pages"), []SettingName{
		{Name: say.T("Public address"), Also: "base url tunnel proxy links", at: p.baseField}, {Name: say.T("Listen on"), Also: "port address", at: listen}},
		kit.VBox(14, kit.Heading(say.T("Approval pages")), p.baseField, listen,
			kit.HBox(8, kit.NewButton(say.T("Save addresses"), kit.Outline, p.saveReach), kit.Grow(host.Middle(kit.Caption(say.F("Served now at %s", p.h.Info.Public)).Ellipsis())))))
	p.card(say.T("In the background"), []SettingName{
		{Name: say.T("When the window is closed"), Also: "tray quit close", at: p.behind.closes}, {Name: say.T("Start at login"), Also: "autostart boot", at: p.behind.login}}, p.behind.object())
	p.card(say.T("Look"), []SettingName{{Name: say.T("Colors"), Also: "theme light dark system look", at: p.theme}, {Name: say.T(textLanguage), Also: "language english deutsch german sprache", at: p.language}, {Name: say.T(textSize), Also: "size text font zoom scale larger smaller", at: p.size}, {Name: say.T(textMotion), Also: "animation motion move still", at: p.motion}},
		kit.VBox(14, kit.Heading(say.T("Look")), kit.HBox(0, p.theme), kit.NewField(say.T(textLanguage), "", false, p.language), kit.NewField(say.T(textSize), "", false, p.size), p.motion))
	p.card(say.T("Code editor"), []SettingName{{Name: say.T("Code editor"), Also: "own editor visual command outside", at: p.editor.command}}, p.editor.object())
	p.card(say.T("How long things are kept"), []SettingName{
		{Name: say.T("How long runs that succeeded are kept"), Also: "retention days delete old", at: p.kept.rows[0].choice},
		{Name: say.T("How long failed, denied, expired and canceled runs are kept"), Also: "retention days delete old", at: p.kept.rows[1].choice},
		{Name: say.T("How long logs are kept"), Also: "retention days delete old", at: p.kept.rows[2].choice}}, p.kept.object())
	backup, restore := kit.NewButton(say.T("Make a backup"), kit.Outline, func() { p.Backup() }), kit.NewButton(say.T("Restore a backup"), kit.Outline, func() { p.Restore() })
	p.card(say.T("Backups"), []SettingName{{Name: say.T("Backups"), Also: "make restore save copy", at: backup}},
		kit.VBox(14, kit.Heading(say.T("Backups")),
			kit.NewParagraph(say.T("A backup is one file with all flows, runs, resources and settings. The key that opens its secrets is not in it."), kit.Muted),
			kit.HBox(8, backup, restore)))
	p.card(say.T("Google"), []SettingName{{Name: say.T("Google OAuth client"), Also: "gmail sign in mail", at: client}, {Name: say.T("Google client secret"), Also: "gmail sign in mail", at: secret}},
		kit.VBox(14, kit.Heading(say.T("Google")), client, secret, kit.HBox(8, kit.NewButton(say.T("Save client"), kit.Outline, p.saveGoogle))))
	p.card(say.T("Room on the disk"), []SettingName{{Name: say.T("Room on the disk"), Also: "usage size space", at: nil}}, p.room.object())
	p.card(say.T("This installation"), []SettingName{{Name: say.T("Version and data folder"), Also: "about update newer secrets key", at: nil}},
		kit.VBox(8, kit.Heading(say.T("This installation")),
			fact(say.T("Version"), p.h.Info.Version), fact(say.T("Data"), p.h.Info.Data), fact(say.T("Secrets"), p.h.Info.Keys), p.update.object()))
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
	p.object = host.Page(kit.TopBar(host.Heading(say.T("Settings"), say.T("for the whole program")), nil, host.Width(260, p.search)),
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
		values, err := p.values(ctx, append([]string{host.SettingBaseURL, host.SettingListen, host.SettingClientID, host.SettingClientSecret, host.SettingTheme, host.SettingLanguage, host.SettingSize, host.SettingMotion, host.SettingUpdates, host.SettingUpdateFound, host.SettingClosing}, host.SettingsOfRetention...)...)
		return func() {
			p.base.SetText(values[host.SettingBaseURL])
			p.listen.SetText(values[host.SettingListen])
			p.id.SetText(values[host.SettingClientID])
			p.secret.SetText(values[host.SettingClientSecret])
			p.kept.read(values)
			p.update.read(values)
			p.behind.read(values)
			p.motion.Set(values[host.SettingMotion] != motionOff)
			p.size.Select(slices.Index(host.Sizes, cmp.Or(values[host.SettingSize], "100")))
			p.language.Select(max(0, slices.Index(languageCodes(), values[host.SettingLanguage])))
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
			p.baseField.SetErr(say.T("Write it as https://host or https://host/path"))
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
		return func() { h.Tell(say.T("Saved")) }, h.Library.SetSetting(ctx, key, value)
	})
}
