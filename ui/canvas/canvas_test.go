package canvas

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/model"
)

func script(id, language, summary string) *flow.Module {
	return &flow.Module{ID: id, Summary: summary, Value: &flow.RawScript{Language: language}}
}

// refund is the flow of the sample, drawn by hand.
func refund() *flow.Flow {
	day := 86400.0
	ask := &flow.Module{ID: "b", Summary: "Send approval by e-mail (Gmail)", Value: &flow.Script{Path: "hub/1397/gmail/approval_by_email"},
		Suspend: &flow.Suspend{RequiredEvents: 2, Timeout: &day}}
	branch := &flow.Module{ID: "c", Summary: "Was a reason given?", Value: &flow.BranchOne{
		Branches: []*flow.Branch{{Expr: `resume["message"] != ""`, Modules: []*flow.Module{script("d", "python3", "Refund the customer")}}},
		Default:  []*flow.Module{script("e", "bun", "Ask finance")},
	}}
	return &flow.Flow{
		Summary: "Refund with approval",
		Schema:  flow.Raw(`{"properties":{"order_id":{},"amount":{},"customer":{}}}`),
		Value:   flow.Value{Modules: []*flow.Module{script("a", "bun", "Look up the order"), ask, branch}},
	}
}

// scene is the sample in the middle of a run.
func scene() model.Scene {
	m := model.New()
	m.Open("u/me/refund", refund())
	s := m.Scene()
	set := func(id string, role model.Role, line string) {
		for i := range s.Boxes {
			if s.Boxes[i].ID == id {
				s.Boxes[i].Role, s.Boxes[i].Problem = role, ""
				if line != "" {
					s.Boxes[i].Line = line
				}
			}
		}
	}
	set(model.InputID, model.Good, "")
	set("a", model.Good, "TypeScript · 42 ms")
	set("b", model.AwaitsPeople, "Waiting · 1 of 2 approvals · 23 h left")
	for _, id := range []string{"c", "d", "e"} {
		set(id, model.Idle, "")
	}
	return s
}

// stage shows a canvas in a window of a size.
func stage(t testing.TB, dark bool, w, h float32, s model.Scene) (*FlowCanvas, fyne.Window) {
	t.Helper()
	app := test.NewApp()
	t.Cleanup(app.Quit)
	app.Settings().SetTheme(kit.NewTheme(dark))
	c := New()
	win := app.NewWindow("canvas")
	win.SetPadded(false)
	win.SetContent(c)
	win.Resize(fyne.NewSize(w, h))
	c.SetScene(s)
	return c, win
}

// picture saves what a window shows where PICTURES names a folder, and returns it.
func picture(t testing.TB, win fyne.Window, name string) image.Image {
	t.Helper()
	img := win.Canvas().Capture()
	if dir := os.Getenv("PICTURES"); dir != "" {
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

func TestPictures(t *testing.T) {
	for _, dark := range []bool{false, true} {
		name := "light"
		if dark {
			name = "dark"
		}
		t.Run(name, func(t *testing.T) {
			c, win := stage(t, dark, 990, 640, scene())
			full := picture(t, win, name+"-1")
			c.zoomTo(-7, c.middle())
			picture(t, win, name+"-half")
			c.Fit()
			picture(t, win, name+"-fit")
			c.zoomTo(-20, c.middle())
			far := picture(t, win, name+"-far")
			p := kit.Colors()
			for what, img := range map[string]image.Image{"full": full, "far": far} {
				if !has(img, p.WaitingLine.R, p.WaitingLine.G, p.WaitingLine.B) {
					t.Errorf("%s: no amber to be found though a step waits", what)
				}
				if !has(img, p.Good.R, p.Good.G, p.Good.B) {
					t.Errorf("%s: nothing green though a step succeeded", what)
				}
			}
		})
	}
}

// TestPictureOfEverything draws what the sample has not: frames, asides, all
// states, a selection with the keyboard on it, mistakes.
func TestPictureOfEverything(t *testing.T) {
	f := refund()
	f.Value.Modules = append(f.Value.Modules[:1:1],
		&flow.Module{ID: "l", Value: &flow.ForLoop{Iterator: &flow.Input{Kind: flow.JavaScript, Expr: "results.a.items"}, Modules: []*flow.Module{script("m", "python3", "Count words")}}},
		&flow.Module{ID: "p", Value: &flow.BranchAll{Parallel: true, Branches: []*flow.Branch{{Summary: "left", Modules: []*flow.Module{script("q", "bash", "")}}, {}}}})
	f.Value.FailureModule = script("failure", "bun", "Tell the team")
	m := model.New()
	m.Open("u/me/all", f)
	m.Select("q")
	s := m.Scene()
	lines := map[model.Role]string{model.Bad: "Failed · There is no order 4711", model.Busy: "Python · running · 3 s", model.Good: "TypeScript · 8 ms"}
	roles := map[string]model.Role{"a": model.Bad, "m": model.Busy, "failure": model.Good}
	for i := range s.Boxes {
		if r := roles[s.Boxes[i].ID]; r != model.Idle {
			s.Boxes[i].Role, s.Boxes[i].Line = r, lines[r]
		}
	}
	for name, dark := range map[string]bool{"light": false, "dark": true} {
		c, win := stage(t, dark, 1100, 860, s)
		win.Canvas().Focus(c)
		c.light(model.Hit{Kind: model.HitPlus, Index: 0}, noKnob)
		img := picture(t, win, name+"-all")
		if p := kit.Colors(); !has(img, p.Bad.R, p.Bad.G, p.Bad.B) {
			t.Errorf("%s: nothing red though a step failed", name)
		}
	}
}

func has(img image.Image, r, g, b uint8) bool {
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			ir, ig, ib, _ := img.At(x, y).RGBA()
			if uint8(ir>>8) == r && uint8(ig>>8) == g && uint8(ib>>8) == b {
				return true
			}
		}
	}
	return false
}
