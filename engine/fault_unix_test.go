//go:build unix

package engine

import (
	ossignal "os/signal"
	"syscall"
)

// refuseWrites has the system refuse what this process writes to files, until
// heal is called: a limit on their size does so.
var refuseWrites = func() (heal func(), err error) {
	ossignal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return func() {}, err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1, Max: was.Max}); err != nil {
		return func() {}, err
	}
	return func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was) }, nil
}
