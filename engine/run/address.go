package run

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"sluice/engine/fault"
)

// CodeAddress is the code of what is no e-mail address.
const CodeAddress fault.Code = "mail.to"

// ErrNobody is for a mail without an address.
var ErrNobody = fault.New(CodeAddress, "Nobody was named to send to", "No mail was sent. Fill in at least one address.")

// Addresses reads whom a mail goes to, as people write it: an address, a name
// with an address ("Dana Berg <dana@acme.example>", also "Berg, Dana <…>"),
// several of these between commas, semicolons or line breaks, a group
// ("Team: dana@acme.example, li@acme.example;"). It returns the bare addresses,
// each once, in the order given; a domain in other letters is turned into the
// form that mail servers know (xn--…, RFC 5891). Nothing is guessed: what is no
// address is told whole, and then none is returned. Code mail.to.
func Addresses(given ...string) ([]string, error) {
	var out []string
	for _, text := range given {
		for _, one := range pieces(text) {
			a, err := addressOf(one)
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(out, func(have string) bool { return PersonOf(have) == PersonOf(a) }) {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// pieces splits a text into what each should be one address. Separators inside
// quotes and angle brackets do not count, and a comma that comes before any @
// belongs to a name. The name of a group goes.
func pieces(text string) []string {
	var out []string
	var quoted, angled, at bool
	from := 0
	cut := func(to int) {
		if p := strings.TrimFunc(text[from:to], func(r rune) bool { return unicode.IsSpace(r) || r == ',' }); p != "" {
			out = append(out, p)
		}
		at = false
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<':
			angled = true
		case c == '>':
			angled = false
		case c == '@':
			at = true
		case c == ':' && !at && !angled && strings.Contains(text[i:], ";") && !strings.EqualFold(strings.TrimSpace(text[from:i]), "mailto"):
			from = i + 1
		case c == '\n' || c == '\r' || c == ';', c == ',' && at && !angled:
			cut(i)
			from, angled = i+1, false
		}
	}
	cut(len(text))
	return out
}

// addressOf returns the address in one piece.
func addressOf(text string) (string, error) {
	bare := strings.TrimPrefix(text, "mailto:")
	if i := strings.LastIndexByte(bare, '<'); i >= 0 && strings.HasSuffix(bare, ">") {
		bare = strings.TrimSpace(bare[i+1 : len(bare)-1]) // the name before it may have any form
	}
	bad := func(why string) error {
		return fault.Newf(CodeAddress, "No mail was sent."+why, "%q is not an e-mail address", clipped(text))
	}
	local, domain := bare, ""
	if i := strings.LastIndexByte(bare, '@'); i >= 0 {
		local, domain = bare[:i], strings.TrimSuffix(bare[i+1:], ".")
	}
	domain, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(domain, ".") {
		return "", bad("")
	}
	a, err := mail.ParseAddress(local + "@" + domain)
	if err != nil || a.Name != "" {
		return "", bad("")
	}
	switch {
	case strings.ContainsFunc(local, func(r rune) bool { return r >= utf8.RuneSelf }):
		return "", bad(" Many mail servers take no other letters than a to z before the @: ask for another address of this person.")
	case strings.ContainsFunc(local, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
	}):
		return "", bad("")
	}
	return a.Address, nil
}

// clipped shortens what is told back.
func clipped(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}
