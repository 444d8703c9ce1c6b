package page

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
)

// chromium starts a real browser without scripts. The page must work in it.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := "/usr/bin/chromium"
	if _, err := os.Stat(path); err != nil {
		t.Fatal("this test needs a real browser: apt-get install chromium")
	}
	dir, err := os.MkdirTemp("", "sluice-browser-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Its helpers write for a moment after the browser is gone.
		for range 50 {
			if os.RemoveAll(dir) == nil {
				return
			}
		}
	})
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(dir), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-features", "BackForwardCache")) // chromedp waits for the load of a page that is restored whole for ever
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		chromedp.FromContext(ctx).Allocator.Wait()
		cancel()
	})
	ctx, cancel = context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(cancel)
	chromedp.ListenTarget(ctx, func(ev any) {
		if e, ok := ev.(*log.EventEntryAdded); ok && strings.Contains(e.Entry.Text, "Content Security Policy") {
			t.Errorf("the page breaks its own policy: %s", e.Entry.Text)
		}
	})
	if err := chromedp.Run(ctx, log.Enable(), emulation.SetScriptExecutionDisabled(true)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// look sets width and color scheme.
func look(width int64, scheme string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.EmulateViewport(width, 1000),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
	}
}

// shot keeps a picture of the page if SLUICE_SHOTS names a folder.
func shot(name string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		dir := os.Getenv("SLUICE_SHOTS")
		if dir == "" {
			return nil
		}
		b, err := page.CaptureScreenshot().WithCaptureBeyondViewport(true).Do(ctx)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name+".png"), b, 0o600)
	})
}

// A person approves by a filled form and another denies with a reason, in a
// real browser with scripts off.
func TestChromium(t *testing.T) {
	ctx := chromium(t)
	t.Run("approve", func(t *testing.T) {
		e := &fakeEngine{a: refund()}
		srv := httptest.NewServer(handlerOf(e, "/sluice"))
		defer srv.Close()
		var title, body string
		err := chromedp.Run(ctx, look(900, "light"), chromedp.Navigate(srv.URL+"/sluice/a/"+theSecret), shot("page-light"),
			look(900, "dark"), shot("page-dark"), look(500, "light"), shot("phone-light"), look(390, "dark"), shot("phone-dark"), look(900, "light"),
			chromedp.SetValue(`[name="field/action"]`, `"Refund half"`, chromedp.ByQuery),
			chromedp.SetValue(`[name="field/message"]`, "Half is fair.", chromedp.ByQuery),
			chromedp.Click(`button[value=approve]`, chromedp.ByQuery),
			chromedp.WaitVisible(`.status.good`, chromedp.ByQuery), chromedp.Title(&title), chromedp.Text("main", &body, chromedp.ByQuery), shot("thanks-light"),
			look(390, "dark"), shot("thanks-phone-dark"))
		if err != nil {
			t.Fatal(err)
		}
		want := []run.Decision{{Approve: true, Via: run.ViaLink, Payload: []byte(`{"action":"Refund half","message":"Half is fair."}`)}}
		if d := cmp.Diff(want, e.counted()); d != "" {
			t.Errorf("the vote differs (-want +got):\n%s", d)
		}
		if !strings.HasPrefix(title, "Thank you. You approved this.") {
			t.Errorf("title %q", title)
		}
		contains(t, "receipt", body, "You approved on 23 Nov 2026, 14:30 CET", "Refund half")
	})

	t.Run("deny", func(t *testing.T) {
		e := &fakeEngine{a: refund()}
		heard := make(chan http.Header, 8)
		h := handlerOf(e, "")
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				heard <- r.Header.Clone()
			}
			h.ServeHTTP(w, r)
		}))
		defer srv.Close()
		var body string
		err := chromedp.Run(ctx, look(900, "light"), chromedp.Navigate(srv.URL+pagePath),
			chromedp.Click("summary", chromedp.ByQuery), chromedp.WaitVisible("#reason", chromedp.ByQuery),
			chromedp.SendKeys("#reason", "Too much for one cup", chromedp.ByQuery), shot("deny-light"), look(390, "light"), shot("deny-phone-light"), look(900, "light"),
			chromedp.Click(`button[value=deny]`, chromedp.ByQuery),
			chromedp.WaitVisible(`.status.bad`, chromedp.ByQuery), chromedp.Text("main", &body, chromedp.ByQuery), shot("denied-light"), look(900, "dark"), shot("denied-dark"))
		if err != nil {
			t.Fatal(err)
		}
		want := []run.Decision{{Via: run.ViaLink, Reason: "Too much for one cup", Payload: []byte(`{"action":"Refund in full","message":"Fine with me."}`)}}
		if d := cmp.Diff(want, e.counted()); d != "" {
			t.Errorf("the vote differs (-want +got):\n%s", d)
		}
		contains(t, "receipt", body, "The form as you left it", "You denied this", "Too much for one cup")
		got := <-heard
		t.Logf("the browser's press says Origin %q, Sec-Fetch-Site %q, Referer %q", got.Get("Origin"), got.Get("Sec-Fetch-Site"), got.Get("Referer"))
		if got.Get("Referer") != "" {
			t.Errorf("the secret left as a referrer: %q", got.Get("Referer"))
		}
	})

	// The first button of a form is what Enter presses. Here that is a button
	// that does nothing, so that nobody approves by ending a line.
	t.Run("enter does not approve", func(t *testing.T) {
		a := refund()
		a.Form = json.RawMessage(`{"type":"object","required":["a"],"properties":{"a":{"type":"string","title":"Amount","description":"In euros."},"b":{"type":"boolean","title":"Tell the customer"},
			"c":{"type":"string","enum":["Full","Half"],"title":"How much"},"d":{"type":"string","format":"date","title":"Pay on"},"e":{"type":"array","title":"Copies to"},
			"f":{"type":"object","title":"Address","properties":{"s":{"type":"string","title":"Street"},"t":{"type":"string","format":"date-time","title":"From"}}},"g":{"type":"object","title":"Extra"}}}`)
		a.Ask.Description = json.RawMessage(`{"markdown":"The customer wrote **twice**:\n\n| day | words |\n|--|--|\n| Monday | The cup is broken. |\n| Tuesday | Still broken. See [the order](https://shop.example/4711). |\n\n- one cup\n- no saucer\n"}`)
		e := &fakeEngine{a: a}
		posts := make(chan struct{}, 8)
		h := handlerOf(e, "")
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				posts <- struct{}{}
			}
			h.ServeHTTP(w, r)
		}))
		defer srv.Close()
		err := chromedp.Run(ctx, look(900, "light"), chromedp.Navigate(srv.URL+pagePath), shot("kinds-light"),
			chromedp.SendKeys(`[name="field/a"]`, "12\r", chromedp.ByQuery))
		if err != nil {
			t.Fatal(err)
		}
		// The press that follows is the first POST, unless Enter had sent one.
		err = chromedp.Run(ctx, chromedp.SendKeys(`[name="field/a"]`, "\u0008\u0008", chromedp.ByQuery), chromedp.SetValue(`[name="field/g"]`, "{broken", chromedp.ByQuery),
			chromedp.Click(`button[value=approve]`, chromedp.ByQuery), chromedp.WaitVisible(".errors", chromedp.ByQuery),
			shot("wrong-light"), look(390, "dark"), shot("wrong-phone-dark"),
			chromedp.Click(`.errors a`, chromedp.ByQuery), chromedp.WaitVisible(`#field\*a:target`, chromedp.ByQuery))
		if err != nil {
			t.Fatal(err)
		}
		if len(posts) != 1 || len(e.counted()) > 0 {
			t.Errorf("%d forms were sent, votes %v", len(posts), e.counted())
		}
	})

	t.Run("other pages", func(t *testing.T) {
		for name, a := range map[string]run.Approval{"early": in(run.ApprovalEarly), "expired": in(run.ApprovalExpired), "mine": in(run.ApprovalWaiting, mine(true, ""), func(a *run.Approval) { a.Required = 3 })} {
			srv := httptest.NewServer(handlerOf(&fakeEngine{a: a}, ""))
			if err := chromedp.Run(ctx, look(900, "light"), chromedp.Navigate(srv.URL+pagePath), shot("state-"+name), chromedp.Navigate(srv.URL+"/a/unknown-link"), look(500, "dark"), shot("state-unknown")); err != nil {
				t.Error(err)
			}
			srv.Close()
		}
	})
}
