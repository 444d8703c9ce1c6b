package main

import (
	"bufio"
	"crypto/rand"
	"crypto/subtle"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sluice/engine/disk"
)

// A second start raises the window of the first: they meet at a socket in the
// data folder. Where no socket can be (its whole name has a hundred letters at
// most, and older Windows has none), they meet at a port of this computer that a
// file in the folder names, with a word that only who reads the folder knows.
// The lock on the folder is the engine's and does not depend on it.

func raiseSocket(data string) string { return filepath.Join(data, "window.sock") }

func raisePort(data string) string { return filepath.Join(data, "window.port") }

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
	word := ""
	c, err := net.DialTimeout("unix", raiseSocket(data), time.Second)
	if err != nil {
		if c, word, err = dialPort(data); err != nil {
			return raisedNone
		}
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

// dialPort finds a Sluice that listens at a port, and the word that it wants to hear first.
func dialPort(data string) (c net.Conn, word string, err error) {
	b, err := disk.Read(raisePort(data), maxRaise)
	if err != nil {
		return nil, "", err
	}
	address, word, _ := strings.Cut(string(b), " ")
	if host, _, err := net.SplitHostPort(address); err != nil || host != loopback {
		return nil, "", net.InvalidAddrError(address)
	}
	c, err = net.DialTimeout("tcp", address, time.Second)
	return c, word + "\x00", err
}

const loopback = "127.0.0.1"

// listenRaise listens for later starts, at the socket or else at a port; remove takes the
// file that names it.
func listenRaise(data string) (l net.Listener, word string, remove func(), err error) {
	path, file := raiseSocket(data), raisePort(data)
	_ = os.Remove(path) // left by a Sluice that was killed; the folder is ours now
	_ = os.Remove(file)
	if l, err = net.Listen("unix", path); err == nil {
		return l, "", func() {}, nil // closing it removes it
	}
	if l, err = net.Listen("tcp", loopback+":0"); err != nil {
		return nil, "", nil, err
	}
	word = rand.Text()
	if err = disk.Write(file, []byte(l.Addr().String()+" "+word), 0o600); err != nil {
		l.Close()
		return nil, "", nil, err
	}
	return l, word + "\x00", func() { _ = os.Remove(file) }, nil
}

// raiseServe calls raise for every later start, with the file that it was given or "",
// until the returned function is called. Without a socket Sluice works all the same.
func raiseServe(data string, raise func(file string)) (stop func()) {
	l, word, remove, err := listenRaise(data)
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
	in := bufio.NewReader(io.LimitReader(c, maxRaise))
	if word != "" {
		said, err := in.ReadString(0)
		if err != nil || subtle.ConstantTimeCompare([]byte(said), []byte(word)) == 0 {
			return "", false
		}
	}
	text, err := in.ReadString(0)
	if err != nil || !filepath.IsAbs(strings.TrimSuffix(text, "\x00")) {
		return "", true
	}
	return strings.TrimSuffix(text, "\x00"), true
}
