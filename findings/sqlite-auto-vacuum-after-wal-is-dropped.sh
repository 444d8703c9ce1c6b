#!/usr/bin/env bash
# modernc.org/sqlite v1.60.0 (SQLite 3.53.4): PRAGMA auto_vacuum that comes after
# journal_mode=wal does nothing, and says nothing, though the file is new and empty.
#
# The documentation says that auto_vacuum must be set before any table is created, so one
# expects that it takes in a file without tables, in whatever order the pragmas of a
# connection stand. But to switch to a write-ahead log writes the file's first page, and a
# file that has one counts as begun. No error comes; only PRAGMA auto_vacuum tells, and
# incremental_vacuum then gives no page back. A VACUUM on the same connection makes it so,
# under a log, too.
#
# Seen: the pragma reads 2 where it stood first, 0 where it stood second, and 2 after a
# VACUUM in that state.
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
	"path/filepath"

	_ "modernc.org/sqlite"
)

// mode runs statements on one connection to a new file, and reads the pragma.
func mode(name string, statements ...string) (n int, version string) {
	db, err := sql.Open("sqlite", filepath.Join(os.Args[1], name))
	if err != nil {
		panic(err)
	}
	defer db.Close()
	c, err := db.Conn(context.Background())
	if err != nil {
		panic(err)
	}
	for _, s := range append(statements, "CREATE TABLE t (a)") {
		if _, err := c.ExecContext(context.Background(), s); err != nil {
			panic(err)
		}
	}
	if err := c.QueryRowContext(context.Background(), "PRAGMA auto_vacuum").Scan(&n); err != nil {
		panic(err)
	}
	c.QueryRowContext(context.Background(), "SELECT sqlite_version()").Scan(&version)
	return n, version
}

func main() {
	const wal, auto = "PRAGMA journal_mode=wal", "PRAGMA auto_vacuum=incremental"
	failed := false
	for i, tt := range []struct {
		what       string
		want       int
		statements []string
	}{
		{"auto_vacuum, then the log", 2, []string{auto, wal}},
		{"the log, then auto_vacuum", 0, []string{wal, auto}},
		{"the log, then auto_vacuum and VACUUM", 2, []string{wal, auto, "VACUUM"}},
	} {
		got, version := mode(fmt.Sprint(i), tt.statements...)
		fmt.Printf("SQLite %s, %-40s auto_vacuum is %d\n", version, tt.what+":", got)
		failed = failed || got != tt.want
	}
	if failed {
		fmt.Println("That is new.")
		os.Exit(1)
	}
}
GO
go run . "$work"
