package js

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/script/internal/scripttest"
)

// What a script imports it may take by require, too: it gets what Node's gives.
func TestRequire(t *testing.T) {
	x := newJS(t)
	for _, tt := range []struct{ reason, source, want string }{
		{"an object", `const path = require("path"); export const main = () => path.join("a", "b")`, `"a/b"`},
		{"a class", `const EventEmitter = require("events"); class A extends EventEmitter {} export const main = () => new A().on("x", () => 0).emit("x")`, `true`},
		{"its members", `const { inspect, format } = require("node:util"); export const main = () => inspect({ a: format("%d", 5) })`, `"{ a: '5' }"`},
		{"inside a function", `export function main() { const { createHash } = require("crypto"); return createHash("md5").update("a").digest("hex") }`, `"0cc175b9c0f1b6a831c399e269772661"`},
		{"beside an import", `import os from "os"; const { EOL } = require("os"); export const main = () => os.EOL === EOL`, `true`},
		{"the client", `const wmill = require("windmill-client"); export const main = () => typeof wmill.getResource`, `"function"`},
		{"the same one twice", `export const main = () => require("events") === require("node:events")`, `true`},
	} {
		got, err := x.Run(t.Context(), scripttest.Job("bun", tt.source, `{}`), &scripttest.Log{})
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.reason, got, err, tt.want)
		}
	}
}

// What a module of Node has there and not here is told by name.
func TestWhatAModuleLacks(t *testing.T) {
	_, err := newJS(t).Run(t.Context(), scripttest.Job("bun", `import { createCipheriv } from "node:crypto"; export const main = () => createCipheriv`, `{}`), &scripttest.Log{})
	f, _ := errors.AsType[*run.Failure](err)
	if f == nil || !strings.Contains(f.Message, "createCipheriv") || !strings.Contains(f.Hint, "part of Node's modules") {
		t.Errorf("%v", err)
	}
}

// The body of an answer can be read as a stream, once; a stream that is sent arrives whole.
func TestBodiesAsStreams(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, 10)
		n, _ := r.Body.Read(b)
		w.Write(append([]byte("héllo "), b[:n]...))
	}))
	defer srv.Close()
	source := `export async function main(url: string) {
	const r = await fetch(url, { method: "POST", body: new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("yo")); c.enqueue(new TextEncoder().encode("u")); c.close() } }), duplex: "half" } as any);
	let text = "";
	for await (const c of r.body!) text += new TextDecoder().decode(c);
	const piped = await fetch(url).then((r) => { try { r.body!.pipeThrough({} as any) } catch (e) { return e.message } });
	return [text, r.bodyUsed, await r.text().catch((e) => e.name), piped];
}`
	got, err := newJS(t).Run(t.Context(), scripttest.Job("bun", source, `{"url":"`+srv.URL+`"}`), &scripttest.Log{})
	want := `["héllo you",true,"TypeError","streams cannot be piped here (pipeThrough): read them with for await, or getReader()"]`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

// Headers and search parameters in a result are what the step's own runtime makes of them.
func TestHeadersInAResult(t *testing.T) {
	x := newJS(t)
	source := `export const main = () => ({ h: new Headers({ A: "1" }), q: new URLSearchParams("a=1&a=2") })`
	for language, want := range map[string]string{"bun": `{"h":{"a":"1"},"q":{"a":["1","2"]}}`, "deno": `{"h":{},"q":{}}`} {
		if got, err := x.Run(t.Context(), scripttest.Job(language, source, `{}`), &scripttest.Log{}); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", language, got, err, want)
		}
	}
}

// What the editor takes for available is what there is.
func TestAvailableModules(t *testing.T) {
	for name := range modules {
		if short := strings.TrimPrefix(name, "node:"); !flow.Available(name) || !flow.Available(short) {
			t.Errorf("%s is said not to be available", name)
		}
	}
	for _, name := range []string{"lodash", "node:http", "fs/promises/x"} {
		if flow.Available(name) {
			t.Errorf("%s is said to be available", name)
		}
	}
}
