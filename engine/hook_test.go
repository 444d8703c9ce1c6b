package engine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
	"sluice/engine/run"
)

// onOrder is a webhook that starts the flow f/shop/order.
func onOrder() hook.Hook {
	return hook.Hook{Path: "f/shop/on_order", Flow: "f/shop/order", Enabled: true}
}

// saveHook stores a webhook and opens it by its address.
func (f *fixture) saveHook(h hook.Hook) (secret string, o hook.Opened) {
	f.t.Helper()
	address, err := f.SaveHook(bg, h)
	f.try(err)
	secret, ok := strings.CutPrefix(address, "https://ask.example/sluice/h/")
	if !ok {
		f.t.Fatalf("the address is %q", address)
	}
	o, err = f.OpenHook(bg, secret)
	f.try(err)
	return secret, o
}

// came is a delivery of JSON, with a key if there is one.
func came(key, body string) hook.Delivery {
	return hook.Delivery{Body: json.RawMessage(body), Raw: body, Key: hook.Key{Text: key}}
}

// deliver starts a run by a webhook.
func (f *fixture) deliver(o hook.Opened, d hook.Delivery) hook.Receipt {
	f.t.Helper()
	r, err := f.Deliver(bg, o, d)
	f.try(err)
	return r
}

// fromHooks lists the runs that webhooks started.
func (f *fixture) fromHooks() (out []run.Summary) {
	f.t.Helper()
	all, err := f.Runs(bg, Filter{})
	f.try(err)
	for _, r := range all {
		if r.Trigger.Kind == run.TriggerWebhook {
			out = append(out, r)
		}
	}
	return out
}

// A kill at any commit of a webhook's run loses nothing that was answered, and a sender
// that tries again doubles nothing.
func TestAKillAtAnyCommitOfAWebhook(t *testing.T) {
	for n := 1; ; n++ {
		hit := 0
		for _, before := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.open()
				f.world.Quiet = true
				f.world.Script("a", instant)
				f.saveFlow("f/shop/order", script("a", retry1), script("b", retry1))
				f.world.Script("b", instant)
				secret, _ := f.saveHook(onOrder())
				f.stop()
				dead := false
				f.openWith(func(now bool, commit int) error {
					if dead || commit == n && now == before {
						dead = true
						return errors.New("the process is dead")
					}
					return nil
				})
				send := func() (hook.Receipt, error) {
					o, err := f.OpenHook(bg, secret)
					f.try(err)
					return f.Deliver(bg, o, came("k", `{}`))
				}
				first, answered := send()
				time.Sleep(time.Minute)
				synctest.Wait()
				if dead {
					hit++
					f.crash()
					f.open()
				}
				again, err := send() // as a sender does that was not answered, and some do anyway
				f.try(err)
				time.Sleep(time.Minute)
				synctest.Wait()
				if answered == nil && (again.Run != first.Run || !again.Repeated) {
					t.Errorf("commit %d, before %v: answered with %+v, then %+v", n, before, first, again)
				}
				if runs := f.fromHooks(); len(runs) != 1 || string(runs[0].ID) != again.Run || runs[0].Outcome != run.Succeeded {
					t.Errorf("commit %d, before %v: %+v", n, before, runs)
				}
				f.check()
				f.stop()
			})
		}
		if hit == 0 {
			if n < 3 {
				t.Errorf("a run of a webhook has %d commits only", n)
			}
			return
		}
	}
}

// A webhook tells which run it started last and how many since midnight; those of one that
// stood at the path before are not its own.
func TestWhatAWebhookStarted(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", ""))
	look := func() hook.State {
		list, err := f.Hooks(bg)
		f.try(err)
		return list[0]
	}
	_, o := f.saveHook(onOrder())
	if is := look(); is.Today != 0 || is.Last != "" {
		t.Errorf("a new one: %+v", is)
	}
	f.deliver(o, came("", `{}`))
	second := f.deliver(o, came("", `{}`))
	if is := look(); is.Today != 2 || is.Last != second.Run || is.LastAt.IsZero() {
		t.Errorf("after two: %+v", is)
	}
	f.untilDone(run.ID(second.Run))
	f.try(f.DeleteHook(bg, o.Path))
	f.saveHook(onOrder())
	if is := look(); is.Today != 0 || is.Last != "" {
		t.Errorf("one that was made anew: %+v", is)
	}
}

// Many deliveries of one key at once start one run, and all hear of it.
func TestManyDeliveriesOfOneKey(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", ""))
	_, o := f.saveHook(onOrder())
	var mu sync.Mutex
	runs, fresh := map[string]int{}, 0
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			r, err := f.Deliver(bg, o, came("k", `{}`))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if runs[r.Run]++; !r.Repeated {
				fresh++
			}
		})
	}
	wg.Wait()
	if len(runs) != 1 || fresh != 1 || len(f.fromHooks()) != 1 {
		t.Errorf("%d runs were answered, %d of them fresh, and %d are there", len(runs), fresh, len(f.fromHooks()))
	}
	for id := range runs {
		f.untilDone(run.ID(id))
	}
}

// A key is of one webhook and one content, and is forgotten after its time; a key that
// stands in the body goes with whatever else the body says.
func TestKeysOfDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		f.saveFlow("f/shop/order", script("a", ""))
		_, o := f.saveHook(onOrder())
		other := onOrder()
		other.Path, other.RepeatFor = "f/shop/other", 60
		_, o2 := f.saveHook(other)

		first := f.deliver(o, came("k", `{"n":1}`))
		if r := f.deliver(o, came("k", `{"n":1}`)); r.Run != first.Run || !r.Repeated {
			t.Errorf("again: %+v, first %+v", r, first)
		}
		if _, err := f.Deliver(bg, o, came("k", `{"n":2}`)); !fault.HasCode(err, "hook.conflict") {
			t.Errorf("another body: %v", err)
		}
		loose := came("l", `{"n":1}`)
		loose.Key.Loose = true
		event := f.deliver(o, loose)
		loose.Body = json.RawMessage(`{"n":1,"pending":2}`)
		if r := f.deliver(o, loose); r.Run != event.Run {
			t.Errorf("the same event, told otherwise: %+v", r)
		}
		if r := f.deliver(o2, came("k", `{"n":2}`)); r.Repeated {
			t.Error("the key of another webhook counts")
		}
		if a, b := f.deliver(o, came("", `{}`)), f.deliver(o, came("", `{}`)); a.Run == b.Run {
			t.Error("without a key two deliveries are one")
		}
		time.Sleep(2 * time.Minute)
		if r := f.deliver(o2, came("k", `{"n":2}`)); r.Repeated {
			t.Error("the key is known after its time")
		}
		if r := f.deliver(o, came("k", `{"n":1}`)); r.Run != first.Run {
			t.Error("the key is forgotten after two minutes")
		}
		time.Sleep(24 * time.Hour)
		if r := f.deliver(o, came("k", `{"n":3}`)); r.Repeated {
			t.Error("the key is known after a day")
		}
		f.try(f.DeleteHook(bg, o.Path))
		_, o = f.saveHook(onOrder())
		if r := f.deliver(o, came("k", `{"n":4}`)); r.Repeated {
			t.Error("the key of a webhook that was deleted counts")
		}
		synctest.Wait()
		f.check()
		f.stop()
	})
}

// Deliveries whose time is over are forgotten when many have come since, and none whose
// time is not.
func TestOldDeliveriesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		f.saveFlow("f/shop/order", script("a", ""))
		_, keeps := f.saveHook(onOrder())
		short := onOrder()
		short.Path, short.RepeatFor = "f/shop/short", 60
		_, o := f.saveHook(short)
		known := func(what string, want int64) {
			t.Helper()
			synctest.Wait()
			var n int64
			f.try(f.readNumber(`SELECT COUNT(*) FROM delivery`, &n))
			if n != want {
				t.Errorf("%s: %d are kept, want %d", what, n, want)
			}
		}
		for i := range 250 {
			f.deliver(o, came(fmt.Sprint(i), `{}`))
		}
		first := f.deliver(keeps, came("k", `{}`))
		time.Sleep(2 * time.Minute)
		known("old ones", 251)
		for i := range 6 {
			f.deliver(o, came(fmt.Sprint("new", i), `{}`))
		}
		known("after many", 7)
		if r := f.deliver(keeps, came("k", `{}`)); !r.Repeated || r.Run != first.Run {
			t.Errorf("what is known for a day came again: %+v, first %+v", r, first)
		}
		f.check()
		f.stop()
	})
}

// What was changed between the opening of an address and its delivery counts.
func TestAWebhookThatIsChanged(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", ""))
	secret, o := f.saveHook(onOrder())
	none := func(what string) {
		t.Helper()
		if _, err := f.Deliver(bg, o, came("", `{}`)); !fault.HasCode(err, "hook.unknown") {
			t.Errorf("%s: by what was opened before: %v", what, err)
		}
	}
	gone := func(what, secret string) {
		t.Helper()
		if _, err := f.OpenHook(bg, secret); !fault.HasCode(err, "hook.unknown") {
			t.Errorf("%s: the address opens (%v)", what, err)
		}
	}
	f.try(f.SwitchHook(bg, o.Path, false))
	none("off")
	gone("off", secret)
	f.try(f.SwitchHook(bg, o.Path, true))
	o, err := f.OpenHook(bg, secret)
	f.try(err)
	first := f.deliver(o, came("", `{}`))
	if again, err := f.SaveHook(bg, onOrder()); err != nil || again != "" {
		t.Errorf("saved again, the address is told: %q, %v", again, err)
	}
	none("changed")
	address, err := f.RenewHook(bg, o.Path)
	f.try(err)
	gone("renewed", secret)
	fresh, err := f.OpenHook(bg, secretOf(address))
	f.try(err)
	f.untilDone(run.ID(first.Run))
	if out, err := f.HookOutcome(bg, fresh, first.Run); err != nil || out.Outcome != "succeeded" {
		t.Errorf("its run by the new address: %+v, %v", out, err)
	}
	f.try(f.DeleteHook(bg, o.Path))
	gone("deleted", secretOf(address))
	if err := f.DeleteHook(bg, o.Path); !fault.HasCode(err, "hook.unknown") {
		t.Errorf("deleted again: %v", err)
	}
	_, anew := f.saveHook(onOrder())
	if _, err := f.HookOutcome(bg, anew, first.Run); !fault.HasCode(err, "run.unknown") {
		t.Errorf("a webhook of the same path tells of the run of the one before: %v", err)
	}
	mine := f.start(script("a", ""))
	f.untilDone(mine)
	if _, err := f.HookOutcome(bg, anew, string(mine)); !fault.HasCode(err, "run.unknown") {
		t.Errorf("it tells of a run that was started otherwise: %v", err)
	}
}

// The file holds neither the secret of an address nor a signing key.
func TestAWebhookKeepsItsSecrets(t *testing.T) {
	f := newFixture(t).open()
	f.saveFlow("f/shop/order", script("a", ""))
	h := onOrder()
	h.Signature.Kind = hook.GitHub
	if _, err := f.SaveHook(bg, h); !fault.HasCode(err, "hook.signature") {
		t.Errorf("without a key: %v", err)
	}
	h.Key = "the signing key"
	secret, _ := f.saveHook(h)
	row, ok, err := f.db.Endpoint("hook", h.Path)
	if f.try(err); !ok || strings.Contains(string(row.JSON)+string(row.Signing)+string(row.Secret), secret) || strings.Contains(string(row.JSON), h.Key) {
		t.Errorf("the row holds a secret: %s", row.JSON)
	}
	if st, err := f.Hook(bg, h.Path); err != nil || !st.HasKey || st.Key != "" || !st.Enabled {
		t.Errorf("it is told as %+v, %v", st, err)
	}
	h.Key, h.Summary = "", "Orders"
	_, err = f.SaveHook(bg, h)
	f.try(err)
	o, err := f.OpenHook(bg, secret)
	f.try(err)
	sum := "sha256=" + hexSum("the signing key", "x")
	if err := f.CheckDelivery(bg, o, func(string) string { return sum }, []byte("x")); err != nil {
		t.Errorf("the key is gone after an edit: %v", err)
	}
	h.Signature = hook.Signature{}
	_, err = f.SaveHook(bg, h)
	f.try(err)
	if st, err := f.Hook(bg, h.Path); err != nil || st.HasKey {
		t.Errorf("without a signature its key stays: %v", err)
	}

	f.try(f.SetVariable(bg, flow.Variable{Path: "u/me/key", Value: "another key", Secret: true}))
	h.Signature = hook.Signature{Kind: hook.GitHub, Variable: "u/me/key"}
	_, err = f.SaveHook(bg, h)
	f.try(err)
	o, err = f.OpenHook(bg, secret)
	f.try(err)
	sum = "sha256=" + hexSum("another key", "x")
	if err := f.CheckDelivery(bg, o, func(string) string { return sum }, []byte("x")); err != nil {
		t.Errorf("by the variable: %v", err)
	}
	f.try(f.DeleteVariable(bg, "u/me/key"))
	if err := f.CheckDelivery(bg, o, func(string) string { return sum }, []byte("x")); !fault.HasCode(err, "hook.key_missing") {
		t.Errorf("without the variable: %v", err)
	}
}

// Ten wrong signatures in an hour are told, and no longer once the webhook is changed.
func TestWrongSignaturesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.saveFlow("f/shop/order", script("a", ""))
		h := onOrder()
		h.Signature.Kind, h.Key = hook.GitHub, "k"
		_, o := f.saveHook(h)
		wrong := func(n int) {
			for range n {
				if err := f.CheckDelivery(bg, o, func(string) string { return "sha256=00" }, []byte("x")); !fault.HasCode(err, "hook.signature") {
					t.Errorf("a wrong signature: %v", err)
				}
			}
		}
		told := func() bool {
			for _, c := range f.Conditions() {
				if c.Code == "hook.forged" && c.Subject == h.Path {
					return true
				}
			}
			return false
		}
		wrong(9)
		time.Sleep(61 * time.Minute)
		wrong(9)
		if told() {
			t.Error("nine in an hour are told")
		}
		wrong(1)
		if st, err := f.Hook(bg, h.Path); !told() || err != nil || st.Refused != 10 {
			t.Errorf("ten in an hour are not told: %+v, %v", st, err)
		}
		_, err := f.RenewHook(bg, h.Path)
		if f.try(err); told() {
			t.Error("they are told of the new address")
		}
		if len(f.fromHooks()) != 0 {
			t.Error("they started something")
		}
		f.stop()
	})
}

// What a webhook refused last is told, newest first and alike ones as one, and nothing of it
// once it was deleted and made anew.
func TestTheLastRefusalsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.saveFlow("f/shop/order", script("a", ""))
		_, o := f.saveHook(onOrder())
		for i := range 30 {
			time.Sleep(time.Second)
			f.NoteRefusal(o, fmt.Sprint("No ", i))
		}
		for range 3 {
			time.Sleep(time.Second)
			f.NoteRefusal(o, "It is "+strings.Repeat("ü", 10_000))
		}
		at := time.Now()
		is, err := f.Hook(bg, o.Path)
		f.try(err)
		if n := len(is.Refusals); n != 20 || is.Refusals[0].Times != 3 || !is.Refusals[0].At.Equal(at) || len(is.Refusals[0].Why) > 400 || !utf8.ValidString(is.Refusals[0].Why) ||
			is.Refusals[1].Why != "No 29" || is.Refusals[19].Why != "No 11" {
			t.Errorf("%d are told: %.500v", n, is.Refusals)
		}
		f.try(f.DeleteHook(bg, o.Path))
		time.Sleep(time.Second)
		f.saveHook(onOrder())
		if list, err := f.Hooks(bg); err != nil || len(list) != 1 || len(list[0].Refusals) != 0 {
			t.Errorf("of a new one is told %v, %v", list, err)
		}
		f.stop()
	})
}

// A flow that cannot be started is told here, and until it can be.
func TestAWebhookWhoseFlowIsGone(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	if _, err := f.SaveHook(bg, onOrder()); !fault.HasCode(err, "flow.unknown") {
		t.Errorf("a webhook that is on, of no flow: %v", err)
	}
	f.saveFlow("f/shop/order", script("a", ""))
	_, o := f.saveHook(onOrder())
	f.try(f.DeleteFlow(bg, "f/shop/order"))
	if _, err := f.Deliver(bg, o, came("", `{}`)); !fault.HasCode(err, "hook.failed") {
		t.Errorf("without its flow: %v", err)
	}
	if c := f.Conditions(); len(c) != 1 || c[0].Code != "hook.failed" || c[0].Subject != o.Path {
		t.Errorf("told: %+v", c)
	}
	f.saveFlow("f/shop/order", script("a", ""))
	f.untilDone(run.ID(f.deliver(o, came("", `{}`)).Run))
	if c := f.Conditions(); len(c) != 0 {
		t.Errorf("still told: %+v", c)
	}
}

// What comes is made the input of the flow, with the types of its fields.
func TestArgumentsOfAWebhook(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", echo)
	f.world.Expr("flow_input", func(lookup func(string) (json.RawMessage, error)) (any, error) {
		raw, err := lookup("flow_input")
		return raw, err
	})
	step := script("a", `"in":{"type":"javascript","expr":"flow_input"}`)
	f.try(f.SaveFlow(bg, "f/shop/order", fmt.Appendf(nil, `{"summary":"","schema":{"type":"object","properties":{"n":{"type":"number"},"ok":{"type":"boolean"},"tags":{"type":"array","items":{"type":"string"}},"x_shop":{"type":"string"}}},"value":{"modules":[%s]}}`, step)))
	h := onOrder()
	h.Headers = []string{"X-Shop"}
	_, o := f.saveHook(h)
	shop := map[string]string{"x-shop": "7", "x-other": "8"}
	for _, tt := range []struct {
		name string
		d    hook.Delivery
		want string
	}{
		{"an object", hook.Delivery{Body: json.RawMessage(`{"n":1,"more":{"a":1}}`)}, `{"more":{"a":1},"n":1}`},
		{"a list", hook.Delivery{Body: json.RawMessage(`[1]`)}, `{"body":[1]}`},
		{"a text", hook.Delivery{Body: json.RawMessage(`"x"`)}, `{"body":"x"}`},
		{"nothing, and a query", hook.Delivery{Body: json.RawMessage(`null`), Query: map[string][]string{"n": {"2"}, "tags": {"a"}, "free": {"b", "c"}}}, `{"free":["b","c"],"n":2,"tags":["a"]}`},
		{"a form", hook.Delivery{Body: json.RawMessage(`{"n":"1.5","ok":"true","free":"2","tags":["a","b"]}`), Form: true}, `{"free":"2","n":1.5,"ok":true,"tags":["a","b"]}`},
		{"the body before the query", hook.Delivery{Body: json.RawMessage(`{"n":1}`), Query: map[string][]string{"n": {"2"}}}, `{"n":1}`},
		{"a header", hook.Delivery{Body: json.RawMessage(`{}`), Headers: shop}, `{"x_shop":"7"}`},
	} {
		id := run.ID(f.deliver(o, tt.d).Run)
		f.untilDone(id)
		f.diff(tt.name, `{"in":`+tt.want+`}`, f.result(id, "a"))
	}
	_, err := f.Deliver(bg, o, came("", `{"n":"two"}`))
	var form *flow.FormError
	if !fault.HasCode(err, "flow.input") || !errors.As(err, &form) || len(form.Errors) != 1 {
		t.Errorf("what does not fit: %v", err)
	}
}

// A flow with a preprocessor gets the event, whatever its schema says.
func TestAWebhookIntoAPreprocessor(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("preprocessor", echo)
	f.world.Script("a", instant)
	f.try(f.SaveFlow(bg, "f/shop/order", []byte(`{"summary":"","schema":{"type":"object","properties":{"n":{"type":"number"}},"required":["n"]},"value":{"modules":[`+script("a", "")+`],"preprocessor_module":`+script("preprocessor", "")+`}}`)))
	h := onOrder()
	_, o := f.saveHook(h)
	d := hook.Delivery{Body: json.RawMessage(`{"n":1}`), Raw: `{"n": 1}`, Headers: map[string]string{"x-shop": "7", "x-other": "8"}, Query: map[string][]string{"q": {"1"}}}
	for _, tt := range []struct{ only, want string }{
		{"", `{"x-other":"8","x-shop":"7"}`},
		{"X-Shop", `{"x-shop":"7"}`},
	} {
		if tt.only != "" {
			h.Headers = []string{tt.only}
			_, err := f.SaveHook(bg, h)
			f.try(err)
			f.try(f.DeleteHook(bg, h.Path))
			_, o = f.saveHook(h)
		}
		id := run.ID(f.deliver(o, d).Run)
		f.untilDone(id)
		f.diff("the event", `{"event":{"body":{"n":1},"headers":`+tt.want+`,"kind":"webhook","query":{"q":"1"},"raw_string":"{\"n\": 1}"}}`, f.result(id, "preprocessor"))
	}
}

// echo gives back what it gets.
func echo(_ context.Context, j run.Job) (any, error) { return j.Args, nil }

func hexSum(key, text string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil))
}

// A webhook's result that holds a link tells it to nobody, and a large one is not told.
func TestWhatAWebhookTells(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", func(_ context.Context, j run.Job) (any, error) {
		l, err := f.MintLink(bg, j.Run, "b", "li@acme.example")
		return l.Resume, err
	})
	f.world.Script("b", instant)
	f.world.Script("c", echo)
	f.world.Expr("results.a", func(lookup func(string) (json.RawMessage, error)) (any, error) { return lookup("results.a") })
	f.saveFlow("f/shop/order", script("b", gate1), script("a", ""), script("c", `"x":{"type":"javascript","expr":"results.a"}`))
	f.saveFlow("f/shop/large", script("d", ""))
	f.world.Script("d", func(context.Context, run.Job) (any, error) { return strings.Repeat("x", toldMost), nil })
	h := onOrder()
	h.Sync = true
	_, o := f.saveHook(h)
	id := f.deliver(o, came("", `{}`)).Run
	f.untilWaiting(run.ID(id))
	out, err := f.AwaitHook(bg, o, id, 0)
	if f.try(err); !out.Suspended || out.Over() {
		t.Errorf("while it waits: %+v", out)
	}
	f.try(f.Decide(bg, run.Decision{Run: run.ID(id), Step: "b", Approve: true}))
	out, err = f.AwaitHook(bg, o, id, 0)
	if out.Suspended { // the vote was not worked off yet
		f.untilDone(run.ID(id))
		out, err = f.AwaitHook(bg, o, id, 0)
	}
	if f.try(err); out.Outcome != "succeeded" || !strings.Contains(string(out.Result), "resume/") || !strings.Contains(string(out.Result), "…") {
		t.Errorf("the link is told: %s", out.Result)
	}
	if full := f.result(run.ID(id), "a"); strings.Contains(string(out.Result), secretOf(strings.Trim(full, `"`))) {
		t.Error("the link's secret is told")
	}
	h.Path, h.Flow = "f/shop/on_large", "f/shop/large"
	_, o = f.saveHook(h)
	id = f.deliver(o, came("", `{}`)).Run
	f.untilDone(run.ID(id))
	if out, err = f.HookOutcome(bg, o, id); err != nil || !out.TooLarge || out.Result != nil {
		t.Errorf("a large result: %d bytes, %v", len(out.Result), err)
	}
}

// A link that is written otherwise is told to nobody outside either, of a webhook or a form,
// in a result or an error; what only looks like one is.
func TestADisguisedLinkIsNotTold(t *testing.T) {
	f := newFixture(t).open()
	var write func(link string) (any, error)
	f.world.Script("a", func(_ context.Context, j run.Job) (any, error) {
		l, err := f.MintLink(bg, j.Run, "b", "li@acme.example")
		f.try(err)
		return write(l.Resume)
	})
	f.world.Script("b", instant)
	f.world.Script("c", echo)
	f.world.Expr("results.a", func(lookup func(string) (json.RawMessage, error)) (any, error) { return lookup("results.a") })
	f.saveFlow("f/shop/order", script("b", gate1), script("a", ""), script("c", `"x":{"type":"javascript","expr":"results.a"}`))
	h := onOrder()
	h.Sync = true
	_, o := f.saveHook(h)
	base := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, w := range map[string]struct {
		write  func(link string) (any, error)
		hidden bool
	}{
		"base64":          {func(link string) (any, error) { return map[string]string{"at": base(link)}, nil }, true},
		"base64 within":   {func(link string) (any, error) { return "x" + base("xx"+link+" and more"), nil }, true},
		"capitals":        {func(link string) (any, error) { return strings.ToUpper(link), nil }, true},
		"hex":             {func(link string) (any, error) { return hex.EncodeToString([]byte(link)), nil }, true},
		"an error":        {func(link string) (any, error) { return nil, &run.Failure{Name: "Error", Message: base(link)} }, true},
		"another address": {func(string) (any, error) { return base("https://x.example/a/" + strings.Repeat("b", 26)), nil }, false},
	} {
		write = w.write
		id := run.ID(f.deliver(o, came("", `{}`)).Run)
		f.untilWaiting(id)
		f.try(f.Decide(bg, run.Decision{Run: id, Step: "b", Approve: true}))
		f.untilDone(id)
		out, err := f.HookOutcome(bg, o, string(id))
		f.try(err)
		if told := string(out.Result) + string(out.Error); (told == `"…"`) != w.hidden {
			t.Errorf("%s: %s", name, told)
		}
	}
}

// A result that is kept for what came from here does not answer what came from outside:
// the same text may be a reference in one, and is none in the other.
func TestKeptResultsAndWebhooks(t *testing.T) {
	f := newFixture(t).open()
	n := 0
	f.world.Script("a", func(context.Context, run.Job) (any, error) { n++; return n, nil })
	file := []byte(`{"summary":"","schema":{"type":"object","properties":{"db":{"type":"object","format":"resource-x"}}},"value":{"cache_ttl":600,"modules":[` + script("a", "") + `]}}`)
	f.try(f.SaveFlow(bg, "f/shop/order", file))
	begun, err := f.Start(bg, run.Request{Flow: file, Path: "f/shop/order", Input: json.RawMessage(`{"db":"$res:u/me/db"}`)})
	f.try(err)
	f.untilDone(begun.ID)
	_, o := f.saveHook(onOrder())
	f.untilDone(run.ID(f.deliver(o, came("", `{"db":"$res:u/me/db"}`)).Run))
	if n != 2 {
		t.Errorf("the step ran %d times", n)
	}
}
