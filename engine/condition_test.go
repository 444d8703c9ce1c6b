package engine

import (
	"context"
	"database/sql"
	"errors"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/health"
	"sluice/engine/internal/journal"
	"sluice/engine/run"
)

// Each lasting trouble that is shown has an end; each way that it can end is here. What
// has none is told again at the next start.
var conditionEnds = []struct {
	code  fault.Code
	way   string
	begin func(f *fixture) // what raises it
	end   func(f *fixture) // what ends it
}{
	{"engine.disk_full", "a commit that goes through", func(f *fixture) { f.heal = fullDisk(f); f.fill() }, func(f *fixture) { f.heal(); f.commit() }},
	{"engine.disk", "a commit that goes through", func(f *fixture) {
		f.db.SetCommitHook(func(bool, int) error { return errors.New("input/output error") })
		f.start1()
	}, func(f *fixture) { f.db.SetCommitHook(nil); f.commit() }},
	{health.CodeUnreadable, "the read goes through", func(f *fixture) { f.blind = make(chan bool); go f.readUntil(f.t.Context()) }, func(f *fixture) { close(f.blind); time.Sleep(health.RetryGap) }},
	{health.CodeUnreadable, "a commit that goes through", func(f *fixture) {
		ctx, cancel := context.WithCancel(f.t.Context())
		f.blind, f.heal = make(chan bool), cancel
		go f.readUntil(ctx)
	}, func(f *fixture) { f.heal(); synctest.Wait(); f.commit() }},
	{journal.CodeDamaged, "nothing, as the run is set aside for good", func(f *fixture) {
		id := f.start1()
		f.untilWaiting(id)
		f.stop() // nobody else writes
		damage(f.t, f.cfg.Dir, `UPDATE entry SET type = 'Nonsense' WHERE seq = 1`)
		f.open()
		_ = f.Cancel(bg, id, "", "")
	}, nil},
	{"engine.spoiled", "nothing, as it takes another file", func(f *fixture) {
		f.stop()
		spoilRoot(f.t, f.cfg.Dir, "sqlite_autoindex_link_1")
		f.open()
	}, nil},
	{health.CodeSignIn, "the account is entered anew, or signed in again", askSignedOut, func(f *fixture) { f.world.OnMail(nil); f.addAccount(false) }},
	{health.CodeSignIn, "the account is removed", askSignedOut, func(f *fixture) { f.try(f.DeleteResource(bg, "u/me/gmail")) }},
	{health.CodeSignIn, "the account sends a mail after all", askSignedOut, func(f *fixture) {
		f.world.OnMail(nil)
		items, err := f.Outbox(bg, 1)
		f.try(errors.Join(err, f.RetryMail(bg, items[0].ID)))
	}},
	{"engine.slept", "its time", sleepOverADeadline, func(*fixture) { time.Sleep(health.NoticeFor) }},
	{"engine.slept", "somebody dismisses it", sleepOverADeadline, func(f *fixture) { f.CureCondition("engine.slept", "") }},
	{"engine.clock", "the clock shows its time again", setBack, func(*fixture) { time.Sleep(time.Hour) }},
	{"engine.clock", "somebody dismisses it", setBack, func(f *fixture) { f.CureCondition("engine.clock", "") }},
	{"schedule.failed", "its run starts", scheduleNothing, func(f *fixture) { f.saveFlow("f/shop/gone", script("a", "")); awake(time.Hour) }},
	{"schedule.failed", "it is switched off", scheduleNothing, func(f *fixture) { f.try(f.SwitchSchedule(bg, "f/shop/s", false)) }},
	{"schedule.failed", "it is removed", scheduleNothing, func(f *fixture) { f.try(f.DeleteSchedule(bg, "f/shop/s")) }},
	{"schedule.untold", "its time", tellNobody, func(*fixture) { awake(health.NoticeFor) }},
	{"schedule.untold", "somebody dismisses it", tellNobody, func(f *fixture) { f.CureCondition("schedule.untold", "f/shop/s") }},
	{"schedule.late", "its time", scheduleLate, func(*fixture) { awake(health.NoticeFor) }},
	{"schedule.late", "somebody dismisses it", scheduleLate, func(f *fixture) { f.CureCondition("schedule.late", "") }},
	{"hook.forged", "its address is renewed", forgeDeliveries, func(f *fixture) { _, err := f.RenewHook(bg, onOrder().Path); f.try(err) }},
	{"hook.forged", "it is removed", forgeDeliveries, func(f *fixture) { f.try(f.DeleteHook(bg, onOrder().Path)) }},
	{"hook.failed", "it is removed", deliverToNothing, func(f *fixture) { f.try(f.DeleteHook(bg, onOrder().Path)) }},
	{"hook.failed", "it is switched off", deliverToNothing, func(f *fixture) { f.try(f.SwitchHook(bg, onOrder().Path, false)) }},
	{"form.failed", "it is removed", openToNothing, func(f *fixture) { f.try(f.DeleteForm(bg, orderForm().Path)) }},
	{"form.failed", "it is switched off", openToNothing, func(f *fixture) { f.try(f.SwitchForm(bg, orderForm().Path, false)) }},
	{"engine.begun", "its time", beginAnew, func(*fixture) { time.Sleep(health.NoticeFor) }},
	{"engine.begun", "somebody dismisses it", beginAnew, func(f *fixture) { f.CureCondition("engine.begun", "") }},
}

// elsewhere are the troubles that others show: they end when the key is put back, and
// when somebody dismisses them, as any notice.
var elsewhere = []fault.Code{"vault.missing", "backup.restored"}

func TestEveryConditionEnds(t *testing.T) {
	for _, tt := range conditionEnds {
		t.Run(string(tt.code)+" by "+tt.way, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.patience = 48 * time.Hour
				f.world.Script("x", instant)
				f.open()
				shown := func() bool {
					synctest.Wait()
					return slices.ContainsFunc(f.Conditions(), func(c fault.Condition) bool { return c.Code == tt.code })
				}
				if shown() {
					t.Fatal("it is shown before it begins")
				}
				if tt.begin(f); !shown() {
					t.Fatalf("it is not shown; there is %+v", f.Conditions())
				}
				time.Sleep(10 * time.Second)
				if !shown() {
					t.Error("it ended by itself")
				}
				if tt.end == nil {
					f.stop()
					f.open()
					if !shown() {
						t.Error("it is not told again")
					}
					f.stop()
					return
				}
				if tt.end(f); shown() {
					t.Error("it is still shown")
				}
				f.stop()
			})
		})
	}
}

// No trouble is shown that has no end in the table.
func TestEveryConditionIsInTheTable(t *testing.T) {
	names := map[string]fault.Code{"health.CodeUnreadable": health.CodeUnreadable, "journal.CodeDamaged": journal.CodeDamaged, "health.CodeSignIn": health.CodeSignIn, "CodeUnreadable": health.CodeUnreadable, "no.Code": "vault.missing", "codeSpoiled": "engine.spoiled", "codeTrouble": "schedule.failed", "codeHandler": "schedule.untold", "codeForged": "hook.forged", "codeFailed": "hook.failed", "codeUnstarted": "form.failed"}
	var found []string
	for _, dir := range []string{".", "internal/*", "../app", "../ui"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		set := token.NewFileSet()
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				if typ, ok := lit.Type.(*ast.SelectorExpr); !ok || typ.Sel.Name != "Condition" {
					return true
				}
				for _, e := range lit.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Code" {
						var b strings.Builder
						if err := printer.Fprint(&b, set, kv.Value); err != nil {
							t.Fatal(err)
						}
						found = append(found, b.String())
					}
				}
				return true
			})
		}
	}
	known := slices.Clone(elsewhere)
	for _, c := range conditionEnds {
		known = append(known, c.code)
	}
	if len(found) < 7 {
		t.Errorf("only %q was found", found)
	}
	for _, expr := range found {
		code := fault.Code(strings.Trim(expr, `"`))
		if c, ok := names[expr]; ok {
			code = c
		}
		if expr != "f.Code" && !slices.Contains(known, code) { // that one is of the disk: engine.disk, engine.disk_full
			t.Errorf("%s is shown, and no row tells how it ends", expr)
		}
	}
}

func (f *fixture) try(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Error(err)
	}
}

func (f *fixture) commit() { f.try(f.SetSetting(bg, "x", "y")) }

// fill writes until nothing more can be written.
func (f *fixture) fill() {
	for range 100 {
		if f.SetSetting(bg, "big", strings.Repeat("x", 100_000)) != nil {
			return
		}
	}
	f.t.Error("the disk is never full")
}

// start1 starts a run of one step, if the disk takes it.
func (f *fixture) start1() run.ID {
	begun, _ := f.Start(bg, run.Request{Flow: flowOf(script("x", gate1))})
	id := begun.ID
	return id
}

// readUntil reads what cannot be read, until it can.
func (f *fixture) readUntil(ctx context.Context) {
	_ = f.reads.Retry(ctx, func() error {
		select {
		case <-f.blind:
			return nil
		default:
			return sql.ErrConnDone
		}
	})
}

// askSignedOut asks by mail with an account that must sign in.
func askSignedOut(f *fixture) {
	f.addAccount(false)
	f.world.OnMail(func(context.Context, run.Mail) (string, error) {
		return "", fault.New(health.CodeSignIn, "Google needs you to sign in again", "Your mails wait.")
	})
	f.asksByMail()
	f.untilWaiting(f.start(script("a", gate1)))
}

// sleepOverADeadline lets the computer sleep while a request runs out.
func sleepOverADeadline(f *fixture) {
	f.untilWaiting(f.start(script("x", `|"suspend":{"required_events":1,"timeout":600}`)))
	f.clock.jump(time.Hour)
	time.Sleep(wakeAtLeast)
}

// beginAnew opens a folder whose file was taken away.
func beginAnew(f *fixture) {
	f.stop()
	f.try(os.Remove(filepath.Join(f.cfg.Dir, datadir.FileName)))
	f.open()
}

// scheduleNothing has a schedule of a flow that is gone fall due.
func scheduleNothing(f *fixture) {
	f.saveFlow("f/shop/gone", script("a", ""))
	f.try(f.SaveSchedule(bg, every("f/shop/s", "0 0 * * * *", "UTC", "f/shop/gone")))
	f.try(f.DeleteFlow(bg, "f/shop/gone"))
	awake(time.Hour)
}

// tellNobody has a schedule run once whose end nobody can be told.
func tellNobody(f *fixture) {
	f.saveFlow("f/shop/close", script("a", ""))
	s := every("f/shop/s", "0 0 12 * * *", "UTC", "f/shop/close")
	s.OnSuccess = "flow/f/shop/gone"
	f.try(f.SaveSchedule(bg, s))
	for len(f.Conditions()) == 0 {
		awake(time.Hour)
	}
}

// forgeDeliveries sends a webhook deliveries with wrong signatures.
func forgeDeliveries(f *fixture) {
	f.saveFlow("f/shop/order", script("x", ""))
	h := onOrder()
	h.Signature.Kind, h.Key = hook.GitHub, "k"
	_, o := f.saveHook(h)
	for range 10 {
		_ = f.CheckDelivery(bg, o, func(string) string { return "sha256=00" }, []byte("x"))
	}
}

// deliverToNothing sends a webhook a delivery whose flow is gone.
func deliverToNothing(f *fixture) {
	f.saveFlow("f/shop/order", script("x", ""))
	_, o := f.saveHook(onOrder())
	f.try(f.DeleteFlow(bg, "f/shop/order"))
	_, _ = f.Deliver(bg, o, came("", `{}`))
}

// openToNothing has somebody open a form whose flow is gone.
func openToNothing(f *fixture) {
	f.saveFlow("f/shop/order", script("x", ""))
	secret, _ := f.saveForm(orderForm())
	f.try(f.DeleteFlow(bg, "f/shop/order"))
	_, err := f.OpenForm(bg, secret)
	f.try(err)
}

// scheduleLate lets the computer sleep over the time of a schedule.
func scheduleLate(f *fixture) {
	f.saveFlow("f/shop/close", script("a", ""))
	f.try(f.SaveSchedule(bg, every("f/shop/s", "0 0 12 * * *", "UTC", "f/shop/close")))
	f.sleep(25 * time.Hour)
}

// setBack sets the clock back by an hour.
func setBack(f *fixture) {
	f.clock.jump(-time.Hour)
	time.Sleep(wakeAtLeast)
}
