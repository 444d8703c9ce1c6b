package pane

import (
	"context"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"

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
	update *updateLine
	kept   *retention
	room   *roomCard
	behind *behindCard

	baseField *kit.Field

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
	p.kept, p.room, p.update, p.behind = newRetention(h), newRoom(h), newUpdateLine(h), newBehind(p)
	p.baseField = kit.NewField("Public address", "base_url", false, p.base).
		WithHint("How people reach the approval pages: scheme, host and path of your tunnel or proxy. Empty: only this computer.")
	return p
}

// Object is the pane.
func (p *Settings) Object() fyne.CanvasObject {
	reach := kit.Card(kit.VBox(14, kit.Heading("Approval pages"), p.baseField,
		kit.NewField("Listen on", "listen", false, p.listen).WithHint("Counts from the next start. Pages and webhooks only; nothing else can be reached here."),
		kit.HBox(8, kit.NewButton("Save addresses", kit.Outline, p.saveReach), host.Middle(kit.Caption("Served now at "+p.h.Info.Public)))))
	google := kit.Card(kit.VBox(14, kit.Heading("Google"),
		kit.NewField("OAuth client", "client id of type “Desktop app”", false, p.id),
		kit.NewField("Client secret", "", false, p.secret).WithHint("Sealed on this computer."),
		kit.HBox(8, kit.NewButton("Save client", kit.Outline, p.saveGoogle))))
	look := kit.Card(kit.VBox(14, kit.Heading("Look"), kit.HBox(0, p.theme)))
	backup := kit.Card(kit.VBox(14, kit.Heading("Backups"),
		kit.NewParagraph("A backup is one file with all flows, runs, resources and settings. The key that opens its secrets is not in it.", kit.Muted),
		kit.HBox(8, kit.NewButton("Make a backup", kit.Outline, func() { p.Backup() }), kit.NewButton("Restore a backup", kit.Outline, func() { p.Restore() }))))
	about := kit.Card(kit.VBox(8, kit.Heading("This installation"),
		fact("Version", p.h.Info.Version), fact("Data", p.h.Info.Data), fact("Secrets", p.h.Info.Keys), p.update.object()))
	return host.Page(kit.TopBar(host.Heading("Settings", "for the whole program"), nil, kit.Space()),
		kit.Scroll(kit.PadAll(20, kit.HBox(0, kit.Fixed(640, 0, kit.VBox(16, reach, p.behind.object(), look, p.kept.object(), p.room.object(), backup, google, about)), kit.Space()))))
}

// fact is a line of a card.
func fact(label, value string) fyne.CanvasObject {
	return kit.HBox(12, host.Width(110, kit.NewText(label).In(kit.Muted).Ellipsis()), kit.Grow(kit.NewParagraph(value, kit.Ink)))
}

// Refresh reads the settings again.
func (p *Settings) Refresh() {
	p.room.refresh()
	p.behind.refresh()
	p.h.Ask(func(ctx context.Context) (func(), error) {
		values, err := p.values(ctx, append([]string{host.SettingBaseURL, host.SettingListen, host.SettingClientID, host.SettingClientSecret, host.SettingTheme, host.SettingUpdates, host.SettingUpdateFound, host.SettingClosing}, host.SettingsOfRetention...)...)
		return func() {
			p.base.SetText(values[host.SettingBaseURL])
			p.listen.SetText(values[host.SettingListen])
			p.id.SetText(values[host.SettingClientID])
			p.secret.SetText(values[host.SettingClientSecret])
			p.kept.read(values)
			p.update.read(values)
			p.behind.read(values)
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
