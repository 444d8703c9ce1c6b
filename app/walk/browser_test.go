//go:build walk

package walk

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts a headless Chromium with a profile of its own.
func browser(t testing.TB) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"),
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(900, 1000))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil { // waits for the browser to end
			t.Logf("close the browser: %v", err)
		}
		stop()
		stopAlloc()
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("Chromium (Debian package chromium): %v", err)
	}
	return ctx
}

// act runs steps in the browser within a time limit.
func act(t testing.TB, ctx context.Context, steps ...chromedp.Action) {
	t.Helper()
	ctx, stop := context.WithTimeout(ctx, 60*time.Second)
	defer stop()
	if err := chromedp.Run(ctx, steps...); err != nil {
		t.Fatalf("browser: %v", err)
	}
}

// page keeps a picture of the page when WALK_SHOTS names a folder.
func page(t testing.TB, ctx context.Context, name string) {
	dir := os.Getenv("WALK_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	act(t, ctx, chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(dir+"/"+name+".png", png, 0o600); err != nil {
		t.Log(err)
	}
}
