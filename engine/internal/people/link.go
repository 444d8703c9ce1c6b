package people

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"

	"sluice/engine/fault"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/sqlite"
	"sluice/engine/internal/writer"
	"sluice/engine/run"
)

// A secret is 128 bits in lower-case base32 without padding. The disk knows
// only its hash.
type secret string

var base32lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func newSecret() secret {
	var b [16]byte
	rand.Read(b[:])
	return secret(base32lower.EncodeToString(b[:]))
}

// nonceSecret derives the secret of a job's link from the job's own key and the
// nonce, so that the same question has the same answer while the job runs
// without the secret being stored.
func nonceSecret(key []byte, nonce uint32) secret {
	m := hmac.New(sha256.New, key)
	binary.Write(m, binary.BigEndian, nonce)
	return secret(base32lower.EncodeToString(m.Sum(nil)[:16]))
}

func (s secret) hash() [sha256.Size]byte { return sha256.Sum256([]byte(s)) }

// insertLink stores a link of a run and returns the event that records it.
func (p *People) insertLink(tx *writer.Tx, r *writer.Run, s secret, l sqlite.Link) (sqlite.Link, run.LinkMinted, error) {
	l.Run, l.UUID = r.Key, string(r.ID)
	l.Created = tx.Now.UnixNano()
	l.Person = run.PersonOf(l.Person)
	if l.Person == "" {
		// A retry asks the same people again: the links of each attempt are counted
		// from 1, so that two clicks by one person are not two people.
		var n int
		var err error
		if l.Job == "" {
			n, err = tx.CountLinks(r.Key, l.Step)
		} else {
			n, err = tx.CountJobLinks(l.Job)
		}
		if err != nil {
			return l, run.LinkMinted{}, err
		}
		l.Person = run.Unnamed(n + 1)
	}
	hash := s.hash()
	id, err := tx.InsertLink(hash[:], l)
	l.ID = id
	tx.After(func() {
		p.links.put(hash, linkOf(l, p.revoked.Load()))
		p.filter.put(hash)
	})
	return l, run.LinkMinted{Step: run.StepID(l.Step), Link: id, Person: l.Person}, err
}

// mint stores a link and records it.
func (p *People) mint(tx *writer.Tx, id run.ID, s secret, l sqlite.Link) (sqlite.Link, error) {
	r, err := tx.Load(id)
	if err != nil {
		return l, err
	}
	l, ev, err := p.insertLink(tx, r, s, l)
	if err != nil {
		return l, err
	}
	return l, tx.Apply(r, ev)
}

// addresses builds the addresses of a link. This is the only place that does.
func (p *People) addresses(s secret, l sqlite.Link) run.Links {
	base := p.cfg.BaseURL()
	tail := fmt.Sprintf("%s/%d/%s", addressJob(l), l.Nonce, s)
	return run.Links{
		Person: l.Person,
		Page:   base + "/a/" + string(s),
		Resume: base + "/api/w/sluice/jobs_u/resume/" + tail,
		Cancel: base + "/api/w/sluice/jobs_u/cancel/" + tail,
	}
}

// addressJob is the job that the addresses of a link name: that which asked for
// it, or the run.
func addressJob(l sqlite.Link) string {
	if l.Job == "" {
		return l.UUID
	}
	return l.Job
}

// ResumeLinks mints a link to the caller's step for a person, or returns the one
// that the same nonce got before.
func (p *People) ResumeLinks(ctx context.Context, caller run.Caller, nonce uint32, approver string) (run.Links, error) {
	key, ok := p.cfg.Callers.SecretOf(caller.Job)
	if !ok {
		return run.Links{}, run.ErrToken
	}
	s := nonceSecret(key, nonce)
	var l sqlite.Link
	err := p.cfg.Writer.Do(ctx, func(tx *writer.Tx) (err error) {
		var ok bool
		if l, ok, err = tx.LinkByNonce(caller.Job, nonce); ok || err != nil {
			return err
		}
		l, err = p.mint(tx, caller.Run, s, sqlite.Link{Step: string(caller.Step), Person: approver, Job: caller.Job, Nonce: nonce})
		return err
	})
	if err != nil {
		return run.Links{}, journal.Unexpected(err)
	}
	return p.addresses(s, l), nil
}

// MintLink makes a fresh link to a request for a person. A person has one vote,
// whatever the number of links.
func (p *People) MintLink(ctx context.Context, id run.ID, step run.StepID, person string) (run.Links, error) {
	s := newSecret()
	var l sqlite.Link
	err := p.cfg.Writer.Do(ctx, func(tx *writer.Tx) (err error) {
		if err := asks(tx, id, step); err != nil {
			return err
		}
		l, err = p.mint(tx, id, s, sqlite.Link{Step: string(step), Person: person})
		return err
	})
	if err != nil {
		return run.Links{}, journal.Unexpected(err)
	}
	return p.addresses(s, l), nil
}

// TakeLink makes a fresh link to a request for a person as MintLink does, for
// somebody at this computer who hands it on or looks at the page. That is recorded
// beside the link, and with a vote that comes by it.
func (p *People) TakeLink(ctx context.Context, id run.ID, step run.StepID, person string) (run.Links, error) {
	s := newSecret()
	var l sqlite.Link
	err := p.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		if err := asks(tx, id, step); err != nil {
			return err
		}
		r, err := tx.Load(id)
		if err != nil {
			return err
		}
		link, ev, err := p.insertLink(tx, r, s, sqlite.Link{Step: string(step), Person: person})
		if err != nil {
			return err
		}
		l, ev.By = link, run.DesktopUser
		return tx.Apply(r, ev)
	})
	if err != nil {
		return run.Links{}, journal.Unexpected(err)
	}
	return p.addresses(s, l), nil
}

// LinkGiven reports whether somebody was ever given a link to a request: by mail,
// by its step, or made at this computer.
func (r Requests) LinkGiven(_ context.Context, id run.ID, step run.StepID) (bool, error) {
	given, err := r.db.LinkGiven(string(id), string(step))
	if err != nil {
		err = journal.Unexpected(fmt.Errorf("look for links of step %s: %w", step, err))
	}
	return given, err
}

// Forget has links looked up anew: runs are not there any more.
func (p *People) Forget() { p.revoked.Add(1) }

// RevokeLink makes one link useless. Votes that came by it
// stay as they are.
func (p *People) RevokeLink(ctx context.Context, link int64) error {
	return journal.Unexpected(p.cfg.Writer.Do(ctx, func(tx *writer.Tx) error {
		// Once now, for votes by what was read before; once when it is on the disk, for
		// what was read until then.
		p.revoked.Add(1)
		tx.After(func() { p.revoked.Add(1) })
		return tx.RevokeLink(link, tx.Now.UnixNano())
	}))
}

// asks makes sure that a step is one that asks people.
func asks(tx *writer.Tx, id run.ID, step run.StepID) error {
	r, err := tx.Load(id)
	if err != nil {
		return err
	}
	if _, ok := run.ApprovalOf(r.State, step, run.DesktopUser); !ok {
		return noRequest()
	}
	return nil
}

func noRequest() error {
	return fault.New("approval.unknown", "This step does not ask anybody", "Open the run to see what it waits for.")
}
