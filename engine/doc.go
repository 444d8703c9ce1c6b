// Package engine is the imperative shell around the core (package run): it
// keeps the journal, carries out what the core commands, and brings back what
// happened. Its public face is one type, [Engine], and the half of it that only
// reads, Reader.
//
// # What is guaranteed
//
// What a method or a web page was told is on the disk: an answer is given after
// its commit, never before. A decision is recorded once, by one writer, against
// votes, deadlines and cancels alike; a second one is refused with who decided
// and when.
//
// A step's result counts once. Its code runs at least once, and at most once per
// attempt: before a worker gets a job, a commit
// holds JobStarted. After a kill, every job that may have begun is therefore
// known and counts as a lost attempt; a job that was only queued starts as if
// nothing had happened. A job that Close cuts off counts as lost, too, unless its
// script had not begun.
//
// A mail is marked before it is handed to the provider. One that was being
// handed over when Sluice died is shown as unknown and never repeated unasked.
//
// Expressions may be computed again after a crash; what was computed is recorded
// and never recomputed. Log lines may be lost in a crash.
//
// What a limit holds begins in its order when a slot becomes free, over all runs
// and over restarts; nothing is refused and nothing polls. A kept result stands
// in for a job or run of the same code and arguments until it expires.
//
// Where a flow asks for it, values do not outlast their run. The entries stay
// and fold to the same end: which steps ran, when, who was asked, how they voted.
// Arguments, results and the words of errors in them are replaced by an empty
// object, blobs that no other entry names are overwritten in the file, and logs
// are removed. It happens some time after the end, also when Sluice was closed
// then. What later steps made of the values, mails, and copies of the file are
// not reached; the write-ahead log may hold the old text until it is written
// back, at the latest when Sluice closes.
//
// # How
//
// One goroutine (package writer) owns every state and every write. It takes what has
// queued up, applies it to the states, and commits it all with one flush; only
// then are callers answered, jobs handed to workers, expressions to evaluators,
// and watchers woken. After a failed commit the states that ran ahead are
// forgotten and folded again from the journal. What only this process knows (a
// result, a fired timer) is tried again until the disk takes it.
//
// The writer does not know what it carries: what a command of the core leads to stands
// on one page, hands.go, which gives it to the part that does it. The parts know the
// writer, the journal and the file, and not each other: jobs (which step's code runs
// when, and where), eval (values of expressions), people (links, votes, mails), clock
// (what falls due), maintenance (what need not be done at once) and library (what is
// stored by path).
//
// The end of a step, the values of the next one's inputs where they are fixed
// or plain paths, and the next one's start are one batch, so that a step costs
// one commit. The mark that a job began costs none of its own: it is part of the
// batch that makes the job when a worker is free, and else of the batch that
// frees a worker. (The alternative, a commit by the worker that takes the job,
// costs a flush per step and tells no more.)
//
// # Words
//
// One word has one meaning, and where the field has a word it is that one. TestWords
// keeps out of the names in the code what stands on the right and means nothing else there.
//
//	run          one execution of a flow; it is its journal          (not: execution)
//	step         a module at one place of a run; its id is a path
//	attempt      one try of a step
//	iteration    one pass of a loop, or one branch of a branch to all (not: turn)
//	job          the code of one attempt, from its command to its result
//	worker       runs one job at a time; a job that waits for a run   (not: lend, hire)
//	             yields its worker to others
//	limit, slot  what bounds jobs or runs of one key, and one share   (not: hold, held)
//	             of it; what finds no slot waits
//	cache        results that stand in for later runs; their events   (not: recall)
//	             and table keep their old names, Recalled, kept_result
//	gate         where a step waits for people; what one of them is
//	             asked is a request, and the answer a vote
//	link         what opens a request, or a form for one person: a secret,
//	             of which the disk knows the hash
//	endpoint     a webhook or form: what comes to its address starts a run;
//	             that is a delivery or a submission
//	pin          to fix for a run what its flow names by path
//	condition    a trouble that lasts until something cures it
//	maintenance  what need not be done at once: erasure, files, the   (not: tidy)
//	             write-ahead log
//	stamp        the number of a commit, in the head of the file
//	transaction  of the writer (Tx); a part's share of one is a pass
//	server       the program as it is put together in package app     (not: house)
//
// There are three workers for each core by default, and 24 at least: most of them
// wait, for others or for the disk. What need not be done at once, such as removing files
// of runs that are over or writing the log of the file back, has goroutines of its
// own (package maintenance).
//
// A step that waits for a run, by a call of the local listener, yields its worker's
// place to others until it ends, so that steps that wait for each other's runs
// never use up the workers.
//
// Waiting costs nothing: deadlines lie in a table with an index, and a run that
// waits for people is folded when somebody looks or votes.
package engine
