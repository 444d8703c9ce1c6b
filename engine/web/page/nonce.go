package page

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"
)

// A page token proves that a form was taken from a page that was made by its key
// for this link. It carries its own proof, so making one writes nothing: a mail
// scanner may open a page a thousand times and leave no trace. Only a token
// that came back in a POST is remembered, until it expires.
const (
	tokenLife  = 24 * time.Hour // a page opened in the morning can be sent in the evening
	tokenBytes = 16 + 8 + sha256.Size
	tokensKept = 1 << 16
)

// tokenKey makes and takes page tokens.
type tokenKey [32]byte

func newTokenKey() (k tokenKey) {
	rand.Read(k[:])
	return k
}

// pageTokens are the page tokens of approvals, of which those are known that came back. The
// key lives as long as the process.
type pageTokens struct {
	tokenKey

	mu   sync.Mutex
	used map[tokenID]*tokenUse
}

type tokenID [16]byte

// tokenUse is a token that was sent back.
type tokenUse struct {
	done    chan struct{} // closed when the vote has an answer
	expires time.Time
}

func newPageTokens() *pageTokens {
	return &pageTokens{tokenKey: newTokenKey(), used: map[tokenID]*tokenUse{}}
}

// mint returns a token for one view of the page of secret.
func (k *tokenKey) mint(secret string, now time.Time) string {
	var b [tokenBytes]byte
	rand.Read(b[:16])
	binary.BigEndian.PutUint64(b[16:24], uint64(now.Add(tokenLife).Unix()))
	copy(b[24:], k.sum(secret, b[:24]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (k *tokenKey) sum(secret string, head []byte) []byte {
	m := hmac.New(sha256.New, k[:])
	m.Write(head) // of fixed length, so that head and secret cannot run into each other
	m.Write([]byte(secret))
	return m.Sum(nil)
}

// check reports whether token was made by this key for secret and has not
// expired. It does not look at use.
func (k *tokenKey) check(token, secret string, now time.Time) (id tokenID, expires time.Time, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != tokenBytes || !hmac.Equal(b[24:], k.sum(secret, b[:24])) {
		return id, expires, false
	}
	copy(id[:], b)
	expires = time.Unix(int64(binary.BigEndian.Uint64(b[16:24])), 0)
	return id, expires, now.Before(expires)
}

// claim marks a token as used. If it was used before, first is false and the
// earlier use is returned, so that a second press can wait for the first one.
func (p *pageTokens) claim(id tokenID, expires, now time.Time) (use *tokenUse, first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if u, ok := p.used[id]; ok {
		return u, false
	}
	if len(p.used) >= tokensKept {
		p.forget(now)
	}
	u := &tokenUse{done: make(chan struct{}), expires: expires}
	p.used[id] = u
	return u, true
}

// forget makes room. Losing a used token is harmless: one person has one vote
// whatever the page says; the token only makes a second press kinder.
func (p *pageTokens) forget(now time.Time) {
	for id, u := range p.used {
		if now.After(u.expires) {
			delete(p.used, id)
		}
	}
	for id := range p.used {
		if len(p.used) < tokensKept*3/4 {
			return
		}
		delete(p.used, id)
	}
}

// settle ends a use. A token whose vote was not counted may be sent again.
func (p *pageTokens) settle(id tokenID, u *tokenUse, counted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !counted && p.used[id] == u {
		delete(p.used, id)
	}
	close(u.done)
}

// formKeys make and take the tokens of forms' pages. What was sent by a page is known by the
// file, and so is their key: a page that was opened before a restart can be sent after it.
// Where the file has none, one does that lives as long as the process.
type formKeys struct {
	own  tokenKey
	kept atomic.Pointer[tokenKey] // that of the file, once it was read
}

// use reads the key of the file if it is not known yet.
func (k *formKeys) use(ctx context.Context, f Forms) *formKeys {
	if k.kept.Load() != nil {
		return k
	}
	b, err := f.FormPageKey(ctx)
	var key tokenKey
	if err == nil && copy(key[:], b) == len(key) {
		k.kept.Store(&key)
	}
	return k
}

func (k *formKeys) mint(secret string, now time.Time) string {
	if kept := k.kept.Load(); kept != nil {
		return kept.mint(secret, now)
	}
	return k.own.mint(secret, now)
}

func (k *formKeys) check(token, secret string, now time.Time) (id tokenID, ok bool) {
	if kept := k.kept.Load(); kept != nil {
		if id, _, ok = kept.check(token, secret, now); ok {
			return id, true
		}
	}
	id, _, ok = k.own.check(token, secret, now)
	return id, ok
}
