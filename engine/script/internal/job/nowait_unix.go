//go:build unix

package job

import "syscall"

// NoWait opens what is no plain file, such as a pipe, without waiting for its
// other end.
const NoWait = syscall.O_NONBLOCK
