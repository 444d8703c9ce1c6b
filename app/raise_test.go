package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestSecondStartRaisesTheFirst(t *testing.T) {
	data := t.TempDir()
	if got := raiseOther(data, ""); got != raisedNone {
		t.Fatal("somebody answered in an empty folder")
	}
	asked := make(chan string, 1)
	stop := raiseServe(data, func(file string) { asked <- file })
	if got := raiseOther(data, ""); got != raised {
		t.Fatalf("the first Sluice answered %d", got)
	}
	if file := <-asked; file != "" {
		t.Fatalf("it was asked to open %q", file)
	}
	stop()
	if raiseOther(data, "") != raisedNone {
		t.Fatal("a Sluice that has ended still answers")
	}
	// A socket that a killed Sluice left behind is no obstacle.
	stop = raiseServe(data, func(file string) { asked <- file })
	defer stop()
	if raiseOther(data, "") != raised {
		t.Fatal("no answer after a restart")
	}
	<-asked
}

// A second start hands its file to the first. One of an older version says nothing, or is
// told nothing of files.
func TestSecondStartHandsItsFileOver(t *testing.T) {
	data := t.TempDir()
	asked := make(chan string, 1)
	stop := raiseServe(data, func(file string) { asked <- file })
	file := filepath.Join(data, "two words\n.flow.yaml")
	if got := raiseOther(data, file); got != raisedWithFile {
		t.Errorf("the first Sluice answered %d to a file", got)
	}
	if got := <-asked; got != file {
		t.Errorf("it was asked to open %q, want %q", got, file)
	}
	if got := raiseOther(data, "refund.flow.yaml"); got != raised { // of which folder?
		t.Errorf("the first Sluice answered %d to a file of no folder", got)
	}
	<-asked
	c, err := net.Dial("unix", raiseDoor(data).socket())
	if err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1)
	if _, err := c.Read(answer); err != nil || raising(answer[0]) != raised {
		t.Errorf("an older start was answered %v, %v", answer, err)
	}
	<-asked
	c.Close()
	stop()

	l, err := net.Listen("unix", raiseDoor(data).socket()) // an older version: it raises and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_, _ = c.Write([]byte{1})
			c.Close()
		}
	}()
	if got := raiseOther(data, file); got != raised {
		t.Errorf("an older Sluice was taken to have answered %d", got)
	}
}

// A folder of which the name is too long for a socket is no obstacle: they meet at a port,
// where only who can read the folder is answered.
func TestSecondStartRaisesTheFirstInALongFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), strings.Repeat("ü ", 60)+"ü")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Listen("unix", raiseDoor(data).socket()); err == nil {
		t.Skip("this system has sockets with names of any length")
	}
	asked := make(chan string, 1)
	stop := raiseServe(data, func(file string) { asked <- file })
	file := filepath.Join(data, "refund.flow.yaml")
	if got := raiseOther(data, file); got != raisedWithFile {
		t.Fatalf("the first Sluice answered %d", got)
	}
	if got := <-asked; got != file {
		t.Errorf("it was asked to open %q, want %q", got, file)
	}

	b, err := os.ReadFile(raiseDoor(data).port())
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(raiseDoor(data).port()); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("others may read the word: %v, %v", st.Mode(), err)
	}
	address, word, _ := strings.Cut(string(b), " ")
	for _, says := range []string{"\x00", word[1:] + "\x00" + file + "\x00", file + "\x00"} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, says)
		if n, err := c.Read(make([]byte, 1)); err == nil {
			t.Errorf("who says %q is answered with %d bytes", says, n)
		}
		c.Close()
	}
	stop()
	select {
	case file := <-asked:
		t.Errorf("somebody had it open %q", file)
	default:
	}
	if raiseOther(data, "") != raisedNone {
		t.Error("a Sluice that has ended still answers")
	}

	// Left by a Sluice that was killed: another program has the port now.
	other, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	go func() {
		if c, err := other.Accept(); err == nil {
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			c.Close()
		}
	}()
	if err := os.WriteFile(raiseDoor(data).port(), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := raiseOther(data, ""); got != raisedNone {
		t.Errorf("another program was taken for Sluice: %d", got)
	}
}
