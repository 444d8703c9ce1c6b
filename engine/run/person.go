package run

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// PersonOf brings a name or address into the form under which people are told
// apart, at every door: who writes differently, with wide letters, with a dot at
// the end of the domain, with characters that nobody sees or in capitals, is not
// a second person, and of "Dana Scully <dana@acme.example>" the address counts.
// Letters of other scripts that only look alike stay others (Unicode TR 39 has a
// list, but no rule by which a name is one of them).
func PersonOf(name string) string {
	name = norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, name))
	name = strings.Join(strings.Fields(name), " ")
	if a, err := addressOf(name); err == nil {
		name = a
	}
	return strings.ToLower(name)
}

// personOf is PersonOf for runs that began under it.
func (s *State) personOf(name string) string {
	if s.started.Rules < 3 {
		return Person(name)
	}
	return PersonOf(name)
}

// ConfirmWord is what whoever approves a step of high stakes has to type.
const ConfirmWord = "approve"

// Confirms reports whether what somebody typed is ConfirmWord, however it is written.
func Confirms(typed string) bool {
	return strings.EqualFold(strings.TrimSpace(norm.NFKC.String(typed)), ConfirmWord)
}

// Unnamed is the person of the n-th link of a step that was made for nobody by
// name. Who answers by it is told to the steps after it as Anonymous.
func Unnamed(n int) string { return fmt.Sprintf("approver %d", n) }

// Anonymous is what steps hear of a person without a name, as in Windmill.
const Anonymous = "anonymous"

var unnamed = regexp.MustCompile(`^approver [1-9][0-9]*$`)

// IsUnnamed reports whether a person is one of Unnamed.
func IsUnnamed(person string) bool { return unnamed.MatchString(person) }
