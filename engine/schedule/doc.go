// Package schedule says when a schedule is due: it reads cron texts as Windmill's two
// dialects have them, finds the next times in a zone, and says a text in words. It has no
// clock and keeps nothing.
//
// # The rules
//
// A text is matched against the clock on the wall of the schedule's zone, and what
// matches becomes an instant. Answers strictly grow. A wall time that does not exist, as
// the clock was put forward over it, is due at the first instant after the gap in V2, and
// not on that day in V1; several in one gap are due once. A wall time that comes twice is
// due the first time. Where the hour is a star or a step over a star, though, a repeated
// hour counts twice: a schedule of every 15 minutes does not stand still for an hour.
// There Windmill does.
//
// Sources: the grammar of the Rust crates cron 0.17.0 (V1) and croner 2.2.0 (V2) as
// Windmill 1.819 calls them; testdata/dialects.tsv holds what they answer.
package schedule
