package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sluice/engine/expr"
	"sluice/engine/script"
)

// asSluice makes the test binary behave as sluice itself when it starts
// processes of its own.
const asSluice = "SLUICE_TEST_AS_SLUICE"

func TestMain(m *testing.M) {
	if script.WorkerMain() || expr.HelperMain() {
		return
	}
	if os.Getenv(asSluice) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(execute(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}
	testscript.Main(m, map[string]func(){
		"sluice": func() { os.Exit(Main()) },
	})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_DATA_HOME", env.WorkDir+"/data")
			env.Setenv("SLUICE_KEYRING", "file")
			env.Setenv("GORACE", os.Getenv("GORACE")) // how the race detector ends each process
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exitcode": exitCode},
	})
}

// exitCode runs sluice and checks its exit code: exitcode N ARGS...
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N COMMAND [ARG ...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = err.Error()
		if s, ok := lastWord(got, "exit status "); ok {
			got = s
		}
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

func lastWord(s, after string) (string, bool) {
	if len(s) > len(after) && s[:len(after)] == after {
		return s[len(after):], true
	}
	return "", false
}
