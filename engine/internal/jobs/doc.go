// Package jobs decides which step's code runs when, and where: it queues jobs for
// workers, holds back what a limit holds, answers from the cache of results, and runs
// the rest.
//
// Before a worker gets a job, a commit holds JobStarted, so that after a kill every job that may have begun is known. What is
// queued, what limits hold and how many workers are free belongs to the writer's
// goroutine; a transaction works on a pass, whose counts take effect with its commit.
package jobs
