package ui

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/hub"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/pane"
	"sluice/ui/session"
)

// Config is what the window is made of.
type Config struct {
	App       fyne.App
	Runs      Runs
	Lists     Lists
	People    People
	Library   Library
	Accounts  Accounts
	Folders   Folders
	Backups   Backups
	Schedules Schedules
	Hooks     Hooks
	Forms     Forms
	Previews  Previews
	Login     Login
	Code      Code // nil: nobody reads scripts here
	// Connections is as in host.Host.
	Connections Connections
	// Session opens the desktop session, once the window runs; nil: there is none.
	Session func(session.Config) Session
	Icon    []byte // of the program, a PNG
	Hidden  bool   // begin in the tray, if there is one
	Hung    func() // the window has ended, and its loop does not; nil: it is left at that
	OpenURL func(string) error
	Info    host.Info
	Theme   string // light, dark or system
	Size    string // setting of the size, as Enlarge takes it
	// Scripts finds a hub script by its path.
	Scripts func(string) (run.Code, bool)
	// Signature, CheckExpr, CheckCondition and Compute are as in host.Host.
	Signature      func(language, content string) (flow.Raw, error)
	CheckExpr      func(expr string) *run.Failure
	CheckCondition func(expr string) *run.Failure
	Compute        func(ctx context.Context, cmd run.Evaluate) (json.RawMessage, error)
}

// UI is the window.
type UI struct {
	cfg    Config
	win    fyne.Window
	model  *model.Model
	host   *host.Host
	rail   *rail
	center *fyne.Container

	troubles *conditions
	guide    *guide
	ground   *fyne.Container // they, and the place that is shown

	flows     *pane.Flows
	editor    *pane.Editor
	runs      *pane.RunList
	inbox     *pane.Inbox
	triggers  *pane.Triggers
	resources *pane.Resources
	hub       *pane.Hub
	outbox    *pane.Outbox
	settings  *pane.Settings
	palette   *pane.Palette
	does      map[model.CommandID]func()
	stored    []flow.Stored // the flows of the library, as they were read last
	objects   map[host.Place]fyne.CanvasObject
	place     host.Place
	dark      bool
	size      string             // the setting
	themes    int                // how often the theme was set
	colored   map[host.Place]int // the theme that each place was last painted in

	plans map[string]bool // flow versions that are being read
	stale model.Panes     // lists to be read again in a moment

	waiting int // runs that wait for people

	session Session
	back    background

	ctx    context.Context // ends when the window does, not when Sluice is told to end
	stop   context.CancelFunc
	leave  leave
	backup string // to be put in place once the window has ended
	calls  sync.WaitGroup
	pumped chan struct{}
	over   chan struct{} // closed when the loop has ended
}

// New makes the window; Run shows it.
func New(ctx context.Context, cfg Config) *UI {
	u := &UI{cfg: cfg, size: cfg.Size, session: noSession{}, pumped: make(chan struct{}), over: make(chan struct{}), objects: map[host.Place]fyne.CanvasObject{}, plans: map[string]bool{}}
	u.ctx, u.stop = context.WithCancel(context.WithoutCancel(ctx))
	u.applyTheme(cfg.Theme)
	u.win = cfg.App.NewWindow("Sluice")
	u.win.SetPadded(false)
	u.win.SetMaster()
	u.win.Resize(fyne.NewSize(1440, 900))
	u.model = model.New()
	u.model.SetNow(time.Now())
	u.model.SetScripts(u.script)
	u.model.SetSchemas(u.schema)
	u.model.SetSyntax(func(text string, condition bool) *run.Failure {
		if condition {
			return cfg.CheckCondition(text)
		}
		return cfg.CheckExpr(text)
	})
	u.host = &host.Host{Model: u.model, Runs: cfg.Runs, Lists: cfg.Lists, People: cfg.People, Library: cfg.Library, Connections: cfg.Connections, Accounts: cfg.Accounts, Schedules: cfg.Schedules, Hooks: cfg.Hooks, Forms: cfg.Forms, Previews: cfg.Previews, Login: cfg.Login, Tray: func() bool { return u.session.Tray() }, Window: u.win,
		Code:     cfg.Code,
		Schedule: u.newSchedule, Zone: model.NameOfZone(localZone(), time.Now()),
		Ask: u.ask, Changed: u.refresh, Go: u.visit, OpenURL: cfg.OpenURL, Tell: u.tell, Fail: u.trouble, Later: u.after,
		Signature: cfg.Signature, CheckExpr: cfg.CheckExpr, CheckCondition: cfg.CheckCondition, Compute: cfg.Compute, SetTheme: u.applyTheme, SetLanguage: u.keepLanguage, SetSize: u.keepSize, Now: time.Now, Info: cfg.Info}
	u.build()
	u.watchFocus()
	return u
}

// build makes the window and reads what it shows first.
func (u *UI) build() {
	u.panes()
	u.visit(host.PlaceFlows)
	u.countWaiting()
	u.readLibrary()
	u.reopen()
	u.guide.read()
}

// panes makes the panes and puts the rail beside them.
func (u *UI) panes() {
	h := u.host
	u.flows, u.editor, u.runs, u.inbox = pane.NewFlows(h), pane.NewEditor(h), pane.NewRunList(h), pane.NewInbox(h)
	u.triggers = pane.NewTriggers(h)
	u.resources, u.hub, u.outbox, u.settings = pane.NewResources(h), pane.NewHub(h), pane.NewOutbox(h), pane.NewSettings(h)
	u.palette = pane.NewPalette(h)
	u.palette.Do = u.followFound
	u.flows.Open = u.openFlow
	u.flows.Import = u.importFlow
	u.settings.Backup, u.settings.Restore = u.makeBackup, u.restoreBackup
	u.runs.Show = u.showRun
	u.inbox.ShowRun = u.showRun
	u.triggers.ShowRun = u.showRun
	u.triggers.Seen = func() bool { return u.place == host.PlaceTriggers && !u.back.hidden }
	u.triggers.Paused = u.paused
	u.editor.Export = u.exportFlow
	u.editor.Seen = func() bool { return u.place == host.PlaceEditor && !u.back.hidden }
	u.editor.OpenFlow = u.openFlow
	u.rail = newRail(u.visitFrom)
	u.center = container.NewStack()
	u.troubles = newConditions(u)
	before := u.guide
	if u.guide = newGuide(u); before != nil { // the window is built anew
		before.card.Hide()
		u.guide.way, u.guide.kept = before.way, before.kept
		before.way.On = false
	}
	u.flows.Guide = u.guide.begin
	u.ground = kit.Dock(kit.VBox(0, u.troubles.box, u.guide.offer), nil, nil, nil, u.center) // the window is cleared in the color of the background
	u.win.SetContent(kit.NewHost(kit.Dock(nil, nil, u.rail, nil, u.ground)))
	u.menu()
}

// settingOpen remembers the flow that was open last; on a first start it names
// a sample.
const settingOpen = "open_flow"

// reopen opens the flow that was open last.
func (u *UI) reopen() {
	u.ask(func(ctx context.Context) (func(), error) {
		path, err := u.cfg.Library.Setting(ctx, settingOpen)
		if err != nil || path == "" {
			return nil, err
		}
		list, err := u.cfg.Library.Flows(ctx)
		if err != nil {
			return nil, err
		}
		return func() {
			if u.place != host.PlaceFlows {
				return // somebody was faster and is elsewhere already
			}
			for _, s := range list {
				if s.Path == path && u.model.Doc() == nil {
					u.openFlow(s)
				}
			}
		}, nil
	})
}

// object makes a place's object once.
func (u *UI) object(p host.Place) fyne.CanvasObject {
	if o := u.objects[p]; o != nil {
		return o
	}
	var o fyne.CanvasObject
	switch p {
	case host.PlaceFlows:
		o = u.flows.Object()
	case host.PlaceEditor:
		o = u.editor.Object()
	case host.PlaceRuns:
		o = u.runs.Object()
	case host.PlaceApprovals:
		o = u.inbox.Object()
	case host.PlaceTriggers:
		o = u.triggers.Object()
	case host.PlaceResources:
		o = u.resources.Object()
	case host.PlaceHub:
		o = u.hub.Object()
	case host.PlaceOutbox:
		o = u.outbox.Object()
	case host.PlaceSettings:
		o = u.settings.Object()
	}
	u.objects[p] = o
	return o
}

// visitFrom opens a place of the rail. Flows brings back the flow that is open; from
// there it leads to the list.
func (u *UI) visitFrom(p host.Place) {
	if p == host.PlaceFlows && u.place != host.PlaceEditor && u.place != host.PlaceFlows && u.model.Doc() != nil {
		p = host.PlaceEditor
	}
	u.visit(p)
}

// visit opens a place.
func (u *UI) visit(p host.Place) {
	if p != u.place {
		kit.DropToast(u.win.Canvas())
		u.win.Canvas().Unfocus() // a field that is taken away would go on as if it had the keyboard
	}
	u.place = p
	u.rail.choose(p)
	u.center.Objects = []fyne.CanvasObject{u.object(p)}
	u.center.Refresh()
	u.recolor(p)
	defer u.guide.look()
	switch p {
	case host.PlaceApprovals:
		u.inbox.Arrive()
		return
	case host.PlaceTriggers:
		u.triggers.Arrive()
		return
	}
	u.reread()
}

// reread refreshes what the shown place reads from the engine.
func (u *UI) reread() {
	switch u.place {
	case host.PlaceFlows:
		u.flows.Refresh()
	case host.PlaceEditor:
		u.editor.Reread()
	case host.PlaceRuns:
		u.runs.Refresh()
	case host.PlaceApprovals:
		u.inbox.Refresh()
	case host.PlaceTriggers:
		u.triggers.Refresh()
	case host.PlaceResources:
		u.resources.Refresh()
	case host.PlaceOutbox:
		u.outbox.Refresh()
	case host.PlaceSettings:
		u.settings.Refresh()
	}
}

// openFlow opens a stored flow in the editor.
func (u *UI) openFlow(s flow.Stored) {
	u.editor.Open(s, func() {
		u.visit(host.PlaceEditor)
		u.editor.FocusCanvas()
		u.lastRun(s.Path)
		u.readFlows()
		u.ask(func(ctx context.Context) (func(), error) {
			return nil, u.cfg.Library.SetSetting(ctx, settingOpen, s.Path)
		})
	})
}

// newSchedule begins a schedule of a flow or script.
func (u *UI) newSchedule(path string, isFlow bool) {
	u.visit(host.PlaceTriggers)
	u.triggers.New(path, isFlow)
}

// localZone is the name of this computer's time zone, "" where it is not told.
func localZone() string {
	if name, set := os.LookupEnv("TZ"); set {
		return strings.TrimPrefix(name, ":")
	}
	to, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	_, name, _ := strings.Cut(filepath.ToSlash(to), "zoneinfo/")
	return name
}

// showRun opens a run's flow with the run on the canvas.
func (u *UI) showRun(id run.ID) {
	u.editor.ShowRun(id, func() { u.visit(host.PlaceEditor) })
}

// lastRun shows the newest run of a flow that was opened, if it has one.
func (u *UI) lastRun(path string) {
	u.ask(func(ctx context.Context) (func(), error) {
		list, err := u.cfg.Lists.Runs(ctx, RunQuery{Path: path, Limit: 1})
		return func() {
			if len(list) > 0 {
				u.host.Follow(list[0].ID, func() bool {
					doc := u.model.Doc()
					return doc != nil && doc.Path == path && !doc.ReadOnly && !u.model.HasRun()
				}, func() {})
			}
		}, err
	})
}

// readLibrary reads the scripts and flows of the library, which steps name by
// path.
func (u *UI) readLibrary() {
	u.ask(func(ctx context.Context) (func(), error) {
		list, err := u.cfg.Library.Scripts(ctx)
		return func() {
			u.host.Scripts = make(map[string]flow.StoredScript, len(list))
			for _, s := range list {
				u.host.Scripts[s.Path] = s
			}
			u.refresh(u.model.SetScripts(u.script))
		}, err
	})
	u.readFlows()
	u.editor.ReadResources()
}

// readFlows reads the flows of the library.
func (u *UI) readFlows() {
	u.ask(func(ctx context.Context) (func(), error) {
		list, err := u.cfg.Library.Flows(ctx)
		return func() { u.stored = list; u.refresh(u.model.SetFlows(flowsOf(list))) }, err
	})
}

// flowsOf finds flows by their paths; each is read when it is first asked for.
func flowsOf(list []flow.Stored) func(path string) (*flow.Flow, error) {
	texts, read := make(map[string][]byte, len(list)), map[string]*flow.Flow{}
	for _, f := range list {
		texts[f.Path] = f.JSON
	}
	return func(path string) (*flow.Flow, error) {
		text, ok := texts[path]
		if !ok || read[path] != nil {
			return read[path], nil
		}
		f, err := flow.ParseJSON(text)
		read[path] = f
		return f, err
	}
}

// script finds a script of the library or of the hub.
func (u *UI) script(path string) (run.Code, bool) {
	if s, ok := u.host.Scripts[path]; ok {
		return run.Code{Path: s.Path, Language: s.Language, Content: s.Content, Summary: s.Summary}, true
	}
	return u.cfg.Scripts(path)
}

// schema is what a script of the library or of the hub asks for.
func (u *UI) schema(path string) flow.Raw {
	if s, ok := u.host.Scripts[path]; ok {
		return s.Schema
	}
	s, _ := hub.Find(path)
	return s.Schema
}
