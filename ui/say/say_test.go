package say

import (
	"testing"
	"time"
)

func german(t *testing.T) {
	Use("de_AT.UTF-8")
	t.Cleanup(func() { Use("en") })
}

func TestTheLanguageIsTheOneThatWasChosen(t *testing.T) {
	if got := T("Cancel"); got != "Cancel" {
		t.Errorf("before a language is chosen: %q", got)
	}
	german(t)
	if got := T("Cancel"); got != "Abbrechen" || Code() != "de" {
		t.Errorf("in German: %q, %s", got, Code())
	}
	if got := F("no catalogue has this: %d", 3); got != "no catalogue has this: 3" {
		t.Errorf("a text without a translation: %q", got)
	}
	Use("tlh")
	if got := T("Cancel"); got != "Cancel" || Code() != "en" {
		t.Errorf("in a language that there is not: %q, %s", got, Code())
	}
}

func TestOneAndManyFollowTheLanguage(t *testing.T) {
	for n, want := range map[int]string{0: "Copy 0 lines", 1: "Copy 1 line", 5: "Copy 5 lines"} {
		if got := N(n, "Copy %d line", "Copy %d lines"); got != want {
			t.Errorf("%d in English: %q", n, got)
		}
	}
	if got := N(2, "the line", "%d lines of %s", "it"); got != "2 lines of it" {
		t.Errorf("with more than the number: %q", got)
	}
	if got := N(1, "the line", "%d lines of %s", "it"); got != "the line" {
		t.Errorf("one without the number: %q", got)
	}
	german(t)
	for n, want := range map[int]string{0: "0 Zeilen kopieren", 1: "1 Zeile kopieren", 5: "5 Zeilen kopieren"} {
		if got := N(n, "Copy %d line", "Copy %d lines"); got != want {
			t.Errorf("%d in German: %q", n, got)
		}
	}
}

func TestDatesAndNumbersFollowTheLanguage(t *testing.T) {
	at := time.Date(2026, 3, 2, 14, 5, 9, 0, time.UTC)
	check := func(want ...string) {
		t.Helper()
		got := []string{Time(at, "Mon 15:04"), Time(at, "2 Jan 2006"), Time(at, "Monday, 2 January"), Number(-1234567), Number(12), Decimal(1.25, 1)}
		for i, w := range want {
			if got[i] != w {
				t.Errorf("%q, want %q", got[i], w)
			}
		}
	}
	check("Mon 14:05", "2 Mar 2026", "Monday, 2 March", "-1,234,567", "12", "1.2")
	german(t)
	check("Mo 14:05", "2. März 2026", "Montag, 2. März", "-1.234.567", "12", "1,2")
}

func BenchmarkText(b *testing.B) {
	Use("de")
	defer Use("en")
	for b.Loop() {
		T("Cancel")
	}
}

func BenchmarkPlural(b *testing.B) {
	Use("de")
	defer Use("en")
	for b.Loop() {
		N(5, "Copy %d line", "Copy %d lines")
	}
}
