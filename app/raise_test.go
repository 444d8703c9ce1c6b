package main

import "testing"

func TestSecondStartRaisesTheFirst(t *testing.T) {
	data := t.TempDir()
	if raiseOther(data) {
		t.Fatal("somebody answered in an empty folder")
	}
	raised := make(chan struct{}, 1)
	stop := raiseServe(data, func() { raised <- struct{}{} })
	if !raiseOther(data) {
		t.Fatal("the first Sluice did not answer")
	}
	<-raised
	stop()
	if raiseOther(data) {
		t.Fatal("a Sluice that has ended still answers")
	}
	// A socket that a killed Sluice left behind is no obstacle.
	stop = raiseServe(data, func() { raised <- struct{}{} })
	defer stop()
	if !raiseOther(data) {
		t.Fatal("no answer after a restart")
	}
}
