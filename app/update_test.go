package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sluice/ui"
)

// kept are settings in memory.
type kept map[string]string

func (k kept) Setting(_ context.Context, key string) (string, error) { return k[key], nil }
func (k kept) SetSetting(_ context.Context, key, value string) error { k[key] = value; return nil }

// A newer version is looked for once a day at most, and not at all when that is switched
// off or the build names no server; what a server says that is not one is no harm.
func TestANewerVersionIsLookedForOnceADay(t *testing.T) {
	var asked atomic.Int64
	answer := `{"version":"0.2.0","url":"https://sluice.example/get","notes":"Faster."}`
	var status atomic.Int64
	status.Store(http.StatusOK)
	var seen http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		seen = r.Header
		w.WriteHeader(int(status.Load()))
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	set := kept{}
	u := updates{url: server.URL, own: "0.1.0", settings: set, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	look := func(want int64, found string) {
		t.Helper()
		u.look(t.Context())
		if got := asked.Swap(0); got != want || set[ui.SettingUpdateFound] != found {
			t.Errorf("asked %d times, and found %q", got, set[ui.SettingUpdateFound])
		}
	}
	const found = `{"version":"0.2.0","url":"https://sluice.example/get","notes":"Faster."}`
	look(1, found)
	if agent := seen.Get("User-Agent"); agent != "Sluice" || len(seen) > 2 { // and what it can unpack
		t.Errorf("it told %v", seen)
	}
	now = now.Add(23 * time.Hour)
	look(0, found)
	now = now.Add(2 * time.Hour)
	set[ui.SettingUpdates] = "off"
	look(0, found)
	set[ui.SettingUpdates] = ""
	status.Store(http.StatusInternalServerError)
	look(1, found) // what it said yesterday holds
	look(0, found)
	day := func() { now = now.Add(25 * time.Hour) }
	status.Store(http.StatusOK)
	day()
	u.own = "0.2.0" // it was installed
	look(1, "")
	for _, text := range []string{"", "<html>", strings.Repeat("x", 1<<20), `{"version":"0.3.0","notes":"` + strings.Repeat("x", 1<<20) + `"}`} {
		answer = text
		day()
		look(1, "")
	}
	day()
	server.Close()
	look(0, "") // offline
	u.url = ""
	day()
	look(0, "")
}

// A server that does not come to its end holds nobody up.
func TestLookingForANewerVersionEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	if _, err := (updates{url: server.URL}).ask(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
