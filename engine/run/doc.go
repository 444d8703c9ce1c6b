// Package run is the functional core: the state machine of a run.
//
// A run is its journal. [State.Next] applies one event at a given time and
// returns the commands that must follow; it depends on nothing else: no clock,
// no randomness, no input or output, no goroutine. The shell (package engine)
// carries commands out and brings what happened back as events. [Fold] rebuilds a
// state from its journal, Outstanding lists what still has to be carried out.
//
// # The way of a step
//
// A sequence (the flow, a branch) runs its steps one after the other. Each
// takes these stations; those that its module does not ask for are passed
// without an event.
//
//	station        asks for                what comes back           leads to
//	reached        Evaluate skip           true                      skipped: result is the one before, to the pause
//	                                       false                     begun
//	begun          Evaluate inputs         the arguments             timed, or inside: the flow that the step runs
//	               Evaluate branch         an index, -1 the default  inside: the branch's sequence
//	               Evaluate iterator,      a list
//	               Evaluate parallelism    a number                  inside: the loop's iterations
//	timed          Evaluate timeout        seconds                   at work
//	at work        StartJob                JobSucceeded              succeeded
//	                                       JobFailed, JobLost        the next attempt, or failed
//	                                       JobInterrupted            StartJob again, same attempt
//	failed once    Evaluate retry          true                      StartTimer retry, then at work
//	                                       false                     failed
//	an iteration ended   Evaluate stop           true                      the loop has succeeded; a branch to all ends the flow
//	                                       false                     the next iteration, or succeeded
//	succeeded      Evaluate stop,          true                      what the step stands in ends, see below
//	               Evaluate all_stop       false                     the gate
//	the gate       OpenGate, and           DecisionMade              approved: the pause. refused: the run breaks off
//	               StartTimer deadline     TimerFired                expired: the run breaks off
//	the pause      Evaluate sleep,
//	               StartTimer sleep        TimerFired                done: the next step
//	failed         -                       -                         continue_on_error: the error is the result, to the pause;
//	                                                                 else the container fails, at last the run breaks off
//	broken off     StartJob "failure"      its result                the run ends
//
// An identity step, a mocked one and an empty branch succeed at once. Fixed
// inputs, timeouts and pauses are not computed: they ask for nothing. A
// CancelRequested at any station drops everything that is outstanding and ends
// the run in the same step.
//
// # Before the first step
//
// A run whose flow has a limit asks for leave to begin (Admit), one with
// cache_ttl for a kept result (Recall). A run that came from outside begins with
// the preprocessor, whose result becomes the input. Then the flow's skip_expr is
// asked.
//
// # Containers
//
// Loops and branches to all work in iterations. A sequential one takes one iteration at a
// time and ends with the first that fails; a parallel one takes as many as its
// parallelism lets it and waits for all of them, whatever becomes of each. The
// result is the list of the iterations' results in their order, a failed iteration's error
// in its place. Where failures of an iteration are skipped that is all that happens:
// also a refusal or a deadline is noted there, and what followed the gate in
// that iteration never runs.
//
// A step that runs another flow makes a scope: results, flow_input and answers
// of people are not seen across its border, and the failure module of that flow
// belongs to it.
//
// An early stop ends the nearest sequential loop, the nearest iteration of a parallel
// container, or the flow, whichever it meets first on its way out. With a
// message it is a failure of the sequence that the step stands in.
//
// A container that is tried again starts over with new steps, whose paths tell
// the attempt. A refusal or a deadline inside it is an answer and is never
// asked for again.
//
// # Gates
//
// [Policy.Decide] is the only judge. A person, told apart by [PersonOf], has one vote
// on a step; a refusal ends the gate at once; votes that come while the step is
// at work are kept and count when the gate stands, and if they suffice nobody
// is asked. A gate ends approved, refused, expired or canceled, and every end
// drops [OpenGate] if it was issued, and the deadline's timer if it
// has not fired. A vote later than the deadline is refused even if the timer is
// late; the deadline's own instant belongs to whoever comes first. A vote on a
// gate that has ended is a *Refusal and never touches another gate.
//
// The step right behind a gate, and everything inside it, sees resume, resumes
// and approvers. With continue_on_disapprove_timeout it also runs after a
// refusal or a deadline, and finds the error as the last of resumes.
//
// # Failures
//
// continue_on_error is about a step's own work: skip_if, inputs, timeout,
// branch predicates, the job, and for a container what its steps did. It does not
// reach further: a refusal or a deadline is carried on from by no step, because a
// run must not slip past a gate that did not open. Only the iteration it happened in
// ends, where failures of iterations are skipped. An expression that throws would
// throw again, so retries are for jobs and for whole containers only.
//
// A run that breaks off ends failed, or refused or expired if a gate ended it.
// The failure module runs once and has the last word on the result; it turns
// the run to success only by returning an object with recover: true. A large
// result is looked into by an Evaluate ([ForRecover]).
//
// # What is settled here and not by OpenFlow
//
//   - The first step of a branch sees as previous_result what came before the
//     branch. results.x means the x of the own sequence, else of those around
//     it, else the x that finished last in the flow. An iteration of a parallel loop
//     is a flow of its own for the last of these: results.x is null where x ran
//     in another iteration, and after the loop. So nothing depends on which of the
//     iterations was faster.
//   - A retry keeps the arguments, and skip_if is not asked again: a step that
//     may have acted is not told as skipped.
//   - A gate on the failure module or the preprocessor is refused by Compile.
//   - The first step of an iteration sees as previous_result what came before the loop.
//   - A run that fails in a loop has the loop's list as its result and the error
//     of the step as its failure; the failure module sees that error.
//   - A loop makes MaxIterations iterations at most, a run comes to MaxSteps steps.
//   - The jitter of retries comes from a hash of run, step and attempt.
//   - Due times are whole milliseconds. A timer that fires before its time is
//     stale and still has to fire.
//   - A value of Evaluate that does not have the asked shape is a mistake of
//     the expression, never a choice.
//
// # Why commands are not stored
//
// They follow from the journal. Storing them, too, would make two truths; the
// tables of the shell are an index of Outstanding and can be rebuilt.
package run
