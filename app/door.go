package main

import (
	"bufio"
	"crypto/rand"
	"crypto/subtle"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sluice/engine/disk"
)

// A door is where another process of this data folder is met: a socket in it. Where no
// socket can be (its whole name has a hundred letters at most, and older Windows has none),
// it is a port of this computer that a file in the folder names, with a word that only who
// reads the folder knows.
type door struct{ data, name string }

func (d door) socket() string { return filepath.Join(d.data, d.name+".sock") }
func (d door) port() string   { return filepath.Join(d.data, d.name+".port") }

const loopback = "127.0.0.1"

// maxDoor bounds what is read from a file that names a port, and of who comes.
const maxDoor = 64 << 10

// dial goes to the door; word is what has to be said there first, "" for nothing.
func (d door) dial() (c net.Conn, word string, err error) {
	if c, err = net.DialTimeout("unix", d.socket(), time.Second); err == nil {
		return c, "", nil
	}
	b, err := disk.Read(d.port(), maxDoor)
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

// open reports whether somebody is there.
func (d door) open() bool {
	c, _, err := d.dial()
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// listen opens the door; word is what who comes has to say first, and remove takes the
// file that names a port.
func (d door) listen() (l net.Listener, word string, remove func(), err error) {
	path, file := d.socket(), d.port()
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

// heard reports whether somebody said the word that is wanted.
func heard(in *bufio.Reader, word string) bool {
	if word == "" {
		return true
	}
	said, err := in.ReadString(0)
	return err == nil && subtle.ConstantTimeCompare([]byte(said), []byte(word)) == 1
}
