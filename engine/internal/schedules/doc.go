// Package schedules starts what the library's schedules say, when it is due.
//
// A time that is dealt with and the run that is started for it are one commit, and of
// each time of a schedule there is one row at most: a kill neither loses nor doubles a
// run. Times come from the clock on the wall, which is looked at every half a minute at
// least; no timer counts. When a schedule is due next stands in its row, so that a start
// finds what was missed like anything else that is due. What cannot be started is told as
// a condition, and neither stops the others nor switches its schedule off.
package schedules
