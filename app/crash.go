package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"sluice/engine/plain"
)

// crashDir is where writeCrash leaves its file: the data folder once it is
// known.
var crashDir = os.TempDir()

// writeCrash is deferred in Main: a panic is written to a file before the
// process dies, and the person is told where it is. The journal is safe: what
// was not committed did not happen.
func writeCrash() {
	r := recover()
	if r == nil {
		return
	}
	name, err := crashFile(fmt.Sprintf("sluice %s\n%s\n%v\n\n%s", version, time.Now().Format(time.RFC3339), r, debug.Stack()))
	if err != nil {
		name = "(could not be written: " + err.Error() + ")"
	}
	plain.Fprintf(os.Stderr, "Sluice stopped because of a mistake of its own: %v\nWhat was decided and recorded is safe. Details: %s\n", r, name)
	os.Exit(1)
}

// crashFile writes a new file, by a name that nobody in the folder of all temporary files
// can have put a link in the way of.
func crashFile(text string) (name string, err error) {
	f, err := os.CreateTemp(crashDir, "crash-"+time.Now().Format("20060102-150405")+"-*.txt") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return f.Name(), errors.Join(err, f.Close())
}
