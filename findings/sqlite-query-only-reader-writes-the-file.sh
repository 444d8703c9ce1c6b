#!/usr/bin/env bash
# modernc.org/sqlite v1.60.0: a connection with query_only on, which has only read,
# writes the database and removes its write-ahead log when it closes as the last one.
#
# One would expect that PRAGMA query_only keeps a connection from changing anything, and
# so that a tool that looks at what a killed program left leaves it as it was. The close
# of the last connection is not a statement, so the pragma does not reach it: the log is
# written back and its file is gone. A program that takes a missing log after a kill for
# a loss must have its readers leave the file in place (FileControlPersistWAL).
#
# Seen: the writer ends without closing; the reader reads a row and closes; the database
# has grown, and the log is gone. With the file control the log's file stays.
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
	"fmt"
	"os"
	"os/exec"

	"modernc.org/sqlite"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func conn(dsn string) (*sql.DB, *sql.Conn) {
	db, err := sql.Open("sqlite", dsn)
	must(err)
	c, err := db.Conn(context.Background())
	must(err)
	return db, c
}

// write leaves 200 rows in the log, and ends as a killed program does.
func write() {
	_, c := conn("file:look.db?_pragma=journal_mode(wal)&_pragma=wal_autocheckpoint(0)")
	for _, q := range []string{"CREATE TABLE t (x)", "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT randomblob(2000) FROM n"} {
		_, err := c.ExecContext(context.Background(), q)
		must(err)
	}
	os.Exit(0)
}

func state() string {
	st, err := os.Stat("look.db")
	must(err)
	size := "small"
	if st.Size() > 300_000 {
		size = "grown"
	}
	log := "there"
	if _, err := os.Stat("look.db-wal"); err != nil {
		log = "gone"
	}
	return "database " + size + ", log " + log
}

func read(persist bool) {
	for _, name := range []string{"look.db", "look.db-wal", "look.db-shm"} {
		os.Remove(name)
	}
	must(exec.Command(os.Args[0], "write").Run())
	fmt.Println("after the kill:", state())
	db, c := conn("file:look.db?mode=rw&_pragma=query_only(on)")
	if persist {
		must(c.Raw(func(dc any) error {
			_, err := dc.(sqlite.FileControl).FileControlPersistWAL("main", 1)
			return err
		}))
	}
	var n int
	must(c.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM t").Scan(&n))
	_, err := c.ExecContext(context.Background(), "INSERT INTO t VALUES (1)")
	fmt.Println("rows:", n, "- may it insert:", err == nil)
	must(c.Close())
	must(db.Close())
	fmt.Println("after its close:", state())
}

func main() {
	if len(os.Args) > 1 {
		write()
	}
	read(false)
	fmt.Println("with FileControlPersistWAL")
	read(true)
}
GO
go mod tidy >>go.log 2>&1
go run . | tee seen.txt
cat >want.txt <<'T'
after the kill: database small, log there
rows: 200 - may it insert: false
after its close: database grown, log gone
with FileControlPersistWAL
after the kill: database small, log there
rows: 200 - may it insert: false
after its close: database grown, log there
T
diff want.txt seen.txt && echo "as it was seen"
