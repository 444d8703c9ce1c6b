package run

import (
	"fmt"
	"testing"

	"sluice/engine/flow"
)

func TestFewerPeopleThanApprovalsIsWarnedOf(t *testing.T) {
	for _, c := range []struct {
		input, want string
	}{
		{`{"type":"static","value":["boss@acme.example"]}`, "2 approvals are required, but only 1 person is asked"},
		{`{"type":"static","value":["boss@acme.example","Boss <Boss@Acme.example.>"]}`, "2 approvals are required, but only 1 person is asked"},
		{`{"type":"static","value":"boss@acme.example"}`, "2 approvals are required, but only 1 person is asked"},
		{`{"type":"static","value":["boss@acme.example, li@acme.example"]}`, ""},
		{`{"type":"static","value":["boss@acme.example","$var:u/me/second"]}`, ""},
		{`{"type":"static","value":[]}`, ""},
		{`{"type":"static","value":7}`, ""},
		{`{"type":"javascript","expr":"['boss@acme.example']"}`, ""},
	} {
		f, err := flow.ParseJSON(fmt.Appendf(nil, `{"value":{"modules":[{"id":"l","value":{"type":"forloopflow","iterator":{"type":"static","value":[1]},"modules":[
{"id":"a","suspend":{"required_events":2},"value":{"type":"script","path":"hub/1397/gmail/approval_by_email","input_transforms":{"approver_emails":%s,"to":{"type":"static","value":["one@acme.example"]}}}}]}}]}}`, c.input))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range FewAsked(f) {
			if p.Severity != flow.SeverityWarning || p.Step != "a" || got != "" {
				t.Errorf("%s: %+v", c.input, p)
			}
			got = p.Title
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.input, got, c.want)
		}
	}
}
