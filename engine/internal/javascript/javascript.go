// Package javascript mends what the embedded JavaScript engine gets wrong, for
// scripts and expressions alike.
package javascript

import (
	_ "embed"
	"regexp"
	"sync"
	"time"
)

// Parts by their names: scripts that change what the engine has, each to be run
// before a text that needs it.
//
// "dates" makes dates of local time as ECMA-262 wants them. The engine reads the
// offset of a local time as if it were a time of UTC, which is wrong for as many
// hours around a change of the clocks as the zone is away from UTC.
//
// "iterators" gives the iterators of lists, maps, sets, texts and matches what the
// engine's iterator helpers ask for when they end early, and fail without. A loop
// that ends early leaves them as they are.
var Parts = map[string]string{"dates": dates, "iterators": iterators}

// Intl is the part that formats dates and numbers and compares words, to be run
// with a function $intl before it: $intl("load") installs the engine's own Intl,
// $intl("compare", …) is Collation.Compare.
//
//go:embed intl.js
var Intl string

//go:embed dates.js
var dates string

//go:embed iterators.js
var iterators string

var (
	wantsDates     = regexp.MustCompile(`\b(?:Date|set(?:Milliseconds|Seconds|Minutes|Hours|Date|Month|FullYear|Year))\b`)
	wantsIterators = regexp.MustCompile(`(?:^|[^.]|[^t]\.|[^c]t\.)\b(?:values|keys|entries|matchAll|[Ii]terator)\b`) // Object.keys gives a list
)

// Needs tells which parts a text needs, in the order in which they are to be run.
// dates is true for one that gets dates from elsewhere.
func Needs(text string, dates bool) []string {
	var parts []string
	if (dates || wantsDates.MatchString(text)) && clocksChange() {
		parts = append(parts, "dates")
	}
	if wantsIterators.MatchString(text) {
		parts = append(parts, "iterators")
	}
	return parts
}

// clocksChange reports whether the clocks of this computer's time zone were ever
// changed, or will be.
var clocksChange = sync.OnceValue(func() bool {
	from, to := time.Now().ZoneBounds()
	return !from.IsZero() || !to.IsZero()
})
