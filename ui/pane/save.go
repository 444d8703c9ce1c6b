package pane

import (
	"context"
	"errors"
	"slices"
	"time"

	"sluice/ui/host"
	"sluice/ui/kit"
	"sluice/ui/model"
	"sluice/ui/say"
)

// saveDelay is the pause after the last change before the flow is stored.
const saveDelay = 600 * time.Millisecond

// saveAgain is the pause after which a draft that the library refused is tried
// again.
const saveAgain = 10 * time.Second

// saver stores drafts, one at a time, so that an older one never follows a newer
// one. It keeps each until the library has it, also one whose place on the screen
// another flow has taken meanwhile.
type saver struct {
	h       *host.Host
	drafts  []*model.Document // may have changes that are not stored
	waits   []saveWait
	busy    bool
	again   bool   // the next attempt is on its way
	refused error  // why the last attempt failed, nil if it did not
	stored  string // what the library holds of the open flow
	changed func() // whether all is stored has changed
}

// saveWait is somebody who goes on once all is stored, or could not be.
type saveWait struct {
	then   func()
	failed func(error)
}

// keep takes note of a document that was changed.
func (s *saver) keep(doc *model.Document) {
	if doc != nil && !slices.Contains(s.drafts, doc) {
		s.drafts = append(s.drafts, doc)
	}
}

// draft is the newest document of a path that is not stored yet, nil if there is
// none.
func (s *saver) draft(path string) *model.Document {
	for _, d := range slices.Backward(s.drafts) {
		if d.Path == path && !d.Saved() {
			return d
		}
	}
	return nil
}

// save stores what is not stored yet and then goes on. failed is told why where
// the library refuses; what was typed stays and is tried again.
func (s *saver) save(then func(), failed func(error)) {
	s.keep(s.h.Model.Doc())
	s.waits = append(s.waits, saveWait{then, failed})
	s.next()
}

func (s *saver) next() {
	if s.busy {
		return
	}
	s.drafts = slices.DeleteFunc(s.drafts, func(d *model.Document) bool { return d.ReadOnly || d.Saved() })
	if len(s.drafts) == 0 {
		s.refused = nil
		s.settle(func(w saveWait) {
			if w.then != nil {
				w.then()
			}
		})
		return
	}
	s.busy = true
	doc := s.drafts[0]
	f, path, edit, live := doc.Flow, doc.Path, doc.Saving(), doc.Live()
	s.h.Ask(func(ctx context.Context) (func(), error) {
		b, err := f.JSON()
		if err == nil {
			err = s.h.Library.SaveDraft(ctx, path, b, edit)
		}
		behind := live.Number != 0 && model.OtherThan(live.JSON, b)
		return func() {
			s.busy = false
			if err != nil {
				s.fail(err)
				return
			}
			if doc == s.h.Model.Doc() {
				s.stored = string(b)
			}
			s.h.Changed(s.h.Model.MarkSaved(doc, f, behind))
			s.next()
		}, nil
	}, func() { // the call itself broke, and that was told
		s.busy = false
		s.fail(errors.New("saving the flow broke off"))
	})
}

// fail tells all who wait, and tries again later.
func (s *saver) fail(err error) {
	s.refused = err
	s.changed()
	s.settle(func(w saveWait) {
		if w.failed != nil {
			w.failed(err)
		}
	})
	if s.again {
		return
	}
	s.again = true
	s.h.Later(saveAgain, func() {
		s.again = false
		s.save(nil, nil)
	})
}

func (s *saver) settle(tell func(saveWait)) {
	waits := s.waits
	s.waits = nil
	for _, w := range waits {
		tell(w)
	}
	s.changed()
}

// saveSoon stores the flow when the person pauses.
func (p *Editor) saveSoon() {
	p.saver.keep(p.h.Model.Doc())
	p.saves++
	save := p.saves
	p.h.Later(saveDelay, func() {
		if save == p.saves { // no change since
			told := p.saver.refused != nil
			p.SaveNow(nil, func(err error) {
				if !told { // once is enough; the pill goes on telling
					p.h.Fail(err)
				}
			})
		}
	})
}

// SaveNow stores the open flow and then goes on; a flow that is stored already
// goes on at once. Where the library refuses, failed is told why.
func (p *Editor) SaveNow(then func(), failed func(error)) { p.saver.save(then, failed) }

// Leave lets what stands half typed in a field count.
func (p *Editor) Leave() { p.inspector.Leave() }

// leaving stores the open flow before another takes its place. Where that fails
// the flow stays open, unless the person gives the changes up.
func (p *Editor) leaving(then func()) {
	p.Leave()
	doc, name := p.h.Model.Doc(), p.h.Model.Name()
	p.SaveNow(then, func(err error) {
		f := model.Fault(err)
		kit.Ask(p.h.Window.Canvas(), kit.Question{Title: say.F("“%s” could not be saved", name), Back: say.T("Stay"), Verb: say.T("Leave without saving"), Danger: true,
			Text: host.Lines(f.Title, f.Hint, say.T("It stays open with what you changed last, and saving is tried again.")),
			Yes: func() {
				p.saver.drafts = slices.DeleteFunc(p.saver.drafts, func(d *model.Document) bool { return d == doc })
				then()
			}})
	})
}
