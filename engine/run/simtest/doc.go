// Package simtest checks the core against an independent reading of the rules.
//
// It makes random flows with a random but fixed world (what each job returns,
// what each expression is worth, who votes how), lets a recursive interpreter,
// written from OpenFlow's semantics alone, say how the run must end, and then
// drives the core through random schedules with duplicates, late results,
// interruptions and restarts. Both must agree on the outcome, the result, the
// attempts and the verdicts. A failing case is shrunk and printed with its seed.
package simtest
