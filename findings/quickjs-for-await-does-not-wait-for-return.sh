#!/usr/bin/env bash
# modernc.org/quickjs v0.25.0: a `for await` loop that is left early (break, throw)
# calls the iterator's `return`, and does not wait for it.
#
# One would expect what ECMAScript says (AsyncIteratorClose awaits the result of `return`):
# behind the loop, what the generator's `finally` does has been done. Here the line behind
# the loop runs first. A file, a lock or a transaction that a generator closes in its
# `finally` is still open there, and an error of the closing is lost. The loop over a plain
# generator is right. A compiler that lowers `for await` to a try statement (esbuild with
# Supported {"for-await": false}) makes it right, too.
#
# Seen: "behind" before "closed", both ways out; "closed" first when lowered.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init look >go.log 2>&1
go get modernc.org/quickjs@v0.25.0 github.com/evanw/esbuild@v0.28.2 >>go.log 2>&1
cat >main.go <<'GO'
package main

import (
	"fmt"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
	"modernc.org/quickjs"
)

const script = `
globalThis.said = [];
async function* open() { try { yield 1; yield 2 } finally { said.push("closed") } }
async function look() { LOOP; said.push("behind") }
look();
`

func run(name, text string) {
	vm, err := quickjs.NewVM()
	if err != nil {
		panic(err)
	}
	defer vm.Close()
	if _, err := vm.Eval(text, quickjs.EvalGlobal); err != nil {
		panic(err)
	}
	for range 20 {
		if _, err := vm.ExecutePendingJobs(); err != nil {
			panic(err)
		}
	}
	said, err := vm.Eval(`said.join(", ")`, quickjs.EvalGlobal)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %v\n", name, said)
}

func main() {
	for _, loop := range [][2]string{
		{"break", "for await (const v of open()) break"},
		{"throw", `try { for await (const v of open()) throw "out" } catch {}`},
	} {
		text := strings.Replace(script, "LOOP", loop[1], 1)
		run(loop[0], text)
		r := api.Transform(text, api.TransformOptions{Supported: map[string]bool{"for-await": false}})
		if len(r.Errors) > 0 {
			panic(r.Errors[0].Text)
		}
		run(loop[0]+", lowered", string(r.Code))
	}
}
GO
go mod tidy >>go.log 2>&1
go run . | tee seen.txt
cat >want.txt <<'T'
break: behind, closed
break, lowered: closed, behind
throw: behind, closed
throw, lowered: closed, behind
T
diff want.txt seen.txt && echo "as it was seen"
