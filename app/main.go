package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	_ "sluice/app/locale" // before Fyne wakes up
	"sluice/engine/expr"
	"sluice/engine/script"
)

// version is set by the build from FyneApp.toml.
var version = "dev"

func main() {
	if script.WorkerMain() || expr.HelperMain() {
		return // this process was started to run scripts, or to compute expressions
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(60) // it stands beside other programs all day: a sixth less memory at the peak, for no time that shows
	}
	os.Exit(Main())
}

// Main runs the command line and returns the exit code: 0 when all went well
// (for run: only when the run succeeded), 1 when something failed, 2 for wrong
// usage or input, 3 when an approval was denied or expired.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer writeCrash()
	return execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
}
