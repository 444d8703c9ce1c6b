package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/enginetest"
	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/form"
	"sluice/engine/run"
)

// orderForm is a form that starts the flow f/shop/order.
func orderForm() form.Form {
	return form.Form{Path: "f/shop/order_form", Flow: "f/shop/order", Enabled: true}
}

// formSecret is the secret in the address of a form.
func (f *fixture) formSecret(address string) string {
	f.t.Helper()
	secret, ok := strings.CutPrefix(address, "https://ask.example/sluice/f/")
	if !ok {
		f.t.Fatalf("the address is %q", address)
	}
	return secret
}

// saveForm stores a form and opens it by its address.
func (f *fixture) saveForm(is form.Form) (secret string, o form.Opened) {
	f.t.Helper()
	address, err := f.SaveForm(bg, is)
	f.try(err)
	secret = f.formSecret(address)
	return secret, f.openForm(secret)
}

func (f *fixture) openForm(secret string) form.Opened {
	f.t.Helper()
	o, err := f.OpenForm(bg, secret)
	f.try(err)
	return o
}

// formLink makes a link to the form of the tests, for a person.
func (f *fixture) formLink(person string) (secret string, o form.Opened) {
	f.t.Helper()
	address, err := f.AddFormLink(bg, orderForm().Path, person)
	f.try(err)
	secret = f.formSecret(address)
	return secret, f.openForm(secret)
}

// filled is what somebody sends by the page of a key.
func filled(key, input string) form.Submission {
	return form.Submission{Key: key, Input: json.RawMessage(input)}
}

func (f *fixture) submit(o form.Opened, s form.Submission) form.Receipt {
	f.t.Helper()
	r, err := f.SubmitForm(bg, o, s)
	f.try(err)
	return r
}

// fromForms lists the runs that forms started.
func (f *fixture) fromForms() (out []run.Summary) {
	f.t.Helper()
	all, err := f.Runs(bg, Filter{})
	f.try(err)
	for _, r := range all {
		if r.Trigger.Kind == run.TriggerForm {
			out = append(out, r)
		}
	}
	return out
}

// A kill at any commit of a form's run loses nothing that was answered, and whoever sends
// the page again starts nothing twice.
func TestAKillAtAnyCommitOfAForm(t *testing.T) {
	for n := 1; ; n++ {
		hit := 0
		for _, before := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				f.open()
				f.world.Quiet = true
				f.world.Script("a", instant)
				f.world.Script("b", instant)
				f.saveFlow("f/shop/order", script("a", retry1), script("b", retry1))
				is := orderForm()
				is.Once = true
				f.saveForm(is)
				secret, _ := f.formLink("li@acme.example")
				page, err := f.FormPageKey(bg)
				f.try(err)
				f.stop()
				dead := false
				f.openWith(func(now bool, commit int) error {
					if dead || commit == n && now == before {
						dead = true
						return errors.New("the process is dead")
					}
					return nil
				})
				_, answered := f.SubmitForm(bg, f.openForm(secret), filled("page", `{"n":1}`))
				time.Sleep(time.Minute)
				synctest.Wait()
				if dead {
					hit++
					f.crash()
					f.open()
				}
				again, err := f.SubmitForm(bg, f.openForm(secret), filled("page", `{"n":1}`))
				f.try(err)
				time.Sleep(time.Minute)
				synctest.Wait()
				if now, err := f.FormPageKey(bg); err != nil || len(now) != 32 || !bytes.Equal(now, page) {
					t.Errorf("commit %d, before %v: the key of pages was %x and is %x, %v", n, before, page, now, err)
				}
				if answered == nil && !again.Repeated {
					t.Errorf("commit %d, before %v: what was answered is sent anew", n, before)
				}
				if runs := f.fromForms(); len(runs) != 1 || runs[0].Outcome != run.Succeeded || runs[0].Trigger.Person != "li@acme.example" {
					t.Errorf("commit %d, before %v: %+v", n, before, runs)
				}
				if st, err := f.FormReceipt(bg, f.openForm(secret), "page"); err != nil || !st.Over || !st.Succeeded {
					t.Errorf("commit %d, before %v: it stands as %+v, %v", n, before, st, err)
				}
				f.check()
				f.stop()
			})
		}
		if hit == 0 {
			if n < 3 {
				t.Errorf("a run of a form has %d commits only", n)
			}
			return
		}
	}
}

// Many presses on one page at once start one run, and many pages of a link that starts one
// run do, too.
func TestManyPressesAtOnce(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", ""))
	is := orderForm()
	is.Once = true
	_, open := f.saveForm(is)
	_, mine := f.formLink("li@acme.example")
	var mu sync.Mutex
	fresh, repeated, used := 0, 0, 0
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			o, key := open, "page"
			if i%2 == 0 {
				o, key = mine, "page "+string(rune('a'+i))
			}
			r, err := f.SubmitForm(bg, o, filled(key, `{}`))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case fault.HasCode(err, "form.used"):
				used++
			case err != nil:
				t.Error(err)
			case r.Repeated:
				repeated++
			default:
				fresh++
			}
		})
	}
	wg.Wait()
	if fresh != 2 || repeated != 99 || used != 99 || len(f.fromForms()) != 2 {
		t.Errorf("%d fresh, %d repeated, %d refused as used, and %d runs", fresh, repeated, used, len(f.fromForms()))
	}
	for _, r := range f.fromForms() {
		f.untilDone(r.ID)
	}
}

// The run tells the form and the person, in its row and in its journal; what was sent is
// its input, checked and as text.
func TestWhatAFormStarts(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	doc := `{"summary":"Order","description":"For the shop.","schema":{"type":"object","required":["n"],"properties":{"n":{"type":"number"},"db":{"type":"object","format":"resource-postgresql"}}},"value":{"modules":[` + script("a", "") + `]}}`
	f.try(f.SaveFlow(bg, "f/shop/order", []byte(doc)))
	_, open := f.saveForm(orderForm())
	_, mine := f.formLink("Li <LI@acme.example>")
	if s := open.Sheet; s.Title != "Order" || s.Text != "For the shop." || s.Button != "Start" || len(s.Schema) == 0 || open.Person != "" || mine.Person != "li@acme.example" {
		t.Errorf("the page is %+v, for %q and %q", s, open.Person, mine.Person)
	}
	for _, wrong := range []string{`{}`, `{"n":"x"}`, `[]`} {
		if _, err := f.SubmitForm(bg, open, filled("p", wrong)); !fault.HasCode(err, "flow.input") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if len(f.Conditions()) > 0 || len(f.fromForms()) > 0 {
		t.Errorf("what does not fit: %+v, %+v", f.Conditions(), f.fromForms())
	}
	f.submit(mine, filled("p", `{"n":1,"db":"$res:u/me/db"}`))
	runs := f.fromForms()
	if want := (run.Trigger{Kind: "form", By: "f/shop/order_form", Person: "li@acme.example"}); len(runs) != 1 || runs[0].Trigger != want {
		t.Fatalf("the runs are %+v", runs)
	}
	f.untilDone(runs[0].ID)
	log, err := f.Log(bg, runs[0].ID)
	f.try(err)
	if ev, ok := log[0].Event.(run.Started); !ok || ev.Trigger != runs[0].Trigger || string(ev.Input.Inline) != `{"n":1,"db":"$res:u/me/db"}` {
		t.Errorf("it began with %+v", log[0].Event)
	}
}

// A script of the library is started as a flow is; its own page comes from its schema.
func TestAFormOfAScript(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("charge it", instant)
	_, err := f.SaveScript(bg, flow.StoredScript{Path: "f/shop/charge", Summary: "Charge", Language: enginetest.Language, Content: "charge it", Schema: flow.Raw(`{"type":"object","properties":{"n":{"type":"number"}}}`)})
	f.try(err)
	is := orderForm()
	is.Flow, is.Script = "", "f/shop/charge"
	_, o := f.saveForm(is)
	if o.Sheet.Title != "Charge" || !strings.Contains(string(o.Sheet.Schema), `"n"`) {
		t.Errorf("the page is %+v", o.Sheet)
	}
	f.submit(o, filled("p", `{"n":2}`))
	runs := f.fromForms()
	if len(runs) != 1 || runs[0].Path != "f/shop/charge" {
		t.Fatalf("the runs are %+v", runs)
	}
	if s := f.untilDone(runs[0].ID); s.Outcome != run.Succeeded {
		t.Errorf("it ended with %s: %v", s.Outcome, f.events(s.ID))
	}
}

// Of a script that brought no schema it is read from its code, once for each version: that
// may take a process, and whoever has an address can open it as often as they like.
func TestTheFieldsOfAScriptAreReadOnce(t *testing.T) {
	f := newFixture(t)
	read := 0
	f.cfg.Signature = func(_, content string) (flow.Raw, error) {
		if read++; content == "broken" {
			return nil, errors.New("line 1")
		}
		return flow.Raw(`{"type":"object","properties":{"` + content + `":{"type":"string"}}}`), nil
	}
	f.open()
	save := func(content string) {
		_, err := f.SaveScript(bg, flow.StoredScript{Path: "f/shop/charge", Language: enginetest.Language, Content: content})
		f.try(err)
	}
	save("one")
	is := orderForm()
	is.Flow, is.Script = "", "f/shop/charge"
	secret, _ := f.saveForm(is)
	opens := func(field string, reads int) {
		t.Helper()
		for range 3 {
			if o := f.openForm(secret); !strings.Contains(string(o.Sheet.Schema), field) || (o.Problem != nil) != (field == "") {
				t.Errorf("the page is %+v, %v", o.Sheet, o.Problem)
			}
		}
		if read != reads {
			t.Errorf("read %d times, want %d", read, reads)
		}
	}
	opens("one", 1)
	save("two")
	opens("two", 2)
	save("broken")
	opens("", 3)
	if err := f.SwitchForm(bg, is.Path, true); !fault.HasCode(err, "form.invalid") {
		t.Errorf("switched on: %v", err)
	}
}

// A page that is sent again with something else starts nothing, and tells so; another page
// of the same form starts another run.
func TestPagesOfAForm(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", ""))
	_, o := f.saveForm(orderForm())
	_, mine := f.formLink("li@acme.example")
	f.submit(o, filled("p", `{"n":1}`))
	if r := f.submit(o, filled("p", `{"n":1}`)); !r.Repeated {
		t.Errorf("again: %+v", r)
	}
	if _, err := f.SubmitForm(bg, o, filled("p", `{"n":2}`)); !fault.HasCode(err, "form.sent") {
		t.Errorf("something else: %v", err)
	}
	f.submit(o, filled("q", `{"n":1}`))
	f.submit(mine, filled("r", `{"n":1}`))
	f.submit(mine, filled("s", `{"n":1}`))
	if n := len(f.fromForms()); n != 4 {
		t.Errorf("%d runs", n)
	}
	if st, err := f.Form(bg, o.Path); err != nil || st.Today == 0 || st.Last != string(f.fromForms()[0].ID) || st.LastAt.IsZero() || st.Links[0].Used.IsZero() {
		t.Errorf("it is told as %+v, %v", st, err)
	}
	for key, may := range map[string][2]bool{"p": {true, false}, "r": {false, true}, "x": {}, "": {}} {
		for i, by := range []form.Opened{o, mine} {
			want := may[i] || key == "" && i == 1 // the last run of the link
			if _, err := f.FormReceipt(bg, by, key); (err == nil) != want || err != nil && !fault.HasCode(err, "run.unknown") {
				t.Errorf("the receipt %q by address %d: %v", key, i, err)
			}
		}
	}
	for _, r := range f.fromForms() {
		f.untilDone(r.ID)
	}
}

// What was changed between the opening of a page and its sending counts, also of a link.
func TestAFormThatIsChanged(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", ""))
	secret, o := f.saveForm(orderForm())
	none := func(what string, o form.Opened) {
		t.Helper()
		if _, err := f.SubmitForm(bg, o, filled("p", `{}`)); !fault.HasCode(err, "form.unknown") {
			t.Errorf("%s: by what was opened before: %v", what, err)
		}
	}
	gone := func(what, secret string) {
		t.Helper()
		if _, err := f.OpenForm(bg, secret); !fault.HasCode(err, "form.unknown") {
			t.Errorf("%s: the address opens (%v)", what, err)
		}
	}
	mySecret, mine := f.formLink("li@acme.example")
	f.try(f.SwitchForm(bg, o.Path, false))
	none("off", o)
	none("off, by a link", mine)
	gone("off", secret)
	gone("off, by a link", mySecret)
	f.try(f.SwitchForm(bg, o.Path, true))
	o, mine = f.openForm(secret), f.openForm(mySecret)

	renewed, err := f.RenewFormLink(bg, o.Path, "LI@acme.example")
	f.try(err)
	none("the link is renewed", mine)
	gone("the link is renewed", mySecret)
	mySecret = f.formSecret(renewed)
	mine = f.openForm(mySecret)
	if _, err := f.AddFormLink(bg, o.Path, "li@acme.example"); !fault.HasCode(err, "form.person") {
		t.Errorf("a second link for one person: %v", err)
	}
	f.try(f.RevokeFormLink(bg, o.Path, "li@acme.example"))
	none("the link is taken back", mine)
	gone("the link is taken back", mySecret)
	if err := f.RevokeFormLink(bg, o.Path, "li@acme.example"); !fault.HasCode(err, "form.link") {
		t.Errorf("taken back again: %v", err)
	}
	if _, err := f.RenewFormLink(bg, o.Path, "li@acme.example"); !fault.HasCode(err, "form.link") {
		t.Errorf("renewed without one: %v", err)
	}
	for _, nobody := range []string{"", " ", "Anonymous", run.Unnamed(1), strings.Repeat("x", 300)} {
		if _, err := f.AddFormLink(bg, o.Path, nobody); !fault.HasCode(err, "form.person") {
			t.Errorf("a link for %q: %v", nobody, err)
		}
	}

	mySecret, _ = f.formLink("mo@acme.example")
	is := orderForm()
	is.LinksOnly, is.Once = true, true
	if again, err := f.SaveForm(bg, is); err != nil || again != "" {
		t.Errorf("saved again, the address is told: %q, %v", again, err)
	}
	none("only links open it", o)
	gone("only links open it", secret)
	mine = f.openForm(mySecret)
	f.submit(mine, filled("p", `{}`))
	if mine = f.openForm(mySecret); !mine.Sent {
		t.Error("a link that started its run opens as before")
	}
	if _, err := f.SubmitForm(bg, mine, filled("q", `{}`)); !fault.HasCode(err, "form.used") {
		t.Errorf("a second run by it: %v", err)
	}
	renewed, err = f.RenewFormLink(bg, o.Path, "mo@acme.example")
	f.try(err)
	if mine = f.openForm(f.formSecret(renewed)); mine.Sent {
		t.Error("a renewed link starts none")
	}
	if st, err := f.Form(bg, o.Path); err != nil || len(st.Links) == 0 || !st.Links[len(st.Links)-1].Used.IsZero() {
		t.Errorf("it is told as %+v, %v", st, err)
	}
	f.try(f.DeleteForm(bg, o.Path))
	gone("deleted", f.formSecret(renewed))
	if err := f.DeleteForm(bg, o.Path); !fault.HasCode(err, "form.unknown") {
		t.Errorf("deleted again: %v", err)
	}
	if _, err := f.AddFormLink(bg, o.Path, "li@acme.example"); !fault.HasCode(err, "form.unknown") {
		t.Errorf("a link to none: %v", err)
	}
	_, o = f.saveForm(orderForm())
	if r := f.submit(o, filled("p", `{}`)); r.Repeated {
		t.Error("a page of a form that was deleted counts")
	}
	for _, r := range f.fromForms() {
		f.untilDone(r.ID)
	}
}

// The file holds no secret of an address, neither that of the form nor that of a link.
func TestAFormKeepsItsSecrets(t *testing.T) {
	f := newFixture(t).open()
	f.saveFlow("f/shop/order", script("a", ""))
	secret, _ := f.saveForm(orderForm())
	mine, _ := f.formLink("li@acme.example")
	row, ok, err := f.db.Endpoint("form", orderForm().Path)
	if f.try(err); !ok || strings.Contains(string(row.JSON)+string(row.Secret), secret) {
		t.Errorf("the row holds the secret: %s", row.JSON)
	}
	links, err := f.db.FormLinks(orderForm().Path)
	if f.try(err); len(links) != 1 || strings.Contains(string(links[0].Secret), mine) {
		t.Errorf("the links are %+v", links)
	}
}

// The result is told where the form says so, and without links by which somebody could
// vote; how the run stands is told always.
func TestTheReceiptOfAForm(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	f.saveFlow("f/shop/order", script("a", gate1))
	secret, o := f.saveForm(orderForm())
	f.submit(o, filled("p", `{}`))
	id := f.fromForms()[0].ID
	f.untilWaiting(id)
	stands := func(want form.Standing) {
		t.Helper()
		got, err := f.FormReceipt(bg, f.openForm(secret), "p")
		f.try(err)
		if got.Sent.IsZero() || got.Over == got.Ended.IsZero() {
			t.Errorf("its times: %+v", got)
		}
		got.Sent, got.Ended = time.Time{}, time.Time{}
		f.diff("it stands", want, got)
	}
	stands(form.Standing{Suspended: true})
	f.try(f.Decide(bg, run.Decision{Run: id, Step: "a", Person: run.DesktopUser, Approve: true}))
	f.untilDone(id)
	stands(form.Standing{Over: true, Succeeded: true})
	is := orderForm()
	is.Result = true
	_, err := f.SaveForm(bg, is)
	f.try(err)
	stands(form.Standing{Over: true, Succeeded: true, Result: json.RawMessage("1")})
}

// What was sent goes with its run when old runs do.
func TestSubmissionsGoWithTheirRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t).open()
		f.world.Quiet = true
		f.world.Script("a", instant)
		f.saveFlow("f/shop/order", script("a", ""))
		_, o := f.saveForm(orderForm())
		f.submit(o, filled("p", `{}`))
		id := f.fromForms()[0].ID
		f.untilDone(id)
		f.untilDone(f.start(script("a", ""))) // the newest run stays anyhow
		f.try(f.Retain(bg, flow.Retention{Succeeded: 1, Others: 1}))
		f.clock.jump(30 * time.Hour) // a page of that day may be sent yet
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		if r := f.submit(o, filled("p", `{}`)); !r.Repeated || len(f.fromForms()) != 1 {
			t.Errorf("sent again after its run was to go: %+v", r)
		}
		f.clock.jump(20 * time.Hour)
		time.Sleep(7 * time.Hour)
		synctest.Wait()
		if _, err := f.Engine.Run(bg, id); !fault.HasCode(err, "run.unknown") {
			t.Errorf("the run: %v", err)
		}
		if _, err := f.FormReceipt(bg, o, "p"); !fault.HasCode(err, "run.unknown") {
			t.Errorf("its receipt: %v", err)
		}
		f.submit(o, filled("p", `{}`))
		f.untilDone(f.fromForms()[0].ID)
		f.check()
		f.stop()
	})
}

// The key of the pages of forms is made with the first form and stays, whatever is done to
// forms; a file that is put in the place of another gets its own.
func TestTheKeyOfPages(t *testing.T) {
	f := newFixture(t).open()
	f.world.Script("a", instant)
	key := func() string {
		b, err := f.FormPageKey(bg)
		f.try(err)
		return string(b)
	}
	if k := key(); k != "" {
		t.Errorf("without a form there is the key %x", k)
	}
	f.saveFlow("f/shop/order", script("a", ""))
	f.saveForm(orderForm())
	was := key()
	if len(was) != 32 || was == strings.Repeat("\x00", 32) {
		t.Fatalf("the key is %x", was)
	}
	f.formLink("li@acme.example")
	_, err := f.SaveForm(bg, orderForm())
	f.try(err)
	_, err = f.RenewForm(bg, orderForm().Path)
	f.try(err)
	f.try(f.DeleteForm(bg, orderForm().Path))
	f.saveForm(orderForm())
	f.stop()
	f.open()
	if k := key(); k != was {
		t.Errorf("the key was %x and became %x", was, k)
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	f.try(Backup(bg, f.cfg.Dir, file))
	f.stop()
	seen := map[string]bool{was: true}
	for range 2 {
		_, err := Restore(bg, f.cfg.Dir, file)
		f.try(err)
		f.open()
		if k := key(); len(k) != 32 || seen[k] {
			t.Errorf("after a restore the key is %x", k)
		} else {
			seen[k] = true
		}
		f.stop()
	}
}
