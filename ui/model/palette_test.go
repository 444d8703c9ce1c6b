package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// found is what a palette with some names finds, best first.
func found(query string, names ...string) []string {
	var p Palette
	var items []PaletteItem
	for _, n := range names {
		items = append(items, PaletteItem{Key: n, Name: n})
	}
	p.Set(FoundFlow, items)
	var out []string
	for _, l := range p.Find(query, 20) {
		out = append(out, l.Name)
	}
	return out
}

func TestThePaletteFindsWhatSomebodyMeans(t *testing.T) {
	for _, c := range []struct {
		query string
		names []string
		want  string // first; "" for nothing at all
	}{
		{"refund", []string{"Prefunded", "Ask for a refund", "Refund with approval"}, "Refund with approval"},
		{"rwa", []string{"Draw a line", "Refund with approval"}, "Refund with approval"},
		{"approval refund", []string{"Approval", "Refund with approval"}, "Refund with approval"},
		{"mueller", []string{"Müller"}, ""},
		{"muller", []string{"Müller"}, "Müller"},
		{"Über", []string{"uber alles"}, "uber alles"},
		{"getuser", []string{"generate text by user", "getUserName"}, "getUserName"},
		{"gun", []string{"begun", "getUserName"}, "begun"},
		{"rfd", []string{"Refund"}, "Refund"},
		{"zzz", []string{"Refund"}, ""},
		{"fund with nothing", []string{"Refund with approval"}, ""},
		{strings.Repeat("r", 500), []string{strings.Repeat("r", 300)}, ""},
	} {
		got := found(c.query, c.names...)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) == 0 || got[0] != c.want) {
			t.Errorf("%q finds %q, want %q first", c.query, got, c.want)
		}
	}
}

func TestThePaletteMarksTheLettersThatMatch(t *testing.T) {
	for _, c := range []struct{ query, name, want string }{
		{"refund", "Ask for a refund", "refund"},
		{"rwa", "Refund with approval", "Rwa"},
		{"app ref", "Refund with approval", "Refapp"},
		{"ü", "Grüße", "ü"},
	} {
		var p Palette
		p.Set(FoundFlow, []PaletteItem{{Key: "x", Name: c.name}})
		lines := p.Find(c.query, 1)
		if len(lines) != 1 {
			t.Errorf("%q does not find %q", c.query, c.name)
			continue
		}
		got := ""
		for _, i := range lines[0].Marks {
			got += string([]rune(c.name)[i])
		}
		if got != c.want {
			t.Errorf("%q marks %q of %q, want %q", c.query, got, c.name, c.want)
		}
	}
}

// Something is found by its path and its state, too, and by what is in it where somebody
// else has looked.
func TestThePaletteFindsByMoreThanTheName(t *testing.T) {
	var p Palette
	p.Set(FoundRequest, []PaletteItem{{Key: "r", Name: "Pay?", About: "request", State: "waits for li@acme.example"}})
	p.Set(FoundFlow, []PaletteItem{{Key: "u/me/refund", Name: "Give it back", About: "flow", Also: "u/me/refund"}})
	p.Set(FoundRun, []PaletteItem{{Key: "1", Name: "Run of 14:02", Held: true}})
	for query, want := range map[string]PaletteKind{"li@acme": FoundRequest, "u/me/refund": FoundFlow, "request pay": FoundRequest} {
		lines := p.Find(query, 9)
		if len(lines) == 0 || lines[0].Kind != want {
			t.Errorf("%q finds %v", query, lines)
		}
		if last := lines[len(lines)-1]; last.Kind != FoundRun {
			t.Errorf("%q: the run that was found by what is in it comes last, got %v", query, last)
		}
	}
}

// What was done last comes first: at hand before anything is typed, and among equals. It
// outlasts a restart.
func TestThePaletteRemembers(t *testing.T) {
	var p Palette
	p.Set(FoundFlow, []PaletteItem{{Key: "a", Name: "Order A"}, {Key: "b", Name: "Order B"}})
	p.Set(FoundCommand, []PaletteItem{{Key: "test", Name: "Test flow"}})
	if got := p.Find("order", 9); got[0].Key != "a" {
		t.Fatalf("%v", got)
	}
	p.Used(p.Find("order", 9)[1].PaletteItem)
	var q Palette
	q.items = p.items
	q.SetRecent(p.Recent())
	if got := q.Find("order", 9); got[0].Key != "b" {
		t.Errorf("among equals %q is first", got[0].Key)
	}
	if got := q.Find("", 9); got[0].Key != "b" || len(got) != 3 {
		t.Errorf("at hand is %v", got)
	}
	q.SetRecent("nonsense\n\n" + strings.Repeat("b gone\n", 50))
	if got := q.Find(" ", 9); len(got) != 3 {
		t.Errorf("at hand is %v", got)
	}
	for i := range 40 {
		q.Used(PaletteItem{Key: fmt.Sprint(i)})
	}
	if n := strings.Count(q.Recent(), "\n"); n >= recentMost {
		t.Errorf("%d are remembered", n+1)
	}
}

func TestThePaletteKeepsItsOrder(t *testing.T) {
	var p Palette
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	p.Set(FoundRun, []PaletteItem{{Key: "1", Name: "Run of 22 Nov", At: day}, {Key: "2", Name: "Run of 23 Nov", At: day.AddDate(0, 0, 1)}})
	if got := p.Find("run of", 9); got[0].Key != "2" {
		t.Errorf("the newest run is not first: %v", got)
	}
	if got := p.Find("run", 1); len(got) != 1 {
		t.Errorf("%d lines", len(got))
	}
}

// Each command has a name and a key of its own, and what cannot be done now is told.
func TestCommandsAreToldApart(t *testing.T) {
	ids, names, keys := map[CommandID]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range Commands {
		if ids[c.ID] || names[c.Name] || c.Keys != "" && keys[c.Keys] || c.Name == "" {
			t.Errorf("%q (%s, %s) is there twice", c.Name, c.ID, c.Keys)
		}
		ids[c.ID], names[c.Name], keys[c.Keys] = true, true, true
		if got, ok := CommandOf(c.ID); !ok || got != c {
			t.Errorf("%s is not found", c.ID)
		}
	}
	if _, ok := CommandOf("nothing"); ok {
		t.Error("a command that is not there is found")
	}
	m := New()
	can := func() (out []CommandID) {
		for _, id := range []CommandID{CmdFlows, CmdTest, CmdExport, CmdDelete, CmdCopyStep} {
			c, _ := CommandOf(id)
			if m.Can(c, true) {
				out = append(out, id)
			}
			if m.Can(c, false) != (c.Where == Anywhere) {
				t.Errorf("%s outside the editor", id)
			}
		}
		return out
	}
	if got := can(); !slices.Equal(got, []CommandID{CmdFlows}) {
		t.Errorf("without a flow: %v", got)
	}
	m.Open("u/me/x", flowOf(ts("a")))
	if got := can(); !slices.Equal(got, []CommandID{CmdFlows, CmdTest, CmdExport}) {
		t.Errorf("without a step: %v", got)
	}
	m.Select("a")
	if got := can(); len(got) != 5 {
		t.Errorf("with a step: %v", got)
	}
	m.Doc().ReadOnly = true
	if got := can(); !slices.Equal(got, []CommandID{CmdFlows, CmdExport, CmdCopyStep}) {
		t.Errorf("of a flow to look at: %v", got)
	}
}

// BenchmarkPaletteFind is one key in a palette of 1,000 flows, a flow of 1,000 steps, 500
// scripts and 100 runs.
func BenchmarkPaletteFind(b *testing.B) {
	p := bigPalette()
	for _, q := range []string{"r", "ref", "refund cust 17", "xqzj", "rwa"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				p.Find(q, 60)
			}
		})
	}
}

// BenchmarkPaletteOpen is all that the model does as it opens.
func BenchmarkPaletteOpen(b *testing.B) {
	for b.Loop() {
		p := bigPalette()
		p.Find("", 60)
		p.Find("r", 60)
	}
}

func bigPalette() *Palette {
	p := &Palette{}
	words := strings.Fields("Refund with approval of the customer who waits for an answer about invoices orders and deliveries from Berlin")
	fill := func(kind PaletteKind, n int, about string) {
		items := make([]PaletteItem, n)
		for i := range items {
			items[i] = PaletteItem{Key: fmt.Sprint(i), Name: fmt.Sprintf("%s %s %s %d", words[i%len(words)], words[(i*7+3)%len(words)], words[(i*5+1)%len(words)], i), About: about, Also: fmt.Sprintf("u/me/flow_%d", i)}
		}
		p.Set(kind, items)
	}
	fill(FoundFlow, 1000, "flow")
	fill(FoundStep, 1000, "step of this flow")
	fill(FoundScript, 500, "script")
	fill(FoundRun, 100, "run")
	return p
}
