package run

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

func TestPolicy(t *testing.T) {
	at := func(s int) time.Time { return epoch.Add(time.Duration(s) * time.Second) }
	yes := func(p string, s int) Vote { return Vote{Person: p, Approve: true, At: at(s)} }
	no := func(p string, s int) Vote { return Vote{Person: p, At: at(s), Reason: "no"} }
	for _, c := range []struct {
		reason   string
		required int
		now      int
		votes    []Vote
		want     Verdict
	}{
		{"nobody yet", 1, 0, nil, Verdict{Need: 1}},
		{"one is enough", 1, 1, []Vote{yes("a", 1)}, Verdict{Outcome: Approved, By: "a", Have: 1, Need: 1}},
		{"one of two", 2, 1, []Vote{yes("a", 1)}, Verdict{Have: 1, Need: 2}},
		{"one person twice is one", 2, 2, []Vote{yes("a", 1), yes(" A", 2)}, Verdict{Have: 1, Need: 2}},
		{"two people", 2, 2, []Vote{yes("a", 1), yes("b", 2)}, Verdict{Outcome: Approved, By: "b", Have: 2, Need: 2}},
		{"more than enough", 1, 2, []Vote{yes("a", 1), yes("b", 2)}, Verdict{Outcome: Approved, By: "a", Have: 2, Need: 1}},
		{"a refusal after enough", 1, 2, []Vote{yes("a", 1), no("b", 2)}, Verdict{Outcome: Refused, By: "b", Reason: "no", Have: 1, Need: 1}},
		{"a refusal first", 1, 2, []Vote{no("b", 1), yes("a", 2)}, Verdict{Outcome: Refused, By: "b", Reason: "no", Need: 1}},
		{"the last instant", 1, 60, []Vote{yes("a", 60)}, Verdict{Outcome: Approved, By: "a", Have: 1, Need: 1}},
		{"open at the last instant", 1, 60, nil, Verdict{Need: 1}},
		{"too late", 1, 61, []Vote{yes("a", 61)}, Verdict{Outcome: Expired, Need: 1}},
		{"a late refusal", 1, 61, []Vote{no("a", 61)}, Verdict{Outcome: Expired, Need: 1}},
		{"decided in time, asked later", 1, 90, []Vote{yes("a", 5)}, Verdict{Outcome: Approved, By: "a", Have: 1, Need: 1}},
	} {
		got := Policy{Required: c.required, Deadline: at(60)}.Decide(c.votes, at(c.now))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, d)
		}
	}
}

func TestWaitsStayInBounds(t *testing.T) {
	big, neg := 1e300, -5.0
	for _, c := range []struct {
		reason string
		r      *flow.Retry
		failed int
		want   time.Duration
		again  bool
	}{
		{"no policy", nil, 1, 0, false},
		{"off", &flow.Retry{Constant: &flow.Constant{}, Exponential: &flow.Exponential{Seconds: 3}}, 1, 0, false},
		{"negative attempts", &flow.Retry{Constant: &flow.Constant{Attempts: -2, Seconds: 1}, Exponential: &flow.Exponential{Attempts: 1, Seconds: 3}}, 1, 3 * time.Second, true},
		{"an endless power", &flow.Retry{Exponential: &flow.Exponential{Attempts: 5000, Seconds: 9}}, 4999, maxWait, true},
		{"an endless factor", &flow.Retry{Exponential: &flow.Exponential{Attempts: 3, Seconds: 1e200, Multiplier: &big}}, 2, maxWait, true},
		{"a negative factor", &flow.Retry{Exponential: &flow.Exponential{Attempts: 3, Seconds: 3, Multiplier: &neg}}, 1, 0, true},
		{"a day, constant", &flow.Retry{Constant: &flow.Constant{Attempts: 1, Seconds: 86400}}, 1, maxWait, true},
		{"negative seconds", &flow.Retry{Constant: &flow.Constant{Attempts: 1, Seconds: -3}}, 1, 0, true},
		{"used up", &flow.Retry{Constant: &flow.Constant{Attempts: 2, Seconds: 3}}, 3, 0, false},
	} {
		if d, again := wait(c.r, c.failed, "r", "s"); d != c.want || again != c.again {
			t.Errorf("%s: %v %v, want %v %v", c.reason, d, again, c.want, c.again)
		}
	}
	r := &flow.Retry{Exponential: &flow.Exponential{Attempts: 1000, Seconds: 1, Multiplier: new(float64(100)), RandomFactor: 20}}
	seen := map[time.Duration]bool{}
	for _, id := range []ID{"a", "b", "c", "d", "e", "f"} {
		d, _ := wait(r, 1, id, "s")
		if d < 80*time.Second || d > 120*time.Second {
			t.Errorf("20 percent around 100 s: %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 5 {
		t.Errorf("different runs wait alike: %v", seen)
	}
}
