#!/usr/bin/env bash
# modernc.org/sqlite v1.60.0: under a write-ahead log the file's change counter does not
# count commits, not even of one connection that rewrites the counter's page each time.
#
# The format says of the counter (bytes 24 to 27 of the head) that it might not be
# incremented on each transaction in WAL mode, so one expects gaps where the first page
# is not written. Here every commit writes that page, and the log is written back after
# each: the page changes, its counter is written each time, and always as the same
# number, since the connection adds one to what it read when it first saw the file. A
# connection of its own for each commit counts. So neither a backup tool nor a program
# that asks whether a copy is older can go by the counter; a number of one's own in the
# same page (application_id here) does count.
#
# Seen: ten commits in rollback mode raise the counter by 10; ten of one connection with
# a log leave it as it was; ten of ten connections with a log by 10.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init look >go.log 2>&1
go get modernc.org/sqlite@v1.60.0 >>go.log 2>&1
cat >main.go <<'GO'
package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"

	_ "modernc.org/sqlite"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func field(name string, at int) uint32 {
	b, err := os.ReadFile(name)
	must(err)
	return binary.BigEndian.Uint32(b[at:])
}

func open(name, mode string) (*sql.DB, *sql.Conn) {
	db, err := sql.Open("sqlite", "file:"+name+"?_pragma=journal_mode("+mode+")&_pragma=wal_autocheckpoint(0)")
	must(err)
	c, err := db.Conn(context.Background())
	must(err)
	return db, c
}

func exec(c *sql.Conn, query string) {
	_, err := c.ExecContext(context.Background(), query)
	must(err)
}

func look(what, mode string, apart bool) {
	name := what + ".db"
	db, c := open(name, mode)
	exec(c, "CREATE TABLE t (x)")
	exec(c, "PRAGMA wal_checkpoint(truncate)")
	before, rewritten := field(name, 24), 0
	for i := 1; i <= 10; i++ {
		if apart {
			must(c.Close())
			must(db.Close())
			db, c = open(name, mode)
		}
		exec(c, fmt.Sprintf("BEGIN; INSERT INTO t VALUES (%d); PRAGMA application_id = %d; COMMIT", i, i))
		exec(c, "PRAGMA wal_checkpoint(truncate)")
		if field(name, 68) == uint32(i) {
			rewritten++
		}
	}
	fmt.Printf("%s: the first page was rewritten %d times, the counter grew by %d\n", what, rewritten, field(name, 24)-before)
	must(c.Close())
	must(db.Close())
}

func main() {
	look("rollback", "delete", false)
	look("log", "wal", false)
	look("log-apart", "wal", true)
}
GO
go mod tidy >>go.log 2>&1
go run . | tee seen.txt
cat >want.txt <<'T'
rollback: the first page was rewritten 10 times, the counter grew by 10
log: the first page was rewritten 10 times, the counter grew by 0
log-apart: the first page was rewritten 10 times, the counter grew by 10
T
diff want.txt seen.txt && echo "as it was seen"
