package plain_test

import (
	"bytes"
	"errors"
	"testing"

	"sluice/engine/plain"
)

func TestLine(t *testing.T) {
	for _, x := range []struct{ in, want, reason string }{
		{"Refund 120 € for Mia Berg?", "Refund 120 € for Mia Berg?", "ordinary words stay"},
		{"שלום עולם", "שלום עולם", "a language that runs from the right stays"},
		{"👩‍💻", "👩‍💻", "a joiner inside a picture acts on nothing else"},
		{"a\nApproved by Dana", `a\nApproved by Dana`, "one line stays one line"},
		{"a\r\nb\tc", `a\r\nb\tc`, "so does one with other breaks"},
		{"\x1b[2J\x07", `\x1b[2J\x07`, "a terminal is not told what to do"},
		{"\u009b2J\u0085\x7f", `\u009b2J\u0085\u007f`, "nor by C1 or DEL"},
		{"pay \u202e021\u202c €\u2066\u2069\u200f\u061c", `pay \u202e021\u202c €\u2066\u2069\u200f\u061c`, "letters stay in their order"},
		{"a\u2028b", `a\u2028b`, "a line separator is a break, too"},
		{"a\xffb\ufffd", `a\xffb` + "\ufffd", "bytes that are no text are told; the sign for them is one"},
		{`C:\temp`, `C:\temp`, "a backslash is itself"},
	} {
		if got := plain.Line(x.in); got != x.want {
			t.Errorf("%s: Line(%q) = %q, want %q", x.reason, x.in, got, x.want)
		}
	}
}

func TestText(t *testing.T) {
	if got, want := plain.Text("a\r\n\tb\rc\x1b[0m"), "a\n\tb\\rc\\x1b[0m"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
}

func TestLog(t *testing.T) {
	if got, want := plain.Log("\x1b[1;32mok\x1b[0m\x1b[2K 10%\r20%\n"), "ok\\x1b[2K 10%\\r20%\n"; got != want {
		t.Errorf("Log = %q, want %q", got, want)
	}
}

func TestHang(t *testing.T) {
	if got, want := string(plain.Hang("no\nRun 1 succeeded.\n", "  ")), "no\n  Run 1 succeeded."; got != want {
		t.Errorf("Hang = %q, want %q", got, want)
	}
}

type state string

type told struct{}

func (told) String() string { return "x\ny" }

func TestFprintf(t *testing.T) {
	var b bytes.Buffer
	plain.Fprintf(&b, "%s|%s|%s|%v|%d|%s|%q\n", "a\nb", errors.New("\x1b[1m"), state("s\t"), told{}, 7, plain.Lines("1\n2\x00"), "q\n")
	if got, want := b.String(), `a\nb|\x1b[1m|s\t|x\ny|7|1`+"\n"+`2\x00|"q\n"`+"\n"; got != want {
		t.Errorf("Fprintf = %q, want %q", got, want)
	}
}
