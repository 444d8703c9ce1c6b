package model

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// What is proposed behind wmill is what scripts are given.
func TestTheClientHasWhatIsProposed(t *testing.T) {
	js, err := os.ReadFile("../../engine/script/js/parts/client.js")
	if err != nil {
		t.Fatal(err)
	}
	_, offered, ok := strings.Cut(string(js), "const all = {")
	if !ok {
		t.Fatal("the client's list was not found")
	}
	for name := range clientCalls {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(offered) {
			t.Errorf("the client has no %s", name)
		}
	}
	py, err := os.ReadFile("../../engine/script/child/python/wmill.py")
	if err != nil {
		t.Fatal(err)
	}
	for name := range pythonCalls {
		if !strings.Contains(string(py), "\ndef "+name+"(") {
			t.Errorf("the client of Python has no %s", name)
		}
	}
}

func TestCodeIsCompleted(t *testing.T) {
	const script = "import * as wmill from 'windmill-client'\nexport async function main(customer: string) {\n  const customerId = 1\n  |\n}"
	for _, c := range []struct {
		language, typed string
		asked           bool
		want            string
	}{
		{"bun", "wmill.getRes", false, "getResource(path) getResult(job) getResultMaybe(job) getResumeEndpoints(approver?) getResumeUrls(approver?)"},
		{"bun", "wmill.resum", false, "getResumeEndpoints(approver?) getResumeUrls(approver?)"},
		{"python3", "wmill.get_resu", false, "get_result(job) get_resume_endpoints(approver) get_resume_urls(approver)"},
		{"bash", "wmill.get", false, ""},
		{"bun", "cu", false, "customer customerId"},
		{"bun", "c", false, ""},
		{"bun", "c", true, "client customer const customerId"},
	} {
		text := strings.Replace(script, "|", c.typed+"|", 1)
		caret := strings.IndexByte(text, '|')
		var got []string
		for _, x := range CompleteCode(c.language, strings.Replace(text, "|", "", 1), caret, c.asked) {
			got = append(got, x.Label+x.Value)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s in %s: %s, want %s", c.typed, c.language, strings.Join(got, " "), c.want)
		}
	}
}

func BenchmarkCompleteCode5000Lines(b *testing.B) {
	text := strings.Repeat("  const total = await lookUp(order.customer, amount)\n", 5000) + "  cu"
	for b.Loop() {
		CompleteCode("bun", text, len(text), false)
	}
}
