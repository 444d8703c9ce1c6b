package main

import (
	"net"
	"os"
	"path/filepath"
	"time"
)

// A second start raises the window of the first: they meet at a socket in the
// data folder. The lock on the folder is the engine's and does not depend on it.

func raiseSocket(data string) string { return filepath.Join(data, "window.sock") }

// raiseOther asks a Sluice that has this data folder open to show its window,
// and reports whether one answered.
func raiseOther(data string) bool {
	c, err := net.DialTimeout("unix", raiseSocket(data), time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	answer := make([]byte, 1)
	_, err = c.Read(answer)
	return err == nil
}

// raiseServe calls raise for every later start, until the returned function is
// called. Without a socket Sluice works all the same.
func raiseServe(data string, raise func()) (stop func()) {
	path := raiseSocket(data)
	_ = os.Remove(path) // left by a Sluice that was killed; the folder is ours now
	l, err := net.Listen("unix", path)
	if err != nil {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			raise()
			_, _ = c.Write([]byte{1})
			c.Close()
		}
	}()
	return func() { l.Close(); <-done }
}
