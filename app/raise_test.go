package main

import (
	"net"
	"path/filepath"
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
	c, err := net.Dial("unix", raiseSocket(data))
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

	l, err := net.Listen("unix", raiseSocket(data)) // an older version: it raises and reads nothing
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
