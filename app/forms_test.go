package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"sluice/engine"
	"sluice/engine/flow"
	"sluice/engine/form"
	"sluice/engine/run"
)

// tokenOf opens a form and returns the token of its page.
func tokenOf(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	m := pageToken.FindSubmatch(b)
	if err != nil || m == nil {
		t.Fatalf("%s: %d %v: no token in %s", address, r.StatusCode, err, b)
	}
	return string(m[1])
}

// sendForm sends the page of a form as a browser does, and returns the status and the
// receipt that it leads to.
func sendForm(address, token string, fields ...string) (int, string, error) {
	v := url.Values{"token": {token}, "action": {"start"}}
	for i := 0; i < len(fields); i += 2 {
		v.Set("field/"+fields[i], fields[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 20 * time.Second}
	r, err := client.PostForm(address+"/send", v)
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	_, _ = io.Copy(io.Discard, r.Body)
	return r.StatusCode, r.Header.Get("Location"), nil
}

// ofForms counts the runs that forms started.
func ofForms(t *testing.T, r interface {
	Runs(ctx context.Context, f engine.Filter) ([]run.Summary, error)
}) (out []run.Summary) {
	t.Helper()
	all, err := r.Runs(t.Context(), engine.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Trigger.Kind == run.TriggerForm {
			out = append(out, s)
		}
	}
	return out
}

// A process that is killed while a form is sent has either started its run, once, or not;
// whoever sends the page again has one run, by one press.
func TestAKillWhileAFormIsSent(t *testing.T) {
	var answered, started, none int
	kept := func(data string) int {
		r, err := engine.OpenReader(data)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		return len(ofForms(t, r))
	}
	order := write(t, "order.json", strings.Replace(orderFlow, `"id":"a",`, `"id":"a","retry":{"constant":{"attempts":3,"seconds":0}},`, 1))
	for _, at := range []string{"before:1", "after:1", "before:2", "after:2", ""} {
		data := t.TempDir()
		call(t, nil, "import", order, "--path", "f/shop/order", "--data", data)
		made := call(t, nil, "forms", "add", "f/shop/order_form", "--flow", "f/shop/order", "--data", data)
		form := regexp.MustCompile(`/f/[a-z2-7]{32}`).FindString(made.out)
		if made.code != exitOK || form == "" {
			t.Fatalf("%d %s %s", made.code, made.out, made.err)
		}
		var env []string
		if at != "" {
			env = []string{"SLUICE_CRASH_AT=" + at}
		}
		p := startSluice(t, env, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
		address := p.must("listening").URL + form
		token := tokenOf(t, address)
		first, receipt, _ := sendForm(address, token, "n", "1") // it may die over this
		p.kill()
		before := kept(data)

		p = startSluice(t, nil, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0")
		address = p.must("listening").URL + form
		code, to, err := sendForm(address, token, "n", "1") // the same page once more, as a reload sends it
		if err != nil {
			t.Fatal(err)
		}
		if code != 303 {
			t.Errorf("%s: sent once more: %d", at, code)
		}
		switch {
		case first == 303:
			if answered++; to != receipt || before != 1 {
				t.Errorf("%s: %d runs, answered with %s, then %s", at, before, receipt, to)
			}
		case before > 0:
			started++
		default:
			none++
		}
		p.kill()
		if n := kept(data); n != 1 {
			t.Errorf("%s: %d runs", at, n)
		}
	}
	if answered == 0 || started == 0 || none == 0 {
		t.Errorf("%d had answered, %d had started the run and not answered, %d had started nothing", answered, started, none)
	}
}

// What comes by a form is text in every place, also where its flow asks for a resource.
func TestWhatComesByAFormDoesNotAct(t *testing.T) {
	h := aServer(t)
	h.opts.listen = "127.0.0.1:0"
	ctx := t.Context()
	for _, err := range []error{
		h.listen(ctx),
		h.eng.SetVariable(ctx, flow.Variable{Path: "u/me/secret", Value: secretText, Secret: true}),
		h.eng.PutResource(ctx, flow.Resource{Path: "u/me/db", Type: "postgresql", Value: flow.Raw(`{"password":"` + secretText + `"}`)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	const schema = `{"type":"object","properties":{"db":{"type":"object","format":"resource-postgresql"},"note":{"type":"string"}}}`
	const returns = `export async function main(db: any, note: string) { return {db, note} }`
	step := `{"id":"a","value":{"type":"rawscript","language":"bun","content":"` + returns + `","input_transforms":{"db":{"type":"javascript","expr":"flow_input.db"},"note":{"type":"javascript","expr":"flow_input.note"}}}}`
	if err := h.eng.SaveFlow(ctx, "f/shop/ask", []byte(`{"summary":"","schema":`+schema+`,"value":{"modules":[`+step+`]}}`)); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]flow.Raw{"f/shop/script": flow.Raw(schema), "f/shop/bare": nil} {
		if _, err := h.eng.SaveScript(ctx, flow.StoredScript{Path: name, Language: "bun", Content: strings.Replace(returns, "db: any", "db: RT.Postgresql", 1), Schema: s}); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []form.Form{{Flow: "f/shop/ask"}, {Script: "f/shop/script"}, {Script: "f/shop/bare"}} {
		f.Path, f.Enabled, f.Result = f.Starts()+"_form", true, true
		address, err := h.eng.SaveForm(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		token := tokenOf(t, address)
		code, to, err := sendForm(address, token, "db", "u/me/db", "note", "$var:u/me/secret")
		if err != nil || code != 303 {
			t.Errorf("%s: %d, %v", f.Path, code, err)
			continue
		}
		id := ofForms(t, h.eng)[0].ID
		until(t, h, id, func(s run.Summary) bool { return s.Status == run.StatusDone })
		for _, text := range resultsOf(t, h, id) {
			if strings.Contains(text, secretText) || !strings.Contains(text, "$res:u/me/db") || !strings.Contains(text, "$var:u/me/secret") {
				t.Errorf("%s: its step got %s", f.Path, text)
			}
		}
		if got := send(t, "GET", address+"/"+to, ""); !strings.Contains(got.text, "This is done.") || strings.Contains(got.text, secretText) {
			t.Errorf("%s: its receipt says %s", f.Path, got.text)
		}
	}
}

// The command makes forms and links, tells their addresses once, switches and removes them.
func TestFormsCommand(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	data := t.TempDir()
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if got := execute(t.Context(), append(args, "--data", data), &out, &errOut); got != want {
			t.Errorf("%q ends with %d: %s%s", args, got, out.String(), errOut.String())
		}
		return out.String() + errOut.String()
	}
	call(exitOK, "import", folder(t, map[string]string{"wmill.yaml": "defaultTs: bun\n", "f/shop/close.flow/flow.yaml": closeFlow}))
	if out := call(exitOK, "forms"); !strings.Contains(out, "No forms yet") {
		t.Errorf("none: %s", out)
	}
	const path = "f/shop/close_form"
	for _, wrong := range [][]string{
		{path}, {path, "--flow", "f/shop/none"}, {path, "--script", "f/shop/none"}, {"close_form", "--flow", "f/shop/close"},
		{path, "--flow", "f/shop/close", "--script", "f/shop/close"}, {path, "--flow", "f/shop/close", "--title", "a\nb"},
	} {
		call(exitUsage, append([]string{"forms", "add"}, wrong...)...)
	}
	if out := call(exitOK, "forms", "--json"); out != "" {
		t.Errorf("after what was refused: %s", out)
	}
	made := call(exitOK, "forms", "add", path, "--flow", "f/shop/close", "--title", "Close the day", "--button", "Close")
	if !strings.Contains(made, "http://127.0.0.1:8466/f/") || !strings.Contains(made, path+": on") {
		t.Errorf("made: %s", made)
	}
	call(exitUsage, "forms", "add", path, "--flow", "f/shop/close")
	if out := call(exitOK, "forms", "links", path); !strings.Contains(out, "Nobody has a link") {
		t.Errorf("no links: %s", out)
	}
	links := call(exitOK, "forms", "links", "add", path, "Dana <dana@acme.example>", "li@acme.example")
	if strings.Count(links, "/f/") != 2 || !strings.Contains(links, "told once") {
		t.Errorf("links: %s", links)
	}
	for _, args := range [][]string{{"add", path, "li@acme.example"}, {"add", path, " "}, {"renew", path, "mo@acme.example"}, {"remove", path, "mo@acme.example"}, {"add", "f/shop/none", "mo@acme.example"}} {
		call(exitUsage, append([]string{"forms", "links"}, args...)...)
	}
	var link linkLine
	out := call(exitOK, "forms", "links", "renew", path, "li@acme.example", "--json")
	if err := json.Unmarshal([]byte(out), &link); err != nil || link.Person != "li@acme.example" || link.Path != path || strings.Contains(links, link.Address) || !strings.Contains(link.Address, "/f/") {
		t.Errorf("renewed: %s, %v", out, err)
	}
	call(exitOK, "forms", "links", "remove", path, "li@acme.example")
	if out := call(exitOK, "forms", "links", path); !strings.Contains(out, "dana@acme.example") || strings.Contains(out, "li@acme") || strings.Contains(out, "/f/") {
		t.Errorf("its links: %s", out)
	}
	var line formLine
	out = call(exitOK, "forms", "--json")
	if err := json.Unmarshal([]byte(out), &line); err != nil || line.Path != path || !line.Enabled || line.Flow != "f/shop/close" || line.Title != "Close the day" || line.Address != "" || len(line.Links) != 1 {
		t.Errorf("as JSON: %s, %v", out, err)
	}
	if out := call(exitOK, "forms", "set", path, "--title", "", "--result", "--next", "Wait."); strings.Contains(out, "/f/") {
		t.Errorf("changed: %s", out)
	}
	line = formLine{}
	if err := json.Unmarshal([]byte(call(exitOK, "forms", "--json")), &line); err != nil || line.Title != "" || line.Button != "Close" || !line.Result || line.Next != "Wait." || line.Flow != "f/shop/close" || len(line.Links) != 1 || !line.Enabled {
		t.Errorf("changed, it is %+v, %v", line, err)
	}
	call(exitUsage, "forms", "set", path, "--flow", "f/shop/close", "--script", "f/shop/close")
	call(exitUsage, "forms", "set", path, "--button", "a\nb")
	call(exitUsage, "forms", "set", "f/shop/none", "--button", "b")
	call(exitOK, "forms", "off", path)
	if out := call(exitOK, "forms"); !strings.Contains(out, "off") || !strings.Contains(out, "1 link") || strings.Contains(out, "/f/") {
		t.Errorf("off: %s", out)
	}
	if renewed := call(exitOK, "forms", "renew", path); !strings.Contains(renewed, "/f/") || strings.Contains(made, renewed[strings.Index(renewed, "/f/"):][:30]) {
		t.Errorf("renewed: %s", renewed)
	}
	call(exitOK, "forms", "on", path)
	call(exitOK, "forms", "remove", path)
	for _, verb := range []string{"on", "off", "renew", "remove"} {
		if out := call(exitUsage, "forms", verb, path); !strings.Contains(out, "sluice forms") {
			t.Errorf("%s of none: %s", verb, out)
		}
	}
}

// Names are looked at before the first link is made: two of one person change nothing.
func TestLinksOfOnePersonTwice(t *testing.T) {
	for names, ok := range map[string]bool{"dana@acme.example li@acme.example": true, "dana@acme.example Dana@ACME.example": false} {
		if err := eachOnce(strings.Fields(names)); (err == nil) != ok {
			t.Errorf("%s: %v", names, err)
		}
	}
}

// A limit of zero is refused, and each limit says what is wrong with it.
func TestLimitsOfAWebhook(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	data := t.TempDir()
	for flag, says := range map[string]string{"--rate 0": "--rate 0 is no limit", "--burst 0": "--burst 0 is no limit", "--remember 0s": "--remember 0 is no limit",
		"--rate -1": "deliveries a second are out of range", "--burst -1": "deliveries at once are out of range", "--remember 9999h": "known again is out of range"} {
		c := call(t, nil, append([]string{"hooks", "add", "f/x/h", "--flow", "u/me/ask_me_first", "--data", data}, strings.Fields(flag)...)...)
		if c.code != exitUsage || !strings.Contains(c.err, says) {
			t.Errorf("%s: %d, %s", flag, c.code, c.err)
		}
	}
}
