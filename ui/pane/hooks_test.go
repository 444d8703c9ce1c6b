package pane

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/kit"
)

// hookTable answers for the webhooks of an engine.
type hookTable struct {
	states []hook.State
	stored []hook.Hook
	gone   []string
	made   int
	refuse error // of saving and switching
}

func (t *hookTable) Hooks(context.Context) ([]hook.State, error) { return slices.Clone(t.states), nil }

func (t *hookTable) SaveHook(_ context.Context, h hook.Hook) (string, error) {
	if t.refuse != nil {
		return "", t.refuse
	}
	t.stored = append(t.stored, h)
	state := hook.State{Hook: h, HasKey: h.Key != "", Created: start}
	state.Key = ""
	if i := slices.IndexFunc(t.states, func(s hook.State) bool { return s.Path == h.Path }); i >= 0 {
		t.states[i] = state
		return "", nil
	}
	t.states = append(t.states, state)
	slices.SortFunc(t.states, func(a, b hook.State) int { return strings.Compare(a.Path, b.Path) })
	return t.address(), nil
}

func (t *hookTable) address() string {
	t.made++
	return fmt.Sprintf("https://ask.example/h/secret%d", t.made)
}

func (t *hookTable) SwitchHook(_ context.Context, path string, on bool) error {
	if t.refuse != nil {
		return t.refuse
	}
	for i := range t.states {
		if t.states[i].Path == path {
			t.states[i].Enabled = on
		}
	}
	return nil
}

func (t *hookTable) RenewHook(context.Context, string) (string, error) { return t.address(), nil }

func (t *hookTable) DeleteHook(_ context.Context, path string) error {
	t.gone = append(t.gone, path)
	t.states = slices.DeleteFunc(t.states, func(s hook.State) bool { return s.Path == path })
	return nil
}

// confirm presses a button of the question that is open.
func (d *desk) confirm(label string) {
	d.t.Helper()
	top := d.h.Window.Canvas().Overlays().Top()
	if top == nil {
		d.t.Fatal("nothing is asked")
	}
	for _, o := range test.LaidOutObjects(top) {
		if b, ok := o.(*kit.Button); ok && b.Text == label {
			test.Tap(b)
			return
		}
	}
	d.t.Fatalf("there is no %q in the question", label)
}

// hooked is a desk before the pane Triggers, with webhooks.
func hooked(t *testing.T, list ...hook.State) (*desk, *Triggers) {
	t.Helper()
	d, p := timed(t)
	d.engine.hooked.states = list
	p.Refresh()
	return d, p
}

func aHook(path string) hook.State {
	return hook.State{Hook: hook.Hook{Path: path, Flow: "f/shop/close", Enabled: true}, Created: start}
}

func hookOf(p *Triggers) *hookPage { return p.page.of.(*hookPage) }

// A webhook is made by the keyboard alone; its address is told and can be copied, and
// stays until the window closes.
func TestAWebhookIsMadeByKeyboard(t *testing.T) {
	d, p := hooked(t)
	p.hooks.add()
	d.typed("close", fyne.KeyReturn)
	if p.page == nil || hookOf(p).d.Flow != "f/shop/close" || p.page.name.Text() != "Close the day" {
		t.Fatalf("the page is of %+v", p.page)
	}
	p.page.name.SelectAll()
	d.typed("New order", fyne.KeyReturn)
	want := hook.Hook{Path: "f/shop/close", Summary: "New order", Flow: "f/shop/close", Enabled: true}
	if got := d.engine.hooked.stored; len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Fatalf("saved %+v", got)
	}
	if text := labels(p.side); !strings.Contains(text, "Copy it now") || !strings.Contains(paragraphs(p.side), "https://ask.example/h/secret1") {
		t.Errorf("the address is not told: %s", text)
	}
	d.press(p.side, "Copy")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "https://ask.example/h/secret1" {
		t.Errorf("copied %q", got)
	}
	if l := p.board.Line(0); l.Cells[0].Text != "New order" || l.Cells[1].Text != "Webhook" || l.Cells[2].Text != "nothing came yet" || !l.On {
		t.Errorf("the line is %+v", l)
	}
	p.schedules.begin("f/ops/tell", true) // and back
	d.press(p.side, "Cancel")
	if !strings.Contains(paragraphs(p.side), "secret1") {
		t.Error("the address is gone after somebody looked elsewhere")
	}
}

// paragraphs are the longer texts of an object.
func paragraphs(o fyne.CanvasObject) string {
	var b strings.Builder
	for _, x := range all[*kit.Paragraph](o) {
		b.WriteString(x.Text + "\n")
	}
	return b.String()
}

// The settings of a webhook are chosen by the mouse, and saved as they stand.
func TestTheSettingsOfAWebhook(t *testing.T) {
	d, p := hooked(t, aHook("f/shop/on_order"))
	p.page.tabs.OnChanged(hookSignature)
	chooseSegment(t, p.side, "HMAC")
	if f := fieldOf(t, p.side, "Header"); f.Err != "" {
		t.Errorf("a header is proposed, and yet %q", f.Err)
	}
	replaced(fieldOf(t, p.side, "Header").Control.(*kit.Entry), "X Sig")
	if f := fieldOf(t, p.side, "Header"); !strings.Contains(f.Err, "header") {
		t.Errorf("a bad header is told as %q", f.Err)
	}
	replaced(fieldOf(t, p.side, "Header").Control.(*kit.Entry), "X-Sig")
	chooseSegment(t, p.side, "Base64")
	replaced(fieldOf(t, p.side, "Signing key").Control.(*kit.Entry), "a key")
	p.page.tabs.OnChanged(hookAnswer)
	chooseSegment(t, p.side, "With the result")
	replaced(fieldOf(t, p.side, "At most, a second").Control.(*kit.Entry), "2.5")
	replaced(fieldOf(t, p.side, "and at once").Control.(*kit.Entry), "7")
	replaced(all[*kit.Entry](fieldOf(t, p.side, "A delivery is known again for"))[0], "3")
	d.press(p.side, "Save")
	want := hook.Hook{Path: "f/shop/on_order", Flow: "f/shop/close", Enabled: true, Sync: true, RepeatFor: 3 * 24 * 3600, Rate: 2.5, Burst: 7, Key: "a key",
		Signature: hook.Signature{Kind: hook.Generic, Header: "X-Sig", Encoding: hook.Base64}}
	if got := d.engine.hooked.stored; len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Fatalf("saved %+v\nwant  %+v", got, want)
	}
	if d := hookOf(p).d; d.Key != "" || !d.HasKey || d.Changed() {
		t.Errorf("after saving: %+v", d)
	}
	p.page.tabs.OnChanged(hookSignature)
	if e := fieldOf(t, p.side, "Signing key").Control.(*kit.Entry); e.Text() != "" {
		t.Error("the key is shown")
	}
}

// What saving says stands at its field.
func TestErrorsOfSavingAWebhook(t *testing.T) {
	for name, tt := range map[string]struct {
		err   error
		field string
	}{
		"flow":     {fault.New("flow.unknown", "There is no such flow", ""), "Starts"},
		"key":      {fault.New("hook.signature", "The webhook has no signing key", ""), "Signing key"},
		"variable": {fault.New("variable.unknown", "There is no such variable", ""), "Or that of a secret variable"},
		"unknown":  {fault.New("test.disk", "The disk is full", ""), ""},
	} {
		is := aHook("f/shop/on_order")
		is.Signature.Kind = hook.GitHub
		d, p := hooked(t, is)
		p.page.tabs.OnChanged(hookRuns)
		replaced(p.page.name, "Other")
		d.engine.hooked.refuse = tt.err
		d.press(p.side, "Save")
		if !strings.Contains(labels(p.side), fault.From(tt.err).Title) || tt.field != "" && !strings.Contains(fieldOf(t, p.side, tt.field).Err, fault.From(tt.err).Title) {
			t.Errorf("%s: told in %s", name, labels(p.side))
		}
	}
}

// A new address is given after a question, a webhook is switched and deleted, and its runs
// are told.
func TestWhatIsDoneWithAWebhook(t *testing.T) {
	is := aHook("f/shop/on_order")
	is.Today, is.Last, is.LastAt = 12, "r1", start.Add(-3*time.Minute)
	is.Signature.Kind = hook.Stripe
	d, p := hooked(t, is)
	d.engine.runs = []run.Summary{{ID: "r1", Status: run.StatusDone, Outcome: run.Succeeded, Started: is.LastAt, Ended: is.LastAt.Add(time.Second)}}
	d.engine.lines = map[run.ID]run.Summary{"r1": {ID: "r1", Status: run.StatusDone, Outcome: run.Succeeded, Started: is.LastAt, Ended: is.LastAt.Add(time.Second)}}
	p.hooks.last.fetch()
	p.board.Line(0)
	p.hooks.last.fetch()
	l := p.board.Line(0)
	if l.Cells[1].Text != "Webhook · Stripe signature" || l.Cells[2].Text != "12 today" || l.Cells[2].Sub != "last 3 min ago" || l.Word != "succeeded" {
		t.Errorf("the line is %+v", l)
	}
	if p.count.Text != "1 webhook" {
		t.Errorf("the count is %q", p.count.Text)
	}
	d.press(p.side, "New address…")
	if d.engine.hooked.made != 0 {
		t.Error("renewed without a question")
	}
	d.confirm("New address")
	if !strings.Contains(paragraphs(p.side), "secret1") {
		t.Error("the new address is not told")
	}
	p.board.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if d.engine.hooked.states[0].Enabled || p.board.Line(0).On {
		t.Error("it is not switched off")
	}
	p.page.tabs.OnChanged(hookRuns)
	if q := d.engine.queries[len(d.engine.queries)-1]; q.From != (run.Trigger{Kind: run.TriggerWebhook, By: "f/shop/on_order"}) || !q.Since.Equal(start) {
		t.Errorf("asked for %+v", q)
	}
	test.Tap(all[*kit.Row](p.side)[0])
	if len(d.opened) != 1 {
		t.Errorf("opened %v", d.opened)
	}
	d.press(p.side, "Delete")
	d.confirm("Delete")
	if len(d.engine.hooked.gone) != 1 || p.page != nil {
		t.Errorf("deleted %v; the page is %v", d.engine.hooked.gone, p.page)
	}
}

var _ host.Hooks = (*hookTable)(nil)
