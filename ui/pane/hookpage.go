package pane

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// The tabs of a webhook's page.
const (
	hookAddress = iota
	hookSignature
	hookAnswer
	hookRuns
)

var hookTabs = []string{say.Mark("Address"), say.Mark("Signature"), say.Mark("Input"), say.Mark("Runs")}

// hookPage shows and changes one webhook.
type hookPage struct {
	*sheet
	k     *hooks
	d     *model.HookDraft
	state hook.State

	began begunRuns
}

func newHookPage(k *hooks, d *model.HookDraft, x hook.State) *hookPage {
	g := &hookPage{k: k, d: d, state: x}
	g.sheet = newSheet(k.p, g)
	g.began = begunRuns{p: k.p}
	return g
}

func (g *hookPage) kind() string     { return "webhook" }
func (g *hookPage) isNew() bool      { return g.d.New }
func (g *hookPage) changed() bool    { return g.d.Changed() }
func (g *hookPage) called() string   { return g.d.Called() }
func (g *hookPage) summary() *string { return &g.d.Summary }
func (g *hookPage) tabs() []string   { return say.All(hookTabs) }
func (g *hookPage) about() string    { return aboutTarget(g.d.Flow, kindWord(true)) }
func (g *hookPage) problem() error   { return g.state.Problem }
func (g *hookPage) left()            { g.began.list = nil }
func (g *hookPage) ready() bool      { return true }

// tick reads again what was refused: no run tells of that.
func (g *hookPage) tick() {
	if g.refuses() {
		g.p.Refresh()
	}
}

func (g *hookPage) stays() time.Duration {
	if g.refuses() {
		return 10 * time.Second
	}
	return time.Minute
}

// refuses reports whether the tab tells what was refused.
func (g *hookPage) refuses() bool { return g.tab == hookRuns || g.tab == hookSignature }

func (g *hookPage) tile() (kit.TileKind, kit.Icon) { return kit.TileInput, kit.IconExternalLink }

func (g *hookPage) fieldOf(err error) string { return g.d.FieldOf(err) }

func (g *hookPage) key() triggerKey { return pageKey(g.k, g.d.Path, g.d.New) }

func (g *hookPage) page(tab int) fyne.CanvasObject {
	switch tab {
	case hookSignature:
		return g.signature()
	case hookAnswer:
		return g.answer()
	case hookRuns:
		return g.runs()
	}
	return g.address()
}

func (g *hookPage) closed() {
	if !g.d.Changed() {
		delete(g.k.drafts, g.d.Path)
	}
}

func (g *hookPage) judge() (field, err string) { return g.d.Wrong() }

func (g *hookPage) follow() (again bool) {
	i := g.k.index(g.d.Path)
	if i < 0 {
		return false
	}
	was := g.state
	g.state = g.k.all[i]
	if !g.d.Changed() {
		fresh := model.EditHook(g.state)
		same := fresh.Same(g.d) && fresh.HasKey == g.d.HasKey
		*g.d = *fresh
		if !same {
			return true
		}
	}
	g.d.Enabled, g.d.HasKey = g.state.Enabled, g.state.HasKey
	if g.tab == hookRuns {
		g.began.refused = model.RefusedLines(g.state.Refusals)
		g.began.read()
	}
	return g.tab == hookSignature && was.Refused != g.state.Refused && !g.d.Changed()
}

func (g *hookPage) acts(row *fyne.Container) {
	endpointActs(row, func() { g.k.renew(g.state) }, func() { g.k.remove(g.state) })
}

func (g *hookPage) revert() { *g.d = *model.EditHook(g.state) }

func (g *hookPage) tabOf(field string) int {
	switch field {
	case model.FieldKey, model.FieldKeyHeader, model.FieldVariable:
		return hookSignature
	case model.FieldHeaders, model.FieldRate, model.FieldBurst, model.FieldRepeat:
		return hookAnswer
	}
	return hookAddress
}

func (g *hookPage) store() (save func(ctx context.Context) error, saved func()) {
	g.d.Trim()
	x, isNew, address := g.d.Hook, g.d.New, ""
	save = func(ctx context.Context) (err error) {
		if isNew { // which takes no other's place
			all, err := g.h.Hooks.Hooks(ctx)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(all, func(s hook.State) bool { return s.Path == x.Path }) {
				return fault.New("hook.path", say.T("There is a webhook of this path already"), say.T("Choose another name behind the last slash."))
			}
		}
		address, err = g.h.Hooks.SaveHook(ctx, x)
		return err
	}
	return save, func() {
		s := g.state
		s.Hook, s.HasKey, s.Problem = x, g.d.HasKey || x.Key != "", nil
		s.Key = ""
		if x.Signature.Kind == hook.None || x.Signature.Variable != "" {
			s.HasKey = false
		}
		g.state = s
		*g.d = *model.EditHook(s)
		g.k.drafts[x.Path] = g.d
		if address != "" {
			g.k.told[x.Path] = address
			g.tab = hookAddress
		}
		g.h.Tell(say.T("Saved"))
	}
}

// address is the tab about what it starts, and where it is called.
func (g *hookPage) address() fyne.CanvasObject {
	col := kit.VBox(16)
	if g.d.New {
		col.Add(g.path(&g.d.Path))
	}
	starts := kit.NewSuggest(g.d.Flow, "f/folder/name", func(s string) []kit.Suggestion { return g.p.propose(s, true, false) }, nil)
	starts.OnChanged = func(s string) { g.d.Flow = strings.TrimSpace(s); g.edited(model.FieldFlow) }
	col.Add(g.field(say.T("Starts"), model.FieldFlow, true, starts))
	told := g.k.told[g.d.Path]
	acts := []fyne.CanvasObject{}
	if call := g.d.CallOf(told); call != "" {
		acts = append(acts, kit.NewButton(say.T("Copy as curl"), kit.Outline, func() { g.h.Copy(call, say.T("Command")) }).AsSmall())
	}
	if told != "" {
		acts = append(acts, kit.NewButton(say.T("Copy token"), kit.Outline, func() { g.h.Copy(model.TokenOf(told), say.T("Token")) }).AsSmall())
	}
	col.Add(g.told(told, model.WhoStarts(g.d.Signature.Kind), acts...))
	g.addReach(col)
	get := kit.NewToggle(say.T("A GET starts it, too"), g.d.Get, func(on bool) { g.d.Get = on; g.edited("") })
	col.Add(kit.NewField(say.T("Calls"), "", false, get).WithHint(say.T("Else a POST alone does. Whoever only looks at the address, such as a preview of a chat, would start the flow.")))
	also := kit.NewChipsEntry(g.d.Also, "f/folder/name", nil)
	also.Check = func(path string) bool { return strings.Contains(path, "/") }
	also.OnChanged = func(list []string) { g.d.Also = list; g.edited(model.FieldAlso) }
	col.Add(g.field(say.T("Its token also starts"), model.FieldAlso, false, also).WithHint(say.T("The last part of the address is a token, too. What calls Windmill sends it as Authorization: Bearer to …/api/w/main/jobs/run/f/PATH or run_wait_result/f/PATH, for this flow and those named here.")))
	return col
}

// signature is the tab about how its sender signs.
func (g *hookPage) signature() fyne.CanvasObject {
	col := kit.VBox(16)
	words := []string{say.T("None"), "GitHub", "Stripe", "Slack", "HMAC"}
	s := &g.d.Signature
	kind := kit.NewSegments(words, max(0, slices.Index(model.SignatureKinds, s.Kind)), func(i int) {
		g.d.SetSignature(model.SignatureKinds[i])
		g.touched = true
		g.open(hookSignature)
	})
	about := map[hook.Kind]string{
		hook.None:    say.F("Nobody has to: %s", model.WhoStarts(hook.None)),
		hook.GitHub:  say.T("As GitHub signs: X-Hub-Signature-256."),
		hook.Stripe:  say.T("As Stripe signs: Stripe-Signature, five minutes old at most."),
		hook.Slack:   say.T("As Slack signs: X-Slack-Signature, five minutes old at most."),
		hook.Generic: say.T("HMAC-SHA256 of the body, in a header."),
	}
	col.Add(kit.NewField(say.T("How its sender signs"), "", false, kit.HBox(0, kind, kit.Space())).WithHint(about[s.Kind]))
	if s.Kind == hook.None {
		return col
	}
	if s.Kind == hook.Generic {
		col.Add(g.field(say.T("Header"), model.FieldKeyHeader, true, g.entryIn(kit.NewEntry("X-Signature-256").AsMono(), s.Header, func(t string) { s.Header = strings.TrimSpace(t); g.edited(model.FieldKeyHeader) })))
		code := 0
		if s.Encoding == hook.Base64 {
			code = 1
		}
		col.Add(kit.NewField(say.T("Written in"), "", false, kit.HBox(0, kit.NewSegments([]string{"Hex", "Base64"}, code, func(i int) {
			s.Encoding = []hook.Encoding{hook.Hex, hook.Base64}[i]
			g.edited("")
		}), kit.Space())))
	}
	place := say.T("The key that the sender shows")
	if g.d.HasKey {
		place = say.T("One is stored. Enter another to replace it")
	}
	key := g.entryIn(kit.NewPassword(place), g.d.Key, func(t string) { g.d.Key = t; g.edited(model.FieldKey) })
	col.Add(g.field(say.T("Signing key"), model.FieldKey, false, key).WithHint(say.T("It is stored sealed, and never shown.")))
	variable := g.entryIn(kit.NewEntry("f/folder/name").AsMono(), s.Variable, func(t string) { s.Variable = strings.TrimSpace(t); g.edited(model.FieldVariable) })
	col.Add(g.field(say.T("Or that of a secret variable"), model.FieldVariable, false, variable))
	if n := g.state.Refused; n > 0 {
		col.Add(kit.NewBanner(kit.Waiting, say.N(n, "%d wrong signature came within the last hour", "%d wrong signatures came within the last hour"), say.T("Nothing was started by them. If the sender has a new key, enter it; if somebody else knows the address, give it a new one.")))
	}
	return col
}

// answer is the tab about what the flow gets, what its sender is told, and the bounds.
func (g *hookPage) answer() fyne.CanvasObject {
	headers := kit.NewChipsEntry(g.d.Headers, "X-Shop", nil)
	headers.Check = func(name string) bool { return hook.Hook{Flow: "f/a/b", Headers: []string{name}}.Check() == nil }
	headers.OnChanged = func(list []string) { g.d.Headers = list; g.edited(model.FieldHeaders) }
	handed := g.field(say.T("Headers that are handed on"), model.FieldHeaders, false, headers)
	handed.Hint = say.T("What is posted becomes the input: the fields of a JSON object or a form, anything else as body. The query fills in what it does not say, and so do these: X-Shop as x_shop. A preprocessor gets all as event.")
	sync := 0
	if g.d.Sync {
		sync = 1
	}
	answer := kit.NewField(say.T("Answers"), "", false, kit.HBox(0, kit.NewSegments([]string{say.T("At once"), say.T("With the result")}, sync, func(i int) {
		g.d.Sync = i == 1
		g.edited("")
	}), kit.Space())).WithHint(say.T("At once: with an address that tells how the run stands. With the result: the answer waits 30 s at most for the end, and whoever knows the address may read results."))
	repeat := g.age(say.T("A delivery is known again for"), model.FieldRepeat, g.d.RepeatFor, day, func(s float64) { g.d.RepeatFor = s })
	repeat.Hint = say.T("What its sender sends again in that time, under the same key, starts nothing twice.")
	rate, burst := g.d.Limits()
	limits := g.limits(rate, burst, func(n float64) { g.d.Rate = n }, func(n int) { g.d.Burst = n })
	return kit.VBox(18, handed, answer, repeat, limits)
}

// day is how long a delivery is known again where nothing is said, in seconds.
const day = 24 * 3600

// runs is the tab about what it started, and what it refused.
func (g *hookPage) runs() fyne.CanvasObject {
	if g.d.New {
		return kit.NewParagraph(say.T("It has not been saved yet."), kit.Muted)
	}
	g.began.refused = model.RefusedLines(g.state.Refusals)
	return g.began.show(run.Trigger{Kind: run.TriggerWebhook, By: g.d.Path}, g.state.Created)
}
