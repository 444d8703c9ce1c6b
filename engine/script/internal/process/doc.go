// Package process starts processes that end with Sluice, and ends them with all
// that they started: what steps run, and our own program as a worker.
//
// A process is the head of a group of its own, which is ended as a whole. What
// leaves the group is found by a mark that all descendants inherit (mark), on
// systems that have one. All of them stand back behind Sluice, and get no more
// of its environment than Env.
package process
