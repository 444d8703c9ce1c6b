//go:build windows || darwin

package session

import "context"

// listen shows notifications by the system's own way. There is always a tray.
func (s *Session) listen(ctx context.Context) {
	s.menu.start()
	s.setTray(true)
	for {
		for o, ok := s.next(); ok; o, ok = s.next() {
			if !o.end && s.cfg.Send != nil {
				s.cfg.Send(plainLine(o.note.Title), plainText(o.note.Body))
			}
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return
		}
	}
}

// Wakes does nothing where no service tells of sleep: the clocks are compared.
func Wakes(context.Context, func()) {}
