package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A second start raises the window of the first: they meet at a socket in the
// data folder. The lock on the folder is the engine's and does not depend on it.

func raiseSocket(data string) string { return filepath.Join(data, "window.sock") }

// raising is what became of asking for another Sluice's window.
type raising byte

const (
	raisedNone     raising = 0 // nobody answered
	raised         raising = 1 // the window came to the front
	raisedWithFile raising = 2 // and it takes the file
)

// maxRaise bounds what is read from a later start: the name of a file.
const maxRaise = 64 << 10

// raiseOther asks a Sluice that has this data folder open to show its window, and to
// take a file if one is named, by its full path.
func raiseOther(data, file string) raising {
	c, err := net.DialTimeout("unix", raiseSocket(data), time.Second)
	if err != nil {
		return raisedNone
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	_, _ = io.WriteString(c, file+"\x00") // one of an older version reads nothing
	answer := make([]byte, 1)
	if _, err = c.Read(answer); err != nil {
		return raisedNone
	}
	return raising(answer[0])
}

// raiseServe calls raise for every later start, with the file that it was given or "",
// until the returned function is called. Without a socket Sluice works all the same.
func raiseServe(data string, raise func(file string)) (stop func()) {
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
			answer := raised
			file := fileAsked(c)
			if file != "" {
				answer = raisedWithFile
			}
			raise(file)
			_, _ = c.Write([]byte{byte(answer)})
			c.Close()
		}
	}()
	return func() { l.Close(); <-done }
}

// fileAsked reads which file a later start was given; "" is none, as one of an older
// version says, which is silent.
func fileAsked(c net.Conn) string {
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	text, err := bufio.NewReader(io.LimitReader(c, maxRaise)).ReadString(0)
	if err != nil || !filepath.IsAbs(strings.TrimSuffix(text, "\x00")) {
		return ""
	}
	return strings.TrimSuffix(text, "\x00")
}
