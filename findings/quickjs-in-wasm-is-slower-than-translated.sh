#!/usr/bin/env bash
# modernc.org/quickjs v0.25.0 beside quickjs-ng in WebAssembly (npm
# @jitl/quickjs-ng-wasmfile-release-sync 0.32.0) under github.com/tetratelabs/wazero
# v1.12.0: the engine that was translated from C to Go runs a script in about a third of
# the time that the WebAssembly of its sister takes with wazero's compiler.
#
# One would expect the opposite, or a draw: wazero makes machine code, and the bounds of
# its memory make a snapshot of a machine one copy. But that copy is large (megabytes of
# a fresh machine, its stack and heap in one piece, where the blocks that the translated
# one has allocated are some 200 kB), and the compiler takes about a second at each start
# of a process that has no cache of compiled modules on the disk.
#
# Seen: a loop of a million steps and a list of 50,000 objects: 650 to 760 ms in wasm,
# 200 to 260 ms translated; 1.1 s to compile the module; 5.4 MB to copy back.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @jitl/quickjs-ng-wasmfile-release-sync@0.32.0 >npm.log
tar xzf ./*.tgz
cp package/dist/emscripten-module.wasm q.wasm
# The short names that the build gave what it exports.
name() { grep -o "_$1=b\.[A-Za-z\$_]*" package/dist/emscripten-module.mjs | head -1 | sed 's/.*b\.//'; }
cat >names.txt <<T
$(name QTS_NewRuntime)
$(name QTS_NewContext)
$(name QTS_Eval)
$(name QTS_GetString)
$(grep -o '_malloc=b\.[A-Za-z$_]*' package/dist/emscripten-module.mjs | head -1 | sed 's/.*b\.//')
T
go mod init look >go.log 2>&1
go get github.com/tetratelabs/wazero@v1.12.0 modernc.org/quickjs@v0.25.0 >>go.log 2>&1
cat >main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"modernc.org/quickjs"
)

const script = `(() => { let s = 0; for (let i = 0; i < 1000000; i++) { s = (s + i * 7) % 1000003 }
	const a = []; for (let i = 0; i < 50000; i++) a.push({i, t: 'x' + i}); return String(s) + a.map(o => o.t.length).reduce((x, y) => x + y, 0) })()`

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// frame makes the module "a" that the build imports from: it hands functions on from
// "env", and has the memory.
func frame(q wazero.CompiledModule, pages, most uint32) []byte {
	name := func(s string) []byte { return append([]byte{byte(len(s))}, s...) }
	types, imports, exports := new(bytes.Buffer), new(bytes.Buffer), new(bytes.Buffer)
	fns := q.ImportedFunctions()
	for i, f := range fns {
		_, n, _ := f.Import()
		types.WriteByte(0x60)
		types.WriteByte(byte(len(f.ParamTypes())))
		for _, t := range f.ParamTypes() {
			types.WriteByte(t)
		}
		types.WriteByte(byte(len(f.ResultTypes())))
		for _, t := range f.ResultTypes() {
			types.WriteByte(t)
		}
		imports.Write(append(append(name("env"), name(n)...), 0, byte(i)))
		exports.Write(append(name(n), 0, byte(i)))
	}
	exports.Write(append(name("a"), 2, 0))
	out := bytes.NewBufferString("\x00asm\x01\x00\x00\x00")
	section := func(id byte, n int, body []byte) {
		body = append([]byte{byte(n)}, body...)
		out.WriteByte(id)
		out.Write(binary.AppendUvarint(nil, uint64(len(body))))
		out.Write(body)
	}
	section(1, len(fns), types.Bytes())
	section(2, len(fns), imports.Bytes())
	mem := binary.AppendUvarint([]byte{1}, uint64(pages))
	section(5, 1, binary.AppendUvarint(mem, uint64(most)))
	section(7, len(fns)+1, exports.Bytes())
	return out.Bytes()
}

func wasm() (took, ready time.Duration, used int, said string) {
	ctx := context.Background()
	begin := time.Now()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer r.Close(ctx)
	cm := must(r.CompileModule(ctx, must(os.ReadFile("q.wasm"))))
	env := r.NewHostModuleBuilder("env")
	for _, f := range cm.ImportedFunctions() {
		_, n, _ := f.Import()
		results := len(f.ResultTypes())
		env = env.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
			if results > 0 {
				stack[0] = 0
			}
		}), f.ParamTypes(), f.ResultTypes()).Export(n)
	}
	must(env.Instantiate(ctx))
	a := must(r.InstantiateWithConfig(ctx, frame(cm, 256, 32768), wazero.NewModuleConfig().WithName("a")))
	m := must(r.InstantiateModule(ctx, cm, wazero.NewModuleConfig().WithName("q").WithStartFunctions()))
	call := func(f string, args ...uint64) uint64 {
		if res := must(m.ExportedFunction(f).Call(ctx, args...)); len(res) > 0 {
			return res[0]
		}
		return 0
	}
	names := strings.Fields(string(must(os.ReadFile("names.txt"))))
	put := func(s string) uint64 {
		p := call(names[4], uint64(len(s)+1))
		a.Memory().Write(uint32(p), append([]byte(s), 0))
		return p
	}
	call("v") // the build's own start
	c := call(names[1], call(names[0]), 0)
	ready = time.Since(begin)
	b, _ := a.Memory().Read(0, a.Memory().Size())
	used = len(bytes.TrimRight(b, "\x00"))
	text, file := put(script), put("x.js")
	for range 3 {
		t := time.Now()
		v := call(names[2], c, text, uint64(len(script)), file, 0, 0)
		took = time.Since(t)
		s := call(names[3], c, v)
		b, _ := a.Memory().Read(uint32(s), 32)
		said = string(b[:bytes.IndexByte(b, 0)])
	}
	return took, ready, used, said
}

func translated() (took time.Duration, said any) {
	vm := must(quickjs.NewVM())
	defer vm.Close()
	for range 3 {
		t := time.Now()
		said = must(vm.Eval(script, quickjs.EvalGlobal))
		took = time.Since(t)
	}
	return took, said
}

func main() {
	w, ready, used, a := wasm()
	t, b := translated()
	fmt.Fprintf(os.Stderr, "wasm %v (ready after %v, %d bytes of memory used), translated %v\n", w, ready, used, t)
	fmt.Println("same result:", a == b)
	fmt.Println("translated takes less than two thirds of the time:", t*3 < w*2)
	fmt.Println("a fresh machine in wasm uses over 2 MB:", used > 2<<20)
}
GO
go mod tidy >>go.log 2>&1
go build -o look . && ./look | tee seen.txt
cat >want.txt <<'T'
same result: true
translated takes less than two thirds of the time: true
a fresh machine in wasm uses over 2 MB: true
T
diff want.txt seen.txt && echo "as it was seen"
