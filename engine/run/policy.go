package run

import (
	"strings"
	"time"
)

// Policy says when a gate lets a run go on. The gate, the page, the inbox and
// the tests all ask its one function.
type Policy struct {
	Required int       // how many different people must approve
	Deadline time.Time // zero: none
}

// Verdict is what a policy makes of the votes so far.
type Verdict struct {
	Outcome Outcome // Approved, Refused, Expired, or "" while undecided
	By      string  // whose vote decided; "" if the deadline did
	Reason  string  // of a refusal
	Have    int     // different people who approved
	Need    int     // how many must
}

// Decide says how votes stand at a time. One refusal ends it, whatever else
// was said and in whatever order. Otherwise as many different people as are
// required must have approved; one person counts once. Votes after the
// deadline count for nothing; its own instant still belongs to the voters.
func (p Policy) Decide(votes []Vote, at time.Time) Verdict {
	v := Verdict{Need: p.Required}
	seen := map[string]bool{}
	last := ""
	for _, vote := range votes {
		if p.past(vote.At) {
			continue
		}
		if !vote.Approve {
			v.Outcome, v.By, v.Reason = Refused, vote.Person, vote.Reason
			return v
		}
		if who := Person(vote.Person); !seen[who] {
			seen[who] = true
			v.Have++
			if v.Have == p.Required {
				last = vote.Person
			}
		}
	}
	switch {
	case v.Have >= p.Required:
		v.Outcome, v.By = Approved, last
	case p.past(at):
		v.Outcome = Expired
	}
	return v
}

func (p Policy) past(at time.Time) bool {
	return !p.Deadline.IsZero() && at.After(p.Deadline)
}

// Person is what told people apart before PersonOf: a name without surrounding
// blanks, in lower case. What PersonOf gives stays as it is.
func Person(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
