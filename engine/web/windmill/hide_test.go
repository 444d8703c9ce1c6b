package windmill

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sluice/engine/run"
)

// A piece of a log that ends within a link ends before its secret, however much of that
// there is; the next look has the link whole.
func TestALogThatEndsWithinALink(t *testing.T) {
	for _, before := range []string{"/a/", "%2Fa%2F", "%2fa%2f", "/resume/0199-job/77/"} {
		text := "x https://x.example" + before + theSecret
		from := len(text) - len(theSecret)
		for end := from + 1; end < len(text); end++ {
			if got := begunLink([]byte(text[:end])); got > from {
				t.Errorf("%s: of %d letters of the secret %d are told", before, end-from, got-from)
			}
		}
		if got := begunLink([]byte(text)); got != len(text) {
			t.Errorf("%s: a whole link is held back from %d of %d on", before, got, len(text))
		}
	}
	for _, text := range []string{"", "plain words", "no link " + theSecret[:20], "/b/" + theSecret[:20]} {
		if got := begunLink([]byte(text)); got != len(text) {
			t.Errorf("%q is held back from %d on", text, got)
		}
	}
}

// Where a link was cut off, as at the end of a bounded log or inside of an error's text,
// so much of its secret is hidden that the rest cannot be tried.
func TestLinksThatWereCutOff(t *testing.T) {
	h := (*hider)(nil)
	for n := leastSecret; n < secretSize; n++ {
		for _, after := range []string{"", `"}`, " and more"} {
			if got := string(h.from([]byte("see /a/"+theSecret[:n]+after), 0)); got != "see /a/…"+after {
				t.Errorf("of %d letters: %s", n, got)
			}
		}
	}
}

// The secret of a link is hidden without its address, too; what only looks like one
// stays, until too much was looked up.
func TestSecretsThatStandAlone(t *testing.T) {
	other := strings.Repeat("b", secretSize)
	h := &hider{left: 3, known: func(s string) bool { return s == theSecret }}
	if got := string(h.from([]byte(`{"s":"`+theSecret+`","o":"`+other+`"}`), 0)); got != `{"s":"…","o":"`+other+`"}` {
		t.Errorf("%s", got)
	}
	if got := string(h.from([]byte(other+" "+other+" "+other), 0)); got != other+" … …" {
		t.Errorf("beyond what is looked up: %s", got)
	}
}

// The secret of a link is hidden also among other letters that secrets are written with: an
// escape of JSON or of an address ends in some, as words and numbers do.
func TestSecretsAmongLetters(t *testing.T) {
	other := strings.Repeat("b", secretSize)
	for _, tt := range []struct{ text, want string }{
		{`"x\n` + theSecret + `"`, `"x\n…"`},
		{`"x\n` + theSecret + `\ny"`, `"x\n…\ny"`},
		{`"x\t` + theSecret + `z"`, `"x\t…z"`},
		{"?secret%3d" + theSecret, "?secret%3d…"},
		{`\u003d` + theSecret, `\u003d…`},
		{theSecret + "n", "…n"},
		{theSecret + theSecret, "……"},
		{"/a/" + other + theSecret, "/a/……"},
		{strings.Repeat("a", 64) + theSecret + strings.Repeat("a", 64), strings.Repeat("a", 64) + "…" + strings.Repeat("a", 64)},
		{strings.Repeat("a", 5000) + theSecret, strings.Repeat("a", 5000) + "…"},
		{theSecret + strings.Repeat("a", 5000), "…" + strings.Repeat("a", 5000)},
		{strings.Repeat("a", 5000), strings.Repeat("a", 5000)},
		{"n" + other, "n" + other},
		{"n" + theSecret[:25] + "0", "n" + theSecret[:25] + "0"},
	} {
		looked := 0
		h := &hider{left: knownMost, looks: looksMost, known: func(s string) bool { looked++; return s == theSecret }}
		if got := string(h.from([]byte(tt.text), 0)); got != tt.want {
			t.Errorf("%.90q: %.90q, want %.90q", tt.text, got, tt.want)
		}
		if looked > 3*64 {
			t.Errorf("%.90q: %d texts were looked up", tt.text, looked)
		}
	}
	// What is ruled out is not looked up, and stays whole however much of it there is.
	h := &hider{left: 1, looks: looksMost, may: func(s string) bool { return s == theSecret }, known: func(s string) bool { return s == theSecret }}
	if got, text := string(h.from([]byte(strings.Repeat(other+"bb ", 1000)+theSecret), 0)), strings.Repeat(other+"bb ", 1000)+"…"; got != text {
		t.Errorf("%.100q", got)
	}
}

// A link that a step stored is found again by its own flow only, whoever may read what is
// stored; what only looks like a link stays as it is.
func TestLinksThatWereStored(t *testing.T) {
	const alike = "https://x.example/a/abcdefghijklmnopqrstuvwxyz"
	for name, tt := range map[string]struct {
		of, path string // whose link it is, and the path of its flow
		told     bool
	}{
		"its own run":            {"run-1", "f/team/own", true},
		"another of its flow":    {otherRun, "f/team/own", true},
		"one of another flow":    {otherRun, "f/team/other", false},
		"one without a path":     {otherRun, "", false},
		"one that was forgotten": {newRun, "f/team/own", false},
	} {
		f, e := &fakeAPI{}, newRequest("dana@acme.example")
		e.a.Link.Run = run.ID(tt.of)
		f.play(t, "run-1", "f/team/own", oneStep, done(`1`)...)
		f.play(t, otherRun, tt.path, oneStep, done(`1`)...)
		stored, _ := json.Marshal(map[string]string{"link": "https://x.example" + pagePath, "bare": "x\n" + theSecret, "alike": alike})
		f.stored = string(stored)
		for _, call := range []string{"resources/get_value/u/me/x", "resources/get_value_interpolated/u/me/x", "resources/get/u/me/there", "variables/get_value/u/me/there",
			"variables/get/u/me/there", "variables/list"} {
			got := ask(t, e.handler(f), "GET", w+"/"+call, "", "127.0.0.1")
			if n := strings.Count(got.Body.String(), theSecret); got.Code != 200 || (n == 2) != tt.told || (n == 0) == tt.told {
				t.Errorf("%s, %s: %d, %d times: %s", name, call, got.Code, n, brief(got.Body.String()))
			}
			contains(t, call, got.Body.String(), alike)
		}
	}
}

// Wherever a piece of a log ends within a secret, by its size or since the job still
// prints, nothing of the secret is told, and whoever asks on gets all the rest.
func TestPiecesOfLogsThatEndWithinASecret(t *testing.T) {
	for _, before := range []string{"sig: ", "x/a/", "n"} {
		for _, cut := range []int{1, 13, 20, 25, 26} {
			pad := strings.Repeat("- ", logPiece)[:logPiece-cut-len(before)]
			whole := pad + before + theSecret + " end\n" + strings.Repeat("=", 100)
			for name, log := range map[string]string{"large": whole, "growing": whole[len(pad) : len(pad)+len(before)+cut]} {
				f, e := &fakeAPI{log: log}, newRequest("approver 1")
				want := strings.ReplaceAll(log, theSecret, "…")
				events := done(`1`)
				if name == "growing" {
					events, want = events[:1], before
					if before == "n" && cut < secretSize-1 {
						want = "" // it may be the first letter of a secret
					}
				}
				f.play(t, "run-1", "f/team/own", oneStep, events...)
				h := e.handler(f)
				got := ""
				for offset, looks := 0, 0; looks < 3; looks++ {
					var u struct {
						Text string `json:"new_logs"`
						Next int    `json:"log_offset"`
					}
					rec := ask(t, h, "GET", fmt.Sprintf("%s/jobs_u/getupdate/job-9?log_offset=%d", w, offset), "", "127.0.0.1")
					if err := json.Unmarshal(rec.Body.Bytes(), &u); err != nil {
						t.Fatal(err)
					}
					got, offset = got+u.Text, u.Next
				}
				if got != want {
					t.Errorf("%s, %q, %d letters: getupdate told %q, want %q", name, before, cut, ending(got), ending(want))
				}
				if got := ask(t, h, "GET", w+"/jobs_u/get_logs/job-9", "", "127.0.0.1").Body.String(); got != want {
					t.Errorf("%s, %q, %d letters: get_logs told %q, want %q", name, before, cut, ending(got), ending(want))
				}
				var j struct {
					Logs string `json:"logs"`
				}
				if err := json.Unmarshal(ask(t, h, "GET", w+"/jobs_u/get/job-9", "", "127.0.0.1").Body.Bytes(), &j); err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(want, j.Logs) || len(j.Logs) < len(want)-300 {
					t.Errorf("%s, %q, %d letters: get told %q, want %q", name, before, cut, ending(j.Logs), ending(want))
				}
			}
		}
	}
	// An offset that makes a piece end within a secret helps nobody.
	f, e := &fakeAPI{log: strings.Repeat("- ", logPiece) + "sig: " + theSecret + strings.Repeat(" -", logPiece)}, newRequest("approver 1")
	f.play(t, "run-1", "f/team/own", oneStep, done(`1`)...)
	at := strings.Index(f.log, theSecret)
	for end := at + 1; end < at+secretSize+linkMost+2; end += 3 {
		got := ask(t, e.handler(f), "GET", fmt.Sprintf("%s/jobs_u/getupdate/job-9?log_offset=%d", w, end-logPiece), "", "127.0.0.1").Body.String()
		lacks(t, fmt.Sprintf("a piece of up to %d", end-at), ending(got), theSecret[:1])
	}
}

func ending(s string) string { return s[max(0, len(s)-200):] }

// Links are found however often the slash before their secret was written in an address.
func TestSlashesInAddressesInAddresses(t *testing.T) {
	for _, slash := range []string{"/", "%2f", "%252f", "%25252f", "%252F"} {
		text := "x" + slash + "a" + slash + theSecret
		if got := string((*hider)(nil).from([]byte(text), 0)); got != "x"+slash+"a"+slash+"…" {
			t.Errorf("%s: %s", slash, got)
		}
		if got := begunLink([]byte(text[:len(text)-1])); got != len(text)-len(theSecret) {
			t.Errorf("%s: a piece ends at %d of %d", slash, got, len(text))
		}
	}
}

// Who says by a body which flow it is has no more rights by that.
func TestPathsOfBodiesProveNothing(t *testing.T) {
	f := &fakeAPI{}
	f.play(t, "run-1", "f/team/own", oneStep, done(`1`)...)
	h := Handler(f, nil, http.NotFoundHandler(), Options{Logger: quiet()})
	for path, want := range map[string]string{"f/team/own": "f/team/own", "f/hr/payroll": "", "": ""} {
		for call, body := range map[string]string{
			"preview_flow": `{"value":{"modules":[]},"path":"` + path + `"}`,
			"preview":      `{"content":"code","language":"bun","path":"` + path + `"}`,
		} {
			f.began = nil
			if got := ask(t, h, "POST", w+"/jobs/run/"+call, body, "127.0.0.1:8000", "Content-Type", "application/json"); got.Code != 201 {
				t.Fatalf("%s: %d %s", call, got.Code, got.Body)
			}
			if len(f.began) != 1 || f.began[0].Path != want {
				t.Errorf("%s under %q has the path of %+v", call, path, f.began)
			}
		}
	}
}
