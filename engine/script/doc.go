// Package script runs the code of steps: TypeScript and JavaScript embedded,
// Python and Bash by the interpreters of this computer.
//
// TypeScript and JavaScript run in warm worker processes of our own binary
// (WorkerMain). A worker runs one job at a time, each in a virtual machine of
// its own that was made ready before the job came, so that a step costs about
// what the bare engine costs. A hostile script can take down a worker, never
// Sluice: reading the source, too, happens there. Time limits and cancels kill
// the process.
//
// A script pays for what it touches: our own scripts (js/*.js) are parts, loaded
// at the first touch of a name that they hold (partOf). One that computes and
// returns loads none of them.
//
// What the engine lacks or gets wrong, parts mend where a script mentions it; those
// that expressions need as well lie in engine/internal/javascript.
// testdata/parity is a table of small scripts that a test compares with node and
// bun: a line there is the test of a part, and differences.txt what is left.
//
// Python and Bash run as child processes with an environment made from nothing,
// in the job's own folder, in a process group that is ended as a whole; what leaves
// the group is found by a mark (leftovers.go). What they are given comes in a pipe,
// where nobody else reads it.
//
// The steps of a flow with same_worker share a folder, which scripts of every
// language know as ./shared; embedded ones see no other file.
//
// In every language the script's main gets its arguments by name, what it
// prints goes to the job's log line by line, and a mistake comes back as a
// *run.Failure that names the line in the script as it was written.
package script
