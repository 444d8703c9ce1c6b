// Package simtest checks the core against an independent reading of the rules.
//
// It makes random flows of every shape with a random but fixed world (what each
// job returns, what each expression is worth, who votes how, on every path on
// which a step may run), lets a recursive interpreter, written from OpenFlow's
// semantics alone, say how the run must end, and then drives the core through
// random schedules with duplicates, late results, interruptions, losses, cancels
// and restarts from the written journal. Both must agree on the outcome, the
// results, the steps that were reached, their attempts, their verdicts, and on
// what every expression saw. Concurrency must not show: nothing of that hangs on
// the schedule. A failing case is shrunk and told as a transcript in the form of
// engine/run/testdata, with its seed.
//
// With -tags mutants, TestMutants breaks the core in known ways and demands that
// the simulation or the core's own tests notice each.
//
// # Readings
//
// Where OpenFlow's semantics leave something open, the interpreter has it so:
//
//   - The first step inside a container sees as previous_result what came
//     before the container; in a subflow, the subflow's arguments. An empty
//     branch of either kind passes that on.
//   - A failed loop or branch to all leaves the list with the error in its slot.
//     If it stands in another container, that one's slot holds the error alone,
//     and a branchone hands on the error alone.
//   - A subflow that fails leaves what its failure module returned, in a slot
//     around it the error.
//   - Of several failures in a parallel container the first by index is told. If
//     one of them is a gate that did not open, nothing goes past it but
//     skip_failures; if one is a lost job, nothing but skip_failures and retry.
//   - stop_after_if on a sequential loop or branch to all is asked after every
//     iteration that succeeded; on a parallel one never. On a loop it ends the loop, on
//     branches the flow, with the branch's result.
//   - An early stop inside an iteration of a parallel container ends that iteration. With a
//     message it is a failure of the sequence around the step; the step's own
//     continue_on_error and retry are not for it.
//   - continue_on_error is not for a lost job, at any depth; retry is.
//   - A container that is tried again computes its iterator or predicates anew,
//     not its skip_if, and a subflow keeps its arguments.
//   - Whether a mocked parallel container is asked its stop_after_if is left out.
//   - A preprocessor that fails is a failure of the flow; a failure module that
//     its skip_if passes by changes nothing.
//   - A skip_expr that is true ends a subflow as skipped: the step has succeeded
//     with "stopped early". One that throws is a failure of the flow.
//   - After a failure of the failure module, which of the two errors is told is
//     not looked at; neither is the wording of a gate's error.
package simtest
