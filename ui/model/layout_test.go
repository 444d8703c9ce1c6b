package model

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func ts(id string) *flow.Module {
	return &flow.Module{ID: id, Value: &flow.RawScript{Language: "bun", Content: "export async function main() {}"}}
}

func ask(id string, votes int) *flow.Module {
	secs := 86400.0
	m := ts(id)
	m.Summary = "Ask " + id
	m.Suspend = &flow.Suspend{RequiredEvents: votes, Timeout: &secs}
	return m
}

func one(id string, def []*flow.Module, branches ...*flow.Branch) *flow.Module {
	return &flow.Module{ID: id, Value: &flow.BranchOne{Branches: branches, Default: def}}
}

func way(expr string, mods ...*flow.Module) *flow.Branch {
	return &flow.Branch{Expr: expr, Modules: mods}
}

func flowOf(mods ...*flow.Module) *flow.Flow {
	return &flow.Flow{Summary: "A flow", Value: flow.Value{Modules: mods}}
}

var shapes = []struct {
	name, reason string
	flow         *flow.Flow
}{
	{"empty", "input and end, one plus between", flowOf()},
	{"straight", "one card under another on x = 0", flowOf(ts("a"), ask("b", 2), ts("c"))},
	{"branch", "two columns, the step in the middle above", flowOf(ts("a"),
		one("b", []*flow.Module{ts("d")}, way(`resume["message"] != ""`, ts("c"))), ts("e"))},
	{"branch_empty", "an empty way has one plus, and is narrower", flowOf(one("a", nil, way("true", ts("b"))))},
	{"branch_nested", "a column is as wide as what it holds", flowOf(
		one("a", []*flow.Module{ts("f")}, way("x", ts("b"), one("c", []*flow.Module{ts("e")}, way("y", ts("d"))))))},
	{"loop", "a frame around card and body", flowOf(ts("a"), &flow.Module{ID: "l", Value: &flow.ForLoop{
		Iterator: &flow.Input{Kind: flow.JavaScript, Expr: "results.a"}, Modules: []*flow.Module{ts("b"), ts("c")}}}, ts("d"))},
	{"loop_in_branch", "frames inside columns keep the columns apart", flowOf(one("a", nil, way("x",
		&flow.Module{ID: "l", Value: &flow.WhileLoop{Modules: []*flow.Module{ts("b")}}}), way("y", ts("c"))))},
	{"all", "parallel branches stand in a frame", flowOf(&flow.Module{ID: "a", Value: &flow.BranchAll{Parallel: true,
		Branches: []*flow.Branch{way("", ts("b")), way("", ts("c")), {}}}})},
	{"failure", "failure and preprocessor steps stand aside", &flow.Flow{Value: flow.Value{
		Modules: []*flow.Module{ts("a")}, FailureModule: ts("failure"), PreprocessorModule: ts("preprocessor")}}},
}

func TestLayout(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			got := "# " + s.reason + "\n" + drawing(&lay(s.flow).Scene)
			file := filepath.Join("testdata", s.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("layout differs (-want +got):\n%s", d)
			}
		})
	}
}

// Groups take room for their heads, one in another, too; folded, they are one card.
func TestLayoutOfGroups(t *testing.T) {
	f := flowOf(ts("a"), ts("b"), loop("l", ts("m")), ts("z"))
	f.Value.Groups = flow.Raw(`[{"summary":"All","start_id":"a","end_id":"l"},{"summary":"In","start_id":"b","end_id":"b","autocollapse":true},{"start_id":"z","end_id":"a"}]`)
	f.Value.Notes = flow.Raw(`[{"id":"n","text":"Mind this","color":"yellow","type":"group","contained_node_ids":["m"]},{"id":"o","text":"x","color":"red","type":"free","position":{"x":300,"y":20}}]`)
	m := New()
	m.Open("p", f)
	at := func(id string) Rect {
		t.Helper()
		sc := m.Scene()
		b, ok := sc.Box(id)
		if !ok {
			t.Fatalf("there is no box %s", id)
		}
		return b.Rect
	}
	if sc := m.Scene(); func() bool { _, ok := sc.Box("b"); return ok }() {
		t.Error("a group that wants to be folded is open")
	}
	if got := at("#group 1"); got.H != CardHeight || got.Y != at("a").Y+CardHeight+Distance {
		t.Errorf("the card of a group stands at %v", got)
	}
	if h := at("#group 0"); h.Y <= CardHeight+Distance || at("a").Y < h.Y+h.H {
		t.Errorf("the head of a group stands at %v, its first step at %v", h, at("a"))
	}
	if n := at("#note n"); n.Y+n.H > at("m").Y || n.X > at("m").X {
		t.Errorf("the head of a note is at %v, what it surrounds at %v", n, at("m"))
	}
	if n := at("#note o"); n.X != 300 || n.Y != 20 {
		t.Errorf("a note lies at %v", n)
	}
	below := func(id string) string {
		sc := m.Scene()
		next, _ := sc.Nearest(id, 0, 1)
		return next
	}
	way := []string{InputID}
	for at := below(InputID); at != "" && len(way) < 20; at = below(at) {
		way = append(way, at)
	}
	if got := strings.Join(way, " "); got != "#input #group 0 a #group 1 l m z #end" {
		t.Errorf("the arrow down leads %s", got)
	}
	m.Select("b") // what is folded opens for what is selected
	if b := at("b"); b.Y < at("#group 1").Y {
		t.Errorf("b stands at %v", b)
	}
	m.Fold("#group 0")
	if m.Selected() != "#group 0" || at("#group 0").H != CardHeight || at("z").Y != at("#group 0").Y+CardHeight+Distance {
		t.Errorf("folded: selected %s, z at %v", m.Selected(), at("z"))
	}
	m.Fold("#group 0")
	m.Fold("l")
	if sc := m.Scene(); len(sc.Frames) != 3 { // two groups, and the note, which surrounds the card
		t.Errorf("%d frames with a folded loop: %+v", len(sc.Frames), sc.Frames)
	}
	p := m.Scene()
	if plus, ok := p.PlusAfter("l"); !ok || plus.Place.Container != "" {
		t.Errorf("below a folded loop one adds at %+v", plus)
	}
}

// A note takes room above the steps that it surrounds, so that it covers neither the card
// before nor the plus between; one around steps that stand apart lies over what is there.
func TestNotesAroundNeighborsTakeRoom(t *testing.T) {
	for _, c := range []struct {
		name, ids string
		room      bool
	}{{"one", `"b"`, true}, {"two", `"b","l"`, true}, {"with what a loop holds", `"l","m"`, true}, {"inside", `"m"`, true}, {"apart", `"a","l"`, false}, {"gone", `"x"`, false}} {
		f := flowOf(ts("a"), ts("b"), loop("l", ts("m")), ts("z"))
		f.Value.Notes = flow.Raw(`[{"id":"n","text":"Mind this","type":"group","contained_node_ids":[` + c.ids + `]}]`)
		m := New()
		m.Open("p", f)
		sc := m.Scene()
		end, _ := sc.Box(EndID)
		plain := lay(flowOf(ts("a"), ts("b"), loop("l", ts("m")), ts("z"))).Scene
		was, _ := plain.Box(EndID)
		if grew := end.Y > was.Y; grew != c.room {
			t.Errorf("%s: the note takes room: %v", c.name, grew)
		}
		n, _ := sc.Box("#note n")
		if !c.room {
			continue
		}
		if n.Title != "Mind this" || !n.Around {
			t.Errorf("%s: the note is %+v", c.name, n)
		}
		for _, p := range sc.Pluses {
			if n.Grow(PlusRadius).Contains(p.At) {
				t.Errorf("%s: the plus %v lies on the note %v", c.name, p.At, n.Rect)
			}
		}
		for _, b := range sc.Boxes {
			if b.ID != n.ID && b.Overlaps(n.Rect) {
				t.Errorf("%s: the note %v covers %s %v", c.name, n.Rect, b.ID, b.Rect)
			}
		}
	}
}

func TestLayoutKeepsThingsApart(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			sc := lay(s.flow).Scene
			for i, a := range sc.Boxes {
				for _, b := range sc.Boxes[i+1:] {
					if a.Grow(Apart/2 - 1).Overlaps(b.Rect) {
						t.Errorf("%s and %s are too near: %v %v", a.ID, b.ID, a.Rect, b.Rect)
					}
				}
				for _, p := range sc.Pluses {
					if a.Kind == BoxPlace {
						continue // it is where the keyboard stops at a plus
					}
					if a.Grow(PlusRadius).Contains(p.At) {
						t.Errorf("plus %v lies on %s", p, a.ID)
					}
				}
				if sc.Bounds.Union(a.Rect) != sc.Bounds {
					t.Errorf("%s is out of bounds", a.ID)
				}
			}
			for i, p := range sc.Pluses {
				for _, q := range sc.Pluses[i+1:] {
					if p.Place == q.Place {
						t.Errorf("two pluses for %v", p.Place)
					}
				}
				for _, l := range sc.Pills {
					if l.Grow(PlusRadius - 0.5).Contains(p.At) {
						t.Errorf("plus %v lies on pill %q", p, l.Text)
					}
				}
			}
		})
	}
}

func TestFindOnScene(t *testing.T) {
	sc := lay(flowOf(ts("a"), one("b", []*flow.Module{ts("d")}, way("x", ts("c"))), ts("e"))).Scene
	for _, b := range sc.Boxes {
		if h := sc.At(b.Center()); h.Kind != HitBox || sc.Boxes[h.Index].ID != b.ID {
			t.Errorf("At(center of %s) = %v", b.ID, h)
		}
	}
	for i, p := range sc.Pluses {
		if h := sc.At(p.At); h != (Hit{HitPlus, i}) {
			t.Errorf("At(plus %d) = %v", i, h)
		}
	}
	for i, p := range sc.Pills {
		if h := sc.At(p.Center()); h != (Hit{HitPill, i}) {
			t.Errorf("At(pill %d) = %v", i, h)
		}
	}
	if h := sc.At(Point{-2000, 10}); h.Kind != HitNothing {
		t.Errorf("At(nowhere) = %v", h)
	}
	for _, w := range []struct {
		from   string
		dx, dy int
		want   string
	}{
		{"", 0, 1, InputID},
		{InputID, 0, 1, "a"},
		{"a", 0, 1, "b"},
		{"b", 0, 1, "c"},
		{"c", 1, 0, "d"},
		{"d", -1, 0, "c"},
		{"c", 0, 1, "e"},
		{"d", 0, 1, "e"},
		{"d", 0, -1, "b"},
		{"e", 0, 1, EndID},
		{EndID, 0, 1, ""},
		{InputID, 0, -1, ""},
	} {
		if got, ok := sc.Nearest(w.from, w.dx, w.dy); got != w.want || ok != (w.want != "") {
			t.Errorf("Nearest(%q, %d, %d) = %q, %v; want %q", w.from, w.dx, w.dy, got, ok, w.want)
		}
	}
}

func TestWithinIsComplete(t *testing.T) {
	sc := lay(longFlow(200)).Scene
	view := Rect{-300, 4321, 700, 900}
	boxes, wires, pluses, pills := sc.Within(view)
	var b, w, p, l int
	for _, x := range sc.Boxes {
		if x.Overlaps(view) {
			b++
		}
	}
	for _, x := range sc.Wires {
		if x.Around().Grow(1).Overlaps(view) {
			w++
		}
	}
	for _, x := range sc.Pluses {
		if view.Grow(PlusRadius).Contains(x.At) {
			p++
		}
	}
	for _, x := range sc.Pills {
		if x.Overlaps(view) {
			l++
		}
	}
	if b == 0 || b != len(boxes) || w != len(wires) || p != len(pluses) || l != len(pills) {
		t.Errorf("Within found %d %d %d %d, there are %d %d %d %d", len(boxes), len(wires), len(pluses), len(pills), b, w, p, l)
	}
}

// longFlow is a flow of n steps with a branch now and then.
func longFlow(n int) *flow.Flow {
	var mods []*flow.Module
	for i := 0; i < n; {
		if i%10 == 5 {
			mods = append(mods, one(fmt.Sprintf("b%d", i), []*flow.Module{ts(fmt.Sprintf("s%d", i+1))},
				way("flow_input.amount > 100", ts(fmt.Sprintf("s%d", i+2)), ts(fmt.Sprintf("s%d", i+3)))))
			i += 4
			continue
		}
		mods = append(mods, ts(fmt.Sprintf("s%d", i)))
		i++
	}
	return flowOf(mods...)
}

func BenchmarkLayout1000(b *testing.B) {
	f := longFlow(1000)
	for b.Loop() {
		lay(f)
	}
}

// drawing writes a scene as text: sizes only where they are not the usual.
func drawing(s *Scene) string {
	var b strings.Builder
	fmt.Fprintf(&b, "bounds %g,%g %g×%g\n", s.Bounds.X, s.Bounds.Y, s.Bounds.W, s.Bounds.H)
	for _, f := range s.Frames {
		fmt.Fprintf(&b, "frame  %s %g,%g %g×%g depth %d\n", f.ID, f.X, f.Y, f.W, f.H, f.Depth)
	}
	for _, x := range s.Boxes {
		fmt.Fprintf(&b, "box    %s %g,%g", x.ID, x.X, x.Y)
		if x.W != CardWidth || x.H != CardHeight {
			fmt.Fprintf(&b, " %g×%g", x.W, x.H)
		}
		b.WriteByte('\n')
	}
	for _, w := range s.Wires {
		fmt.Fprintf(&b, "wire   %s", w.From)
		for _, p := range w.Points {
			fmt.Fprintf(&b, " %g,%g", p.X, p.Y)
		}
		b.WriteByte('\n')
	}
	for _, p := range s.Pills {
		fmt.Fprintf(&b, "pill   %s/%d %q %g,%g %g\n", p.Container, p.Branch, p.Text, p.X, p.Y, p.W)
	}
	for _, p := range s.Pluses {
		fmt.Fprintf(&b, "plus   %q/%d/%d %g,%g after %s\n", p.Place.Container, p.Place.Branch, p.Place.Index, p.At.X, p.At.Y, p.After)
	}
	return b.String()
}
