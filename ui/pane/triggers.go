package pane

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/model"
	"sluice/ui/say"
)

// Triggers lists what starts by itself, of each kind, with the page of one beside it.
type Triggers struct {
	// ShowRun opens a run in the editor.
	ShowRun func(run.ID)
	// Seen reports whether the pane is on the screen.
	Seen func() bool
	// Paused hears whether all schedules stand still.
	Paused func(bool)

	h      *host.Host
	search *kit.Entry
	count  *kit.Text
	missed *kit.Pill
	pause  *kit.Button
	board  *data.Board
	card   *kit.Box        // around the list
	body   *fyne.Container // the list and the page, or what this place is for
	side   *fyne.Container
	lists  fyne.CanvasObject

	schedules *schedules
	hooks     *hooks
	forms     *forms
	kinds     []triggerKind
	rows      []row        // as the search selects them
	keys      []triggerKey // of the rows, as they were drawn last
	words     []string     // that were searched for then
	drawn     triggerKey   // that was chosen then
	held      bool         // new ones stand last until the pointer goes
	known     bool         // they were read
	now       time.Time
	chosen    triggerKey
	led       func()
	page      *sheet // of the chosen one, or of one that is being made; nil: none

	picker  *targetPicker // that was opened last
	targets []target      // what can be started

	reading, again bool
	cost           time.Duration // of the last reading
	beating        bool
}

// triggerKind is one kind of what starts by itself. Its triggers are known by where they
// stand among those that were read last.
type triggerKind interface {
	// read reads them all, off the main goroutine, and returns what takes them up on it.
	read(ctx context.Context) (take func(), err error)
	count() int
	word(n int) string // "3 schedules"
	path(i int) string
	index(path string) int // -1 for none
	find(words []string) []int
	line(i int) data.BoardLine
	menu(i int) []*fyne.MenuItem
	// delete asks, and deletes one.
	delete(i int)
	// sheetOf makes the page of one, with what was changed on it before.
	sheetOf(i int) *sheet
	switchOne(ctx context.Context, path string, on bool) error
	// stays is how long what the line of one says stays true.
	stays(i int) time.Duration
	// due reads again which of some were due meanwhile.
	due(list []int)
	// fetch reads what the lines that were asked for lack.
	fetch()
	unsaved() string // the name of one that was changed and is not saved
}

// triggerKey names a trigger: each kind has paths of its own.
type triggerKey struct {
	kind triggerKind
	path string
}

// row is a line of the list: a trigger of a kind.
type row struct {
	of triggerKind
	i  int
}

func (r row) key() triggerKey { return triggerKey{r.of, r.of.path(r.i)} }

// NewTriggers makes the pane.
func NewTriggers(h *host.Host) *Triggers {
	p := &Triggers{h: h, Seen: func() bool { return true }, Paused: func(bool) {}, search: kit.NewSearch(say.T("Search triggers")), count: kit.Caption(""), missed: kit.NewPill("", kit.Waiting),
		body: container.NewStack(), side: container.NewStack()}
	p.schedules, p.hooks, p.forms = newSchedules(p), newHooks(p), newForms(p)
	p.kinds = []triggerKind{p.schedules, p.hooks, p.forms}
	p.search.OnChanged = func(string) { p.show() }
	p.search.OnKey = p.walk
	p.pause = kit.NewButton(say.T("Pause all"), kit.Outline, p.schedules.pauseAll)
	p.board = data.NewBoard(p.line)
	p.board.OnPick = func(i int) { p.choose(p.rows[i].key()) }
	p.board.OnOpen = func(int) {
		if p.page != nil {
			p.page.focus()
		}
	}
	p.board.OnDelete = func(i int) { p.rows[i].of.delete(p.rows[i].i) }
	p.board.OnLeave = func() {
		if p.held {
			p.show()
		}
	}
	p.board.OnSwitch = func(i int, on bool) { p.switchOne(p.rows[i].key(), on) }
	p.board.OnMenu = func(i int, at fyne.Position) {
		r := p.rows[i]
		kit.ShowMenuAt(p.h.Window.Canvas(), at, r.of.menu(r.i)...)
	}
	p.missed.Hide()
	about := kit.NewParagraph(say.T("They start while Sluice runs. What falls due while this computer sleeps, or Sluice is off, runs once when they are back, unless a schedule says otherwise."), kit.Muted).Sized(kit.TextCaption + 1)
	head := kit.HBox(18, host.Width(260, p.search), host.Middle(p.count.Bold()), kit.Space(), host.Middle(p.missed))
	p.card = kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.PadAll(1, p.board))
	list := container.New(listAbove{p.board}, p.card, about)
	split := kit.NewSplit(kit.Pad(18, 20, 14, 20, kit.Dock(kit.Pad(0, 0, 14, 0, head), nil, nil, nil, list)), kit.NewBox(kit.OnPanel, kit.None, 0, p.side), kit.InspectorWidth, 320, 560)
	split.Rest = 560
	p.lists = split
	return p
}

// listAbove places a list, as high as it has to be, and below it a line about it.
type listAbove struct{ board *data.Board }

func (l listAbove) Layout(o []fyne.CanvasObject, s fyne.Size) {
	about := o[1].MinSize().Height
	if t, ok := o[1].(interface{ HeightFor(float32) float32 }); ok {
		about = t.HeightFor(s.Width)
	}
	h := max(0, min(l.board.Full()+2, s.Height-about-12))
	kit.Place(o[0], 0, 0, s.Width, h)
	kit.Place(o[1], 0, h+12, s.Width, about)
}

func (l listAbove) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 160) }

// Object is the pane.
func (p *Triggers) Object() fyne.CanvasObject {
	acts := kit.HBox(8, p.pause, kit.NewButton(say.T("Webhook"), kit.Outline, p.hooks.add).With(kit.IconPlus), kit.NewButton(say.T("Form"), kit.Outline, p.forms.add).With(kit.IconPlus), kit.NewButton(say.T("Schedule"), kit.Primary, p.schedules.add).With(kit.IconPlus))
	return host.Page(kit.TopBar(host.Heading(say.T("Triggers"), say.T("what starts by itself")), nil, acts), p.body)
}

// Arrive shows the triggers to who comes here.
func (p *Triggers) Arrive() {
	p.readTargets(nil)
	p.Refresh()
}

// rests is how many times longer than a reading the pause after it is.
const rests = 10

// Refresh reads the triggers again. Of very many that takes its time: changes that
// come meanwhile are read together, after a pause.
func (p *Triggers) Refresh() {
	if p.reading {
		p.again = true
		return
	}
	p.reading = true
	done := func() {
		pause := rests * p.cost
		if pause < 50*time.Millisecond {
			p.read()
			return
		}
		p.h.Later(pause, p.read)
	}
	p.h.Ask(func(ctx context.Context) (func(), error) {
		began := time.Now()
		var takes []func()
		for _, k := range p.kinds {
			take, err := k.read(ctx)
			if err != nil {
				return nil, err
			}
			takes = append(takes, take)
		}
		cost := time.Since(began)
		return func() {
			p.cost = cost
			for _, take := range takes {
				take()
			}
			p.known = true
			p.show()
			if p.page != nil {
				p.page.follow()
			}
			done()
		}, nil
	}, done)
}

// read ends a reading, and begins the next one if something has changed meanwhile.
func (p *Triggers) read() {
	p.reading = false
	if again := p.again; again {
		p.again = false
		if p.Seen() {
			p.Refresh()
		}
	}
}

func (p *Triggers) show() {
	if !p.known {
		return
	}
	p.now = p.h.Now()
	words, all := strings.Fields(strings.ToLower(p.search.Text())), 0
	var counts []string
	held := p.board.Pointed() && slices.Equal(words, p.words)
	p.words, p.rows = words, p.rows[:0]
	for _, k := range p.kinds {
		found := k.find(words)
		for _, i := range found {
			p.rows = append(p.rows, row{k, i})
		}
		n := k.count()
		all += n
		switch {
		case n == 0:
		case len(found) < n:
			counts = append(counts, say.F("%d of %s", len(found), k.word(n)))
		default:
			counts = append(counts, k.word(n))
		}
	}
	was, is := p.place(held)
	p.count.SetText(strings.Join(counts, " · "))
	if k := p.chosen; k.path != "" && k.kind.index(k.path) < 0 {
		p.open(nil)
	}
	if p.page == nil && len(p.rows) > 0 {
		p.open(p.rows[0].of.sheetOf(p.rows[0].i))
	}
	if all == 0 && p.page == nil {
		p.body.Objects = []fyne.CanvasObject{kit.Empty(kit.IconZap, say.T("Nothing starts by itself yet"),
			say.T("A schedule starts a flow or a script by the clock: every weekday at nine, every quarter of an hour, on the first Monday of a month. A webhook starts a flow when another program calls its address, a form when a person sends its page."), say.T("New schedule"), p.schedules.add)}
	} else {
		p.body.Objects = []fyne.CanvasObject{p.lists}
	}
	host.Show(p.card, len(p.rows) > 0)
	p.body.Refresh()
	if led := p.led; led != nil {
		p.led = nil
		led()
	}
	if p.drawn == p.chosen {
		p.board.Reset(len(p.rows), p.chosenRow(), was, is)
	}
	p.drawList()
}

// place puts the rows into the order in which they are drawn, and tells where that stood
// which was on top of what is in view, and where it stands now. While the pointer is on the
// list nothing moves under it: what was there keeps its order, and new rows come last.
func (p *Triggers) place(held bool) (was, is int) {
	at, keys := make(map[triggerKey]int, len(p.rows)), make([]triggerKey, len(p.rows))
	for i, r := range p.rows {
		keys[i] = r.key()
		at[keys[i]] = i
	}
	if p.held = false; held {
		order := make([]int, 0, len(p.rows))
		for _, k := range p.keys {
			if i, there := at[k]; there {
				order = append(order, i)
				delete(at, k)
			}
		}
		for i, k := range keys {
			if _, isNew := at[k]; isNew {
				order = append(order, i)
			}
		}
		p.held = !slices.IsSorted(order)
		rows, found := p.rows, keys
		p.rows, keys = make([]row, len(rows)), make([]triggerKey, len(rows))
		for to, i := range order {
			p.rows[to], keys[to] = rows[i], found[i]
			at[found[i]] = to
		}
	}
	was, _ = p.board.InView()
	for is = was; was < len(p.keys); was++ {
		if i, there := at[p.keys[was]]; there {
			is = i
			break
		}
		is = was + 1
	}
	p.keys = keys
	return was, is
}

// chosenRow is where the one that is chosen stands in the list, -1 for nowhere.
func (p *Triggers) chosenRow() int {
	if p.chosen.path == "" {
		return -1
	}
	return slices.Index(p.keys, p.chosen)
}

// drawList draws the list and asks for what it lacks.
func (p *Triggers) drawList() {
	p.board.Set(len(p.rows), p.chosenRow())
	p.drawn = p.chosen
	kit.Relayout(p.board)
	for _, k := range p.kinds {
		k.fetch()
	}
	p.beat()
}

// line is a line of the list.
func (p *Triggers) line(i int) data.BoardLine { return p.rows[i].of.line(p.rows[i].i) }

// beat lets what is told of times go on, as long as somebody looks.
func (p *Triggers) beat() {
	if p.beating || !p.Seen() || len(p.rows) == 0 {
		return
	}
	stay := time.Minute
	for _, r := range p.inView() {
		stay = min(stay, max(r.of.stays(r.i), time.Second))
	}
	if p.page != nil {
		stay = min(stay, max(p.page.of.stays(), time.Second))
	}
	p.beating = true
	p.h.Later(stay, func() {
		p.beating = false
		if p.Seen() {
			p.Tick()
		}
	})
}

// inView are the lines that the list shows.
func (p *Triggers) inView() []row {
	from, to := p.board.InView()
	return p.rows[min(from, len(p.rows)):min(to, len(p.rows))]
}

// Tick tells the times from now on, and reads again what was due meanwhile: of a time
// at which nothing was started no run tells.
func (p *Triggers) Tick() {
	p.now = p.h.Now()
	p.board.Draw()
	if p.page != nil {
		p.page.of.tick()
	}
	for _, k := range p.kinds {
		var seen []int
		for _, r := range p.inView() {
			if r.of == k {
				seen = append(seen, r.i)
			}
		}
		k.due(seen)
	}
	p.beat()
}

// walk moves through the list from the search.
func (p *Triggers) walk(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		p.board.TypedKey(e)
		return true
	}
	return false
}

// choose shows the page of a trigger. What was changed on the page before stays there
// until it is saved or taken back.
func (p *Triggers) choose(k triggerKey) {
	i := k.kind.index(k.path)
	if i < 0 || p.chosen == k && p.page != nil {
		return
	}
	p.leaving(func() {
		next := k.kind.sheetOf(i)
		if p.page != nil && p.page.of.key().kind == k.kind {
			next.tab = p.page.tab
		}
		p.open(next)
		p.drawList()
	})
}

// leaving goes on once a new trigger that was begun may be thrown away.
func (p *Triggers) leaving(then func()) {
	if p.page == nil || !p.page.of.isNew() || !p.page.touched {
		then()
		return
	}
	p.h.Confirm(textThrowAway(p.page.of.kind()), say.T("It was not saved yet."), say.T("Throw away"), then)
}

// open shows a page, or none.
func (p *Triggers) open(page *sheet) {
	if p.page != nil {
		p.page.of.closed()
	}
	p.page, p.chosen = page, triggerKey{}
	p.side.Objects = nil
	if page != nil {
		p.chosen = page.of.key()
		p.side.Objects = []fyne.CanvasObject{page.object()}
	}
	p.side.Refresh()
}

// shut takes a page away, and shows what is there beside it.
func (p *Triggers) shut() {
	p.page = nil
	p.open(nil)
	p.show()
}

// Save saves what was changed on the page that is open.
func (p *Triggers) Save() {
	if p.page != nil {
		p.page.save()
	}
}

// Unsaved names a trigger that was changed and is not saved, "" for none.
func (p *Triggers) Unsaved() string {
	if p.page != nil && p.page.of.changed() {
		return p.page.of.called()
	}
	for _, k := range p.kinds {
		if name := k.unsaved(); name != "" {
			return name
		}
	}
	return ""
}

// switchOne switches a trigger on or off.
func (p *Triggers) switchOne(k triggerKey, on bool) {
	p.h.Ask(func(ctx context.Context) (func(), error) { return p.Refresh, k.kind.switchOne(ctx, k.path, on) }, p.Refresh)
}

// switchItem is the line of a menu that switches a trigger.
func (p *Triggers) switchItem(k triggerKey, on bool) *fyne.MenuItem {
	verb := say.T("Switch on")
	if on {
		verb = say.T("Switch off")
	}
	return fyne.NewMenuItem(verb, func() { p.switchOne(k, !on) })
}

// remove asks, and deletes a trigger.
func (p *Triggers) remove(k triggerKey, called string, do func(ctx context.Context) error, gone func()) {
	p.h.Confirm(say.F("Delete “%s”?", called), say.T("It starts nothing any more. The runs that it has started stay."), say.T("Delete"), func() {
		p.h.Ask(func(ctx context.Context) (func(), error) {
			return func() {
				gone()
				if p.chosen == k {
					p.page = nil
					p.open(nil)
				}
				p.Refresh()
			}, do(ctx)
		})
	})
}

// New begins a schedule of a flow or script.
func (p *Triggers) New(path string, isFlow bool) {
	p.leaving(func() { p.readTargets(func() { p.schedules.begin(path, isFlow) }) })
}

// begin shows the page of a new trigger.
func (p *Triggers) begin(page *sheet) {
	p.open(page)
	p.known = true
	p.show()
	page.focus()
}

// drafts are what is changed of the triggers of a kind, by their paths.
type drafts[D interface {
	Changed() bool
	Called() string
}] map[string]D

// unsaved names the first that was changed.
func (d drafts[D]) unsaved() string {
	first := ""
	for path, x := range d {
		if x.Changed() && (first == "" || path < first) {
			first = path
		}
	}
	if first == "" {
		return ""
	}
	return d[first].Called()
}

// mark says in a line that a trigger was changed.
func (d drafts[D]) mark(path string, line *data.BoardLine) {
	if x, ok := d[path]; ok && x.Changed() {
		line.Cells[0].Sub = say.F("not saved · %s", line.Cells[0].Sub)
	}
}

// findPath is where a path stands in a list that is sorted by it; -1 for nowhere.
func findPath[T any](list []T, path string, of func(*T) string) int {
	i, ok := slices.BinarySearchFunc(list, path, func(x T, path string) int { return cmp.Compare(of(&x), path) })
	if !ok {
		return -1
	}
	return i
}

// lastRuns reads how the runs went that lines tell.
type lastRuns struct {
	p        *Triggers
	known    map[run.ID]run.Summary
	wanted   map[run.ID]bool
	stale    map[run.ID]bool // those that may have gone on since they were read
	fetching bool
}

func newLastRuns(p *Triggers) lastRuns {
	return lastRuns{p: p, known: map[run.ID]run.Summary{}, wanted: map[run.ID]bool{}, stale: map[run.ID]bool{}}
}

// want asks for a run that a line tells, "" for none.
func (l *lastRuns) want(id run.ID) {
	if id == "" {
		return
	}
	if _, known := l.known[id]; known && !l.stale[id] {
		return
	}
	l.wanted[id] = true
	if !l.fetching {
		l.fetching = true
		l.p.h.Later(20*time.Millisecond, func() { l.fetching = false; l.fetch() })
	}
}

// age says that runs that were not over may have gone on.
func (l *lastRuns) age() {
	for id, r := range l.known {
		if r.Ended.IsZero() {
			l.stale[id] = true
		}
	}
}

// fetch reads the runs that were asked for.
func (l *lastRuns) fetch() {
	if len(l.wanted) == 0 {
		return
	}
	var ids []run.ID
	for id := range l.wanted {
		ids = append(ids, id)
		delete(l.stale, id)
	}
	clear(l.wanted)
	l.p.h.Ask(func(ctx context.Context) (func(), error) {
		runs, err := readRuns(ctx, l.p.h, ids)
		return func() {
			for id, r := range runs {
				l.known[id] = r
			}
			l.p.board.Draw()
		}, err
	})
}

// runRow is a line about a run, or a time at which there was none, on the page of a trigger.
func (p *Triggers) runRow(title, note, word string, role model.Role, id run.ID) fyne.CanvasObject {
	text := kit.VBox(2, kit.NewText(title).Medium())
	if note != "" {
		text.Add(kit.NewParagraph(note, kit.Muted).Sized(kit.TextCaption))
	}
	var open func()
	if id != "" {
		open = func() { p.ShowRun(id) }
	}
	return kit.NewRow(kit.Pad(9, 6, 9, 6, kit.HBox(10, kit.Grow(text), host.Middle(kit.NewPill(word, host.RoleOf(role))))), open).Lined()
}
