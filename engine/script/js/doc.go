// Package js runs TypeScript and JavaScript, embedded in worker processes of our own
// program.
//
// A worker ([WorkerMain]) runs one job at a time, in a virtual machine that is, for
// each job, as if it had just been made (memory), so that a step costs about what
// the bare engine costs. A hostile script can take down a worker, never Sluice:
// reading the source, too, happens there. Time limits and cancels kill the process.
//
// A script pays for what it touches: our own scripts (parts/*.js) are parts, loaded
// at the first touch of a name that they hold (partOf). One that computes and
// returns loads none of them.
//
// What the engine lacks or gets wrong, parts mend where a script mentions it; those
// that expressions need as well lie in engine/internal/javascript.
// testdata/parity is a table of small scripts that a test compares with node and
// bun: a line there is the test of a part, and differences.txt what is left.
package js
