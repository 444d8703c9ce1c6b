package kit

import (
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// stage starts an app with our theme.
func stage(t testing.TB, dark bool) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(NewTheme(dark))
	t.Cleanup(func() {
		Use(false)
		hosts, modals, tipShown, tipWait = nil, nil, nil, nil
	})
}

// show opens a window around an object.
func show(t testing.TB, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	win := test.NewTempWindow(t, NewHost(o))
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

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
	off := NewBtn("Test flow", Primary, nil).With(IconPlay)
	off.Off("A step has no code")
	bad := NewField("Gmail account", "gmail_auth", true, NewSelectBox([]string{"ops@acme.example"}, 0, nil)).WithHint("Signed in with Google · may send mail only")
	name := NewEntry("u/me/gmail")
	nameField := NewField("Name", "path", true, name)
	nameField.SetErr("This name is taken by another resource. Choose another one.")
	code := NewEntry("").AsMono()
	code.SetText("u/me/gmail_ops")
	return VBox(12,
		HBox(8, NewBtn("Test flow", Primary, nil).With(IconPlay), NewBtn("Export", Outline, nil), NewBtn("Send again", Soft, nil), NewBtn("More", Ghost, nil).With(IconMore)),
		HBox(8, NewBtn("Cancel run", Danger, nil), NewBtn("Delete", DangerFill, nil).With(IconTrash), off, IconBtn(IconUndo, "Undo", Outline, nil), IconBtn(IconRedo, "Redo", Outline, nil)),
		HBox(12, NewSeg([]string{"Waiting · 4", "Decided", "Ended without"}, 0, nil), NewBtn("Small", Outline, nil).AsSmall()),
		Tabs([]string{"Inputs", "Approval", "Code", "Settings", "Test step"}, 0, nil),
		bad, nameField,
		NewField("Approvers", "approver_emails", true, NewChipsEntry([]string{"dana@acme.example", "li@acme.example", "nobody"}, "Add people by e-mail", nil)).
			WithSide(NewSeg([]string{"Value", "Expression"}, 0, nil).AsSmall()),
		NewField("Subject", "subject", false, NewExpr("`Refund ${flow_input.amount} € for ${results.a.name}?`", "js")).
			WithSide(NewSeg([]string{"Value", "Expression"}, 1, nil).AsSmall()).WithHint("= “Refund 120 € for Mia Berg?” from the last run"),
		NewField("Message", "message", false, NewTextArea("Optional, goes with your decision", 3, 8)),
		HBox(16, NewToggle("Self-approval", true, nil), NewToggle("Off", false, nil), NewCheck("Required", true, nil), NewCheck("Not", false, nil)),
		HBox(6, NewPill("Suspends the flow", Waiting), NewPill("Connected", Good), NewPill("Sign in again", Bad), NewPill("default", Neutral), NewPill("Branch", Branch)), HBox(6, NewPill("new", Accent).With(IconSparkles), IDPill("input")),
		HBox(6, NewTile(TileInput), NewTile(TileTS), NewTile(TilePY), NewTile(TileSH), NewTile(TileJS), NewTile(TileApproval), NewTile(TileBranch), NewTile(TilePlain), NewTile(TileBad), NewTile(TileTS).AsSmall(), NewDot(Good), NewDot(Waiting), NewDot(Bad), NewDot(Neutral)),
		code,
	)
}

func galleryMiddle() fyne.CanvasObject {
	row := func(r Role, id, text, right string, sel bool) fyne.CanvasObject {
		x := NewRow(Pad(6, 14, 6, 14, HBox(12, NewDot(r), IDPill(id), Grow(NewTxt(text).Ellipsis()), Caption(right))), func() {}).Lined()
		x.Select(sel)
		return x
	}
	w := NewCode(galleryCode, "ts")
	w.SetErrors(map[int]string{9: "Unexpected end of a very long expression that does not fit"})
	w.mark, w.caret, w.focused = spot{5, 3}, spot{6, 20}, true
	return VBox(12,
		Card(VBox(8, Title("Refund 120 € to Mia Berg?"), Heading("Send approval by e-mail (Gmail)"), Strong("Strong words"), NewTxt("Running text, Ελληνικά, Кириллица → ≠"), Caption("Hub · gmail · approval script"), Mono("results.a.name => [1, 2]"), NewTxt("Medium").Medium(),
			NewPara("Send e-mail as you, when a step says so. It cannot read your mail. The sign-in is kept encrypted on this computer; you can revoke it here or in your Google account.", Muted))),
		NewBox(OnPanel, LineColor, CardRadius, VBox(0, row(Good, "a", "Look up the order", "42 ms", false), row(Waiting, "b", "Send approval by e-mail (Gmail) to a lot of people who should know about it", "4 min", true), row(Neutral, "c", "Was a reason given?", "", false))),
		Fixed(0, 290, w),
		NewBanner(Bad, "Google needs you to sign in again", "Your 2 mails wait in the outbox. Press Sign in.").Do("Sign in", nil).Copying("x").Closing(func() {}),
		NewBanner(Waiting, "The public address cannot be reached", "Links in mails will not open."),
		NewBanner(Good, "Saved", ""),
	)
}

func galleryRight() fyne.CanvasObject {
	long := make([]int, 250)
	raw, _ := json.Marshal(map[string]any{"many": long, "zeta": nil})
	tree := NewJSONTree("result", "results.a", json.RawMessage(`{"currency":"EUR","customer":{"email":"ada@example.com","first name":"Ada"},"ok":true,"n":12.50,"list":[1,{"a":[]}],"more":`+string(raw)+`}`))
	tree.rows[2].node.open = true
	tree.flatten()
	tree.chosen = 3
	log := NewLogView("Nothing was printed")
	for i := range 40 {
		log.Append(fmt.Sprintf("14:02:%02d mail accepted by Gmail for dana@acme.example\n", i))
	}
	icons := HBox(0)
	box := VBox(4)
	for i, ic := range AllIcons {
		if i%20 == 0 {
			icons = HBox(4)
			box.Add(icons)
		}
		icons.Add(NewGlyphSized(ic, Ink, 18))
	}
	return VBox(12, Fixed(0, 260, NewBox(OnPanel, LineColor, CardRadius, tree)), Fixed(0, 150, NewBox(OnPanel, LineColor, CardRadius, log)), box,
		Fixed(0, 260, Empty(IconInbox, "No approvals yet", "When a flow waits for a person, the request is listed here. Add an approval step to a flow to begin.", "Open a sample", nil)))
}

// The gallery is every widget in both themes. Set KIT_GALLERY to a folder to look
// at the pictures; without it, the test only proves that all can be drawn, at a
// size that leaves nothing out.
func TestGallery(t *testing.T) {
	dir := os.Getenv("KIT_GALLERY")
	for _, dark := range []bool{false, true} {
		stage(t, dark)
		cols := HBox(24, Fixed(440, 0, galleryLeft()), Fixed(460, 0, galleryMiddle()), Fixed(440, 0, galleryRight()))
		cols.Layout = topRow{rowLayout{24}}
		win := show(t, NewBox(OnBackground, None, 0, PadAll(20, cols)), 1440, 1000)
		win.Resize(fyne.NewSize(1441, 1000))
		save(t, win, dir, fmt.Sprintf("gallery-%v.png", dark))

		if m := cols.MinSize(); m.Width > 1400 {
			t.Errorf("the gallery needs %v, more than a window has", m)
		}
		focused := NewBtn("Approve", Primary, nil)
		split := NewVSplit(NewSplit(Center(NewTxt("canvas")), NewBox(OnPanel, None, 0, Center(NewTxt("inspector"))), 300, 200, 400), NewBox(OnPanel, None, 0, NewTxt("run")), 100, 60, 200)
		win = show(t, VBox(0, Fixed(0, 52, NewBox(OnPanel, None, 0, Pad(0, 16, 0, 16, TopBar(HBox(8, NewTxt("Flows /").In(Muted), Heading("Refund with approval"), NewPill("Saved", Neutral)), NewSeg([]string{"Edit", "Runs"}, 0, nil), focused)))), HLine(), Grow(split)), 900, 600)
		entry := NewEntry("u/me/gmail")
		ShowModal(win.Canvas(), ModalSpec{Title: "Add a Gmail account", Sub: "gmail · signed in with your browser", Tile: NewTileWith(TileApproval, "M", NoIcon), Width: 520,
			Body: VBox(14, NewField("Name", "path", true, entry), Well(VBox(4, Strong("What the app may do"), NewPara("Send e-mail as you, when a step says so. It cannot read your mail. The sign-in is kept encrypted on this computer; you can revoke it here or in your Google account.", Muted)))),
			Note: Caption("Waiting for the browser…"), Buttons: []fyne.CanvasObject{NewBtn("Cancel", Outline, nil), NewBtn("Sign in with Google", Primary, nil)}})
		ShowToast(win.Canvas(), NewBanner(Good, "Link copied", "").Closing(func() {}))
		save(t, win, dir, fmt.Sprintf("modal-%v.png", dark))
	}
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
