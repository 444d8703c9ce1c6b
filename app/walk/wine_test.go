//go:build walk && wine

package walk

import (
	"bufio"
	"bytes"
	"context"
	"debug/pe"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// windows is a computer with Windows and one person, as Wine plays it.
type windows struct {
	*screen
	env   []string
	drive string // where its C: lies here
	local string // %LOCALAPPDATA%, as it says
}

// Wine 8 lacks a library of Windows 10 that every program of Go asks for random numbers
// when it starts. Windows has it, so Sluice brings none.
const prng = `
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
`

func newWindows(t *testing.T) *windows {
	t.Helper()
	w := &windows{screen: newScreen(t)}
	prefix := filepath.Join(t.TempDir(), "wine")
	w.drive = filepath.Join(prefix, "drive_c")
	w.env = append(os.Environ(), "WINEPREFIX="+prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=", "DISPLAY="+w.display,
		"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "FYNE_SCALE=1", "HOME="+w.home)
	t.Cleanup(func() {
		for _, end := range []string{"-k", "-w"} {
			c := exec.Command("wineserver", end)
			c.Env = w.env
			_ = c.Run()
		}
	})
	w.must("wineboot", "-i")
	source := filepath.Join(t.TempDir(), "prng.c")
	if err := os.WriteFile(source, []byte(prng), 0o600); err != nil {
		t.Fatal(err)
	}
	dll := filepath.Join(w.drive, "windows", "system32", "bcryptprimitives.dll")
	if out, err := exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", dll, source, "-ladvapi32").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", dll, err, out)
	}
	w.must("reg", "add", `HKCU\Software\Wine`, "/v", "Version", "/d", "win10", "/f")
	w.local = strings.TrimSpace(w.must("cmd", "/c", "echo %LOCALAPPDATA%"))
	return w
}

// here is where a file of C: lies.
func (w *windows) here(name string) string {
	w.t.Helper()
	rest, ok := strings.CutPrefix(name, `C:\`)
	if !ok {
		w.t.Fatalf("%q is not on C:", name)
	}
	return filepath.Join(w.drive, filepath.FromSlash(strings.ReplaceAll(rest, `\`, "/")))
}

// there is how Windows names a file of this computer.
func there(name string) string { return "Z:" + strings.ReplaceAll(name, "/", `\`) }

// ran is what became of a command.
type ran struct {
	out  string // both outputs
	code int
}

// call runs a command to its end.
func (w *windows) call(args ...string) ran {
	w.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, "wine", args...)
	c.Env, c.WaitDelay = w.env, time.Second // what it left running may hold its outputs
	out, err := c.CombinedOutput()
	exit := &exec.ExitError{}
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) || ctx.Err() != nil {
		w.t.Fatalf("%q: %v, %v\n%s", args, err, ctx.Err(), out)
	}
	return ran{strings.ReplaceAll(string(out), "\r", ""), c.ProcessState.ExitCode()}
}

// must runs a command that is to end well, and returns what it printed.
func (w *windows) must(args ...string) string {
	w.t.Helper()
	r := w.call(args...)
	if r.code != 0 {
		w.t.Fatalf("%q ended with %d\n%s", args, r.code, r.out)
	}
	return r.out
}

func (w *windows) installed(name string) string { return w.local + `\Programs\Sluice\` + name }

// sluice runs a command line of the installed Sluice.
func (w *windows) sluice(args ...string) ran {
	w.t.Helper()
	return w.call(append([]string{w.installed("sluice.com")}, args...)...)
}

// running is a Sluice that goes on.
type running struct {
	w    *windows
	cmd  *exec.Cmd
	out  *lockedBuffer
	done chan struct{}
}

func (w *windows) start(program string, args ...string) *running {
	w.t.Helper()
	r := &running{w, exec.Command("wine", append([]string{w.installed(program)}, args...)...), new(lockedBuffer), make(chan struct{})}
	r.cmd.Env, r.cmd.Stdout, r.cmd.Stderr = w.env, r.out, r.out
	if err := r.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { r.cmd.Wait(); close(r.done) }()
	w.t.Cleanup(r.kill)
	return r
}

// kill ends it as a power cut would.
func (r *running) kill() {
	r.cmd.Process.Kill()
	<-r.done
	http.DefaultClient.CloseIdleConnections()
}

// until waits until something holds.
func (w *windows) until(what string, ok func() bool, told func() string) {
	w.t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); pause(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.picture("stuck")
			w.t.Fatalf("no %s within a minute\n%s", what, told())
		}
	}
}

// event is a line of --json.
type event struct {
	Event, Run, Step, Outcome string
	Links                     []struct{ Person, Page string }
	Error                     struct{ Name, Message string }
}

// event waits for an event of a kind.
func (r *running) event(kind string) (found event) {
	r.w.t.Helper()
	r.w.until("event "+kind, func() bool {
		lines := bufio.NewScanner(strings.NewReader(r.out.String()))
		for lines.Buffer(nil, 1<<20); lines.Scan(); {
			var e event
			if json.Unmarshal(lines.Bytes(), &e) == nil && e.Event == kind {
				found = e
				return true
			}
		}
		return false
	}, r.out.String)
	return found
}

// approve votes as a browser does.
func approve(t *testing.T, page string) {
	t.Helper()
	_, form := ask(t, http.MethodGet, page, nil)
	code, says := ask(t, http.MethodPost, page, url.Values{"action": {"approve"}, "token": {tokenOf(t, form)}})
	if code != http.StatusOK || !strings.Contains(says, "approved") {
		t.Fatalf("the vote is answered with %d:\n%s", code, says)
	}
}

// picture takes what is on the screen, and keeps it when WALK_SHOTS names a folder.
func (w *windows) picture(name string) image.Image {
	w.t.Helper()
	c := exec.Command("import", "-window", "root", "png:-")
	c.Env = w.env
	b, err := c.Output()
	if err != nil {
		w.t.Fatalf("import (Debian package imagemagick): %v", err)
	}
	if w.shots != "" {
		_ = os.WriteFile(filepath.Join(w.shots, "wine-"+name+".png"), b, 0o644)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		w.t.Fatal(err)
	}
	return img
}

// button finds the main button that is on the screen, by its color: there is one at most,
// and a dialog dims what is behind it.
func button(img image.Image) (r image.Rectangle) {
	at := img.Bounds()
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x, run := at.Min.X, 0; x < at.Max.X; x++ {
			if red, green, blue, _ := img.At(x, y).RGBA(); red>>8 != 0x0b || green>>8 != 0x7a || blue>>8 != 0x75 {
				run = 0
			} else if run++; run == 60 { // no icon or frame is as wide
				r = r.Union(image.Rect(x-run+1, y, x+1, y+1))
			} else if run > 60 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

// press waits for the main button of the window or dialog, at another place than the one
// before, and presses it.
func (w *windows) press(name string, before image.Rectangle) image.Rectangle {
	w.t.Helper()
	var at, last image.Rectangle
	w.until("button "+name, func() bool {
		last, at = at, button(w.picture(name))
		return !at.Empty() && at == last && at != before
	}, func() string { return fmt.Sprint(at) })
	w.xdo("mousemove", fmt.Sprint((at.Min.X+at.Max.X)/2), fmt.Sprint((at.Min.Y+at.Max.Y)/2))
	pause(300 * time.Millisecond) // pointer moves are handled at the next frame
	w.xdo("click", "1")
	return at
}

// xdo moves mouse and windows.
func (w *windows) xdo(args ...string) (string, error) {
	c := exec.Command("xdotool", args...)
	c.Env = w.env
	out, err := c.Output()
	return strings.TrimSpace(string(out)), err
}

// TestWindows installs Sluice as a person does who has Windows, uses it, and removes it.
// SLUICE_SETUP names the installer; see make test-windows.
func TestWindows(t *testing.T) {
	setup := os.Getenv("SLUICE_SETUP")
	if _, err := os.Stat(setup); err != nil {
		t.Fatalf("%v: make package-windows makes the installer", err)
	}
	w := newWindows(t)
	for _, part := range []struct {
		name string
		do   func(*testing.T, *windows)
	}{
		{"install", func(t *testing.T, w *windows) { install(t, w, there(setup)) }},
		{"a vote outlives a kill", voteOutlivesKill},
		{"no Bash, no Python", noInterpreters},
		{"names", oddNames},
		{"the window", theWindow},
		{"remove", remove},
	} {
		if !t.Run(part.name, func(t *testing.T) {
			own := *w
			own.screen = &screen{t: t, display: w.display, shots: w.shots, home: w.home}
			part.do(t, &own)
		}) {
			return
		}
	}
}

const uninstallKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Sluice`

func install(t *testing.T, w *windows, setup string) {
	begun := time.Now()
	w.must(setup, "/S")
	t.Logf("installed in %v", time.Since(begun).Round(100*time.Millisecond))
	for program, want := range map[string]uint16{"sluice.exe": pe.IMAGE_SUBSYSTEM_WINDOWS_GUI, "sluice.com": pe.IMAGE_SUBSYSTEM_WINDOWS_CUI} {
		f, err := pe.Open(w.here(w.installed(program)))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.OptionalHeader.(*pe.OptionalHeader64).Subsystem; got != want {
			t.Errorf("%s is of subsystem %d, want %d", program, got, want)
		}
		if f.Section(".rsrc") == nil {
			t.Errorf("%s has no picture and no version", program)
		}
		f.Close()
	}
	for _, name := range []string{"licence.txt", "third-party-notices.txt"} {
		if b, err := os.ReadFile(w.here(w.installed(name))); err != nil || len(b) < 100 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
	version, _ := strings.CutPrefix(strings.TrimSpace(w.sluice("version").out), "sluice ")
	entry := w.must("reg", "query", uninstallKey)
	for _, want := range []string{"DisplayVersion    REG_SZ    " + version + "\n", "Publisher    REG_SZ    S", "EstimatedSize    REG_DWORD", "QuietUninstallString"} {
		if version == "" || !strings.Contains(entry, want) {
			t.Errorf("the entry in Apps lacks %q:\n%s", want, entry)
		}
	}
	if out, err := exec.Command("find", w.drive, "-name", "Sluice*.lnk", "-path", "*Start Menu*").Output(); err != nil || strings.Count(string(out), "\n") != 2 {
		t.Errorf("in the Start menu there is %s (%v)", out, err)
	}
	// What a console finds prints there. script makes a terminal, which Wine takes for the console.
	console := exec.Command("script", "-qec", `wine cmd /c "set PATH=`+w.installed("")+`;%PATH%& sluice version"`, "/dev/null")
	console.Env = w.env
	if out, err := console.CombinedOutput(); err != nil || !strings.Contains(string(out), "sluice "+version) {
		t.Errorf("a console shows %q, %v", out, err)
	}
}

// A folder as people have them.
const dataFolder = `C:\Zoë & Øle\100% – данные\Sluice`

// Two people must agree. One votes, the power fails, the other votes: the run ends, once.
func voteOutlivesKill(t *testing.T, w *windows) {
	listen := freeAddress(t)
	sample, err := filepath.Abs("../../hub/samples/2_two_people_must_agree.flow.yaml")
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	r := w.start("sluice.com", "run", there(sample), "--data", dataFolder, "--listen", listen, "--json")
	waits := r.event("waiting")
	t.Logf("waits for people %v after the start", time.Since(begun).Round(100*time.Millisecond))
	if len(waits.Links) != 3 {
		t.Fatalf("links: %+v", waits.Links)
	}
	approve(t, waits.Links[0].Page)
	r.kill()

	if listed := w.sluice("runs", "--data", dataFolder, "--json"); !strings.Contains(listed.out, `"suspended"`) {
		t.Fatalf("after the kill the runs are %+v", listed)
	}
	r = w.start("sluice.com", "serve", "--data", dataFolder, "--listen", listen, "--json", "--links")
	if waits = r.event("waiting"); len(waits.Links) == 0 {
		t.Fatalf("links: %+v", waits)
	}
	for _, l := range waits.Links {
		if strings.HasPrefix(l.Person, "li@") {
			approve(t, l.Page)
		}
	}
	if end := r.event("finished"); end.Outcome != "succeeded" {
		t.Errorf("it ended as %+v", end)
	}
	r.cmd.Process.Signal(os.Interrupt) // as Ctrl+C does
	w.until("end after Ctrl+C", func() bool {
		select {
		case <-r.done:
			return true
		default:
			return false
		}
	}, r.out.String)
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("after Ctrl+C serve ended with %d", code)
	}
	if n := strings.Count(r.out.String(), `"finished"`); n != 1 {
		t.Errorf("it ended %d times", n)
	}
	listed := w.sluice("runs", "--data", dataFolder, "--json")
	if strings.Count(listed.out, `"run"`) != 1 || !strings.Contains(listed.out, `"succeeded"`) {
		t.Errorf("runs: %+v", listed)
	}
	if sound := w.sluice("verify", "--data", dataFolder); sound.code != 0 {
		t.Errorf("verify: %+v", sound)
	}
}

// Where there is no Bash and no Python a step says so, and what to do.
func noInterpreters(t *testing.T, w *windows) {
	dir := t.TempDir()
	for language, want := range map[string][]string{"bash": {"This computer has no bash", "Git for Windows"}, "python3": {"This computer has no Python", "python.org"}} {
		file := filepath.Join(dir, language+".flow.yaml")
		text := "summary: x\nvalue:\n  modules:\n    - id: a\n      value: {type: rawscript, content: 'def main(): pass', language: " + language + ", input_transforms: {}}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r := w.sluice("run", there(file), "--data", dataFolder, "--listen", "127.0.0.1:0")
		for _, words := range want {
			if r.code != 1 || !strings.Contains(r.out, words) {
				t.Errorf("%s: %d, no %q in\n%s", language, r.code, words, r.out)
			}
		}
	}
}

// What Windows cannot hold as a name is written under another one, and read back.
func oddNames(t *testing.T, w *windows) {
	dir := t.TempDir()
	paths := []string{"f/con/nul", "f/shop/aux.txt", "f/shop/Refund", "f/shop/refund", "f/shop/dots...", "f/shop/" + strings.Repeat("long", 30)}
	for i, path := range paths {
		file := filepath.Join(dir, fmt.Sprint(i, ".flow.yaml"))
		text := fmt.Sprintf("summary: flow %d\nvalue:\n  modules:\n    - id: a\n      value: {type: rawscript, content: 'export function main() { return %d }', language: bun, input_transforms: {}}\n", i, i)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := w.sluice("import", there(file), "--path", path, "--data", dataFolder); r.code != 0 {
			t.Logf("import as %s: %+v", path, r)
			paths[i] = ""
		}
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return p == "" })
	listed := w.sluice("list", "--data", dataFolder).out
	file := filepath.Join(dir, "device.flow.yaml")
	text := "summary: a device\nvalue:\n  modules:\n    - id: con\n      value: {type: rawscript, content: 'export function main() { console.log(1) }', language: bun, input_transforms: {}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := w.sluice("run", there(file), "--data", dataFolder, "--listen", "127.0.0.1:0"); r.code != 0 {
		t.Errorf("run: %+v", r)
	}
	if logs, _ := filepath.Glob(filepath.Join(w.here(dataFolder), "logs", "*", "%63on.1.log")); len(logs) != 1 {
		t.Errorf("the log of the step con is %q", logs)
	}
	deep := `C:\` + strings.Repeat(strings.Repeat("d", 60)+`\`, 5) + "workspace" // 260 letters are an old bound of Windows
	if r := w.sluice("export", deep, "--data", dataFolder); r.code != 0 {
		t.Fatalf("export: %+v", r)
	}
	if r := w.sluice("import", deep, "--data", `C:\again`); r.code != 0 {
		t.Errorf("import: %+v", r)
	}
	again := w.sluice("list", "--data", `C:\again`).out
	for _, path := range paths {
		if !strings.Contains(listed, path) || !strings.Contains(again, path) {
			t.Errorf("%s is not in both of\n%s\n%s", path, listed, again)
		}
	}
}

// The window is drawn, takes presses, and a second start brings it back to the front.
func theWindow(t *testing.T, w *windows) {
	data := w.local + `\..\Roaming\Sluice` // where it lies without --data
	listen := freeAddress(t)
	begun := time.Now()
	r := w.start("sluice.exe", "--listen", listen)
	var id string
	visible := func() bool {
		id, _ = w.xdo("search", "--onlyvisible", "--name", "Sluice")
		return id != ""
	}
	w.until("window", visible, r.out.String)
	test := w.press("test", image.Rectangle{})
	t.Logf("window drawn and pressed %v after the start", time.Since(begun).Round(100*time.Millisecond))
	w.press("start", test)
	w.until("mails to two people", func() bool {
		mails, _ := filepath.Glob(filepath.Join(w.here(filepath.Clean(w.local)), "..", "Roaming", "Sluice", "outbox", "*.eml"))
		return len(mails) == 2
	}, r.out.String)
	w.picture("waiting")
	if runs := w.sluice("runs", "--data", data).out; !strings.Contains(runs, "waiting") {
		t.Errorf("the run that the window started is %s", runs)
	}

	w.xdo("windowminimize", id)
	w.until("minimized window", func() bool { return !visible() }, r.out.String)
	if second := w.call(w.installed("sluice.exe")); second.code != 0 || !strings.Contains(second.out, "open already") {
		t.Errorf("the second start said %+v", second)
	}
	w.until("window at the front again", visible, r.out.String)

	file := filepath.Join(t.TempDir(), "given.flow.yaml")
	if err := os.WriteFile(file, []byte("summary: Given by Explorer\nvalue: {modules: []}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if second := w.call(w.installed("sluice.exe"), there(file)); second.code != 0 || !strings.Contains(second.out, "takes the file") {
		t.Errorf("the second start with a file said %+v", second)
	}
	w.until("flow of the file", func() bool { return strings.Contains(w.sluice("list", "--data", data).out, "Given by Explorer") }, r.out.String)

	if again := w.call(there(os.Getenv("SLUICE_SETUP")), "/S"); again.code != 3 {
		t.Errorf("an installer beside an open Sluice ended with %+v", again)
	}
	r.kill()
}

// The uninstaller takes what was installed, and leaves the data.
func remove(t *testing.T, w *windows) {
	data := w.here(w.local[:strings.LastIndex(w.local, `\`)] + `\Roaming\Sluice\sluice.db`)
	before, err := os.ReadFile(data)
	if err != nil {
		t.Fatal(err)
	}
	folder := w.here(w.local + `\Programs\Sluice`)
	if err := os.WriteFile(filepath.Join(folder, "mine.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const atLogin = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`
	w.must("reg", "add", atLogin, "/v", "Sluice", "/d", w.installed("sluice.exe"), "/f")
	w.must(w.installed("uninstall.exe"), "/S")
	w.until("removal", func() bool { // it goes on as a copy of itself
		left, err := os.ReadDir(folder)
		return err == nil && len(left) == 1
	}, func() string { left, _ := os.ReadDir(folder); return fmt.Sprint(left) })
	if after, err := os.ReadFile(data); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the data was touched: %v", err)
	}
	if r := w.call("reg", "query", atLogin, "/v", "Sluice"); r.code == 0 {
		t.Errorf("at each login there is still %s", r.out)
	}
	if r := w.call("reg", "query", uninstallKey); r.code == 0 {
		t.Errorf("in Apps there is still %s", r.out)
	}
	if classes := w.call("reg", "query", `HKCU\Software\Classes`, "/s"); strings.Contains(strings.ToLower(classes.out), "sluice") {
		t.Errorf("of the types of files there is still %s", classes.out)
	}
	if out, err := exec.Command("find", w.drive, "-name", "Sluice*.lnk").Output(); err != nil || len(out) > 0 {
		t.Errorf("in the Start menu there is still %s (%v)", out, err)
	}
}
