package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
)

// NewID returns a time-ordered UUID, which keeps indexes dense.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// ShortHash is 16 hex digits that stand for the parts, as flows name versions of
// scripts.
func ShortHash(parts ...string) string { return LongHash(parts...)[:16] }

// LongHash is a hash of all the parts, each with its bounds.
func LongHash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
