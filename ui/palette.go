package ui

import (
	"context"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/model"
)

// settingRecent is what was done last in the palette.
const settingRecent = "palette.recent"

// requestsFound is how many open requests the palette knows.
const requestsFound = 500

// openPalette opens the palette, unless a dialog waits for an answer. It begins with what
// is known and reads the rest while it is shown.
func (u *UI) openPalette() {
	p := u.palette
	if !p.IsOpen() && len(u.win.Canvas().Overlays().List()) > 0 {
		return
	}
	if !p.IsOpen() {
		u.fillPalette()
	}
	p.Open()
	if p.IsOpen() {
		u.readPalette()
	}
}

// fillPalette sets what is known.
func (u *UI) fillPalette() {
	it, editor := &u.palette.Items, u.place == host.PlaceEditor
	it.Set(model.FoundCommand, slices.DeleteFunc(u.model.CommandItems(editor), func(c model.PaletteItem) bool {
		return c.Key == string(model.CmdGuideLeave) && !u.guide.way.On // there is nothing to leave
	}))
	it.Set(model.FoundStep, u.model.StepItems())
	it.Set(model.FoundFlow, u.flowItems())
	adds := u.adds()
	var scripts, hubs []model.PaletteItem
	for path, s := range u.host.Scripts {
		scripts = append(scripts, u.model.ScriptItem(path, s.Summary, "", adds))
	}
	for _, s := range hub.All() {
		hubs = append(hubs, u.model.ScriptItem(s.Path, s.Summary, s.App, adds))
	}
	it.Set(model.FoundScript, scripts)
	it.Set(model.FoundHub, hubs)
	var settings []model.PaletteItem
	for _, s := range u.settings.Names() {
		settings = append(settings, model.SettingItem(s.Name, s.Card, s.Also))
	}
	it.Set(model.FoundSetting, settings)
}

func (u *UI) flowItems() []model.PaletteItem {
	out := make([]model.PaletteItem, len(u.stored))
	for i, f := range u.stored {
		out[i] = u.model.FlowItem(f.Path, f.Summary, f.Problem)
	}
	return out
}

// adds reports whether a script that is found goes into the open flow.
func (u *UI) adds() bool {
	doc := u.model.Doc()
	return u.place == host.PlaceEditor && doc != nil && !doc.ReadOnly
}

// readPalette reads what the palette finds besides.
func (u *UI) readPalette() {
	p := u.palette
	read := func(kinds map[model.PaletteKind]func(context.Context) ([]model.PaletteItem, error)) {
		for kind, call := range kinds {
			host.AskThen(u.host, call, func(items []model.PaletteItem) {
				p.Items.Set(kind, items)
				p.Show()
			})
		}
	}
	host.AskThen(u.host, u.cfg.Library.Flows, func(list []flow.Stored) {
		u.stored = list
		p.Items.Set(model.FoundFlow, u.flowItems())
		p.Show()
	})
	read(map[model.PaletteKind]func(context.Context) ([]model.PaletteItem, error){
		model.FoundRequest: func(ctx context.Context) (out []model.PaletteItem, err error) {
			open, _, err := u.cfg.Lists.Requests(ctx, requestsFound)
			for i := range open {
				out = append(out, model.RequestItem(u.host.Now(), &open[i]))
			}
			return out, err
		},
		model.FoundResource: func(ctx context.Context) (out []model.PaletteItem, err error) {
			list, err := u.cfg.Library.Resources(ctx)
			for _, r := range list {
				out = append(out, model.ResourceItem(r.Path, r.Type, r.Summary))
			}
			return out, err
		},
		model.FoundTrigger: u.triggerItems,
	})
	u.palette.Look()
	u.ask(func(ctx context.Context) (func(), error) {
		text, err := u.cfg.Library.Setting(ctx, settingRecent)
		return func() {
			if p.Items.Recent() == "" {
				p.Items.SetRecent(text)
				p.Show()
			}
		}, err
	})
}

func (u *UI) triggerItems(ctx context.Context) (out []model.PaletteItem, err error) {
	schedules, err := u.cfg.Schedules.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range schedules {
		out = append(out, model.TriggerItem("schedule", s.Path, s.Target, s.Enabled))
	}
	hooks, err := u.cfg.Hooks.Hooks(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range hooks {
		out = append(out, model.TriggerItem("webhook", h.Path, h.Flow, h.Enabled))
	}
	forms, err := u.cfg.Forms.Forms(ctx)
	for _, f := range forms {
		out = append(out, model.TriggerItem("form", f.Path, model.First(f.Flow, f.Script), f.Enabled))
	}
	return out, err
}

// followFound does what a line of the palette leads to, and remembers it.
func (u *UI) followFound(it model.PaletteItem) {
	recent := u.palette.Items.Recent()
	u.ask(func(ctx context.Context) (func(), error) {
		return nil, u.cfg.Library.SetSetting(ctx, settingRecent, recent)
	})
	switch it.Kind {
	case model.FoundCommand:
		u.act(model.CommandID(it.Key))
	case model.FoundStep:
		u.visit(host.PlaceEditor)
		u.refresh(u.model.Select(it.Key))
	case model.FoundFlow:
		u.openFound(it.Key)
	case model.FoundRun:
		u.showRun(model.TargetOf(it).Run)
	case model.FoundRequest:
		u.lead(model.TargetOf(it))
	case model.FoundResource:
		u.visit(host.PlaceResources)
		u.resources.Find(it.Key)
	case model.FoundTrigger:
		kind, path, _ := strings.Cut(it.Key, " ")
		u.visit(host.PlaceTriggers)
		u.triggers.Lead(kind, path)
	case model.FoundSetting:
		u.visit(host.PlaceSettings)
		u.settings.Find(it.Key)
	case model.FoundScript, model.FoundHub:
		switch {
		case u.adds():
			u.editor.AddScript(it.Key)
		case it.Kind == model.FoundHub:
			u.visit(host.PlaceHub)
			u.hub.Find(it.Key)
		default:
			u.hub.Look(it.Key)
		}
	}
}

// openFound opens a flow that was found; the one that is open is shown.
func (u *UI) openFound(path string) {
	if doc := u.model.Doc(); doc != nil && doc.Path == path && !doc.ReadOnly {
		u.visit(host.PlaceEditor)
		return
	}
	for _, f := range u.stored {
		if f.Path == path {
			u.openFlow(f)
		}
	}
}
