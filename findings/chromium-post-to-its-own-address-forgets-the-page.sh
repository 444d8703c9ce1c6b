#!/usr/bin/env bash
# Chromium 156 (Debian 12), driven by chromedp v0.14.2: a form that is sent to the address
# of its own page makes the way back ask the server for that page anew.
#
# A page with "Cache-Control: private, no-cache" may be kept, and the way back shows what is
# kept without asking: one expects that wherever its form was sent. It holds where the form
# goes to another address. Sent to the page's own, the POST makes the kept page invalid
# (RFC 9111, 4.4), the way back fetches a new one, and what was filled in is put into that.
# A token in the page that is to catch a second press is then another one, and the second
# press counts as a first.
#
# Seen: sent to /page/send, the page after the way back is the first answer of the server;
# sent to /page, it is the second.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || { echo "This needs Chromium in the path."; exit 2; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
"$browser" --version
cat > go.mod <<'M'
module look
go 1.24
require github.com/chromedp/chromedp v0.14.2
M
cat > main.go <<'G'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"time"

	"github.com/chromedp/chromedp"
)

// seen fills in the form of a page that is sent to an address, goes back, and tells which
// answer of the server the page is then.
func seen(ctx context.Context, action string) (before, after string, err error) {
	var asked atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Cache-Control", "private, no-cache")
		fmt.Fprintf(w, `<p id=n>answer %d</p><form method=post action=%q><button id=b>Send</button></form>`, asked.Add(1), action)
	})
	done := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/done", http.StatusSeeOther) }
	mux.HandleFunc("POST /page", done)
	mux.HandleFunc("POST /page/send", done)
	mux.HandleFunc("GET /done", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<p id=done>done</p>`)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	err = chromedp.Run(ctx,
		chromedp.Navigate(srv.URL+"/page"), chromedp.Text("#n", &before, chromedp.ByID),
		chromedp.Click("#b", chromedp.ByID), chromedp.WaitVisible("#done", chromedp.ByID),
		chromedp.NavigateBack(), chromedp.WaitVisible("#n", chromedp.ByID), chromedp.Text("#n", &after, chromedp.ByID))
	return before, after, err
}

func main() {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(os.Args[1]), chromedp.NoSandbox,
		chromedp.Flag("disable-features", "BackForwardCache")) // the memory of whole pages, which hides the matter
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, tt := range []struct{ action, want string }{{"/page/send", "answer 1"}, {"/page", "answer 2"}} {
		before, after, err := seen(ctx, tt.action)
		fmt.Printf("sent to %-10s  the page before: %s, after the way back: %s\n", tt.action, before, after)
		if err != nil || before != "answer 1" || after != tt.want {
			fmt.Println("That is new:", err)
			os.Exit(1)
		}
	}
}
G
go mod tidy >/dev/null 2>&1
go run . "$browser"
