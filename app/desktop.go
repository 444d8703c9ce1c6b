package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"sluice/assets"
	"sluice/engine"
	"sluice/engine/expr"
	"sluice/engine/fault"
	"sluice/engine/mail"
	"sluice/engine/plain"
	"sluice/engine/run"
	"sluice/engine/script/signature"
	"sluice/ui"
	"sluice/ui/host"
	"sluice/ui/say"
	"sluice/ui/session"
)

// Fyne's metadata, kept equal to FyneApp.toml by a test: a built binary does
// not read that file.
const (
	appID   = "app.sluice.desktop"
	appName = "Sluice"
)

// hasDisplay reports whether a window can be opened here.
func hasDisplay() bool {
	return runtime.GOOS == "windows" || runtime.GOOS == "darwin" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// desktop opens the window, with the file of a flow or none; without a display it
// serves the sample instead.
func (o *options) desktop(ctx context.Context, file string) error {
	if !hasDisplay() {
		return o.sample(ctx)
	}
	switch o.raiseOther(file) {
	case raised:
		if file != "" {
			return fault.New("open.older", "The Sluice that is open is of an older version and did not take the file", "Nothing was imported. Close it and try again, or import the file in its window.")
		}
		io.WriteString(o.out, "Sluice is open already; its window was brought to the front.\n")
		return nil
	case raisedWithFile:
		io.WriteString(o.out, "Sluice is open already; its window takes the file.\n")
		return nil
	}
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Name: appName, Version: version, Icon: fyne.NewStaticResource("icon.png", assets.AppIcon)})
	mendPreferences()
	ui.Speak("") // what a person chose is known once the folder is open
	a := fyneapp.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.AppIcon))
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	put, err := o.putBack(ctx)
	if err != nil {
		if chosen := ui.ShowRefused(a, false, ui.Refusal{Err: err, Way: say.T("Start without it"), Check: checkBackup}); chosen.Way || chosen.Backup != "" {
			return startAgain(chosen.Backup)
		}
		return err
	}
	h, err := o.open(ctx)
	if o.hidden && fault.HasCode(err, "engine.locked") {
		io.WriteString(o.out, "Sluice is open already.\n")
		return nil
	}
	if err == nil {
		defer h.close()
		h.tellCut = (&report{w: o.out}).cut
		err = h.listen(ctx)
	}
	if err == nil {
		err = h.proceed(ctx)
	}
	if err != nil {
		r := ui.Refusal{Err: withHint(err, put)}
		switch {
		case fault.HasCode(err, "listen.port"):
			r.Way = say.T("Start at another port")
		case fault.HasCode(err, "engine.damaged"), fault.HasCode(err, "engine.schema"), fault.HasCode(err, "engine.open"), fault.HasCode(err, "engine.newer"), fault.HasCode(err, "engine.foreign"):
			r.Check = checkBackup
			if fault.HasCode(err, "engine.damaged") || fault.HasCode(err, "engine.foreign") || fault.HasCode(err, "engine.open") {
				r.Salvage = o.salvage
			}
		}
		chosen := ui.ShowRefused(a, false, r)
		switch {
		case chosen.Backup != "":
			return startAgain(chosen.Backup)
		case chosen.Way:
			h.close() // the folder has to be free
			return startAgain("", "--listen", "127.0.0.1:0")
		}
		return err
	}
	if put != "" {
		h.eng.SetCondition(fault.Condition{Code: "backup.restored", Title: "The backup is in place", Hint: put, Severity: fault.Notice})
	}
	theme, err := h.eng.Setting(ctx, ui.SettingTheme)
	if err != nil {
		return err
	}
	language, err := h.eng.Setting(ctx, ui.SettingLanguage)
	if err != nil {
		return err
	}
	ui.Speak(language)
	size, err := h.eng.Setting(ctx, ui.SettingSize)
	if err != nil {
		return err
	}
	ui.Enlarge(size)
	w := ui.New(ctx, ui.Config{
		App: a, Runs: h.eng, Lists: lists{h.eng}, People: h.eng, Library: library{h.eng, h}, Connections: connections{library{h.eng, h}}, Schedules: h.eng, Hooks: h.eng, Forms: h.eng, Previews: rehearsals{h}, Accounts: h, Folders: folders{h}, Backups: backups{o.data}, OpenURL: mail.OpenBrowser, Theme: theme, Size: size,
		Session: func(c session.Config) ui.Session { return session.Open(c) }, Icon: assets.AppIcon, Hidden: o.hidden, Login: o.atLogin(),
		Code:      &codeTools{set: h.js, data: o.data},
		Info:      host.Info{Version: version, Data: o.data, Keys: h.box.Where(), Public: *h.base.Load(), Updates: updateURL != ""},
		Signature: signature.Of, CheckExpr: expr.Check, CheckCondition: expr.CheckCondition, Compute: h.eng.Try,
		Scripts: func(path string) (run.Code, bool) { c, err := pinned(path); return c, err == nil },
		Hung:    func() { h.close(); os.Exit(exitOK) },
	})
	go updates{url: updateURL, own: version, settings: h.eng, now: time.Now, log: h.log}.keep(ctx)
	session.Wakes(ctx, h.eng.Woke)
	over := make(chan struct{})
	defer close(over)
	a.Lifecycle().SetOnStarted(func() { go h.endOnSignals(ctx, quit, w, over) })
	unraise := raiseServe(o.data, func(file string) {
		w.Raise()
		if file != "" {
			w.OpenFile(file)
		}
	})
	defer unraise()
	h.commanded = w.Reread
	dropCommands := h.takeCommands(ctx)
	defer dropCommands()
	if file != "" {
		w.OpenFile(file)
	}
	w.Run()
	// Fyne's loop has been seen to hang at the end: what matters is saved, so a
	// watchdog ends the process.
	time.AfterFunc(20*time.Second, func() { os.Exit(exitFailed) })
	if file := w.Restoring(); file != "" {
		unraise() // what starts now must find neither the window nor the lock
		dropCommands()
		h.close()
		return startAgain(file)
	}
	return nil
}

// raiseOther is raiseOther for a start that shows a window: one at login shows none.
func (o *options) raiseOther(file string) raising {
	if o.hidden {
		return raisedNone
	}
	return raiseOther(o.data, file)
}

// atLogin is how this Sluice is started at login: on the same folder, without its window.
func (o *options) atLogin() ui.Login {
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	a := session.AtLogin{Program: program, Args: []string{"--hidden"}}
	if usual, err := filepath.Abs(defaultData()); err != nil || usual != o.data {
		a.Args = append(a.Args, "--data", o.data)
	}
	return a
}

// putBack puts the backup that the window was asked for in place, and tells in words
// what became of what was there; "" if none was asked for.
func (o *options) putBack(ctx context.Context) (told string, err error) {
	if o.restore == "" {
		return "", nil
	}
	kept, err := engine.Restore(ctx, o.data, o.restore)
	if err != nil {
		return "", err
	}
	told = "Runs go on from where they stood when it was made. Mails that were waiting then were not sent; the outbox can send them."
	if kept != "" {
		told += " What was there before is kept as " + kept + "."
	}
	plain.Fprintf(o.out, "The backup is in place. %s\n", told)
	return told, nil
}

// withHint adds to what an error hints at; "" adds nothing.
func withHint(err error, more string) error {
	if more == "" {
		return err
	}
	f := *fault.From(err)
	f.Hint = "The backup is in place. " + more + "\n" + f.Hint
	return &f
}

// startAgain starts Sluice once more, with a backup to be put in place or none, and
// flags that count instead of those before. Fyne runs one loop in a process, so it
// takes another one.
func startAgain(backup string, flags ...string) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program to start it again: %w", err)
	}
	c := exec.Command(program, slices.Concat(os.Args[1:], flags, []string{"--restore", backup})...) // the last ones count
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		return fmt.Errorf("start again: %w", err)
	}
	return nil
}

// endOnSignals has the first Ctrl+C, SIGTERM or SIGHUP end the window, which
// stores what was typed last and asks where it cannot, and the second one end it
// as it is. Fyne ends its loop at the first one, without asking: it is taken the
// signals from.
func (h *server) endOnSignals(ctx context.Context, quit context.CancelFunc, w *ui.UI, over <-chan struct{}) {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup does
		all = append(all, syscall.SIGHUP)
	}
	signals := make(chan os.Signal, 2)
	time.Sleep(100 * time.Millisecond) // Fyne's goroutine that listens has begun by then
	signal.Reset(all...)
	signal.Notify(signals, all...)
	defer signal.Stop(signals)
	select {
	case <-over:
		return
	case <-ctx.Done(): // it came before the window
	case <-signals:
	}
	quit()
	w.End()
	select {
	case <-over:
	case <-signals:
		w.Abandon()
		time.AfterFunc(3*time.Second, func() { // a loop that hangs holds nobody
			h.close()
			os.Exit(exitSignal)
		})
		<-over
	}
}

// library is the engine's, with an ear for settings that count at once.
type library struct {
	*engine.Engine
	h *server
}

// SetSetting keeps a setting. A new public address holds for the links that are
// made from now on, unless the command line named one.
func (l library) SetSetting(ctx context.Context, key, value string) error {
	if key == ui.SettingBaseURL && value != "" {
		if err := checkBase(value); err != nil {
			return err
		}
	}
	if slices.Contains(ui.SettingsOfRetention, key) {
		return l.retain(ctx, key, value)
	}
	if err := l.Engine.SetSetting(ctx, key, value); err != nil {
		return err
	}
	if key == ui.SettingBaseURL && l.h.opts.baseURL == "" {
		if value == "" {
			value = l.h.own
		}
		l.h.setBase(value)
	}
	return nil
}

// retain keeps one of the settings that say for how long something is kept.
func (l library) retain(ctx context.Context, key, value string) error {
	days, err := strconv.Atoi(cmp.Or(value, "0"))
	if err != nil {
		return err
	}
	kept, err := l.Retention(ctx)
	if err != nil {
		return err
	}
	switch key {
	case ui.SettingKeepDays:
		kept.Succeeded = days
	case ui.SettingKeepOthers:
		kept.Others = days
	case ui.SettingKeepLogs:
		kept.Logs = days
	}
	return l.Retain(ctx, kept)
}
