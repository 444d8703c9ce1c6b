package engine

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sluice/engine/fault"
	"sluice/engine/internal/datadir"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
)

// A damaged page is met only by what needs it: a step that asks for a link, or a vote. So
// SQLite goes through the whole file at each start, and on a file that is not sound no
// step begins and no mail goes. What is asked and answered can be read, and votes are
// taken, as far as they can be recorded.

const (
	soundAtOnce = 8 << 20         // a file up to this size is looked through before anything begins
	soundMost   = 2 * time.Second // and how long a larger one lets steps wait
)

// codeSpoiled is the code of a file that is not sound. Nothing cures it: the next start
// looks again.
const codeSpoiled fault.Code = "engine.spoiled"

// A hold is what keeps the steps of an engine from beginning.
type hold struct {
	mu      sync.Mutex
	still   bool // whoever opened the engine wants to be first
	unknown bool // the file was not looked through yet
	spoiled bool // it is not sound
}

// now is a hold at an instant, with what set makes of it before.
func (h *hold) now(set func(h *hold)) (held bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	set(h)
	return h.still || h.unknown || h.spoiled
}

// lookAtOnce looks through a file that is small.
func (e *Engine) lookAtOnce(ctx context.Context) {
	st, err := os.Stat(filepath.Join(e.cfg.Dir, datadir.FileName))
	if err != nil || st.Size() > soundAtOnce {
		e.hold.unknown = true
		return
	}
	if err := e.file.Sound(ctx); err != nil {
		e.found(err)
	}
}

// lookLater looks through a file that is large, while it serves. Its steps wait for
// that a moment.
func (e *Engine) lookLater(ctx context.Context) {
	enough := time.AfterFunc(soundMost, func() { e.goOn(ctx, func(h *hold) { h.unknown = false }) })
	err := e.file.Sound(ctx)
	enough.Stop()
	if err != nil && ctx.Err() == nil && e.found(err) {
		_ = e.writer.Do(ctx, e.jobs.Hold) // an error is that of one who closes
	}
	e.goOn(ctx, func(h *hold) { h.unknown = false })
}

// goOn lets steps begin and mails go, if nothing holds them any more.
func (e *Engine) goOn(ctx context.Context, set func(h *hold)) error {
	if e.hold.now(set) {
		return nil
	}
	if err := e.writer.Do(ctx, e.jobs.Proceed); err != nil {
		return journal.Unexpected(err)
	}
	e.proceed.Do(e.act)
	return nil
}

// acts reports whether a service does by itself what others notice: it begins only when
// nothing holds the engine.
func (e *Engine) acts(s service) bool { return s == service(e.sender) || s == service(e.schedules) }

// act starts those that do.
func (e *Engine) act() {
	for _, s := range e.services() {
		if e.acts(s) && !(e.cfg.Unscheduled && s == service(e.schedules)) {
			s.Start()
		}
	}
}

// found hears why a file could not be looked through, and tells if it is not sound.
func (e *Engine) found(err error) (spoiled bool) {
	e.log.Error("the file is not sound", "err", err)
	if !sqlite.Corrupt(err) {
		return false // a disk that does not answer is told elsewhere
	}
	e.hold.now(func(h *hold) { h.spoiled = true })
	e.SetCondition(fault.Condition{
		Code: codeSpoiled, Severity: fault.Alarm, Title: "A part of Sluice's file is damaged",
		Hint: "No step begins, and no mail goes. Votes are taken as far as they can be recorded. Quit Sluice and copy " + e.cfg.Dir +
			" first; sluice verify tells what is damaged, sluice restore brings back a backup, and sluice salvage takes out what can be read.",
	})
	return true
}
