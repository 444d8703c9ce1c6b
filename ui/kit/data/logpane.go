package data

import (
	"strings"

	"fyne.io/fyne/v2"

	"sluice/ui/kit"
	"sluice/ui/say"
)

// LogPane is a log with a search and levels above it. While either is set, only the lines that
// fit are shown.
type LogPane struct {
	Log    *LogView
	find   *kit.Entry
	levels *kit.Segments
	count  *kit.Text
	object fyne.CanvasObject

	all   []string
	open  bool // the last line has no end yet
	level Level
	text  string
	head  *fyne.Container // what stays above the text
	names *kit.Text
}

// Level is how grave a line of a log is.
type Level int

// The levels.
const (
	Plain Level = iota
	Warning
	Error
)

// LevelOf reads the level of a line from the words that programs write: ERROR, WARN and the
// like near its beginning, and what languages print of an error that nobody caught.
func LevelOf(line string) Level {
	head := strings.TrimSpace(line)
	if len(head) > 60 {
		head = head[:60]
	}
	switch {
	case strings.HasPrefix(head, "Traceback (") || strings.HasPrefix(head, "Uncaught ") || strings.HasPrefix(head, "panic:"):
		return Error
	case hasWord(head, "ERROR", "FATAL", "CRITICAL", "PANIC", "Error:", "error:", "stderr"):
		return Error
	case hasWord(head, "WARN", "WARNING", "Warning:", "warning:", "warn:"):
		return Warning
	}
	return Plain
}

// hasWord reports whether one of some words stands in a text, apart from other letters.
func hasWord(text string, words ...string) bool {
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }
	for _, w := range words {
		for from := 0; ; {
			i := strings.Index(text[from:], w)
			if i < 0 {
				break
			}
			i += from
			end := i + len(w)
			if (i == 0 || !letter(text[i-1]) || w[len(w)-1] == ':') && (end == len(text) || !letter(text[end])) {
				return true
			}
			from = end
		}
	}
	return false
}

// NewLogPane returns an empty log.
func NewLogPane(placeholder string) *LogPane {
	p := &LogPane{Log: NewLogView(placeholder), find: kit.NewSearch(say.T("Find in this log")), count: kit.Caption(""), names: kit.Mono("").In(kit.Muted)}
	p.Log.Paint = func(line string) kit.Role {
		switch LevelOf(line) {
		case Error:
			return kit.Bad
		case Warning:
			return kit.Waiting
		}
		return kit.Ink
	}
	p.find.OnChanged = func(s string) { p.text = strings.ToLower(strings.TrimSpace(s)); p.again() }
	p.levels = kit.NewSegments([]string{say.T("All"), say.T("Warnings"), say.T("Errors")}, 0, func(i int) { p.level = Level(i); p.again() })
	p.levels.AsSmall()
	p.Log.OnFind = func() { kit.Focus(p.Find()) }
	p.head = kit.VBox(0, kit.Pad(3, 14, 3, 12, p.names), kit.HLine())
	p.head.Hide()
	p.object = kit.Dock(kit.VBox(0, kit.Pad(4, 14, 4, 14, kit.HBox(10, kit.Grow(p.find), p.count, p.levels)), p.head), nil, nil, nil, p.Log)
	return p
}

// Object is the log with what stands above it.
func (p *LogPane) Object() fyne.CanvasObject { return p.object }

// Find is the field of the search.
func (p *LogPane) Find() fyne.Focusable { return p.find.Focusable() }

// Append adds text; lines may come in pieces.
func (p *LogPane) Append(text string) {
	from := len(p.all)
	parts := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, part := range parts {
		switch {
		case i == 0 && p.open && from > 0:
			from--
			p.all[from] += part
		case i < len(parts)-1 || part != "":
			p.all = append(p.all, part)
		}
	}
	p.open = parts[len(parts)-1] != ""
	if over := len(p.all) - logMax; over > 0 {
		p.all = p.all[over:]
	}
	if p.filtered() {
		p.again()
		return
	}
	p.Log.Append(text)
}

// Clear removes all lines; the search stays.
func (p *LogPane) Clear() { p.all, p.open = nil, false; p.Log.Clear(); p.tell() }

// SetText exchanges all lines.
func (p *LogPane) SetText(text string) { p.Clear(); p.Append(text) }

func (p *LogPane) filtered() bool { return p.text != "" || p.level != Plain }

// again shows the lines that fit.
func (p *LogPane) again() {
	var out []string
	for _, line := range p.all {
		if p.level != Plain && LevelOf(line) < p.level || p.text != "" && !strings.Contains(strings.ToLower(line), p.text) {
			continue
		}
		out = append(out, line)
	}
	p.Log.SetText(strings.Join(out, "\n"))
	p.tell()
}

func (p *LogPane) tell() {
	text := ""
	if p.filtered() {
		text = say.F("%d of %d", p.Log.Len(), len(p.all))
	}
	p.count.SetText(text)
}

// Plain makes it a text without levels, in which is searched under other words.
func (p *LogPane) Plain(search string) {
	p.Log.Paint, p.Log.Still = nil, true
	p.Log.Clear()
	p.levels.Hide()
	p.find.SetPlaceholder(search)
}

// Head puts a line above the text that stays there, as of a table.
func (p *LogPane) Head(line string) {
	p.names.SetText(line)
	p.head.Show()
}
