package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"sluice/engine/hook"
	"sluice/engine/run"
	"sluice/engine/schedule"
)

// Commands that change something are done by the Sluice that has the folder open; what
// they say comes back, with their exit code.
func TestCommandsBesideARunningSluice(t *testing.T) {
	h, _ := aHook(t, hook.Hook{})
	data := h.opts.data
	if err := h.proceed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.eng.SaveSchedule(t.Context(), schedule.Schedule{Path: "f/shop/nightly", Cron: "0 0 3 * * *", Zone: "UTC", Target: "f/shop/ask", IsFlow: true, Args: json.RawMessage("{}")}); err != nil {
		t.Fatal(err)
	}
	call := func(code int, args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if got := execute(t.Context(), append(args, "--data", data), &out, &errOut); got != code {
			t.Errorf("%q ends with %d: %s%s", args, got, out.String(), errOut.String())
		}
		return out.String() + errOut.String()
	}
	if out := call(exitFailed, "schedules", "on", "f/shop/nightly"); !strings.Contains(out, "is using this folder") {
		t.Errorf("where no door is: %s", out)
	}
	stop := h.takeCommands(t.Context())
	if out := call(exitOK, "schedules", "on", "f/shop/nightly"); !strings.Contains(out, "next ") {
		t.Errorf("switched on: %s", out)
	}
	if s, err := h.eng.Schedule(t.Context(), "f/shop/nightly"); err != nil || !s.Enabled {
		t.Errorf("%+v %v", s, err)
	}
	if out := call(exitUsage, "schedules", "off", "f/shop/none"); !strings.Contains(out, "There is no schedule f/shop/none") {
		t.Errorf("an unknown one: %s", out)
	}
	t.Setenv("SHOP_KEY", "the key of the sender")
	out := call(exitOK, "hooks", "add", "f/shop/signed", "--flow", "f/shop/order", "--signature", "github", "--key-env", "SHOP_KEY")
	base := *h.base.Load()
	if !strings.Contains(out, base+"/h/") {
		t.Errorf("a webhook: %s, where the address is %s", out, base)
	}
	if s, err := h.eng.Hook(t.Context(), "f/shop/signed"); err != nil || !s.HasKey {
		t.Errorf("%+v %v", s, err)
	}
	call(exitOK, "keep", "--succeeded", "30")
	var line struct {
		Run run.ID `json:"run"`
	}
	if out := call(exitOK, "schedules", "run", "f/shop/nightly", "--json"); json.Unmarshal([]byte(out), &line) != nil || line.Run == "" {
		t.Fatalf("run now: %s", out)
	}
	until(t, h, line.Run, func(s run.Summary) bool { return s.Status == run.StatusSuspended })
	if out := call(exitOK, "cancel", string(line.Run), "--reason", "not today"); !strings.Contains(out, "canceled") {
		t.Errorf("canceled: %s", out)
	}
	until(t, h, line.Run, func(s run.Summary) bool { return s.Outcome == run.Canceled })
	entries, _ := h.eng.Log(t.Context(), line.Run)
	if out := call(exitUsage, "cancel", string(line.Run)); !strings.Contains(out, "is over: it was canceled") || strings.Contains(out, ": canceled\n") {
		t.Errorf("canceled once more: %s", out)
	}
	if now, err := h.eng.Log(t.Context(), line.Run); err != nil || len(now) != len(entries) {
		t.Errorf("a refused cancel left %d entries of %d, %v", len(now), len(entries), err)
	}
	if out := call(exitUsage, "cancel", "01a2229f-1f7c-7cb4-a3bb-4d08ae4d99ec"); !strings.Contains(out, "There is no run") {
		t.Errorf("an unknown run: %s", out)
	}
	if got := *h.base.Load(); got != base {
		t.Errorf("the address became %s", got)
	}
	c, word, err := commandDoor(data).dial()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var is answered
	if _, err := c.Write([]byte(word + `{"version":"another","args":["schedules","off","f/shop/nightly"]}` + "\n")); err != nil || json.NewDecoder(c).Decode(&is) != nil || !is.Refused {
		t.Errorf("another version is answered %+v, %v", is, err)
	}
	if s, err := h.eng.Schedule(t.Context(), "f/shop/nightly"); err != nil || !s.Enabled {
		t.Errorf("another version changed %+v %v", s, err)
	}
	for _, odd := range []string{"null\n", "\n", "[]\n", "7\n", `{}` + "\n", `{"version":null}` + "\n", `{"version":"` + version + `","args":null}` + "\n", "schedules off\n"} {
		c, word, err := commandDoor(data).dial()
		if err != nil {
			t.Fatal(err)
		}
		var is answered
		if _, err := c.Write([]byte(word + odd)); err != nil || json.NewDecoder(c).Decode(&is) != nil || !is.Refused || is.Code != exitUsage || !strings.Contains(string(is.ErrOut), "is no command") {
			t.Errorf("%q is answered %+v, %v", odd, is, err)
		}
		c.Close()
	}
	stop()
	l, _, remove, err := commandDoor(data).listen() // of a Sluice that ends when it was asked
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(c).ReadBytes('\n')
			c.Close()
		}
	}()
	if out := call(exitFailed, "schedules", "off", "f/shop/nightly"); !strings.Contains(out, "It is not known whether this was done") {
		t.Errorf("where no answer came: %s", out)
	}
	remove()
	l.Close()
	if out := call(exitFailed, "schedules", "off", "f/shop/nightly"); !strings.Contains(out, "is using this folder") {
		t.Errorf("after the end: %s", out)
	}
}
