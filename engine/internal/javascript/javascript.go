// Package javascript mends what the embedded JavaScript engine gets wrong, for
// scripts and expressions alike.
package javascript

import (
	_ "embed"
	"sync"
	"time"
)

// Dates is a script that makes dates of local time as ECMA-262 wants them. The
// engine reads the offset of a local time as if it were a time of UTC, which is
// wrong for as many hours around a change of the clocks as the zone is away from
// UTC. It is needed where ClocksChange.
//
//go:embed dates.js
var Dates string

// ClocksChange reports whether the clocks of this computer's time zone were ever
// changed, or will be.
var ClocksChange = sync.OnceValue(func() bool {
	from, to := time.Now().ZoneBounds()
	return !from.IsZero() || !to.IsZero()
})
