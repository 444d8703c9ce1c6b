package flow

import (
	"strings"
	"testing"
)

func drawnFlow(t *testing.T, more string) *Flow {
	t.Helper()
	f, err := ParseJSON([]byte(`{"summary":"F","value":{"modules":[` +
		`{"id":"a","value":{"type":"identity"}},{"id":"b","value":{"type":"identity"}},{"id":"c","value":{"type":"identity"}},` +
		`{"id":"l","value":{"type":"forloopflow","modules":[{"id":"m","value":{"type":"identity"}}],"iterator":{"type":"static","value":[]},"skip_failures":false}}]` + more + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What a file says of a note or a group beyond what is drawn stays through every edit.
func TestNotesAndGroupsKeepWhatIsNotTheirs(t *testing.T) {
	f := drawnFlow(t, `,"notes":[{"z":1,"id":"n","text":"old","color":"yellow","type":"free","position":{"x":1.5,"y":2,"q":true},"locked":false}],`+
		`"groups":[{"own":[1],"start_id":"a","end_id":"b"}]`)
	f, err := SetNote(f, "n", func(n *Note) { n.Text, *n.X = "new <b>", -40 })
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(f.Value.Notes), `[{"z":1,"id":"n","text":"new <b>","color":"yellow","type":"free","position":{"x":-40,"y":2,"q":true},"locked":false}]`; got != want {
		t.Errorf("note\n%s, want\n%s", got, want)
	}
	if f, err = SetGroup(f, 0, func(g *Group) { g.Summary = "Look up" }); err != nil {
		t.Fatal(err)
	}
	if got, want := string(f.Value.Groups), `[{"own":[1],"start_id":"a","end_id":"b","summary":"Look up"}]`; got != want {
		t.Errorf("group\n%s, want\n%s", got, want)
	}
	f, err = AddNote(f, Note{Text: "t", Color: "blue", Around: true, Steps: []string{"a"}})
	if err != nil || len(Notes(f)) != 2 || !Notes(f)[1].Around || Notes(f)[1].ID == "" {
		t.Fatalf("notes %+v, %v", Notes(f), err)
	}
	if f, err = RemoveNote(f, "n"); err != nil || len(Notes(f)) != 1 {
		t.Errorf("after removal %+v, %v", Notes(f), err)
	}
	if f, err = RemoveGroup(f, 0); err != nil || f.Value.Groups != nil {
		t.Errorf("the last group leaves %s, %v", f.Value.Groups, err)
	}
	text, err := f.JSON()
	if err != nil || strings.Contains(string(text), `"groups"`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestMembersOfAGroup(t *testing.T) {
	f := drawnFlow(t, "")
	for _, c := range []struct{ start, end, want string }{
		{"a", "c", "a b c"}, {"b", "l", "b c l"}, {"m", "m", "m"}, {"c", "a", ""}, {"a", "m", ""}, {"a", "gone", ""},
	} {
		if got := strings.Join(MembersOf(f, Group{Start: c.start, End: c.end}), " "); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.start, c.end, got, c.want)
		}
	}
	if _, err := AddGroup(f, Group{Start: "a", End: "m"}); err == nil {
		t.Error("a group of steps that stand in two sequences was made")
	}
}

// A group goes on with the steps that it has left, and goes with its last one.
func TestAGroupFollowsItsSteps(t *testing.T) {
	was := drawnFlow(t, `,"notes":[{"id":"n","text":"","color":"","type":"group","contained_node_ids":["a","x"]}],"groups":[{"start_id":"a","end_id":"c"}]`)
	ends := func(f *Flow) string {
		all := Groups(f)
		if len(all) == 0 {
			return ""
		}
		return all[0].Start + " " + all[0].End
	}
	step := func(change func(*Flow) (*Flow, error), want string) {
		t.Helper()
		now, err := change(was)
		if err != nil {
			t.Fatal(err)
		}
		was = KeepDrawn(was, now)
		if got := ends(was); got != want {
			t.Errorf("the group is %q, want %q", got, want)
		}
	}
	step(func(f *Flow) (*Flow, error) { return Remove(f, "a") }, "b c")
	if n := Notes(was)[0]; strings.Join(n.Steps, " ") != "x" {
		t.Errorf("the note surrounds %v", n.Steps)
	}
	step(func(f *Flow) (*Flow, error) { return Move(f, "b", 1) }, "c b")
	step(func(f *Flow) (*Flow, error) { return MoveTo(f, "b", Place{Container: "l", Branch: -1}) }, "c c")
	step(func(f *Flow) (*Flow, error) { return Rename(f, "c", "d") }, "d d")
	step(func(f *Flow) (*Flow, error) { return Remove(f, "d") }, "")
}

// A step is skipped by one word, and its own condition stands there again afterwards.
func TestSkipKeepsTheOwnCondition(t *testing.T) {
	for _, c := range []struct{ in, skipped, back string }{
		{`{"id":"a","value":{"type":"identity"}}`, `"skip_if":{"expr":"true"}`, `{"id":"a","value":{"type":"identity"}}`},
		{`{"id":"a","value":{"type":"identity"},"skip_if":{"expr":"results.b == \"x\"","own":1}}`, `"skip_if":{"expr":"true","own":1}`,
			`{"id":"a","value":{"type":"identity"},"skip_if":{"expr":"results.b == \"x\"","own":1}}`},
	} {
		f, err := ParseJSON([]byte(`{"summary":"","value":{"modules":[` + c.in + `]}}`))
		if err != nil {
			t.Fatal(err)
		}
		set := func(on bool) string {
			f, err = Update(f, "a", func(m Module) Module { m.SetSkipped(on); return m })
			if err != nil {
				t.Fatal(err)
			}
			b, err := f.JSON()
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if got := set(true); !strings.Contains(got, c.skipped) || !f.Value.Modules[0].Skipped() {
			t.Errorf("%s skipped is %s", c.in, got)
		}
		if again := set(true); !strings.Contains(again, c.skipped) {
			t.Errorf("skipped twice: %s", again)
		}
		if got := set(false); !strings.Contains(got, c.back) || f.Value.Modules[0].Skipped() {
			t.Errorf("taken back it is %s, want %s", got, c.back)
		}
	}
}

func TestCopiesOfSeveralReadEachOther(t *testing.T) {
	f, err := ParseJSON([]byte(`{"summary":"","value":{"modules":[{"id":"a","value":{"type":"identity"}},{"id":"b","value":{"type":"identity"},"skip_if":{"expr":"results.a"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	out := FreshAll(f, f.Value.Modules)
	if out[0].ID != "c" || out[1].ID != "d" || out[1].SkipIf.Expr != "results.c" {
		t.Errorf("copies %s and %s, which reads %s", out[0].ID, out[1].ID, out[1].SkipIf.Expr)
	}
	if f.Value.Modules[1].SkipIf.Expr != "results.a" {
		t.Error("the originals were changed")
	}
	double := FreshAll(&Flow{}, []*Module{{ID: "x", Value: &Identity{}}, {ID: "x", Value: &Identity{}}})
	if double[0].ID != "x" || double[1].ID == "x" {
		t.Errorf("doubles are %s and %s", double[0].ID, double[1].ID)
	}
}
