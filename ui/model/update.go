package model

import (
	"encoding/json"
	"strconv"
	"strings"

	"sluice/engine/plain"
	"sluice/ui/say"
)

// Update is a version of Sluice that can be had.
type Update struct {
	Version string `json:"version"`
	URL     string `json:"url,omitempty"`   // where it is
	Notes   string `json:"notes,omitempty"` // what is new
}

const mostNotes = 300 // of Notes, in characters

// ReadUpdate reads what a server says of the newest version. ok is false for what is none.
func ReadUpdate(text []byte) (u Update, ok bool) {
	if json.Unmarshal(text, &u) != nil || numbers(u.Version) == nil {
		return Update{}, false
	}
	if !strings.HasPrefix(u.URL, "https://") {
		u.URL = ""
	}
	if notes := []rune(plain.Line(strings.Join(strings.Fields(u.Notes), " "))); len(notes) > mostNotes {
		u.Notes = string(notes[:mostNotes]) + "…"
	} else {
		u.Notes = string(notes)
	}
	return u, true
}

// Newer reports whether a version is later than another. What is not numbers with dots is
// not compared.
func Newer(version, than string) bool {
	v, t := numbers(version), numbers(than)
	if v == nil || t == nil {
		return false
	}
	for i := range max(len(v), len(t)) {
		a, b := 0, 0
		if i < len(v) {
			a = v[i]
		}
		if i < len(t) {
			b = t[i]
		}
		if a != b {
			return a > b
		}
	}
	return false
}

// numbers reads a version, nil for what is none.
func numbers(version string) (out []int) {
	parts := strings.Split(version, ".")
	if len(parts) > 4 {
		return nil
	}
	for _, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || p[0] == '+' || len(p) > 6 {
			return nil
		}
		out = append(out, n)
	}
	return out
}

// Words is a line about the update.
func (u Update) Words() string {
	line := say.F("Version %s can be had. Your system installs it, as it did this one.", u.Version)
	if u.Notes != "" {
		line += " " + u.Notes
	}
	return line
}
