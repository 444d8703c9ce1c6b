package model

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/shown"
	"sluice/ui/say"
)

// Rehearsed is the state of a request that is imagined.
type Rehearsed int

// The states in which approvers may find a request.
const (
	RehearseOpen    Rehearsed = iota
	RehearseDenying           // open, with what is behind Deny
	RehearseApproved
	RehearseDenied
	RehearseExpired
)

// RehearsedStates are their words, in that order.
var RehearsedStates = []string{say.MarkIn("state", "Open"), say.Mark("Denying"), say.Mark("Approved"), say.Mark("Denied"), say.Mark("Expired")}

// Rehearsal is what it takes to show what the approvers of a step would see: the draft,
// and values of the last run or samples of them. Nothing is run and nobody is asked.
type Rehearsal struct {
	Flow     *flow.Flow
	FlowName string
	Step     string
	State    Rehearsed
	Scope    run.Scope // what the step's inputs read
	Result   run.Ref   // of the step in the last run, zero where it has none
	Form     flow.Raw  // of the request
	// Values says in words where the values are from.
	Values string
	// Sampled tells that some of them are samples.
	Sampled bool
}

// Preview is what approvers would see.
type Preview struct {
	Page shown.Page
	Mail *shown.Letter // nil: the step sends none
	// NoMail says why there is none to be shown.
	NoMail string
	// Values says where the values are from.
	Values string
}

// Rehearsal gathers what it takes to show what the approvers of a step would see; false
// where the step asks nobody.
func (m *Model) Rehearsal(step string, state Rehearsed) (Rehearsal, bool) {
	if m.doc == nil {
		return Rehearsal{}, false
	}
	s, _ := flow.Find(m.doc.Flow, step)
	if s == nil || !IsApproval(s) {
		return Rehearsal{}, false
	}
	r := Rehearsal{Flow: m.doc.Flow, FlowName: m.Name(), Step: s.ID, State: state}
	if f := s.Suspend.ResumeForm; f != nil {
		r.Form = f.Schema
	}
	reads := readsOf(s)
	names, results := map[string]run.Ref{}, map[string]run.Ref{}
	v := m.run
	ran := v != nil && v.state != nil
	given := json.RawMessage("{}")
	if ran && len(v.began.Input.Inline) > 0 {
		given = v.began.Input.Inline
	}
	if ran && v.began.Input.Hash != "" {
		names["flow_input"] = v.began.Input
	} else {
		input, sampled := sampleInput(m.doc.Flow.Schema, given, reads["flow_input"])
		names["flow_input"] = run.Ref{Inline: input}
		r.Sampled = sampled
	}
	seen := m.see(v)
	for id, paths := range reads["results"].kids {
		if ran {
			if at, ok := seen.byModule[id]; ok && seen.items[at].st != nil && !seen.items[at].st.Result.IsZero() {
				results[id] = seen.items[at].st.Result
				continue
			}
		}
		results[id] = run.Ref{Inline: paths.sample(id)}
		r.Sampled = true
	}
	for _, name := range []string{"previous_result", "resume"} {
		if t := reads[name]; len(t.kids) > 0 {
			names[name] = run.Ref{Inline: t.sample(name)}
			r.Sampled = true
		}
	}
	r.Scope = run.Scope{Names: names, Results: results}
	if ran {
		if at, ok := seen.byModule[s.ID]; ok && seen.items[at].st != nil {
			r.Result = seen.items[at].st.Result
		}
		r.Values = textValuesOfRun(clock(m.now, v.at), r.Sampled)
	} else if r.Sampled {
		r.Values = say.T(textValuesSampled)
	}
	return r, true
}

// pathTree is the paths that expressions read of one thing.
type pathTree struct{ kids map[string]pathTree }

// sample is a value with all that is read of it. A leaf says what it stands for.
func (t pathTree) sample(name string) json.RawMessage {
	if len(t.kids) == 0 {
		return json.RawMessage(quote(SampleOf(name)))
	}
	o := map[string]json.RawMessage{}
	for k, kid := range t.kids {
		o[k] = kid.sample(k)
	}
	b, _ := json.Marshal(o)
	return b
}

// SampleOf is the text that stands for a value which is known only in a run.
func SampleOf(name string) string { return "‹" + readable(name) + "›" }

var (
	readPath = regexp.MustCompile(`\b(flow_input|results|resume|previous_result)((?:\s*\??\.\s*[A-Za-z_$][\w$]*|\s*(?:\?\.)?\[\s*(?:"[^"\\]*"|'[^'\\]*')\s*\])+)(\s*\()?`)
	readKey  = regexp.MustCompile(`[A-Za-z_$][\w$]*|"[^"]*"|'[^']*'`)
)

// readsOf finds what the inputs of a step read, by the thing that they read it of.
func readsOf(s *flow.Module) map[string]pathTree {
	out := map[string]pathTree{}
	for _, in := range flow.InputsOf(s).By {
		if in == nil || in.Kind != flow.JavaScript {
			continue
		}
		for _, found := range readPath.FindAllStringSubmatch(in.Expr, -1) {
			keys := readKey.FindAllString(found[2], -1)
			for i := range keys {
				keys[i] = strings.Trim(keys[i], `"'`)
			}
			if found[3] != "" { // a method
				keys = keys[:len(keys)-1]
			}
			if n := len(keys); n > 0 && keys[n-1] == "length" {
				keys = keys[:n-1]
			}
			out[found[1]] = out[found[1]].with(keys)
		}
	}
	return out
}

func (t pathTree) with(keys []string) pathTree {
	if len(keys) == 0 {
		return t
	}
	if t.kids == nil {
		t.kids = map[string]pathTree{}
	}
	t.kids[keys[0]] = t.kids[keys[0]].with(keys[1:])
	return t
}

// sampleInput fills what a flow asks for, and what is read of it beyond that, into the
// input of a run as far as it is not there.
func sampleInput(schema flow.Raw, given json.RawMessage, reads pathTree) (input json.RawMessage, sampled bool) {
	o := map[string]json.RawMessage{}
	_ = json.Unmarshal(given, &o)
	fields, err := flow.Fields(schema, nil, nil)
	if err != nil {
		fields = nil
	}
	for _, fd := range fields {
		if _, there := o[fd.Name]; there {
			continue
		}
		if v := SampleValue(fd); v != nil {
			o[fd.Name] = v
			sampled = sampled || len(fd.Default) == 0
		}
	}
	for name, kid := range reads.kids {
		if _, there := o[name]; !there && !slices.Contains([]string{"iter"}, name) {
			o[name] = kid.sample(name)
			sampled = true
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		return json.RawMessage("{}"), sampled
	}
	return b, sampled
}

// SampleValue is a value that stands for what somebody would fill in: the default, a
// choice, or a text that says what it stands for. nil where there is none.
func SampleValue(fd flow.Field) json.RawMessage {
	if len(fd.Default) > 0 {
		return json.RawMessage(fd.Default)
	}
	switch fd.Kind {
	case flow.FieldEnum:
		if len(fd.Choices) > 0 {
			return json.RawMessage(fd.Choices[0].Value)
		}
	case flow.FieldBool:
		return json.RawMessage("true")
	case flow.FieldStrings:
		b, _ := json.Marshal([]string{"‹" + fd.Title + "›"})
		return b
	case flow.FieldPassword, flow.FieldResource:
		return nil
	case flow.FieldObject:
		o := map[string]json.RawMessage{}
		for _, in := range fd.Fields {
			if v := SampleValue(in); v != nil {
				o[in.Name] = v
			}
		}
		b, _ := json.Marshal(o)
		return b
	}
	return json.RawMessage(quote("‹" + fd.Title + "›"))
}

// PageIn is the page in a state: of a request that is open, Deny may be unfolded.
func (p Preview) PageIn(state Rehearsed) shown.Page {
	page := p.Page
	if page.Form != nil && state == RehearseDenying {
		form := *page.Form
		form.DenyOpen = true
		page.Form = &form
	}
	return page
}
