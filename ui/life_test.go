package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/host"
	"sluice/ui/model"
)

// edit changes the open flow a moment ago: nothing has stored it yet.
func (s *shown) edit(to string) {
	s.t.Helper()
	s.until("Pay")
	s.host.Do(model.SetSummary("b", to))
}

// ended runs what comes to the main goroutine until the window ends.
func (s *shown) ended() {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for s.ctx.Err() == nil {
		select {
		case f := <-s.queue:
			f()
		case <-deadline:
			s.t.Fatalf("the window does not end; it shows %q", s.texts())
		}
	}
}

func (s *shown) shows(text string) bool {
	return slices.ContainsFunc(s.texts(), func(have string) bool { return strings.Contains(have, text) })
}

// A signal ends the context of the whole program at once: what was typed a moment
// before is stored all the same.
func TestASignalRightAfterAnEditStoresItAndEnds(t *testing.T) {
	w := newWorld()
	w.waiting.Store(1)
	ctx, signal := context.WithCancel(context.Background())
	s := showUntil(ctx, t, w)
	s.counted(1)
	s.edit("Pay it out")
	signal()
	s.End()
	s.ended()
	if !strings.Contains(w.saved["u/me/refund"], "Pay it out") {
		t.Errorf("the library holds %s", w.saved["u/me/refund"])
	}
}

func TestAWindowWhoseDraftTheDiskRefusesCanBeQuit(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.edit("Pay it out")
	w.refuses.Store(true)
	s.close()
	s.until("could not be saved")
	s.until("The disk is full")
	s.press("Stay")
	if s.ctx.Err() != nil || s.shows("Quit without saving") {
		t.Fatal("who stays does not")
	}
	s.close()
	s.until("Quit without saving")
	s.press("Quit without saving")
	s.ended()
}

func TestStayingStoresTheDraftOnceTheDiskTakesIt(t *testing.T) {
	w := newWorld()
	s := show(t, w)
	s.edit("Pay it out")
	w.refuses.Store(true)
	s.close()
	s.until("could not be saved")
	w.refuses.Store(false)
	s.press("Stay")
	s.close()
	s.ended()
	if !strings.Contains(w.saved["u/me/refund"], "Pay it out") {
		t.Errorf("the library holds %s", w.saved["u/me/refund"])
	}
}

func TestASecondSignalEndsWhateverIsNotStored(t *testing.T) {
	w := newWorld()
	w.refuses.Store(true)
	s := show(t, w)
	s.edit("Pay it out")
	s.End()
	s.until("no further step begins")
	s.Abandon()
	s.ended()
}

func TestWhoQuitsIsToldOfOpenRequests(t *testing.T) {
	w := newWorld()
	w.waiting.Store(1)
	s := show(t, w)
	s.counted(1)
	s.close()
	s.until("1 request is open")
	s.press("Keep it running")
	if s.ctx.Err() != nil || s.shows("1 request is open") {
		t.Fatal("it does not go on")
	}
	s.close()
	s.until("1 request is open")
	s.press("Quit")
	s.ended()
}

// A question about requests tells how many there are now.
func TestTheQuestionOfWhoQuitsFollowsTheRequests(t *testing.T) {
	w := newWorld()
	w.waiting.Store(2)
	s := show(t, w)
	s.counted(2)
	s.close()
	s.until("2 requests are open")
	w.waiting.Store(1)
	s.countWaiting()
	s.until("1 request is open")
	w.waiting.Store(0)
	s.countWaiting()
	s.until("No request is open")
	s.press("Keep it running")
	w.waiting.Store(1)
	s.countWaiting()
	s.counted(1)
	if s.shows("request is open") {
		t.Error("who stays is asked again")
	}
	s.close()
	s.until("1 request is open")
	s.press("Quit")
	s.ended()
}

// Another flow, or a run of another flow, does not take the place of a draft that
// is not stored.
func TestADraftThatIsNotStoredKeepsItsPlace(t *testing.T) {
	w := newWorld()
	w.saved["u/me/other"] = strings.ReplaceAll(refund, "Refund", "Other")
	for name, away := range map[string]func(*shown){
		"flow": func(s *shown) {
			s.openFlow(flow.Stored{Path: "u/me/other", JSON: []byte(w.saved["u/me/other"])})
		},
		"run": func(s *shown) { s.showRun(run.ID("r9")) },
	} {
		t.Run(name, func(t *testing.T) {
			s := show(t, w)
			s.edit("Pay it out")
			s.visit(host.PlaceFlows)
			w.refuses.Store(true)
			defer w.refuses.Store(false)
			away(s)
			s.until("“Refund” could not be saved")
			s.press("Stay")
			doc := s.model.Doc()
			if doc.Path != "u/me/refund" || doc.Saved() || doc.Flow.Value.Modules[1].Summary != "Pay it out" || len(s.model.History().Past) == 0 {
				t.Fatalf("%q is open, saved %v", doc.Path, doc.Saved())
			}
			w.refuses.Store(false)
			away(s)
			s.until("Versions")
			if !strings.Contains(w.saved["u/me/refund"], "Pay it out") {
				t.Errorf("the library holds %s", w.saved["u/me/refund"])
			}
			w.saved["u/me/refund"] = refund
		})
	}
}

// Who starts Sluice by an icon has a way out of a port that is taken.
func TestARefusedStartOffersItsWayOut(t *testing.T) {
	a := test.NewTempApp(t)
	chosen := false
	w := refused(a, false, Refusal{Err: fault.New("listen.port", "The approval pages cannot be served", "Another program may hold that port."), Way: "Start at another port"}, func(c Chosen) { chosen = c.Way })
	s := &shown{t: t, UI: &UI{win: w}}
	if !s.shows("The approval pages cannot be served") {
		t.Fatalf("it says %q", s.texts())
	}
	s.press("Start at another port")
	if !chosen {
		t.Error("the way out leads nowhere")
	}
	if s.UI = (&UI{win: refused(a, false, Refusal{Err: fault.New("x", "Something else", "")}, nil)}); s.shows("Start at another port") {
		t.Error("a way out is offered that is none")
	}
}
