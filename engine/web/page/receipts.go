package page

import (
	"context"
	"net/http"
	"path"
	"sync"
)

// Receipts knows which answers people still wait for: whoever has voted on a page, or sent
// a form, is sent on to the receipt, and a program that ends between the two leaves them
// before a page that cannot be reached.
type Receipts struct {
	mu    sync.Mutex
	posts int             // votes that are being answered
	owed  map[string]bool // pages that a browser was sent to, by the last part of their path
	moved chan struct{}   // closes when one of these changes; nil while nobody waits
}

// Watch keeps account of what a handler answers.
func (o *Receipts) Watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := path.Base(r.URL.Path) // whatever prefix a tunnel adds or takes away
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			o.note(func() { delete(o.owed, page) })
			return
		}
		o.note(func() { o.posts++ })
		sent := &answered{ResponseWriter: w}
		defer o.note(func() {
			o.posts--
			if sent.to != "" {
				page = path.Base(sent.to)
			}
			if sent.status == http.StatusSeeOther {
				if o.owed == nil {
					o.owed = map[string]bool{}
				}
				o.owed[page] = true
			}
		})
		next.ServeHTTP(sent, r)
	})
}

func (o *Receipts) note(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
	if o.moved != nil {
		close(o.moved)
		o.moved = nil
	}
}

// Wait returns when every vote was answered and its receipt handed out, or when
// ctx is over: a browser that was closed asks for nothing.
func (o *Receipts) Wait(ctx context.Context) {
	for {
		o.mu.Lock()
		none := o.posts == 0 && len(o.owed) == 0
		if o.moved == nil {
			o.moved = make(chan struct{})
		}
		moved := o.moved
		o.mu.Unlock()
		if none {
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return
		}
	}
}

// answered remembers the status of an answer.
type answered struct {
	http.ResponseWriter
	status int
	to     string // where it sends the browser
}

func (s *answered) WriteHeader(status int) {
	s.status, s.to = status, s.Header().Get("Location")
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is inside.
func (s *answered) Unwrap() http.ResponseWriter { return s.ResponseWriter }
