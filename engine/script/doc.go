// Package script says who runs the code of a step, in which language.
//
// It is what the program asks for (Executors), and knows no language itself:
// [sluice/engine/script/js] runs TypeScript and JavaScript in an engine inside Sluice,
// [sluice/engine/script/child] Python and Bash by the interpreters of this computer.
// Neither knows the other. What they share is below both: internal/job, which says
// what a job of every language is bound to, and internal/process, which starts
// processes that end with Sluice. The words for a job and its failure are
// those of [sluice/engine/run], so there are no types of requests and results here.
// [sluice/engine/script/signature] reads what a script takes, and runs nothing.
//
// In every language the script's main gets its arguments by name, what it
// prints goes to the job's log line by line, and a mistake comes back as a
// *run.Failure that names the line in the script as it was written. The steps of
// a flow with same_worker share a folder, which scripts of every language know as
// ./shared; embedded ones see no other file.
package script
