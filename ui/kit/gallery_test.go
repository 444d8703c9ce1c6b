package kit_test

import (
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sluice/ui/kit"
	"sluice/ui/kit/code"
	"sluice/ui/kit/data"
)

const galleryCode = `import { z } from "zod";

/* Looks up an order
   by its number. */
export async function main(order_id: string, amount = 12.5) {
	const url = ` + "`https://shop.example/${order_id}?n=${[1, 2].map(n => `${n}`)}`" + `;
  const res = await fetch(url); // may fail
  if (!res.ok) {
    throw new Error("no such order");
  }
  return { id: order_id, amount, ok: true };
}
`

func galleryLeft() fyne.CanvasObject {
	off := kit.NewButton("Test flow", kit.Primary, nil).With(kit.IconPlay)
	off.Off("A step has no code")
	bad := kit.NewField("Gmail account", "gmail_auth", true, kit.NewSelectBox([]string{"ops@acme.example"}, 0, nil)).WithHint("Signed in with Google · may send mail only")
	name := kit.NewEntry("u/me/gmail")
	nameField := kit.NewField("Name", "path", true, name)
	nameField.SetErr("This name is taken by another resource. Choose another one.")
	mono := kit.NewEntry("").AsMono()
	mono.SetText("u/me/gmail_ops")
	return kit.VBox(12,
		kit.HBox(8, kit.NewButton("Test flow", kit.Primary, nil).With(kit.IconPlay), kit.NewButton("Export", kit.Outline, nil), kit.NewButton("Send again", kit.Soft, nil), kit.NewButton("More", kit.Ghost, nil).With(kit.IconMore)),
		kit.HBox(8, kit.NewButton("Cancel run", kit.Danger, nil), kit.NewButton("Delete", kit.DangerFill, nil).With(kit.IconTrash), off, kit.IconButton(kit.IconUndo, "Undo", kit.Outline, nil), kit.IconButton(kit.IconRedo, "Redo", kit.Outline, nil)),
		kit.HBox(12, kit.NewSegments([]string{"Waiting · 4", "Decided", "Ended without"}, 0, nil), kit.NewButton("Small", kit.Outline, nil).AsSmall()),
		kit.Tabs([]string{"Inputs", "Approval", "Code", "Settings", "Test step"}, 0, nil),
		bad, nameField,
		kit.NewField("Approvers", "approver_emails", true, kit.NewChipsEntry([]string{"dana@acme.example", "li@acme.example", "nobody"}, "Add people by e-mail", nil)).
			WithSide(kit.NewSegments([]string{"Value", "Expression"}, 0, nil).AsSmall()),
		kit.NewField("Subject", "subject", false, code.NewExpr("`Refund ${flow_input.amount} € for ${results.a.name}?`", "js")).
			WithSide(kit.NewSegments([]string{"Value", "Expression"}, 1, nil).AsSmall()).WithHint("= “Refund 120 € for Mia Berg?” from the last run"),
		kit.NewField("Message", "message", false, kit.NewTextArea("Optional, goes with your decision", 3, 8)),
		kit.HBox(16, kit.NewToggle("Self-approval", true, nil), kit.NewToggle("Off", false, nil), kit.NewCheck("Required", true, nil), kit.NewCheck("Not", false, nil)),
		kit.HBox(6, kit.NewPill("Suspends the flow", kit.Waiting), kit.NewPill("Connected", kit.Good), kit.NewPill("Sign in again", kit.Bad), kit.NewPill("default", kit.Neutral), kit.NewPill("Branch", kit.Branch)), kit.HBox(6, kit.NewPill("new", kit.Accent).With(kit.IconSparkles), kit.IDPill("input")),
		kit.HBox(6, kit.NewTile(kit.TileInput), kit.NewTile(kit.TileTS), kit.NewTile(kit.TilePY), kit.NewTile(kit.TileSH), kit.NewTile(kit.TileJS), kit.NewTile(kit.TileApproval), kit.NewTile(kit.TileBranch), kit.NewTile(kit.TilePlain), kit.NewTile(kit.TileBad), kit.NewTile(kit.TileTS).AsSmall(), kit.NewDot(kit.Good), kit.NewDot(kit.Waiting), kit.NewDot(kit.Bad), kit.NewDot(kit.Neutral)),
		mono,
	)
}

func galleryMiddle() fyne.CanvasObject {
	row := func(r kit.Role, id, text, right string, sel bool) fyne.CanvasObject {
		x := kit.NewRow(kit.Pad(6, 14, 6, 14, kit.HBox(12, kit.NewDot(r), kit.IDPill(id), kit.Grow(kit.NewText(text).Ellipsis()), kit.Caption(right))), func() {}).Lined()
		x.Select(sel)
		return x
	}
	w := code.NewEditor(galleryCode, "ts")
	w.SetErrors(map[int]string{9: "Unexpected end of a very long expression that does not fit"})
	w.FocusGained()
	w.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(87, 112)}, Button: desktop.MouseButtonPrimary})
	w.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(196, 131)}})
	return kit.VBox(12,
		kit.Card(kit.VBox(8, kit.Title("Refund 120 € to Mia Berg?"), kit.Heading("Send approval by e-mail (Gmail)"), kit.Strong("Strong words"), kit.NewText("Running text, Ελληνικά, Кириллица → ≠"), kit.Caption("Hub · gmail · approval script"), kit.Mono("results.a.name => [1, 2]"), kit.NewText("Medium").Medium(),
			kit.NewParagraph("Send e-mail as you, when a step says so. It cannot read your mail. The sign-in is kept encrypted on this computer; you can revoke it here or in your Google account.", kit.Muted))),
		kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, kit.VBox(0, row(kit.Good, "a", "Look up the order", "42 ms", false), row(kit.Waiting, "b", "Send approval by e-mail (Gmail) to a lot of people who should know about it", "4 min", true), row(kit.Neutral, "c", "Was a reason given?", "", false))),
		kit.Fixed(0, 290, w),
		kit.NewBanner(kit.Bad, "Google needs you to sign in again", "Your 2 mails wait in the outbox. Press Sign in.").Do("Sign in", nil).Copying("x").Closing(func() {}),
		kit.NewBanner(kit.Waiting, "The public address cannot be reached", "Links in mails will not open."),
		kit.NewBanner(kit.Good, "Saved", ""),
	)
}

func galleryRight(t testing.TB) fyne.CanvasObject {
	long := make([]int, 250)
	raw, _ := json.Marshal(map[string]any{"many": long, "zeta": nil})
	tree := data.NewJSONTree("result", "results.a", data.ReadJSON(json.RawMessage(`{"currency":"EUR","customer":{"email":"ada@example.com","first name":"Ada"},"ok":true,"n":12.50,"list":[1,{"a":[]}],"more":`+string(raw)+`}`)))
	tree.Tapped(&fyne.PointEvent{Position: fyne.NewPos(28, 55)}) // opens the third row
	tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	tree.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.Delta{DY: 1000}})
	log := data.NewLogView("Nothing was printed")
	for i := range 40 {
		log.Append(fmt.Sprintf("14:02:%02d mail accepted by Gmail for dana@acme.example\n", i))
	}
	icons := kit.HBox(0)
	box := kit.VBox(4)
	names, all := kit.AllIcons(t)
	for i, name := range names {
		if i%20 == 0 {
			icons = kit.HBox(4)
			box.Add(icons)
		}
		icons.Add(kit.NewGlyphSized(all[name], kit.Ink, 18))
	}
	return kit.VBox(12, kit.Fixed(0, 260, kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, tree)), kit.Fixed(0, 150, kit.NewBox(kit.OnPanel, kit.LineColor, kit.CardRadius, log)), box,
		kit.Fixed(0, 260, kit.Empty(kit.IconInbox, "No approvals yet", "When a flow waits for a person, the request is listed here. Add an approval step to a flow to begin.", "Open a sample", nil)))
}

// The gallery is every widget in both themes. Set KIT_GALLERY to a folder to look
// at the pictures; without it, the test only proves that all can be drawn, at a
// size that leaves nothing out.
func TestGallery(t *testing.T) {
	dir := os.Getenv("KIT_GALLERY")
	for _, dark := range []bool{false, true} {
		kit.Stage(t, dark)
		cols := kit.TopHBox(24, kit.Fixed(440, 0, galleryLeft()), kit.Fixed(460, 0, galleryMiddle()), kit.Fixed(440, 0, galleryRight(t)))
		win := kit.Show(t, kit.NewBox(kit.OnBackground, kit.None, 0, kit.PadAll(20, cols)), 1440, 1000)
		win.Resize(fyne.NewSize(1441, 1000))
		save(t, win, dir, fmt.Sprintf("gallery-%v.png", dark))

		if m := cols.MinSize(); m.Width > 1400 {
			t.Errorf("the gallery needs %v, more than a window has", m)
		}
		focused := kit.NewButton("Approve", kit.Primary, nil)
		split := kit.NewVSplit(kit.NewSplit(kit.Center(kit.NewText("canvas")), kit.NewBox(kit.OnPanel, kit.None, 0, kit.Center(kit.NewText("inspector"))), 300, 200, 400), kit.NewBox(kit.OnPanel, kit.None, 0, kit.NewText("run")), 100, 60, 200)
		win = kit.Show(t, kit.VBox(0, kit.Fixed(0, 52, kit.NewBox(kit.OnPanel, kit.None, 0, kit.Pad(0, 16, 0, 16, kit.TopBar(kit.HBox(8, kit.NewText("Flows /").In(kit.Muted), kit.Heading("Refund with approval"), kit.NewPill("Saved", kit.Neutral)), kit.NewSegments([]string{"Edit", "Runs"}, 0, nil), focused)))), kit.HLine(), kit.Grow(split)), 900, 600)
		entry := kit.NewEntry("u/me/gmail")
		kit.ShowModal(win.Canvas(), kit.ModalSpec{Title: "Add a Gmail account", Sub: "gmail · signed in with your browser", Tile: kit.NewTileWith(kit.TileApproval, "M", kit.NoIcon), Width: 520,
			Body: kit.VBox(14, kit.NewField("Name", "path", true, entry), kit.Well(kit.VBox(4, kit.Strong("What the app may do"), kit.NewParagraph("Send e-mail as you, when a step says so. It cannot read your mail. The sign-in is kept encrypted on this computer; you can revoke it here or in your Google account.", kit.Muted)))),
			Note: kit.Caption("Waiting for the browser…"), Buttons: []fyne.CanvasObject{kit.NewButton("Cancel", kit.Outline, nil), kit.NewButton("Sign in with Google", kit.Primary, nil)}})
		kit.ShowToast(win.Canvas(), kit.NewBanner(kit.Good, "Link copied", "").Closing(func() {}))
		save(t, win, dir, fmt.Sprintf("modal-%v.png", dark))
	}
}

// Changing the theme recolors what is on the screen: the picture is that of
// widgets made under the new theme.
func TestThemeChangesLive(t *testing.T) {
	make := func() fyne.CanvasObject {
		return kit.NewBox(kit.OnBackground, kit.None, 0, kit.PadAll(20, galleryLeft()))
	}
	kit.Stage(t, true)
	want := kit.Show(t, make(), 480, 900).Canvas().Capture()
	kit.Stage(t, false)
	w := kit.Show(t, make(), 480, 900)
	w.Canvas().Capture()
	fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(true))
	got := w.Canvas().Capture()
	if n := different(got, want); n > 50 {
		t.Errorf("%d pixels keep the old theme's colors", n)
	}
}

func different(a, b image.Image) int {
	n := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if max(r1, r2)-min(r1, r2) > 0x1000 || max(g1, g2)-min(g1, g2) > 0x1000 || max(b1, b2)-min(b1, b2) > 0x1000 {
				n++
			}
		}
	}
	return n
}

func save(t *testing.T, win fyne.Window, dir, name string) {
	t.Helper()
	img := win.Canvas().Capture()
	if img.Bounds().Empty() {
		t.Fatal("nothing was drawn")
	}
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}
