package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"sluice/engine/fault"
	"sluice/engine/plain"
)

// Exit codes of the command line.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitDenied = 3 // an approval was denied or expired
)

// exitError carries an exit code through cobra; its text was printed already
// when quiet.
type exitError struct {
	code  int
	quiet bool
	err   error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}
func (e *exitError) Unwrap() error { return e.err }

// usage marks an error as wrong usage or input.
func usage(err error) error { return &exitError{code: exitUsage, err: err} }

// options are the flags that every command takes.
type options struct {
	data    string
	listen  string
	baseURL string
	newKey  bool   // a key is made where the folder's is missing
	hidden  bool   // the window begins in the tray
	restore string // a backup to be put in place before the window opens

	args    []string          // the command line
	running *server           // whose engine the command works with: that of this process; nil for one of its own
	asked   map[string]string // variables of the environment that the command named, as its giver has them

	unscheduled bool // no schedule starts anything: this process does one thing and ends
	out         io.Writer
	errOut      io.Writer
}

// execute runs one command line.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	o := &options{out: out, errOut: errOut}
	return o.execute(ctx, args)
}

func (o *options) execute(ctx context.Context, args []string) int {
	o.args = args
	root := o.root()
	root.SetArgs(args)
	root.SetOut(o.out)
	root.SetErr(o.errOut)
	unknown := helpOn(root)
	cmd, err := root.ExecuteContextC(ctx)
	return o.exit(cmd, cmp.Or(err, unknown()))
}

// root is the command line with all of its commands.
func (o *options) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice [FILE]",
		Short: "Flows that ask people before they act",
		Long: "Sluice runs flows that wait for people's approval.\n" +
			"Without a command it opens its window; without a display it serves the sample flow.\n" +
			"Given the file of a flow the window takes it into the library and shows it.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && !looksLikeFile(args[0]) {
				return noCommand(cmd, args[0])
			}
			return takes(0, 1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return o.desktop(cmd.Context(), "")
			}
			return o.openFile(cmd.Context(), args[0])
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.PersistentFlags().StringVar(&o.data, "data", defaultData(), "folder that holds Sluice's data")
	opening(root, o)
	listening(root, o)
	root.Flags().BoolVar(&o.hidden, "hidden", false, "begin in the tray, without the window, where there is a tray; as at login")
	root.Flags().StringVar(&o.restore, "restore", "", "put a backup in place first, as the window does when it is asked to")
	_ = root.Flags().MarkHidden("restore")
	root.AddCommand(o.runCmd(), o.serveCmd(), o.runsCmd(), o.listCmd(), o.versionsCmd(), o.importCmd(), o.exportCmd(),
		o.validateCmd(), o.formatCmd(), o.hubCmd(), o.nextCmd(), o.cancelCmd(), o.schedulesCmd(), o.hooksCmd(), o.formsCmd(), o.keepCmd(), o.usageCmd(),
		o.backupCmd(), o.restoreCmd(), o.salvageCmd(), o.verifyCmd(), o.versionCmd())
	root.SetHelpCommand(helpCmd())
	return root
}

// opening adds the flags of the commands that open the data folder, to run or to change
// something.
func opening(cmd *cobra.Command, o *options) {
	cmd.Flags().BoolVar(&o.newKey, "new-key", false, "make a new key for secrets where the folder's is missing; what it sealed must be entered again")
}

// listening adds the flags of the commands that open the public listener.
func listening(cmd *cobra.Command, o *options) {
	cmd.Flags().StringVar(&o.listen, "listen", "", "address of the approval pages, HOST:PORT; port 0 takes any free one (default: the setting, else 127.0.0.1:8466)")
	cmd.Flags().StringVar(&o.baseURL, "base-url", "", "public address of the approval pages as people reach it (default: the setting, else the listener's)")
}

// exit prints an error as title, hint and cause, and turns it into a code.
func (o *options) exit(cmd *cobra.Command, err error) int {
	if err == nil {
		return exitOK
	}
	code := exitFailed
	if e, ok := errors.AsType[*exitError](err); ok {
		code = e.code
		if e.quiet {
			return code
		}
		err = e.err
	}
	if cmd != nil && cmd.Context() != nil && cmd.Context().Err() != nil && (errors.Is(err, context.Canceled) || fault.HasCode(err, fault.Unexpected)) {
		err = errStopped
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		plain.Fprintf(o.errOut, "%s.\n", f.Title)
		if f.Hint != "" {
			plain.Fprintf(o.errOut, "%s\n", atTerminal(f.Hint))
		}
		if f.Err != nil {
			plain.Fprintf(o.errOut, "(%s: %v)\n", f.Code, f.Err)
		} else {
			plain.Fprintf(o.errOut, "(%s)\n", f.Code)
		}
		return code
	}
	plain.Fprintf(o.errOut, "%s\n", err)
	if code == exitFailed && isUsage(err) {
		code = exitUsage
	}
	if code == exitUsage {
		plain.Fprintf(o.errOut, "Nothing was done. The call is: %s\n`%s --help` tells more.\n", cmd.UseLine(), cmd.CommandPath())
	}
	return code
}

// errStopped is told of a command that a signal ended while it was at its work, where
// that has no words of its own.
var errStopped = fault.New("stopped", "This was stopped before it was done", "What was recorded before is kept. Give the command again to do the rest.")

// takes checks how many arguments a command is given, besides its options.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		n := len(args)
		switch {
		case n < least:
			return usage(fmt.Errorf("%s takes %s besides its options, and there is none.", cmd.CommandPath(), plural(least, "argument", "arguments")))
		case n > most && most == 0:
			return usage(fmt.Errorf("%s takes no argument besides its options, and there is %q.", cmd.CommandPath(), args[0]))
		case n > most:
			return usage(fmt.Errorf("%s takes %s besides its options, and there are %d.", cmd.CommandPath(), plural(most, "argument", "arguments"), n))
		}
		return nil
	}
}

// isUsage reports whether cobra complained about the words of the call.
func isUsage(err error) bool {
	for _, start := range []string{"unknown flag", "unknown shorthand"} {
		if len(err.Error()) >= len(start) && err.Error()[:len(start)] == start {
			return true
		}
	}
	return false
}

// defaultData is the platform's place for a program's data.
func defaultData() string {
	switch runtime.GOOS {
	case "windows", "darwin":
		if dir, err := os.UserConfigDir(); err == nil {
			return filepath.Join(dir, "Sluice")
		}
	default:
		if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
			return filepath.Join(dir, "sluice")
		}
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, ".local", "share", "sluice")
		}
	}
	return "sluice-data"
}
