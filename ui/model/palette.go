package model

import (
	"slices"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// PaletteKind is what a line of the palette is.
type PaletteKind int

// The kinds, in the order in which they stand where all else is equal.
const (
	FoundCommand PaletteKind = iota
	FoundStep
	FoundFlow
	FoundRequest
	FoundRun
	FoundScript
	FoundResource
	FoundTrigger
	FoundSetting
	FoundHub
	paletteKinds
)

// PaletteItem is something that the palette leads to.
type PaletteItem struct {
	Kind  PaletteKind
	Key   string // by which it is done, unique in its kind
	Name  string
	About string // what it is: "flow", "step d of this flow"
	State string // how it stands: "waits for li@acme.example"
	Keys  string // "Ctrl+Shift+E"
	Also  string // what else it is found by, such as a path
	// Held says that it was found by what is in it, whatever its name is.
	Held bool
	At   time.Time // of what has one: newer ones come first

	name, also Words
	ready      bool
}

// PaletteLine is a line that the palette shows.
type PaletteLine struct {
	PaletteItem
	Marks []int // the letters of the name that match, as runes
}

// paletteHit is an item that matches.
type paletteHit struct {
	*PaletteItem
	score int
}

// Palette finds in one list what the window leads to.
type Palette struct {
	items  [paletteKinds][]PaletteItem
	recent []string // what was done last, the newest first
}

// recentMost is how many things are remembered as done last.
const recentMost = 12

// Set says what there is of a kind.
func (p *Palette) Set(kind PaletteKind, items []PaletteItem) {
	for i := range items {
		items[i].Kind = kind
	}
	p.items[kind] = items
}

// Used remembers that something was done.
func (p *Palette) Used(it PaletteItem) {
	key := it.recentKey()
	p.recent = slices.DeleteFunc(p.recent, func(k string) bool { return k == key })
	p.recent = slices.Insert(p.recent, 0, key)
	p.recent = p.recent[:min(len(p.recent), recentMost)]
}

// Recent is what was done last, for the settings; SetRecent takes it from there.
func (p *Palette) Recent() string { return strings.Join(p.recent, "\n") }

// SetRecent takes what was done last.
func (p *Palette) SetRecent(text string) {
	p.recent = nil
	for key := range strings.SplitSeq(text, "\n") {
		if key != "" && len(p.recent) < recentMost {
			p.recent = append(p.recent, key)
		}
	}
}

func (it PaletteItem) recentKey() string { return string(rune('a'+int(it.Kind))) + " " + it.Key }

// weightOf is what kinds are worth beside each other.
var weightOf = [paletteKinds]int{FoundCommand: 6, FoundStep: 8, FoundFlow: 8, FoundRequest: 7, FoundRun: 1, FoundScript: 4, FoundResource: 4, FoundTrigger: 4, FoundSetting: 3, FoundHub: 2}

// Find returns what matches, best first, up to a limit. Without a query it is what was
// done last, then what is most at hand.
func (p *Palette) Find(text string, limit int) []PaletteLine {
	q := NewQuery(text)
	var hits []paletteHit
	if len(q) == 0 {
		return p.atHand(limit)
	}
	rank := map[string]int{}
	for i, k := range p.recent {
		rank[k] = recentMost - i
	}
	var at []int
	for kind := range p.items {
		list := p.items[kind]
		for i := range list {
			it := &list[i]
			if !it.ready {
				it.name, it.also, it.ready = NewWords(it.Name), NewWords(it.About+" "+it.State+" "+it.Also), true
			}
			score, marks, ok := it.match(q, at[:0])
			if at = marks; !ok {
				continue
			}
			score += weightOf[it.Kind]
			if len(rank) > 0 {
				score += 2 * rank[it.recentKey()]
			}
			hits = append(hits, paletteHit{it, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b paletteHit) int {
		if a.score != b.score {
			return b.score - a.score
		}
		if a.Kind == b.Kind && !a.At.Equal(b.At) {
			return b.At.Compare(a.At)
		}
		if d := len(a.Name) - len(b.Name); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	hits = hits[:min(len(hits), limit)]
	out := make([]PaletteLine, len(hits))
	for i, h := range hits {
		_, marks, _ := h.match(q, nil)
		out[i] = PaletteLine{PaletteItem: *h.PaletteItem, Marks: marks}
	}
	return out
}

// match finds all words of a query in an item: in its name, or in what else it is found by,
// which is worth half as much.
func (it *PaletteItem) match(q Query, at []int) (score int, marks []int, ok bool) {
	named := false
	for _, word := range q {
		s, to, in := it.name.match(word, at)
		if in {
			score, at, named = score+2*s, to, true
			continue
		}
		if word.has&^it.also.has == 0 {
			if i, s := it.also.whole(word.text); i >= 0 && (it.also.begin[i] || len(word.text) > 2) {
				score += s
				continue
			}
		}
		if !it.Held {
			return 0, at[:0], false
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	if named && len(it.name.fold) > 0 {
		score += 10 * len(at) / len(it.name.fold) // of two names the one of which less is left
	}
	return score, at, true
}

// atHand is what the palette shows before anything is typed.
func (p *Palette) atHand(limit int) (out []PaletteLine) {
	seen := map[string]bool{}
	add := func(it PaletteItem) {
		if k := it.recentKey(); !seen[k] && len(out) < limit {
			seen[k] = true
			out = append(out, PaletteLine{PaletteItem: it})
		}
	}
	for _, k := range p.recent {
		kind := int(k[0] - 'a')
		if kind < 0 || kind >= len(p.items) {
			continue
		}
		if i := slices.IndexFunc(p.items[kind], func(it PaletteItem) bool { return it.recentKey() == k }); i >= 0 {
			add(p.items[kind][i])
		}
	}
	for _, kind := range []PaletteKind{FoundRequest, FoundStep, FoundFlow, FoundRun, FoundCommand} {
		for i, it := range p.items[kind] {
			if i == atHandEach {
				break
			}
			add(it)
		}
	}
	return out
}

// atHandEach is how many things of a kind are shown before anything is typed.
const atHandEach = 5

// RunItem is a run as the palette shows it.
func RunItem(now time.Time, s run.Summary) PaletteItem {
	word, _ := RunState(s)
	return PaletteItem{Key: string(s.ID), Name: textRunOf(when(now, s.Started)), About: First(s.FlowName, say.T(textUntitled)), State: word, Also: s.Path + " " + string(s.ID), At: s.Started}
}

// RequestItem is an open request as the palette shows it.
func RequestItem(now time.Time, a *run.Approval) PaletteItem {
	return PaletteItem{Key: string(a.Run) + " " + string(a.Step), Name: First(a.Ask.Question, a.StepName, a.FlowName), About: say.T(textKindRequest), State: dots(WaitsFor(a), when(now, a.Opened)), Also: a.FlowName + " " + About(a), At: a.Opened}
}

// TargetOf is the request that an item leads to.
func TargetOf(it PaletteItem) Target {
	id, step, _ := strings.Cut(it.Key, " ")
	return Target{Run: run.ID(id), Step: run.StepID(step)}
}

// StepItems are the steps of the open flow.
func (m *Model) StepItems() []PaletteItem {
	if m.doc == nil {
		return nil
	}
	var out []PaletteItem
	flow.Walk(m.doc.Flow, func(s *flow.Module, _ flow.Place, _ int) {
		_, kind := m.kind(s)
		out = append(out, PaletteItem{Key: s.ID, Name: m.Title(s), About: textStepOfThis(s.ID), Also: kind})
	})
	return out
}

// FlowItem is a flow of the library.
func (m *Model) FlowItem(path, summary, problem string) PaletteItem {
	it := PaletteItem{Key: path, Name: First(summary, path), About: say.T(textKindFlow), State: path, Also: path}
	switch {
	case problem != "":
		it.State = say.T(textCannotRun)
	case m.doc != nil && m.doc.Path == path && !m.doc.ReadOnly:
		it.State = say.T(textOpenNow)
	}
	return it
}

// commandAlso lets a command be found by its English name, too.
func commandAlso(c Command) string {
	if say.Of(c.Name) == c.Name {
		return ""
	}
	return c.Name
}

// CommandItems are the commands that can be done now.
func (m *Model) CommandItems(editor bool) []PaletteItem {
	var out []PaletteItem
	for _, c := range Commands {
		if c.ID == CmdPalette || !m.Can(c, editor) {
			continue
		}
		about := say.T(textKindCommand)
		if c.Menu == MenuGo {
			about = say.T(textKindPlace)
		}
		out = append(out, PaletteItem{Key: string(c.ID), Name: say.Of(c.Name), About: about, Keys: say.Keys(c.Keys), Also: commandAlso(c)})
	}
	return out
}

// ScriptItem is a script of the library, or of the hub's app.
func (m *Model) ScriptItem(path, summary, app string, adds bool) PaletteItem {
	it := PaletteItem{Key: path, Name: First(summary, path), About: say.T(textKindScript), Also: path}
	if app != "" {
		it.About = textHubOf(app)
	}
	if adds {
		it.State = textAddsIt(First(m.selected, say.T(textInput)))
	}
	return it
}

// ResourceItem is a resource.
func ResourceItem(path, kind, summary string) PaletteItem {
	return PaletteItem{Key: path, Name: path, About: dots(say.T(textKindResource), kind), State: summary}
}

// TriggerItem is a schedule, webhook or form, by the key of its kind: what, and of what.
func TriggerItem(kind, path, target string, on bool) PaletteItem {
	it := PaletteItem{Key: kind + " " + path, Name: path, About: map[string]string{"schedule": say.T(textKindSchedule), "webhook": say.T(textKindWebhook), "form": say.T(textKindForm)}[kind], State: target}
	if !on {
		it.State = dots(target, say.T(textOff))
	}
	return it
}

// SettingItem is a setting of a card of Settings.
func SettingItem(name, card, also string) PaletteItem {
	return PaletteItem{Key: name, Name: name, About: textSettingOf(card), Also: also}
}
