package mail

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/mail/googletest"
)

// chromium starts a real browser.
func chromium(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Fatal("no browser here: install the Debian package chromium")
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
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(dir),
	}
	for _, flag := range []string{"headless", "disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		chromedp.Cancel(ctx)
		chromedp.FromContext(ctx).Allocator.Wait()
		cancel()
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// TestSignInInBrowser: a person presses Allow, or Refuse, in a real browser and
// reads the page that Sluice answers with.
func TestSignInInBrowser(t *testing.T) {
	ctx := chromium(t)
	if ctx == nil {
		return
	}
	g := googletest.Start()
	defer g.Close()
	press := func(button string) (acc flow.Account, title string, err error) {
		seen := make(chan error, 1)
		acc, err = SignIn(t.Context(), clientOf(g), func(authURL string) error {
			go func() {
				seen <- chromedp.Run(ctx,
					chromedp.Navigate(authURL), chromedp.Click("#"+button, chromedp.ByID),
					chromedp.Text("main h1", &title, chromedp.ByQuery))
			}()
			return nil
		})
		if err := <-seen; err != nil {
			t.Fatal(err)
		}
		return acc, title, err
	}
	acc, title, err := press("allow")
	if err != nil || acc.Email != googletest.Email || acc.Refresh == "" || title != "You are signed in" {
		t.Errorf("allowed: %+v, %v, page %q", acc, err, title)
	}
	acc, title, err = press("refuse")
	if !fault.HasCode(err, "mail.signin_refused") || acc.Email != "" || !strings.Contains(title, "told not to") {
		t.Errorf("refused: %+v, %v, page %q", acc, err, title)
	}
}

// TestMailInBrowser lays the mail out as a webmail would, in both colors and on
// a phone: nothing is fetched, nothing is cut off. MAIL_SHOTS=folder keeps the
// pictures.
func TestMailInBrowser(t *testing.T) {
	ctx := chromium(t)
	if ctx == nil {
		return
	}
	msg := render(t, refund())
	var fetched []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			fetched = append(fetched, r.URL.Path)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(msg.HTML))
	}))
	defer srv.Close()
	for _, tt := range []struct {
		name, scheme  string
		width, height int64
		ground        string
	}{
		{"light", "light", 640, 560, "rgb(246, 247, 249)"},
		{"dark", "dark", 640, 560, "rgb(14, 20, 28)"},
		{"phone", "light", 360, 640, "rgb(246, 247, 249)"},
	} {
		var over bool
		var ground, link string
		var shot []byte
		err := chromedp.Run(ctx,
			chromedp.EmulateViewport(tt.width, tt.height),
			chromedp.ActionFunc(func(ctx context.Context) error {
				return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: tt.scheme}}).Do(ctx)
			}),
			chromedp.Navigate(srv.URL),
			chromedp.Evaluate(`document.documentElement.scrollWidth > window.innerWidth`, &over),
			chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &ground),
			chromedp.Evaluate(`document.querySelector("a").href`, &link),
			chromedp.CaptureScreenshot(&shot),
		)
		if err != nil {
			t.Fatal(err)
		}
		if over || ground != tt.ground || link != refund().Page {
			t.Errorf("%s: wider than the window: %v, ground %s, link %s", tt.name, over, ground, link)
		}
		if dir := os.Getenv("MAIL_SHOTS"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "mail-"+tt.name+".png"), shot, 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	for _, path := range fetched {
		if path != "/favicon.ico" { // the browser's own wish
			t.Errorf("the mail fetched %s", path)
		}
	}
}
