package health

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"sluice/engine/fault"
)

// Book holds the lasting troubles. Each has one way to end:
//
//	engine.disk_full, engine.disk,
//	engine.damaged, engine.replaced a commit that goes through
//	engine.unreadable               a read or a commit that goes through
//	run.damaged                     the run is set aside for good; it is told until Sluice ends
//	mail.signin                     the account is entered anew, signed in again or removed, or sends a mail
//	engine.slept, engine.clock,
//	engine.begun                    notices: at their time, or when they are dismissed
//	vault.missing                   the key is put back
//	backup.restored                 a notice: when it is dismissed
type Book struct {
	wall func() time.Time

	mu  sync.Mutex
	by  map[[2]string]fault.Condition
	end map[[2]string]time.Time // of notices
}

// CodeSignIn is the code of an account whose person must sign in again.
const CodeSignIn fault.Code = "mail.signin"

// NoticeFor is how long a notice is shown that nobody dismisses.
const NoticeFor = 12 * time.Hour

// NewBook makes an empty one. wall is the clock on the wall.
func NewBook(wall func() time.Time) *Book {
	return &Book{wall: wall, by: make(map[[2]string]fault.Condition), end: make(map[[2]string]time.Time)}
}

// Notice shows something that is over, until a time at most.
func (b *Book) Notice(c fault.Condition, until time.Time) {
	c.Severity = fault.Notice
	b.SetCondition(c)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.end[[2]string{string(c.Code), c.Subject}] = until
}

// Conditions returns the lasting troubles, loudest first, then oldest first.
func (b *Book) Conditions() []fault.Condition {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]fault.Condition, 0, len(b.by))
	now := b.wall()
	for key, c := range b.by {
		if end, notice := b.end[key]; notice && !end.After(now) {
			delete(b.by, key)
			delete(b.end, key)
			continue
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y fault.Condition) int {
		return cmp.Or(cmp.Compare(y.Severity, x.Severity), x.Since.Compare(y.Since), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Subject, y.Subject))
	})
	return out
}

// SetCondition shows a lasting trouble, such as an address that cannot be reached.
// Since stays that of the first time.
func (b *Book) SetCondition(c fault.Condition) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := [2]string{string(c.Code), c.Subject}
	if old, ok := b.by[key]; ok {
		c.Since = old.Since
	} else if c.Since.IsZero() {
		c.Since = b.wall()
	}
	b.by[key] = c
}

// CureCondition takes a lasting trouble back, or dismisses a notice.
func (b *Book) CureCondition(code fault.Code, subject string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.by, [2]string{string(code), subject})
	delete(b.end, [2]string{string(code), subject})
}
