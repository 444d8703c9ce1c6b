package canvas

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/model"
)

// told records the callbacks of a canvas as text.
func told(c *FlowCanvas) *[]string {
	var log []string
	say := func(format string, args ...any) { log = append(log, fmt.Sprintf(format, args...)) }
	c.OnSelect = func(id string) { say("select %s", id) }
	c.OnOpen = func(id string) { say("open %s", id) }
	c.OnPlus = func(p model.Plus, _ fyne.Position) {
		say("plus %s/%d/%d", p.Place.Container, p.Place.Branch, p.Place.Index)
	}
	c.OnPill = func(p model.Pill) { say("pill %s/%d", p.Container, p.Branch) }
	c.OnDelete = func(id string) { say("delete %s", id) }
	c.OnMove = func(id string, d int) { say("move %s %d", id, d) }
	c.OnContext = func(id string, _ fyne.Position) { say("context %s", id) }
	c.OnShortcut = func(s fyne.Shortcut) { say("shortcut %s", s.ShortcutName()) }
	return &log
}

func expect(t *testing.T, log *[]string, want ...string) {
	t.Helper()
	if !slices.Equal(*log, want) {
		t.Errorf("told %q, want %q", *log, want)
	}
	*log = nil
}

// clickAt presses and releases a button as the window does.
func clickAt(c *FlowCanvas, p fyne.Position, b desktop.MouseButton) {
	ev := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p, AbsolutePosition: p}, Button: b}
	c.MouseDown(ev)
	c.MouseUp(ev)
	if b == desktop.MouseButtonSecondary {
		c.TappedSecondary(&ev.PointEvent)
	}
}

func (c *FlowCanvas) placeOf(t *testing.T, id string) fyne.Position {
	t.Helper()
	b, ok := c.scene.Box(id)
	if !ok {
		t.Fatalf("no box %s", id)
	}
	return c.toView(b.Center())
}

func TestClicks(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	at := time.Unix(0, 0)
	c.now = func() time.Time { return at }
	log := told(c)

	clickAt(c, c.placeOf(t, "a"), desktop.MouseButtonPrimary)
	expect(t, log, "select a")
	at = at.Add(time.Second)
	clickAt(c, c.placeOf(t, "a"), desktop.MouseButtonPrimary)
	at = at.Add(200 * time.Millisecond)
	clickAt(c, c.placeOf(t, "a"), desktop.MouseButtonPrimary)
	expect(t, log, "select a", "open a")

	clickAt(c, c.placeOf(t, "b"), desktop.MouseButtonSecondary)
	expect(t, log, "select b", "context b")
	clickAt(c, fyne.NewPos(40, 300), desktop.MouseButtonSecondary)
	expect(t, log, "context ")
	clickAt(c, fyne.NewPos(40, 300), desktop.MouseButtonPrimary)
	expect(t, log, "select ")

	p := c.scene.Pluses[0]
	clickAt(c, c.toView(p.At), desktop.MouseButtonPrimary)
	expect(t, log, "plus /-1/0")
	c.ReadOnly = true
	clickAt(c, c.toView(p.At), desktop.MouseButtonPrimary)
	expect(t, log, "select ")
	c.ReadOnly = false

	for _, l := range c.scene.Pills {
		clickAt(c, c.toView(l.Center()), desktop.MouseButtonPrimary)
	}
	expect(t, log, "pill c/0", "pill c/-1")
}

func TestPressThatMovesPansAndClicksNothing(t *testing.T) {
	c, win := stage(t, false, 990, 640, scene())
	log := told(c)
	before := c.placeOf(t, "a")
	p := before
	ev := func(p fyne.Position) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary}
	}
	c.MouseDown(ev(p))
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: p.AddXY(2, 1)}, Dragged: fyne.NewDelta(2, 1)})
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: p.AddXY(30, 20)}, Dragged: fyne.NewDelta(28, 19)})
	c.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: p.AddXY(50, 30)}, Dragged: fyne.NewDelta(20, 10)})
	c.MouseUp(ev(p.AddXY(50, 30)))
	c.DragEnd()
	expect(t, log)
	if got := c.placeOf(t, "a"); got != before.AddXY(50, 30) {
		t.Errorf("the card went to %v, want 50, 30 from %v", got, before)
	}
	// The same by the window's own means, with the button known to nobody.
	test.Drag(win.Canvas(), fyne.NewPos(40, 300), -20, -15)
	if got := c.placeOf(t, "a"); got != before.AddXY(30, 15) {
		t.Errorf("after the drag the card is at %v", got)
	}
	test.Scroll(win.Canvas(), fyne.NewPos(40, 300), -5, -10)
	if got := c.placeOf(t, "a"); got != before.AddXY(25, 5) {
		t.Errorf("after scrolling the card is at %v", got)
	}
}

func TestSceneCanNotBeLost(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	for range 100 {
		c.pan(500, 400)
	}
	v := c.view()
	if !v.Overlaps(c.scene.Bounds) {
		t.Errorf("the view %v shows nothing of %v", v, c.scene.Bounds)
	}
	for range 100 {
		c.pan(-500, -400)
	}
	if v := c.view(); !v.Overlaps(c.scene.Bounds) {
		t.Errorf("the view %v shows nothing of %v", v, c.scene.Bounds)
	}
}

func TestZoomKeepsWhatIsUnderThePointer(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	p := fyne.NewPos(300, 200)
	want := c.toWorld(p)
	for _, rung := range []int{3, -5, 9, lowestRung, 0} {
		c.zoomTo(rung, p)
		got := c.toWorld(p)
		if d := max(got.X-want.X, want.X-got.X, got.Y-want.Y, want.Y-got.Y); d > 0.5 {
			t.Errorf("rung %d: %v is under the pointer, want %v", rung, got, want)
		}
	}
	c.zoomTo(1000, p)
	if c.rung != highestRung {
		t.Errorf("zoomed to rung %d", c.rung)
	}
}

func TestZoomBar(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	press := func(k knob) {
		s := c.bar.places[k-1]
		clickAt(c, fyne.NewPos(s.x+s.w/2, c.bar.y+5), desktop.MouseButtonPrimary)
	}
	c.ZoomReset()
	press(knobIn)
	press(knobIn)
	if c.rung != 2 {
		t.Errorf("rung %d after two steps nearer", c.rung)
	}
	if got := c.bar.texts[1].Text; got != "121 %" {
		t.Errorf("the bar says %q", got)
	}
	press(knobOut)
	press(knobReset)
	if c.rung != 0 {
		t.Errorf("rung %d after reset", c.rung)
	}
	press(knobFit)
	if !covers(c.view(), c.scene.Bounds) {
		t.Errorf("fit shows %v of %v", c.view(), c.scene.Bounds)
	}
}

func TestMinimapGoesThere(t *testing.T) {
	c, _ := stage(t, false, 800, 400, longScene(60))
	if covers(c.view(), c.scene.Bounds) {
		t.Fatal("all is in view")
	}
	zx, zy, dx, dy := c.minimap.scales()
	end, _ := c.scene.Box(model.EndID)
	was := c.toView(model.Point{}).X
	p := c.minimap.at.AddXY(end.Center().X*zx+dx+4, end.Center().Y*zy+dy)
	clickAt(c, p, desktop.MouseButtonPrimary)
	if !c.view().Overlaps(end.Rect) {
		t.Errorf("the view %v does not show the end %v", c.view(), end.Rect)
	}
	if now := c.toView(model.Point{}).X; now != was {
		t.Errorf("the flow was pushed sideways, from %v to %v", was, now)
	}
}

func TestKeys(t *testing.T) {
	c, win := stage(t, false, 990, 640, scene())
	log := told(c)
	selects := func(id string) { *log = append(*log, "select "+id); mark(c, id) }
	c.OnSelect = selects
	win.Canvas().Focus(c)
	key := func(names ...fyne.KeyName) {
		for _, n := range names {
			c.TypedKey(&fyne.KeyEvent{Name: n})
		}
	}
	key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyRight)
	expect(t, log, "select #input", "select a", "select b", "select c", "select d", "select e")
	key(fyne.KeyDelete, fyne.KeyReturn, fyne.KeyInsert)
	expect(t, log, "delete e", "open e", "plus c/-1/1")
	c.TypedRune('+')
	expect(t, log, "plus c/-1/1")
	c.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyUp, Modifier: fyne.KeyModifierAlt})
	c.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDown, Modifier: fyne.KeyModifierAlt})
	c.TypedShortcut(&fyne.ShortcutUndo{})
	expect(t, log, "move e -1", "move e 1", "shortcut Undo")
	key(fyne.KeyHome, fyne.KeyDelete)
	expect(t, log, "select #input")
	key(fyne.KeyEnd, desktop.KeyMenu, fyne.KeyEscape)
	expect(t, log, "select #end", "context #end", "select ")
	c.ReadOnly = true
	mark(c, "a")
	key(fyne.KeyDelete, fyne.KeyInsert)
	expect(t, log)
}

// mark selects a box in the scene, as the model would.
func mark(c *FlowCanvas, id string) {
	s := c.scene
	s.Boxes = slices.Clone(s.Boxes)
	for i := range s.Boxes {
		s.Boxes[i].Selected = s.Boxes[i].ID == id
	}
	c.SetScene(s)
}

func TestKeysBringTheSelectionIntoView(t *testing.T) {
	c, _ := stage(t, false, 700, 400, longScene(40))
	c.OnSelect = func(id string) { mark(c, id) }
	for range 25 {
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	b, ok := c.scene.Box(c.Selected())
	if !ok || c.view().Union(b.Rect) != c.view() {
		t.Errorf("%q at %v is not in the view %v", c.Selected(), b.Rect, c.view())
	}
}

func TestHoverLightsUpAndGoesOut(t *testing.T) {
	c, win := stage(t, false, 990, 640, scene())
	test.MoveMouse(win.Canvas(), c.toView(c.scene.Pluses[1].At))
	if c.hover.Kind != model.HitPlus || c.Cursor() != desktop.PointerCursor {
		t.Errorf("hover %v over a plus", c.hover)
	}
	test.MoveMouse(win.Canvas(), fyne.NewPos(40, 300))
	if c.hover.Kind != model.HitNothing || c.Cursor() != desktop.DefaultCursor {
		t.Errorf("hover %v over nothing", c.hover)
	}
}

func TestNewSceneKeepsTheView(t *testing.T) {
	c, _ := stage(t, false, 990, 640, scene())
	c.pan(-40, -30)
	off := c.offset
	c.SetScene(scene())
	if c.offset != off {
		t.Errorf("the view moved from %v to %v", off, c.offset)
	}
	c.Reset()
	c.SetScene(longScene(5))
	want := c.offset
	if c.touched || want == off {
		t.Error("another flow is shown where the last one was")
	}
	c.pan(-40, -30)
	c.SetScene(scene())
	c.SetScene(longScene(5))
	c.Reset()
	if c.offset != want {
		t.Errorf("reset after the scene begins at %v, before it at %v", c.offset, want)
	}
	log := told(c)
	clickAt(c, c.placeOf(t, "s0"), desktop.MouseButtonPrimary)
	expect(t, log, "select s0")
}

func TestOnlyWhatIsInViewHasObjects(t *testing.T) {
	c, _ := stage(t, false, 990, 640, longScene(1000))
	if n := len(c.world.Objects); n == 0 || n > 600 {
		t.Errorf("%d objects for the first screen of 1000 steps", n)
	}
	c.Fit()
	if !c.far || len(c.world.Objects) != 0 {
		t.Errorf("far out there are still %d objects", len(c.world.Objects))
	}
}

// longScene is a flow of about n steps with a branch now and then.
func longScene(n int) model.Scene {
	m := model.New()
	m.Open("u/me/long", longFlow(n))
	return m.Scene()
}

func longFlow(n int) *flow.Flow {
	var mods []*flow.Module
	for i := 0; i < n; {
		if i%10 == 5 {
			mods = append(mods, &flow.Module{ID: fmt.Sprintf("b%d", i), Summary: "Which way", Value: &flow.BranchOne{
				Branches: []*flow.Branch{{Expr: "flow_input.amount > 100", Modules: []*flow.Module{script(fmt.Sprintf("s%d", i+1), "bun", "Fetch page")}}},
				Default:  []*flow.Module{script(fmt.Sprintf("s%d", i+2), "python3", "Count words")},
			}})
			i += 3
			continue
		}
		mods = append(mods, script(fmt.Sprintf("s%d", i), "bash", fmt.Sprintf("Step number %d", i)))
		i++
	}
	return &flow.Flow{Summary: "Long", Value: flow.Value{Modules: mods}}
}

func benchmarkFrames(b *testing.B, n int, frame func(c *FlowCanvas, i int)) {
	c, _ := stage(b, false, 1400, 900, longScene(n))
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		frame(c, i)
	}
}

func BenchmarkPan200(b *testing.B)  { benchmarkFrames(b, 200, panFrame) }
func BenchmarkPan1000(b *testing.B) { benchmarkFrames(b, 1000, panFrame) }

// panFrame goes down and up again, so that objects are set up now and then.
func panFrame(c *FlowCanvas, i int) {
	dy := float32(-16)
	if i/400%2 == 1 {
		dy = 16
	}
	c.pan(0, dy)
}

func BenchmarkZoom1000(b *testing.B) {
	benchmarkFrames(b, 1000, func(c *FlowCanvas, i int) { c.zoomTo(i%12-8, c.middle()) })
}

func BenchmarkFirstFrame200(b *testing.B)  { benchmarkFirst(b, 200) }
func BenchmarkFirstFrame1000(b *testing.B) { benchmarkFirst(b, 1000) }

func benchmarkFirst(b *testing.B, n int) {
	s := longScene(n)
	c, _ := stage(b, false, 1400, 900, s)
	b.ResetTimer()
	for b.Loop() {
		c.Reset()
		c.SetScene(s)
	}
}

func TestACardIsDraggedToAPlus(t *testing.T) {
	c, _ := stage(t, false, 990, 1200, longScene(6))
	c.ZoomReset()
	var id string
	var to model.Plus
	c.OnDrop = func(got string, at model.Plus) { id, to = got, at }
	drag := func(from, end fyne.Position) {
		at := fyne.PointEvent{Position: from}
		c.MouseDown(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary})
		for i := range 5 {
			at.Position = from.Add(fyne.NewPos((end.X-from.X)*float32(i+1)/5, (end.Y-from.Y)*float32(i+1)/5))
			c.Dragged(&fyne.DragEvent{PointEvent: at})
		}
		c.MouseUp(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary})
		c.DragEnd()
	}
	first := c.scene.Boxes[1]
	plus := c.scene.Pluses[4]
	drag(c.toView(first.Center()), c.toView(plus.At).AddXY(8, 8))
	if id != first.ID || to.Place != plus.Place {
		t.Errorf("dropped %q at %+v, want %q at %+v", id, to.Place, first.ID, plus.Place)
	}
	id = ""
	drag(c.toView(first.Center()), fyne.NewPos(20, 20))
	if id != "" || c.carry != nil {
		t.Error("a card that is dropped beside the way was moved")
	}
	was := c.offset
	c.ReadOnly = true
	drag(c.toView(first.Center()), c.toView(plus.At))
	if id != "" || c.offset == was {
		t.Error("where nothing may be changed a drag does not pan")
	}
}
