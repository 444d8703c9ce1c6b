package scripttest

import "golang.org/x/sys/unix"

// Niceness is that of a thread, 0 for the calling one.
func Niceness(id int) (int, error) {
	n, err := unix.Getpriority(unix.PRIO_PROCESS, id)
	return 20 - n, err // the system call has no negative results
}
