package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"sluice/engine/fault"
	"sluice/engine/schedule"
	"sluice/engine/workspace"
)

const nightly = `# asked for by the shop
schedule: 0 0 2 * * *
timezone: Europe/Berlin
script_path: f/shop/close
is_flow: true
args:
  n: 1
enabled: true
ws_error_handler_muted: false
labels: [night]
`

const closeFlow = "summary: Close\nvalue:\n  modules:\n    - id: a\n      value:\n        type: rawscript\n        language: bun\n        content: export async function main() { return 'closed' }\n        input_transforms: {}\n"

// The schedules of a folder come switched off, are told, and can be switched on; the
// folder goes out as it came, but for what was changed.
func TestSchedulesOfAFolder(t *testing.T) {
	h := aServer(t)
	files := map[string]string{
		"wmill.yaml":                   "defaultTs: bun\n",
		"f/shop/close.flow/flow.yaml":  closeFlow,
		"f/shop/nightly.schedule.yaml": nightly,
		"f/shop/odd.schedule.yaml":     "schedule: 0 2 * * *\ntimezone: Europe/Berlin\nscript_path: f/shop/close\nis_flow: true\nargs: {}\nenabled: true\n",
		"f/shop/bad.schedule.yaml":     "schedule: [\n",
	}
	r := importInto(t, h, folder(t, files), importOptions{})
	for name, want := range map[string]string{
		"f/shop/nightly.schedule.yaml": "taken: It came switched off.",
		"f/shop/odd.schedule.yaml":     "taken: It came switched off, and cannot be switched on as it is: A cron text has six fields",
		"f/shop/bad.schedule.yaml":     "refused",
	} {
		if l := told(r, name); !strings.HasPrefix(string(l.What)+": "+l.Why, want) && string(l.What) != want {
			t.Errorf("%s: %+v", name, l)
		}
	}
	s, err := h.eng.Schedule(t.Context(), "f/shop/nightly")
	if err != nil || s.Enabled || !s.Next.IsZero() || s.Problem != nil {
		t.Fatalf("it came as %+v, %v", s, err)
	}
	if err := h.eng.SwitchSchedule(t.Context(), "f/shop/odd", true); !fault.HasCode(err, "schedule.cron") {
		t.Errorf("a text of five fields is switched on: %v", err)
	}
	if err := h.eng.SwitchSchedule(t.Context(), "f/shop/nightly", true); err != nil {
		t.Fatal(err)
	}
	out := exportFrom(t, h)
	for name, want := range files {
		if out[name] != want {
			t.Errorf("%s goes out as %q", name, out[name])
		}
	}
	if s, err = h.eng.Schedule(t.Context(), "f/shop/nightly"); err != nil || !s.Enabled || s.Next.IsZero() {
		t.Errorf("it is %+v, %v", s, err)
	}
	again := importInto(t, h, folder(t, files), importOptions{Replace: true})
	if l := told(again, "f/shop/nightly.schedule.yaml"); l.What != workspace.Same {
		t.Errorf("again: %+v", l)
	}
	if s, err = h.eng.Schedule(t.Context(), "f/shop/nightly"); err != nil || !s.Enabled {
		t.Error("what was switched on here was switched off by the same file")
	}
	s.Cron = "0 30 2 * * *"
	if err := h.eng.SaveSchedule(t.Context(), s.Schedule); err != nil {
		t.Fatal(err)
	}
	if got := exportFrom(t, h)["f/shop/nightly.schedule.yaml"]; !strings.HasPrefix(got, "schedule: '0 30 2 * * *'\ntimezone: Europe/Berlin\n") || !strings.Contains(got, "labels:\n  - night\n") {
		t.Errorf("changed, it goes out as %q", got)
	}
	if err := h.eng.SaveSchedule(t.Context(), schedule.Schedule{Path: "f/shop/made", Cron: "0 0 * * * *", Zone: "UTC", Target: "f/shop/close", IsFlow: true}); err != nil {
		t.Fatal(err)
	}
	if got := exportFrom(t, h)["f/shop/made.schedule.yaml"]; !strings.Contains(got, "script_path: f/shop/close\n") {
		t.Errorf("one that was made here goes out as %q", got)
	}
	if err := h.eng.DeleteSchedule(t.Context(), "f/shop/made"); err != nil {
		t.Fatal(err)
	}
}

// Schedules of folders that an earlier Sluice only kept are in the library after its
// update, and go out as they came.
func TestSchedulesThatWereOnlyKept(t *testing.T) {
	h := aServer(t)
	files := map[string]string{"wmill.yaml": "defaultTs: bun\n", "f/shop/nightly.schedule.yaml": nightly}
	importInto(t, h, folder(t, files), importOptions{})
	if err := h.eng.DeleteSchedule(t.Context(), "f/shop/nightly"); err != nil {
		t.Fatal(err)
	}
	if err := h.eng.SetSetting(t.Context(), settingTaken, ""); err != nil {
		t.Fatal(err)
	}
	if err := takeKeptSchedules(t.Context(), h.eng, h.box); err != nil {
		t.Fatal(err)
	}
	if s, err := h.eng.Schedule(t.Context(), "f/shop/nightly"); err != nil || s.Enabled {
		t.Errorf("%+v, %v", s, err)
	}
	if got := exportFrom(t, h)["f/shop/nightly.schedule.yaml"]; got != nightly {
		t.Errorf("it goes out as %q", got)
	}
	if err := h.eng.DeleteSchedule(t.Context(), "f/shop/nightly"); err != nil {
		t.Fatal(err)
	}
	if err := takeKeptSchedules(t.Context(), h.eng, h.box); err != nil {
		t.Fatal(err)
	}
	if _, err := h.eng.Schedule(t.Context(), "f/shop/nightly"); !fault.HasCode(err, "schedule.unknown") {
		t.Errorf("what was deleted here came back: %v", err)
	}
}

// The command lists schedules, switches them, and runs one now.
func TestSchedulesCommand(t *testing.T) {
	t.Setenv("SLUICE_KEYRING", "file")
	data := t.TempDir()
	call := func(want int, args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if got := execute(t.Context(), append(args, "--data", data), &out, &errOut); got != want {
			t.Errorf("%q ends with %d: %s%s", args, got, out.String(), errOut.String())
		}
		return out.String() + errOut.String()
	}
	dir := folder(t, map[string]string{"wmill.yaml": "defaultTs: bun\n", "f/shop/close.flow/flow.yaml": closeFlow, "f/shop/nightly.schedule.yaml": nightly})
	call(exitOK, "import", dir)
	if out := call(exitOK, "schedules"); !strings.Contains(out, "f/shop/nightly") || !strings.Contains(out, "Every day at 02:00") || !strings.Contains(out, "off") {
		t.Errorf("listed: %s", out)
	}
	if out := call(exitOK, "schedules", "on", "f/shop/nightly"); !strings.Contains(out, "next ") || !strings.Contains(out, "02:00:00") {
		t.Errorf("on: %s", out)
	}
	var line scheduleLine
	if err := json.Unmarshal([]byte(call(exitOK, "schedules", "--json")), &line); err != nil || line.Path != "f/shop/nightly" || line.Next.IsZero() || line.Words == "" || !strings.Contains(string(line.Doc), "night") {
		t.Errorf("as JSON: %+v, %v", line, err)
	}
	if out := call(exitOK, "schedules", "run", "f/shop/nightly", "--json", "--listen", "127.0.0.1:0"); !strings.Contains(out, "closed") {
		t.Errorf("run: %s", out)
	}
	if out := call(exitOK, "schedules", "off", "f/shop/nightly"); !strings.Contains(out, "off") {
		t.Errorf("off: %s", out)
	}
	for _, verb := range []string{"on", "off", "run"} {
		if out := call(exitUsage, "schedules", verb, "f/shop/none"); !strings.Contains(out, "sluice schedules") {
			t.Errorf("%s of none: %s", verb, out)
		}
	}
}

// While all schedules are paused the command tells no time at which one would be due.
func TestSchedulesThatArePausedAreListed(t *testing.T) {
	h := aServer(t)
	importInto(t, h, folder(t, map[string]string{"wmill.yaml": "defaultTs: bun\n", "f/shop/close.flow/flow.yaml": closeFlow, "f/shop/nightly.schedule.yaml": nightly}), importOptions{})
	for _, err := range []error{h.eng.SwitchSchedule(t.Context(), "f/shop/nightly", true), h.eng.PauseSchedules(t.Context(), true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	call := func(args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if got := execute(t.Context(), append(args, "--data", h.opts.data), &out, &errOut); got != exitOK {
			t.Errorf("%q ends with %d: %s%s", args, got, out.String(), errOut.String())
		}
		return out.String()
	}
	if out := call("schedules"); strings.Contains(out, "next ") || !strings.Contains(out, "paused") {
		t.Errorf("listed: %s", out)
	}
	if out := call("schedules", "--json"); !strings.Contains(out, `"paused":true`) {
		t.Errorf("as JSON: %s", out)
	}
	if err := h.eng.PauseSchedules(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if out := call("schedules"); !strings.Contains(out, "next ") || strings.Contains(out, "paused") {
		t.Errorf("then listed: %s", out)
	}
}

// exportFrom writes the library as a folder and reads its files.
func exportFrom(t *testing.T, h *server) map[string]string { return tree(t, exported(t, h)) }
