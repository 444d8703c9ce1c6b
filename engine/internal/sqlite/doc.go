// Package sqlite keeps Sluice's one file: the journal, what is outstanding,
// and the library. It holds SQL, migrations and the backup before them; it
// decides nothing.
//
// One connection writes, with synchronous=FULL, so that a commit that returned
// is on the disk. A small read-only pool serves everyone else; in WAL mode
// readers and the writer never wait for each other. Tables are STRICT and their
// CHECKs repeat the invariants: a bug becomes an error at the write and not a
// mystery later. Runs have an INTEGER key inside and a UUID outside. Times are
// nanoseconds since 1970 in UTC, so that a folded time equals the live one.
//
// The WAL is written back into the file beside the writer, not by the commit that
// fills it: that one would wait as long as many others. A backup is a copy of one
// moment, complete and flushed before it has its name.
//
// Every commit has a number, its stamp, in the head of the file. Whoever holds the lock
// notes it elsewhere, so that a file or log which lacks the newest commits is known
// before SQLite takes it for the newest there is.
//
// The tables job, timer and gate index what the folded states say is
// outstanding; they could be rebuilt from entry.
package sqlite
