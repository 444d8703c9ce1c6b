package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/flow"
	"sluice/engine/internal/search"
	"sluice/engine/run"
)

// startRefund starts a flow with an input.
func (f *fixture) startRefund(doc, input string) run.ID {
	f.t.Helper()
	id, err := f.Start(bg, run.Request{Flow: []byte(doc), Path: "u/me/refund", Input: json.RawMessage(input), Trigger: run.Trigger{Kind: "test"}})
	if err != nil {
		f.t.Fatal(err)
	}
	return id.ID
}

// find is what a search finds, once the index is up with the journal.
func (f *fixture) find(q Filter) []run.ID {
	f.t.Helper()
	time.Sleep(time.Second) // of the bubble: the index gathers what was written
	synctest.Wait()
	return f.found(q)
}

func (f *fixture) found(q Filter) (out []run.ID) {
	f.t.Helper()
	list, err := f.Engine.Runs(bg, q)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, s := range list {
		out = append(out, s.ID)
	}
	return out
}

const refundDoc = `{"summary":"Refund Größe","schema":{"type":"object","properties":{"customer":{"type":"string"},"pin_code":{"type":"string","format":"password"}}},"value":{"modules":[
 {"id":"a","value":{"type":"rawscript","language":"bash","content":"look","input_transforms":{}},"suspend":{"required_events":1,"timeout":86400}},
 {"id":"b","value":{"type":"rawscript","language":"bash","content":"pay","input_transforms":{}}}]}}`

// Runs are found by what went in, what came of them, why they failed, and who was asked and
// answered; filters narrow that, and pages go on where the last one ended.
func TestRunsAreFoundByTheirWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.open()
		f.world.Script("look", func(context.Context, run.Job) (any, error) {
			return map[string]any{"order": 4711, "note": "Fits our policy, thoroughly"}, nil
		})
		f.world.Script("pay", func(_ context.Context, j run.Job) (any, error) {
			if f.clock.ahead.Load() > 0 {
				return nil, errors.New("the bank answered teapot")
			}
			return "paid", nil
		})
		mia := f.startRefund(refundDoc, `{"customer":"Mia Berg"}`)
		f.untilWaiting(mia)
		f.link(mia, "a", "dana@acme.example")
		if got := f.find(Filter{Words: "mia"}); !slices.Equal(got, []run.ID{mia}) {
			t.Errorf("a run that waits is found as %v", got)
		}
		f.try(f.Decide(bg, run.Decision{Run: mia, Step: "a", Approve: true, Person: run.DesktopUser, Reason: ""}))
		f.untilDone(mia)
		f.clock.jump(48 * time.Hour)
		tom := f.startRefund(refundDoc, `{"customer":"Tom Bergmann"}`)
		f.untilWaiting(tom)
		f.try(f.Decide(bg, run.Decision{Run: tom, Step: "a", Approve: true, Person: run.DesktopUser}))
		f.untilDone(tom)
		both := []run.ID{tom, mia}
		f.find(Filter{Words: "mia"})
		told, err := f.Told(bg, both)
		f.try(err)
		if got, want := told[mia], (run.Told{Input: "Mia Berg", How: run.Approved, Who: run.DesktopUser}); got != want {
			t.Errorf("told of the first is %+v, want %+v", got, want)
		}
		if got, want := told[tom], (run.Told{Input: "Tom Bergmann", How: run.Failed, Who: "b", Text: "the bank answered teapot"}); got != want {
			t.Errorf("told of the second is %+v, want %+v", got, want)
		}
		f.find(Filter{Words: "mia"})
		for _, c := range []struct {
			q    Filter
			want []run.ID
		}{
			{Filter{Words: "Mia Berg"}, []run.ID{mia}},
			{Filter{Words: "berg"}, both},
			{Filter{Words: "berg refund"}, both},
			{Filter{Words: "große GRÖßE"}, both},
			{Filter{Words: "4711 policy"}, both},
			{Filter{Words: "teapot"}, []run.ID{tom}},
			{Filter{Words: "berg", Outcome: run.Succeeded}, []run.ID{mia}},
			{Filter{Words: "berg", Since: f.clock.now().Add(-time.Hour)}, []run.ID{tom}},
			{Filter{Words: "berg", Limit: 1}, []run.ID{tom}},
			{Filter{Words: "berg", Before: tom}, []run.ID{mia}},
			{Filter{Words: "berg", Open: true}, nil},
			{Filter{Words: "berg", Path: "u/me/other"}, nil},
			{Filter{Words: "berg", Path: "u/me/refund"}, both},
			{Filter{Words: "b"}, nil},
			{Filter{Person: "Dana <DANA@acme.example>"}, []run.ID{mia}},
			{Filter{Person: "dana"}, []run.ID{mia}},
			{Filter{Person: "desktop user", Words: "tom"}, []run.ID{tom}},
			{Filter{Words: "failed"}, nil},
			{Filter{Words: `" OR 1 * ^ NEAR( {name} : -`}, nil},
			{Filter{Words: "€ -- ()"}, both},
			{Filter{Words: "nobody"}, nil},
			{Filter{Outcome: run.Failed}, []run.ID{tom}},
			{Filter{Since: f.clock.now().Add(-time.Hour)}, []run.ID{tom}},
		} {
			if got := f.found(c.q); !slices.Equal(got, c.want) {
				t.Errorf("%+v finds %v, want %v", c.q, got, c.want)
			}
		}
	})
}

// A run is found by who started it: whose link to a form it was, or who restarted it.
func TestRunsAreFoundByWhoStartedThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Script("a", instant)
		begun, err := f.Start(bg, run.Request{Flow: flowOf(script("a", "")), Trigger: run.Trigger{Kind: run.TriggerForm, By: "f/form", Person: "Dana <dana@acme.example>"}})
		f.try(err)
		f.untilDone(begun.ID)
		other := f.start(script("a", ""))
		f.untilDone(other)
		for _, q := range []Filter{{Person: "dana@acme.example"}, {Person: "dana"}, {Words: "dana"}} {
			if got := f.find(q); !slices.Equal(got, []run.ID{begun.ID}) {
				t.Errorf("%+v finds %v, want %s", q, got, begun.ID)
			}
		}
	})
}

// What people keep to themselves is in the index in no form: passwords, what stands below a
// name of one, the secrets of links, and the values of a flow that erases some.
func TestSecretsAreNotIndexed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.open()
		link := "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"
		f.world.Script("look", func(context.Context, run.Job) (any, error) {
			return map[string]any{"ok": "harmlessly", "config": map[string]any{"api_key": "keyword1", "deep": map[string]any{"password": []any{"keyword2", map[string]any{"x": "keyword3"}}}}}, nil
		})
		f.world.Script("pay", func(context.Context, run.Job) (any, error) { return "paid", nil })
		id := f.startRefund(refundDoc, `{"customer":"Mia","pin_code":"keyword4","token":"keyword5","nested":{"Authorization":"keyword6"}}`)
		f.untilWaiting(id)
		secret := f.link(id, "a", "dana@acme.example")
		f.world.Script("pay", func(context.Context, run.Job) (any, error) { return "see " + secret + " " + link, nil })
		f.try(f.Decide(bg, run.Decision{Run: id, Step: "a", Approve: true, Person: run.DesktopUser}))
		f.untilDone(id)
		erases := strings.Replace(refundDoc, `"suspend":{"required_events":1,"timeout":86400}`, `"delete_after_secs":100`, 1)
		f.startRefund(erases, `{"customer":"keyword7"}`)
		if got := f.find(Filter{Words: "mia harmlessly"}); len(got) != 1 {
			t.Fatalf("the rest is found as %v", got)
		}
		for i := 1; i <= 7; i++ {
			if got := f.found(Filter{Words: fmt.Sprint("keyword", i)}); got != nil {
				t.Errorf("keyword%d is found", i)
			}
		}
		if got := f.found(Filter{Words: "refund"}); len(got) != 2 {
			t.Errorf("by its name a run that erases is found as %v", got)
		}
		f.stop()
		raw, err := os.ReadFile(filepath.Join(f.cfg.Dir, search.FileName))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"keyword", secret, secret[:12]} {
			if strings.Contains(strings.ToLower(string(raw)), strings.ToLower(s)) {
				t.Errorf("%q stands in the file", s)
			}
		}
	})
}

// An index that is lost, spoiled, of another folder or of another layout is made anew, also
// by who only reads; runs that went are not in it.
func TestTheIndexIsMadeAnew(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"lost":      os.Remove,
		"spoiled":   func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("no file ", 2000)), 0o600) },
		"cut":       func(path string) error { return os.Truncate(path, 5000) },
		"untouched": func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.open()
				f.world.Script("look", func(context.Context, run.Job) (any, error) { return "yes", nil })
				f.world.Script("pay", func(context.Context, run.Job) (any, error) { return "paid", nil })
				doc := strings.Replace(refundDoc, `,"suspend":{"required_events":1,"timeout":86400}`, "", 1)
				old := f.startRefund(doc, `{"customer":"Mia"}`)
				f.untilDone(old)
				f.find(Filter{Words: "mia"})
				f.stop()
				if err := harm(filepath.Join(f.cfg.Dir, search.FileName)); err != nil {
					t.Fatal(err)
				}
				r, err := OpenReader(f.cfg.Dir)
				if err != nil {
					t.Fatal(err)
				}
				list, err := r.Runs(bg, Filter{Words: "mia paid"})
				if err != nil || len(list) != 1 {
					t.Errorf("who only reads finds %v, %v", list, err)
				}
				f.try(r.Close())
				f.open()
				if got := f.find(Filter{Words: "mia"}); !slices.Equal(got, []run.ID{old}) {
					t.Errorf("found is %v", got)
				}
				f.clock.jump(40 * 24 * time.Hour)
				young := f.startRefund(doc, `{"customer":"Mia"}`)
				f.untilDone(young)
				f.try(f.Retain(bg, flow.Retention{Succeeded: 30, Others: 30}))
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := f.find(Filter{Words: "mia"}); !slices.Equal(got, []run.ID{young}) {
					t.Errorf("after old runs went: %v", got)
				}
			})
		})
	}
}
