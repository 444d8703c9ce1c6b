package mail

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// practice puts a mail into the outbox folder, whole or not at all.
func (s *Sender) practice(m run.Mail, msg Message) (string, error) {
	err := s.writeMail(m.ID, msg.Raw)
	if err != nil {
		return "", fault.Because(err, "mail.later", "The practice mail could not be written",
			fmt.Sprintf("It waits in the outbox. Check that the folder %s can be written and that the disk has room.", s.Outbox))
	}
	if m.Thread != "" {
		return m.Thread, nil
	}
	return m.ID, nil
}

func (s *Sender) writeMail(id string, raw []byte) error {
	if s.Outbox == "" {
		return fmt.Errorf("no outbox folder is set")
	}
	if err := os.MkdirAll(s.Outbox, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.Outbox, ".mail-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	name := time.Now().UTC().Format("20060102T150405.000Z") + "-" + fileName(id) + ".eml"
	return os.Rename(f.Name(), filepath.Join(s.Outbox, name))
}

// fileName keeps of an id what every file system takes.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, clip(id, 64))
}
