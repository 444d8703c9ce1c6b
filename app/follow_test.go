package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/mail/googletest"
	"sluice/engine/run"
	"sluice/ui"
)

// movedTo is an address of an earlier process, which had another port.
func movedTo(listening event, url string) string {
	return listening.URL + strings.TrimPrefix(url, hostOf(url))
}

// A serve on a folder with a past tells of what waits there, not of what ended
// long ago; then of what is new, also of runs that began before.
func TestServeBeginsAtThePresent(t *testing.T) {
	data := t.TempDir()
	ended := call(t, nil, "run", write(t, "add.yaml", oneStep(echo, "")), "--data", data, "--listen", "127.0.0.1:0")
	if ended.code != exitOK {
		t.Fatal(ended.err)
	}
	var waiting [2]event
	for i := range waiting {
		p := startSluice(t, nil, "run", write(t, "flow.yaml", gateFlow("3600")), "--json", "--data", data, "--listen", "127.0.0.1:0")
		waiting[i] = p.must("waiting")
		p.interrupt()
	}
	for _, more := range []string{"", "", "--links"} { // a second serve tells the same, and makes no links that nobody asked for
		p := startSluice(t, nil, append([]string{"serve", "--json", "--data", data, "--listen", "127.0.0.1:0"}, strings.Fields(more)...)...)
		p.must("listening")
		for i := range waiting {
			if e := <-p.lines; e.Event != "waiting" || e.Run != waiting[i].Run || len(e.Links) != len(more)/len("--links") {
				t.Fatalf("line %d: %+v, want run %s waiting", i, e, waiting[i].Run)
			}
		}
		if code := p.interrupt(); code != exitOK {
			t.Errorf("serve ended with %d", code)
		}
	}
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	first := movedTo(p.must("listening"), personLinks(t, waiting[0], run.DesktopUser).Resume)
	p.must("waiting")
	if status, body := post(t, first, `{"amount": 1}`); status != 201 {
		t.Fatalf("vote: %d %s", status, body)
	}
	for e := range p.lines {
		if e.Event == "waiting" && e.Run == waiting[1].Run {
			continue
		}
		if e.Event != "finished" || e.Run != waiting[0].Run || e.Outcome != run.Succeeded {
			t.Errorf("after the vote: %+v", e)
		}
		break
	}
}

// A request that opened where nobody was shown a link to it, as in the window, gets
// one at the start of serve; the next serve leaves it at that.
func TestServeGivesTheFirstLink(t *testing.T) {
	data := t.TempDir()
	flow := write(t, "flow.yaml", gateFlow("3600"))
	if got := call(t, nil, "run", flow, "--no-wait", "--data", data); got.code != exitOK {
		t.Fatal(got.err)
	}
	p := startSluice(t, nil, "serve", "--json", "--no-links", "--data", data, "--listen", "127.0.0.1:0")
	p.must("waiting")
	p.interrupt()
	for _, want := range []int{1, 0} {
		p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
		if e := p.must("waiting"); len(e.Links) != want {
			t.Errorf("%+v, want %d links", e, want)
		}
		p.interrupt()
	}
	if got := call(t, nil, "serve", "--links", "--no-links", "--data", data); got.code != exitUsage {
		t.Errorf("both flags: %d %s", got.code, got.err)
	}
}

// A serve whose output others can read prints nothing that decides.
func TestServeWithoutLinks(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "run", write(t, "flow.yaml", gateFlow("3600")), "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("waiting")
	p.interrupt()
	p = startSluice(t, nil, "serve", "--json", "--no-links", "--data", data, "--listen", "127.0.0.1:0")
	if e := p.must("waiting"); e.Links != nil || e.Required != 1 {
		t.Errorf("waiting = %+v", e)
	}
	p.interrupt()
}

// A serve tells of each run that begins, and by what.
func TestServeTellsWhatBegins(t *testing.T) {
	data := t.TempDir()
	from := folder(t, map[string]string{"wmill.yaml": "defaultTs: bun\n", "f/shop/close.flow/flow.yaml": closeFlow, "f/shop/nightly.schedule.yaml": nightly})
	if got := call(t, nil, "import", from, "--data", data); got.code != exitOK {
		t.Fatal(got.err)
	}
	p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("listening")
	got := call(t, nil, "schedules", "run", "f/shop/nightly", "--json", "--data", data)
	var asked event
	if err := json.Unmarshal([]byte(got.out), &asked); got.code != exitOK || err != nil {
		t.Fatalf("run now: %d %s%s", got.code, got.out, got.err)
	}
	began := p.must("started")
	if began.Run != asked.Run || began.Path != "f/shop/close" || began.Flow != "Close" || began.Trigger == nil || began.Trigger.Kind != run.TriggerSchedule || began.Trigger.By != "f/shop/nightly" {
		t.Errorf("started = %+v %+v, asked for %s", began, began.Trigger, asked.Run)
	}
	if end := p.must("finished"); end.Run != asked.Run || end.Outcome != run.Succeeded {
		t.Errorf("finished = %+v", end)
	}
}

// What fell due while nobody served is told by the next serve.
func TestServeTellsWhatFellDue(t *testing.T) {
	data := t.TempDir()
	p := startSluice(t, nil, "run", write(t, "flow.yaml", gateFlow("1")), "--json", "--data", data, "--listen", "127.0.0.1:0")
	p.must("waiting")
	p.kill()
	p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	if end := p.must("finished"); end.Outcome != run.Expired {
		t.Errorf("finished = %+v", end)
	}
}

// A process that ends while a step talks to Sluice takes nothing away from the
// step: it ends by itself, or the next process takes it up.
func TestEndWhileAStepTalks(t *testing.T) {
	for range 5 {
		data := t.TempDir()
		talk := `{type: script, path: hub/7120/windmill/prompt, input_transforms: {question: {type: static, value: "Go?"}}}`
		got := call(t, nil, "run", write(t, "flow.yaml", oneStep(talk, "      suspend: {required_events: 1, timeout: 3600}\n")), "--no-wait", "--data", data)
		if got.code != exitOK {
			t.Fatal(got.err)
		}
		p := startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
		p.must("listening")
		if e := <-p.lines; e.Event != "waiting" || len(e.Links) != 1 {
			t.Fatalf("%+v", e)
		}
		p.interrupt()
	}
}

// A person who reads along sees what steps print, and gets calls that work.
func TestRunInWords(t *testing.T) {
	print := `{type: rawscript, language: bun, content: "export function main() { console.log('looking up'); return 7 }", input_transforms: {}}`
	got := call(t, nil, "run", write(t, "flow.yaml", oneStep(print, "")), "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	if got.code != exitOK || !strings.Contains(got.out, "  a | looking up\n") || !strings.Contains(got.out, "succeeded.\n7\n") {
		t.Errorf("%d\n%s%s", got.code, got.out, got.err)
	}
	carry := strings.Replace(oneStep(`{type: rawscript, language: bun, content: "export function main() {\n  throw new Error('no such order') }", input_transforms: {}}`, ""), "id: a", "id: a\n      continue_on_error: true", 1)
	got = call(t, nil, "run", write(t, "flow.yaml", carry), "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	if got.code != exitOK || !strings.Contains(got.out, "  a | failed: no such order (line 2)\n") {
		t.Errorf("%d\n%s%s", got.code, got.out, got.err)
	}
	a := run.Approval{Form: []byte(`{"properties":{"n":{"type":"integer"},"ok":{"type":"boolean","default":false},"why":{"type":"string"},"how":{"enum":["full","half"]}},"required":["n","ok","how"]}`)}
	if got := example(a); !jsonEqual([]byte(got), []byte(`{"n":1,"ok":false,"how":"full"}`)) {
		t.Errorf("example = %s", got)
	}
	if got := example(run.Approval{}); got != "{}" {
		t.Errorf("example without a form = %s", got)
	}
}

// A mail that cannot go out is told where the run is told, and in the list.
func TestMailTroubleIsTold(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	google := googletest.Start()
	t.Cleanup(google.Close)
	access, refresh := google.Grant()
	data := t.TempDir()
	h, err := (&options{data: data}).openAndProceed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	acc := flow.Account{Path: practicePath, Email: googletest.Email, Token: access, Refresh: refresh} // the samples name this path
	for _, err := range []error{
		accounts{h}.SaveAccount(t.Context(), acc),
		h.eng.SetSetting(t.Context(), ui.SettingClientID, googletest.ClientID),
		h.eng.SetSetting(t.Context(), ui.SettingClientSecret, googletest.ClientSecret),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.close()
	google.Revoke()

	atGoogle := []string{"SLUICE_GOOGLE=" + strings.TrimSuffix(google.AuthURL(), "/auth")}
	p := startSluice(t, atGoogle, "run", sampleFile(t, "Refund with approval"), "--json", "--data", data, "--listen", "127.0.0.1:0")
	asked, told := p.both("waiting", "mail") // a mail may be told of before
	if told.Step != "b" || told.State != run.MailQueued || told.To == "" || !strings.Contains(told.Title, "sign in") || told.Hint == "" {
		t.Errorf("mail = %+v", told)
	}
	list := call(t, nil, "runs", "--data", data)
	if !strings.Contains(list.out, "waiting, mail waits: "+told.Title) {
		t.Errorf("runs: %s", list.out)
	}
	list = call(t, nil, "runs", "--data", data, "--json")
	if !strings.Contains(list.out, `"mail":"`+told.Title+`"`) {
		t.Errorf("runs --json: %s", list.out)
	}
	p.interrupt()
	if text := p.err.String(); !strings.Contains(text, "(mail.signin)") || !strings.Contains(text, "Mails wait in the outbox") {
		t.Errorf("standard error: %s", text)
	}

	// Whoever carries the run on is told as well, and the links decide all the same.
	p = startSluice(t, atGoogle, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
	if status, body := post(t, movedTo(p.must("listening"), asked.Links[0].Resume), `{"action": "refund in full", "message": "yes"}`); status != 201 {
		t.Errorf("vote: %d %s", status, body)
	}
	if end := p.must("finished"); end.Outcome != run.Succeeded {
		t.Errorf("finished = %+v", end)
	}
}

// A run that began and ended while nobody looked, as the engine closed, is told too.
func TestEndTellsOfRunsThatWereNotSeen(t *testing.T) {
	data := t.TempDir()
	begun := call(t, nil, "run", write(t, "add.yaml", oneStep(echo, "")), "--json", "--data", data, "--listen", "127.0.0.1:0")
	if begun.code != exitOK {
		t.Fatal(begun.err)
	}
	var out bytes.Buffer
	h := &server{opts: &options{data: data, errOut: io.Discard}, log: slog.New(slog.DiscardHandler)}
	f := &follower{h: h, r: &report{w: &out, json: true}, runs: map[run.ID]*followed{}}
	f.rest(t.Context())
	if got := out.String(); strings.Count(got, `"event":"finished"`) != 1 || !strings.Contains(got, `"outcome":"succeeded"`) {
		t.Errorf("told: %s", got)
	}
}
