#!/usr/bin/env bash
# modernc.org/sqlite v1.60.0: PRAGMA secure_delete that is set inside a
# transaction stays set when the transaction is rolled back.
#
# One would expect that a rollback takes back all that the transaction did, as it does
# for the pragmas that are kept in the file (user_version, application_id). This one is
# the connection's: a program that sets it for one delete, and leaves by an error before
# it takes it back, overwrites every deleted row from then on, and its writes get slower
# until the connection ends.
#
# Seen: user_version is 0 again after the rollback, secure_delete is 1.
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

	_ "modernc.org/sqlite"
)

func main() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:look.db")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		panic(err)
	}
	defer c.Close()
	do := func(q string) {
		if _, err := c.ExecContext(ctx, q); err != nil {
			panic(err)
		}
	}
	say := func(when string) {
		var secure, version int
		if err := c.QueryRowContext(ctx, "PRAGMA secure_delete").Scan(&secure); err != nil {
			panic(err)
		}
		if err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			panic(err)
		}
		fmt.Printf("%s: secure_delete %d, user_version %d\n", when, secure, version)
	}
	do("CREATE TABLE t (x)")
	say("before")
	do("BEGIN")
	do("PRAGMA secure_delete = 1")
	do("PRAGMA user_version = 7")
	do("INSERT INTO t VALUES (1)")
	say("inside")
	do("ROLLBACK")
	say("after the rollback")
}
GO
go mod tidy >>go.log 2>&1
go run . | tee seen.txt
cat >want.txt <<'T'
before: secure_delete 0, user_version 0
inside: secure_delete 1, user_version 7
after the rollback: secure_delete 1, user_version 0
T
diff want.txt seen.txt && echo "as it was seen"
