package flow

import (
	"bytes"
	"encoding/json"
)

// Retention says for how many days what a run leaves is kept once it has ended; 0 is for
// ever.
type Retention struct {
	Succeeded int // runs that succeeded or were skipped, with all that belongs to them
	Others    int // runs that failed, were denied or canceled, or expired
	Logs      int // what steps printed; it goes with its run at the latest
}

// MostDays is the most of a Retention.
const MostDays = 36500

// Of is for how many days a run is kept, by whether it succeeded.
func (r Retention) Of(succeeded bool) int {
	if succeeded {
		return r.Succeeded
	}
	return r.Others
}

// OwnRetention is what a flow says itself: nil is as the settings say.
type OwnRetention struct {
	Succeeded *int `json:"succeeded,omitempty"`
	Others    *int `json:"others,omitempty"`
	Logs      *int `json:"logs,omitempty"`
}

// Over is r, but for what a flow says itself.
func (o OwnRetention) Over(r Retention) Retention {
	for _, f := range []struct {
		own *int
		to  *int
	}{{o.Succeeded, &r.Succeeded}, {o.Others, &r.Others}, {o.Logs, &r.Logs}} {
		if f.own != nil {
			*f.to = *f.own
		}
	}
	return r
}

// markRetention is the member of a flow's x-sluice that Retention reads.
const markRetention = "retention_days"

// RetentionMark is in the text of each flow that says for how long its runs are kept.
const RetentionMark = `"` + markRetention + `"`

// Retention is for how long the flow's runs are kept: retention_days below x-sluice. What
// is no number of days is for ever: a slip of its author should not remove anything.
func (f *Flow) Retention() OwnRetention { return retentionIn(f.XSluice) }

// RetentionOf is Retention of a flow that is not read as a whole.
func RetentionOf(doc []byte) OwnRetention {
	var f struct {
		XSluice json.RawMessage `json:"x-sluice"`
	}
	if json.Unmarshal(doc, &f) != nil {
		return OwnRetention{}
	}
	return retentionIn(Raw(f.XSluice))
}

func retentionIn(mark Raw) (o OwnRetention) {
	var x map[string]json.RawMessage
	if len(mark) == 0 || json.Unmarshal(mark, &x) != nil {
		return o
	}
	text := bytes.TrimSpace(x[markRetention])
	if len(text) == 0 || string(text) == "null" {
		return o
	}
	forever := func() *int { return new(int) }
	var days map[string]json.RawMessage
	if json.Unmarshal(text, &days) != nil {
		return OwnRetention{forever(), forever(), forever()}
	}
	for name, to := range map[string]**int{"succeeded": &o.Succeeded, "others": &o.Others, "logs": &o.Logs} {
		v, ok := days[name]
		if !ok || string(v) == "null" {
			continue
		}
		n := forever()
		if json.Unmarshal(v, n) != nil || *n < 0 || *n > MostDays {
			n = forever()
		}
		*to = n
	}
	return o
}

// SetRetention says for how long the flow's runs are kept. What else stands below x-sluice
// stays.
func (f *Flow) SetRetention(o OwnRetention) {
	var v json.RawMessage
	if o != (OwnRetention{}) {
		v, _ = json.Marshal(o) // of numbers
	}
	f.XSluice = setMark(f.XSluice, markRetention, v)
}

// setMark puts a member into an x-sluice, or takes it out if v is nil.
func setMark(mark Raw, name string, v json.RawMessage) Raw {
	x := map[string]json.RawMessage{}
	if len(mark) > 0 {
		_ = json.Unmarshal(mark, &x) // what is no object says nothing
	}
	if x == nil {
		x = map[string]json.RawMessage{}
	}
	delete(x, name)
	if v != nil {
		x[name] = v
	}
	if b, err := json.Marshal(x); err == nil && len(x) > 0 {
		return b
	}
	return nil
}
