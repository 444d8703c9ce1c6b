package main

import (
	"bufio"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"
)

// A second start raises the window of the first: they meet at a door of the data folder.
// The lock on the folder is the engine's and does not depend on it.

func raiseDoor(data string) door { return door{data, "window"} }

// raising is what became of asking for another Sluice's window.
type raising byte

const (
	raisedNone     raising = 0 // nobody answered
	raised         raising = 1 // the window came to the front
	raisedWithFile raising = 2 // and it takes the file
)

// raiseOther asks a Sluice that has this data folder open to show its window, and to
// take a file if one is named, by its full path.
func raiseOther(data, file string) raising {
	c, word, err := raiseDoor(data).dial()
	if err != nil {
		return raisedNone
	}
	defer c.Close()
	mayRaise()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	_, _ = io.WriteString(c, word+file+"\x00") // one of an older version reads nothing
	answer := make([]byte, 1)
	if _, err = c.Read(answer); err != nil {
		return raisedNone
	}
	switch got := raising(answer[0]); got {
	case raised, raisedWithFile:
		return got
	}
	return raisedNone // another program has the port now
}

// raiseServe calls raise for every later start, with the file that it was given or "",
// until the returned function is called. Without a socket Sluice works all the same.
func raiseServe(data string, raise func(file string)) (stop func()) {
	l, word, remove, err := raiseDoor(data).listen()
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
			file, ok := fileAsked(c, word)
			if !ok {
				c.Close()
				continue
			}
			if file != "" {
				answer = raisedWithFile
			}
			raise(file)
			_, _ = c.Write([]byte{byte(answer)})
			c.Close()
		}
	}()
	return func() { remove(); l.Close(); <-done }
}

// fileAsked reads which file a later start was given; "" is none, as one of an older
// version says, which is silent. Where a word is wanted first, who does not say it is none
// of ours.
func fileAsked(c net.Conn, word string) (file string, ok bool) {
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	in := bufio.NewReader(io.LimitReader(c, maxDoor))
	if !heard(in, word) {
		return "", false
	}
	text, err := in.ReadString(0)
	if err != nil || !filepath.IsAbs(strings.TrimSuffix(text, "\x00")) {
		return "", true
	}
	return strings.TrimSuffix(text, "\x00"), true
}
