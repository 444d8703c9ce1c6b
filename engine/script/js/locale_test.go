package js

import (
	"testing"

	"sluice/engine/script/internal/scripttest"

	"github.com/google/go-cmp/cmp"
)

// Dates and times in digits and plain numbers are written as in the language that is
// asked for. The texts are those of node with ICU 78.2.
func TestOtherLanguagesWriteDatesAndNumbers(t *testing.T) {
	js := New()
	t.Cleanup(js.Close)
	source := `export function main() {
  const x = new Date(Date.UTC(2026, 5, 5, 15, 4, 5)), timeZone = "Europe/Berlin", two = { year: "numeric", month: "2-digit", day: "2-digit" };
  const said = (f) => { try { return f() } catch (e) { return e.name + ": " + e.message } };
  return ["en-CA", "sv-SE", "en-GB", "de", "fr-FR", "es-ES", "fi-FI", "ko-KR"].map((l) => [
    x.toLocaleDateString(l, { timeZone }), x.toLocaleString(l, { timeZone }), x.toLocaleDateString(l, { timeZone, ...two }),
    new Intl.DateTimeFormat(l, { timeZone, hour: "2-digit", minute: "2-digit" }).format(x),
    (-1234.5).toLocaleString(l), new Intl.NumberFormat(l, { maximumFractionDigits: 0 }).format(1234567.891)].join("; ")).concat(
    said(() => x.toLocaleDateString("de-DE", { month: "long" })), said(() => (1).toLocaleString("de-DE", { style: "currency", currency: "EUR" })),
    new Date(NaN).toLocaleDateString("de-DE"), new Date(Date.UTC(2026, 0, 1)).toLocaleTimeString("en-CA", { timeZone: "UTC", hour12: false }));
}`
	got, err := js.Run(t.Context(), scripttest.Job("bun", source, `{}`), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	const only = ` is available here only for dates and times in digits and for plain numbers: use \"en-US\", or build the text from parts"`
	want := `["2026-06-05; 2026-06-05, 5:04:05 p.m.; 2026-06-05; 05:04 p.m.; -1,234.5; 1,234,568",` +
		`"2026-06-05; 2026-06-05 17:04:05; 2026-06-05; 17:04; −1` + "\u00a0" + `234,5; 1` + "\u00a0" + `234` + "\u00a0" + `568",` +
		`"05/06/2026; 05/06/2026, 17:04:05; 05/06/2026; 17:04; -1,234.5; 1,234,568",` +
		`"5.6.2026; 5.6.2026, 17:04:05; 05.06.2026; 17:04; -1.234,5; 1.234.568",` +
		`"05/06/2026; 05/06/2026 17:04:05; 05/06/2026; 17:04; -1` + "\u202f" + `234,5; 1` + "\u202f" + `234` + "\u202f" + `568",` +
		`"5/6/2026; 5/6/2026, 17:04:05; 05/06/2026; 17:04; -1234,5; 1.234.568",` +
		`"5.6.2026; 5.6.2026 klo 17.04.05; 05.06.2026; 17.04; −1` + "\u00a0" + `234,5; 1` + "\u00a0" + `234` + "\u00a0" + `568",` +
		`"2026. 6. 5.; 2026. 6. 5. PM 5:04:05; 2026. 06. 05.; PM 05:04; -1,234.5; 1,234,568",` +
		`"RangeError: the locale \"de-DE\"` + only + `,"RangeError: the locale \"de-DE\"` + only + `,"Invalid Date","24:00:00"]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
