package page

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"
)

// A page token proves that a form was taken from a page that this process made
// for this link. It carries its own proof, so making one writes nothing: a mail
// scanner may open a page a thousand times and leave no trace. Only a token
// that came back in a POST is remembered, until it expires.
const (
	tokenLife  = 24 * time.Hour // a page opened in the morning can be sent in the evening
	tokenBytes = 16 + 8 + sha256.Size
	tokensKept = 1 << 16
)

// pageTokens makes and takes page tokens. The key lives as long as the process.
type pageTokens struct {
	key [32]byte

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
	p := &pageTokens{used: map[tokenID]*tokenUse{}}
	rand.Read(p.key[:])
	return p
}

// mint returns a token for one view of the page of secret.
func (p *pageTokens) mint(secret string, now time.Time) string {
	var b [tokenBytes]byte
	rand.Read(b[:16])
	binary.BigEndian.PutUint64(b[16:24], uint64(now.Add(tokenLife).Unix()))
	copy(b[24:], p.sum(secret, b[:24]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (p *pageTokens) sum(secret string, head []byte) []byte {
	m := hmac.New(sha256.New, p.key[:])
	m.Write(head) // of fixed length, so that head and secret cannot run into each other
	m.Write([]byte(secret))
	return m.Sum(nil)
}

// check reports whether token was made by this process for secret and has not
// expired. It does not look at use.
func (p *pageTokens) check(token, secret string, now time.Time) (id tokenID, expires time.Time, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != tokenBytes || !hmac.Equal(b[24:], p.sum(secret, b[:24])) {
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
