package web

import (
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// WordLike reports whether a part of an address may be a secret, a nonce or an id:
// the engine is asked about nothing else.
func WordLike(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// OfLink reports whether an address that names a job and a nonce is one of a link.
// They must be the link's own: what the address names is what the vote is for, and
// whoever has only the link of a page cannot make of it an address that takes votes
// without the page.
func OfLink(l run.Link, job, nonce string) bool {
	return job == l.Job && nonce == strconv.FormatUint(uint64(l.Nonce), 10)
}

// ErrOtherLink answers an address put together of two links, like any other that
// is not known.
var ErrOtherLink = fault.New("link.unknown", "This link is not known", "")
