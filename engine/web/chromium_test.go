package web

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
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
	alloc, stop := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(true)); err != nil {
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
}
