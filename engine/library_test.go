package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/internal/journal"
	"sluice/engine/internal/library"
	"sluice/engine/internal/logs"
	"sluice/engine/run"
)

func TestLibraryKeepsFlowsItCannotRead(t *testing.T) {
	f := newFixture(t).open()
	for path, file := range map[string]string{"u/me/good": string(flowOf(script("a", ""), script("b", ""))), "u/me/bad": `{"value":`} {
		if err := f.SaveFlow(bg, path, []byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	flows, err := f.Flows(bg)
	if err != nil || len(flows) != 2 {
		t.Fatalf("Flows = %v, %v", flows, err)
	}
	bad, good := flows[0], flows[1]
	if bad.Problem == "" || string(bad.JSON) != `{"value":` {
		t.Errorf("the unreadable flow is %+v", bad)
	}
	if good.Problem != "" || good.Steps != 2 || good.Summary != "Refund" || good.Updated.IsZero() {
		t.Errorf("the good flow is %+v", good)
	}
	if err := f.DeleteFlow(bg, "u/me/good"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Flow(bg, "u/me/good"); !fault.HasCode(err, "flow.unknown") {
		t.Errorf("Flow after its deletion = %v", err)
	}
	if err := f.SaveFlow(bg, "", nil); err == nil {
		t.Error("a flow without a path was stored")
	}
}

func TestResources(t *testing.T) {
	f := newFixture(t)
	var answer error
	f.cfg.TestResource = func(ctx context.Context, r flow.Resource) error {
		if len(r.Value) == 0 {
			return errors.New("no value to test with")
		}
		return answer
	}
	f.open()
	f.addAccount(false)
	list, err := f.Resources(bg)
	if err != nil || len(list) != 1 || list[0].Value != nil || list[0].Summary != "ops@acme.example, may send mail" || list[0].State != flow.ResourceUntested {
		t.Fatalf("Resources = %+v, %v", list, err)
	}
	for _, test := range []struct {
		answer error
		want   flow.ResourceState
	}{
		{nil, flow.ResourceConnected},
		{fault.New("mail.signin", "Sign in", "Press it"), flow.ResourceSignIn},
		{errors.New("boom"), flow.ResourceFailing},
	} {
		answer = test.answer
		if err := f.TestResource(bg, "u/me/gmail"); (err == nil) != (test.answer == nil) {
			t.Errorf("TestResource = %v", err)
		}
		if list, _ := f.Resources(bg); list[0].State != test.want {
			t.Errorf("after %v the state is %s, want %s", test.answer, list[0].State, test.want)
		}
	}
	// A nil value keeps what is there.
	if err := f.PutResource(bg, flow.Resource{Path: "u/me/gmail", Type: "gmail"}); err != nil {
		t.Fatal(err)
	}
	v, err := f.Resource(bg, "u/me/gmail")
	if err != nil || !strings.Contains(string(v), "access") || strings.Contains(string(v), "deep secret") {
		t.Errorf("Resource = %s, %v; want it without the refresh token", v, err)
	}
	if full, err := f.FullResource(bg, "u/me/gmail"); err != nil || !strings.Contains(string(full.Value), "deep secret") {
		t.Errorf("FullResource = %s, %v", full.Value, err)
	}
	f.addAccount(true)
	if list, _ := f.Resources(bg); list[0].State != flow.ResourcePractice {
		t.Errorf("a practice account is %s", list[0].State)
	}
	for reason, r := range map[string]flow.Resource{
		"no path":          {Value: flow.Raw(`1`)},
		"a path of blanks": {Path: " a", Value: flow.Raw(`1`)},
		"no JSON":          {Path: "u/me/x", Value: flow.Raw(`{`)},
		"no value":         {Path: "u/me/x"},
	} {
		if err := f.PutResource(bg, r); err == nil {
			t.Errorf("%s: the resource was stored", reason)
		}
	}
	if err := f.DeleteResource(bg, "u/me/gmail"); err != nil {
		t.Fatal(err)
	}
	if ok, err := f.ResourceExists(bg, "u/me/gmail"); ok || err != nil {
		t.Errorf("ResourceExists = %v, %v", ok, err)
	}
	if _, err := f.Resource(bg, "u/me/gmail"); !fault.HasCode(err, "resource.unknown") {
		t.Errorf("Resource after its deletion = %v", err)
	}
}

// A reference that leads back to itself fails the step that uses it and names
// the way; a long way that ends is gone to its end.
func TestReferencesThatLeadNowhere(t *testing.T) {
	f := newFixture(t).open()
	set := func(path, value string) {
		t.Helper()
		if err := f.PutResource(bg, flow.Resource{Path: path, Type: "any", Value: flow.Raw(value)}); err != nil {
			t.Fatal(err)
		}
	}
	set("u/me/a", `{"next":"$res:u/me/b"}`)
	set("u/me/b", `["$res:u/me/a"]`)
	const end = library.DeepestRef
	for i := range end + 1 {
		set(fmt.Sprint("u/me/r", i), fmt.Sprintf(`"$res:u/me/r%d"`, i+1))
	}
	set(fmt.Sprint("u/me/r", end+1), `"the end"`)
	if v, err := f.Resource(bg, "u/me/r2"); string(v) != `"the end"` || err != nil {
		t.Errorf("a way over %d resources = %s, %v", end, v, err)
	}
	for _, test := range []struct {
		path  string
		code  string
		names string
	}{
		{"u/me/a", "resource.circular", "u/me/a → u/me/b → u/me/a"},
		{"u/me/r0", "resource.deep", "u/me/r0"},
		{"u/me/none", "resource.unknown", "u/me/none"},
	} {
		id := f.start(script("a", `"x":{"type":"static","value":"$res:`+test.path+`"}`))
		f.untilDone(id)
		log, err := f.Log(bg, id)
		if err != nil {
			t.Fatal(err)
		}
		var got run.Failure
		for _, entry := range log {
			if ev, ok := entry.Event.(run.JobFailed); ok {
				got = ev.Err
			}
		}
		if got.Code != test.code || !strings.Contains(got.Message, test.names) || got.Hint == "" {
			t.Errorf("a step with %s fails with %+v, want code %s", test.path, got, test.code)
		}
	}
	if got := f.world.Began(); len(got) != 0 {
		t.Errorf("jobs began: %v", got)
	}
}

// A result that is too large fails its step in words; the worker lives.
func TestResultThatIsTooLarge(t *testing.T) {
	huge := make(json.RawMessage, journal.ValueMax+1)
	if _, err := journal.NewValue(huge); !fault.HasCode(err, "value.large") {
		t.Errorf("NewValue = %v", err)
	}
}

func TestAccountsAreRefreshedBeforeAScriptSeesThem(t *testing.T) {
	f := newFixture(t)
	f.cfg.Refresh = func(ctx context.Context, r flow.Resource) (flow.Raw, error) {
		if r.Type != "gmail" {
			return nil, nil
		}
		return flow.Raw(strings.Replace(string(r.Value), "access", "fresh", 1)), nil
	}
	f.open()
	f.addAccount(false)
	if v, err := f.Resource(bg, "u/me/gmail"); err != nil || !strings.Contains(string(v), `"token":"fresh"`) {
		t.Errorf("Resource = %s, %v", v, err)
	}
	if r, err := f.FullResource(bg, "u/me/gmail"); err != nil || !strings.Contains(string(r.Value), "fresh") || !strings.Contains(string(r.Value), "deep secret") {
		t.Errorf("what is stored: %s, %v", r.Value, err)
	}
}

func TestVariablesSettingsAndState(t *testing.T) {
	f := newFixture(t).open()
	for _, err := range []error{
		f.SetVariable(bg, flow.Variable{Path: "u/me/open", Value: ""}),
		f.SetVariable(bg, flow.Variable{Path: "u/me/shut", Value: "hush", Secret: true, Description: "d"}),
		f.SetSetting(bg, "theme", "dark"),
		f.SetSetting(bg, library.SettingSecret, "GOCSPX"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := f.Variables(bg)
	f.diff("variables", []flow.Variable{{Path: "u/me/open"}, {Path: "u/me/shut", Secret: true, Description: "d"}}, list)
	if err != nil {
		t.Error(err)
	}
	if v, err := f.Variable(bg, "u/me/shut"); v != "hush" || err != nil {
		t.Errorf("Variable = %q, %v", v, err)
	}
	if ok, err := f.VariableExists(bg, "u/me/none"); ok || err != nil {
		t.Errorf("VariableExists = %v, %v", ok, err)
	}
	if _, err := f.Variable(bg, "u/me/none"); !fault.HasCode(err, "variable.unknown") {
		t.Errorf("Variable = %v", err)
	}
	for key, want := range map[string]string{"theme": "dark", library.SettingSecret: "GOCSPX", "unset": ""} {
		if got, err := f.Setting(bg, key); got != want || err != nil {
			t.Errorf("Setting(%s) = %q, %v", key, got, err)
		}
	}
	if b, _, _ := f.db.Setting(library.SettingSecret); strings.Contains(string(b), "GOCSPX") {
		t.Error("the client secret lies open in the file")
	}
	id := f.start()
	if v, err := f.UserState(bg, id, "k"); string(v) != "null" || err != nil {
		t.Errorf("UserState = %s, %v", v, err)
	}
	if err := f.SetUserState(bg, id, "k", json.RawMessage(`{"n":1}`)); err != nil {
		t.Fatal(err)
	}
	if v, err := f.UserState(bg, id, "k"); string(v) != `{"n":1}` || err != nil {
		t.Errorf("UserState = %s, %v", v, err)
	}
	if err := f.SetUserState(bg, id, "k", json.RawMessage(`{`)); err == nil {
		t.Error("state that is no JSON was stored")
	}
	if err := f.SetUserState(bg, run.ID(journal.NewID()), "k", json.RawMessage(`1`)); !fault.HasCode(err, "run.unknown") {
		t.Errorf("state of no run = %v", err)
	}
}

// device matches what Windows takes for a device, whatever stands after the dot.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

func TestLogFilesStayInTheirFolder(t *testing.T) {
	id := run.ID(journal.NewID())
	seen := make(map[string]run.StepID)
	for _, step := range []run.StepID{"a", "A", "loop/2/a", "loop.2.a", "..", "../../a", "a%2f", "ä", "con", "nul", "com1", "lpt9/0/a", "aux.a", "cons", "com", "%63on", run.StepID(strings.Repeat("x/", 200) + "a"), run.StepID(strings.Repeat("x/", 200) + "b")} {
		p, err := logs.Path("/d", id, step, 1)
		if err != nil {
			t.Fatal(err)
		}
		p = filepath.ToSlash(p)
		name := strings.TrimPrefix(p, "/d/logs/"+string(id)+"/")
		if name == p || strings.Contains(name, "/") || len(name) > 200 || device.MatchString(name) {
			t.Errorf("log of %q is %s", step, p)
		}
		if other, ok := seen[strings.ToLower(name)]; ok {
			t.Errorf("%q and %q share a log", step, other)
		}
		seen[strings.ToLower(name)] = step
	}
	if _, err := logs.Path("/d", "../../etc", "a", 1); err == nil {
		t.Error("a run id that is none was taken")
	}
	f := newFixture(t).open()
	if b, err := f.Logs(bg, id, "a", 1, 0); b != nil || err != nil {
		t.Errorf("a log that was not begun = %q, %v", b, err)
	}
}
