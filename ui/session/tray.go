package session

import (
	"runtime"
	"strings"
	"sync"

	"fyne.io/systray"
)

// menu is the icon in the tray with its menu. It is made once a tray is there: the
// library says on standard error when there is none, and ends in a panic without a bus.
type menu struct {
	s *Session

	mu      sync.Mutex
	started bool
	ready   bool // the items can be changed
	tip     string
	want    []Item
	told    string
	shown   []entry
	stop    func()
}

func (m *menu) init(s *Session) { m.s = s }

// start puts the icon into the tray; from then on the library sees to it that it is in
// each tray that comes.
func (m *menu) start() {
	m.mu.Lock()
	started := m.started
	m.started = true
	m.mu.Unlock()
	if started {
		return
	}
	m.s.cfg.Main(func() {
		begin, end := systray.RunWithExternalLoop(m.fill, func() {})
		systray.SetOnTapped(func() { m.s.cfg.OnOpen() })
		if runtime.GOOS != "windows" && runtime.GOOS != "darwin" { // what is set later comes too late for the name by which desktops remember an icon
			systray.SetTitle(m.s.cfg.Name)
			systray.SetIcon(small(m.s.cfg.Icon))
		}
		m.mu.Lock()
		m.stop = end
		m.mu.Unlock()
		begin()
	})
}

// fill makes the items once the library is ready for them.
func (m *menu) fill() {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		systray.SetIcon(iconFor(m.s.cfg.Icon))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ready = true
	m.draw()
}

func (m *menu) set(tip string, items []Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tip, m.want = tip, items
	if m.ready {
		m.draw()
	}
}

// draw makes the items, or changes what has changed. It is called with m.mu held.
func (m *menu) draw() {
	if m.tip != m.told {
		systray.SetTooltip(m.tip)
		m.told = m.tip
	}
	first := m.shown == nil
	for i, it := range m.want {
		switch {
		case !first:
		case it.Line:
			systray.AddSeparator()
			m.shown = append(m.shown, entry{})
		default:
			m.add(i, it)
		}
		if i < len(m.shown) && m.shown[i].item != nil {
			m.shown[i].change(it)
		}
	}
}

// entry is an item of the menu as it stands.
type entry struct {
	item *systray.MenuItem
	is   Item
}

func (m *menu) add(i int, it Item) {
	item := systray.AddMenuItem(label(it.Label), "")
	m.shown = append(m.shown, entry{item, Item{Label: it.Label}})
	go func() {
		for range item.ClickedCh {
			m.press(i)
		}
	}()
}

func (e *entry) change(to Item) {
	if to.Label != e.is.Label {
		e.item.SetTitle(label(to.Label))
	}
	if to.Off != e.is.Off {
		if to.Off {
			e.item.Disable()
		} else {
			e.item.Enable()
		}
	}
	if to.Hidden != e.is.Hidden {
		if to.Hidden {
			e.item.Hide()
		} else {
			e.item.Show()
		}
	}
	e.is = to
}

func (m *menu) press(i int) {
	m.mu.Lock()
	var do func()
	if i < len(m.want) {
		do = m.want[i].Do
	}
	m.mu.Unlock()
	if do != nil {
		do()
	}
}

// end takes the icon away where it would stay behind; elsewhere it goes with the process.
func (m *menu) end() {
	m.mu.Lock()
	stop := m.stop
	m.mu.Unlock()
	if stop != nil && (runtime.GOOS == "windows" || runtime.GOOS == "darwin") {
		stop()
	}
}

// label writes a text so that a menu shows it as it is: what stands behind such a mark
// would be underlined as a key, and the mark left out.
func label(text string) string {
	text = plainLine(text)
	switch runtime.GOOS {
	case "windows":
		return strings.ReplaceAll(text, "&", "&&")
	case "darwin":
		return text
	}
	return strings.ReplaceAll(text, "_", "__")
}
