package js

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/scripttest"
)

func newJS(t testing.TB) *Executor {
	x := New()
	t.Cleanup(x.Close)
	return x
}

func TestMainArguments(t *testing.T) {
	x := newJS(t)
	for _, tt := range []struct{ reason, source, args, want string }{
		{"by name, whatever their order", `export async function main(a: string, b: number) { return [a, b] }`, `{"b":2,"a":"x","other":1}`, `["x",2]`},
		{"defaults for what is absent", `export function main(a = 1, b = 2) { return [a, b] }`, `{"b":null}`, `[1,null]`},
		{"a pattern takes what is left over", `export function main(a, {b, c}: any) { return [a, b, c] }`, `{"a":1,"b":2,"c":3}`, `[1,2,3]`},
		{"a pattern's default", `export function main({z} = {z: 5}) { return z }`, `{}`, `5`},
		{"an arrow", `export const main = async (a: string) => a`, `{"a":"x"}`, `"x"`},
		{"an arrow without brackets", `const f = a => a; export { f as main }`, `{"a":"x"}`, `"x"`},
		{"brackets and commas in defaults", "export function main(a = \"),(\", b = /[)/,]+/, c = `${[1, \")\"].join(\",\")})`, d) { return d }", `{"d":4}`, `4`},
		{"comments in the head", "export function main(/* a, */ x, // (\n y) { return [x, y] }", `{"x":1,"y":2}`, `[1,2]`},
		{"a date parameter", `export function main(d: Date) { return d.getUTCFullYear() }`, `{"d":"2024-05-01T00:00:00Z"}`, `2024`},
		{"a date from a number", `export function main(d: Date) { return d.toISOString() }`, `{"d":1704067200000}`, `"2024-01-01T00:00:00.000Z"`},
		{"a date without a value", `export function main(d: Date = new Date(5), e?: Date, f: Date = new Date(6)) { return [d.getTime(), e === undefined, f.getTime()] }`, `{"d":null,"e":null,"f":""}`, `[5,true,6]`},
		{"names of functions and classes", `function f() {} class C { static me = C.name; static make() { return new C() } } export function main(f: string) { function g() {} class D {} { class C {} function f2() {} return [f, C.name, g.name, D.name, outer()] } } function outer() { function f() {} return [C.name, C.me, C.make().constructor.name, f.name, function f() {}.name, main.name] }`, `{"f":"x"}`, `["x","C","g","D",["C","C","C","f","f","main"]]`},
		{"a date under a name", `type When = Date | null; export function main(d?: When) { return d!.getTime() }`, `{"d":5}`, `5`},
		{"a date of another main", `function q() { function main(no: Date) {} } export function main(no: any) { return no }`, `{"no":"2024-01-01"}`, `"2024-01-01"`},
		{"a parameter with the name of a constant", `const limit = 10; export async function main(limit: number) { return limit }`, `{"limit":3}`, `3`},
		{"of an import", `import { getVariable } from "windmill-client"; console.log(typeof getVariable); export function main(getVariable: string) { return getVariable }`, `{"getVariable":"v"}`, `"v"`},
		{"of a function, a class, an enum, itself, require", `function f() {} class C {} enum E { A } export function main(f: string, { C }: any, E: string, main: string, require = 0) { return [f, C, E, main, require] }`, `{"f":1,"E":3,"C":2,"main":4,"require":5}`, `[1,2,3,4,5]`},
		{"of a date", `const when = 1; export function main(when: Date) { return when.getTime() + 1 }`, `{"when":"1970-01-01T00:00:00Z"}`, `1`},
		{"of an arrow", `const a = 1; export const main = a => a`, `{"a":2}`, `2`},
		{"of an arrow that is returned", `const ü = "😀", a = 1; const make = () => { const s = "😀"; return async a => s + a }; export const main = make()`, `{"a":2}`, `"😀2"`},
		{"that another function has for itself", `const n = 1; function other(n2: number) { return n2 } export function main(n: number, n2: number) { return [n, n2, other(3)] }`, `{"n":7,"n2":8}`, `[7,8,3]`},
		{"beside defaults that name the constant", `const n = 1; export function main(m = n, n3 = (n) => n, n2 = 4) { return [m, n3(5), n2] }`, `{}`, `[1,5,4]`},
		{"a member without a value", `export function main() { return { a: undefined, b: [undefined], c: { d: undefined } } }`, `{}`, `{"a":null,"b":[null],"c":{"d":null}}`},
		{"an async generator", `export async function* main() { yield "a"; await null; yield "b" }`, `{}`, `"ab"`},
		{"a result that comes piece by piece", `async function* words() { yield "a"; yield "b\n" } export function main() { return words() }`, `{}`, `"ab\n"`},
		{"no result", `export function main() {}`, `{}`, `null`},
		{"no arguments at all", `export function main(a) { return a === undefined }`, ``, `true`},
		{"a big integer", `export function main() { return { n: 2n ** 64n } }`, `{}`, `{"n":"18446744073709551616"}`},
		{"TypeScript", "enum E { A = 'x' }\ninterface I { a: E }\nexport async function main(): Promise<I> { return { a: E.A } satisfies I }", `{}`, `{"a":"x"}`},
		{"top-level await", "const v = await Promise.resolve(7);\nexport const main = () => v", `{}`, `7`},
		{"timers", `export async function main() { const out = []; setTimeout(() => out.push(2), 5); setTimeout(() => out.push(1), 1); await new Promise(r => setTimeout(r, 20)); return out }`, `{}`, `[1,2]`},
		{"an interval that is cleared", `export async function main() { let n = 0; await new Promise(r => { const t = setInterval(() => { if (++n === 3) { clearInterval(t); r() } }, 1) }); return n }`, `{}`, `3`},
		{"the environment", `export function main() { return [process.env.WM_JOB_ID, process.env.WM_WORKSPACE, process.env.PATH === undefined] }`, `{}`, `["job-1","sluice",true]`},
		{"a job leaves nothing behind", `export function main() { const was = globalThis.mark; globalThis.mark = 1; Array.prototype.map = null; return was === undefined && [1].map === null }`, `{}`, `true`},
		{"nor here", `export function main() { return [globalThis.mark === undefined, [1].map(x => x)] }`, `{}`, `[true,[1]]`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := x.Run(context.Background(), scripttest.Job("bun", tt.source, tt.args), &scripttest.Log{})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func raw(text string) json.RawMessage { return json.RawMessage(text) }

// What main is typed to get is no matter of the preprocessor, which gets the input
// as it came.
func TestPreprocessorGetsNoDates(t *testing.T) {
	x := newJS(t)
	j := scripttest.Job("bun", `export function preprocessor(when: string) { return typeof when } export function main(when: Date) { return when.getTime() }`, `{"when":"1970-01-01T00:00:00Z"}`)
	for step, want := range map[run.StepID]string{run.PreprocessorStep: `"string"`, "a": "0"} {
		j.Step = step
		if got, err := x.Run(context.Background(), j, &scripttest.Log{}); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", step, got, err)
		}
	}
}

// A script can tell by its globals where it runs.
func TestGlobalsOfLanguages(t *testing.T) {
	x := newJS(t)
	for language, want := range map[string]string{
		"bun": `["object","undefined","object"]`, "deno": `["undefined","object","object"]`,
		"nativets": `["undefined","undefined","object"]`, "javascript": `["object","object","object"]`,
	} {
		got, err := x.Run(context.Background(), scripttest.Job(language, "export function main() { return [typeof Bun, typeof Deno, typeof process] }", `{}`), &scripttest.Log{})
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", language, got, err)
		}
	}
	got, err := x.Run(context.Background(), scripttest.Job("deno", `export function main() { return Deno.env.get("WM_WORKSPACE") }`, `{}`), &scripttest.Log{})
	if err != nil || string(got) != `"sluice"` {
		t.Errorf("%s, %v", got, err)
	}
	_, err = x.Run(context.Background(), scripttest.Job("bun", `export function main() { return Deno.env.get("WM_WORKSPACE") }`, `{}`), &scripttest.Log{})
	if f := scripttest.Failure(t, err, "ReferenceError"); f.Hint == "" || f.Line != 1 {
		t.Errorf("%+v", f)
	}
}

func TestScriptMistakes(t *testing.T) {
	x := newJS(t)
	for _, tt := range []struct {
		reason, source string
		want           run.Failure
	}{
		{"an error has its line", "type A = string;\n\nexport async function main(a: A) {\n  const x: any = null;\n  return x.y;\n}", run.Failure{Name: "TypeError", Message: "cannot read property 'y' of null", Line: 5}},
		{"an error of one's own", "class MyError extends Error { name = 'MyError' }\nexport function main() {\n  throw new MyError('no');\n}", run.Failure{Name: "MyError", Message: "no", Line: 3}},
		{"an error in a timer", "export async function main() {\n  await new Promise(() => setTimeout(() => {\n    throw new RangeError('late');\n  }, 1));\n}", run.Failure{Name: "RangeError", Message: "late", Line: 3}},
		{"a thrown text", "export function main() { throw 'no' }", run.Failure{Name: "Error", Message: "no"}},
		{"a thrown object", "export function main() { throw {a: 1} }", run.Failure{Name: "Error", Message: `{"a":1}`, Extra: raw(`{"a":1}`)}},
		{"null", "export function main() { throw null }", run.Failure{Name: "Error", Message: "null"}},
		{"a promise rejected with null", "export async function main() { await Promise.reject(null) }", run.Failure{Name: "Error", Message: "null"}},
		{"undefined", "export function main() { throw undefined }", run.Failure{Name: "Error", Message: "undefined"}},
		{"no number", "export function main() { throw NaN }", run.Failure{Name: "Error", Message: "NaN"}},
		{"a big number", "export function main() { throw 10n }", run.Failure{Name: "Error", Message: "10"}},
		{"a symbol", "export function main() { throw Symbol('s') }", run.Failure{Name: "Error", Message: "Symbol(s)"}},
		{"words about memory", "export function main() { throw new Error('out of memory in the database') }", run.Failure{Name: "Error", Message: "out of memory in the database", Line: 1}},
		{"an object that cannot be read", "export function main() { throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 }, ownKeys() { throw 3 } }) }", run.Failure{Name: "Error", Message: "something that cannot be read was thrown"}},
		{"a message that cannot be read", "export function main() { throw { get message() { throw 1 } } }", run.Failure{Name: "Error", Message: "something that cannot be read was thrown"}},
		{"what an error carries", `export function main() { throw Object.assign(new Error("boom"), { status: 404, body: { a: [1, undefined] }, none: undefined, f() {} }) }`, run.Failure{Name: "Error", Message: "boom", Line: 1, Extra: raw(`{"status":404,"body":{"a":[1,null]},"none":null}`)}},
		{"fields of its class", `class E extends Error { name = "E"; status = 5; #own = 1; constructor(m: string, public url: URL) { super(m) } }; export function main() { throw new E("m", new URL("http://a.example")) }`, run.Failure{Name: "E", Message: "m", Line: 1, Extra: raw(`{"url":"http://a.example/","status":5}`)}},
		{"a class that names itself", "class HttpError extends Error {\n  static of(m: string) { return new HttpError(m) }\n  constructor(m: string) { super(m); this.name = this.constructor.name }\n}\nexport function main() { throw HttpError.of('m') }", run.Failure{Name: "HttpError", Message: "m", Line: 2}},
		{"its cause", `export function main() { throw new Error("out", { cause: new TypeError("in", { cause: { code: 7 } }) }) }`, run.Failure{Name: "Error", Message: "out", Line: 1, Extra: raw(`{"cause":{"name":"TypeError","message":"in","cause":{"code":7}}}`)}},
		{"many errors", `export async function main() { await Promise.any([Promise.reject(new Error("a")), Promise.reject("b")]) }`, run.Failure{Name: "AggregateError", Message: "", Line: 1, Extra: raw(`{"errors":[{"name":"Error","message":"a"},"b"]}`)}},
		{"what cannot be told", `export function main() { const e: any = new Error("m"); e.self = e; e.ok = 1; Object.defineProperty(e, "bad", { get() { throw 1 } }); throw e }`, run.Failure{Name: "Error", Message: "m", Line: 1, Extra: raw(`{"ok":1}`)}},
		{"a syntax error", "export function main() {\n  return 1 +;\n}", run.Failure{Name: "SyntaxError", Message: `Unexpected ";" (line 2, column 13)`, Line: 2, Hint: "Nothing was run."}},
		{"no main", "function other() {}", run.Failure{Name: "NoMain", Message: "The script has no exported function main", Hint: "Write: export async function main(name: string) { … }"}},
		{"a promise that never settles", "export async function main() { await new Promise(() => {}) }", run.Failure{Name: "NeverFinished", Message: "main waits for something that never happens", Hint: "A promise that main awaits is never resolved."}},
		{"exit in the middle", "export async function main() { try { process.exit(3) } catch {} for (;;) {} }", run.Failure{Name: "Exit", Message: "The script called process.exit(3) before main returned", Hint: "Return a value from main, or throw an error."}},
		{"a result that is a cycle", "export function main() { const a = {}; a.a = a; return a }", run.Failure{Name: "TypeError", Message: "circular reference"}},
		{"a call of a service that is not here", "import * as wmill from 'windmill-client'\nexport async function main() {\n  await wmill.TeamsService.sendMessageToConversation({});\n}", run.Failure{Name: "Error", Message: "TeamsService.sendMessageToConversation is not available here: use sendMail or askByMail", Line: 3}},
		{"another call of a service that is here", "import { JobService } from 'windmill-client'\nexport async function main() {\n  await JobService.getQueuePosition({});\n}", run.Failure{Name: "Error", Message: "JobService.getQueuePosition is not available here: Sluice has no such call; the README lists those that it has", Line: 3}},
		{"another language's dates", "export function main() {\n  return new Date(0).toLocaleDateString('ru-RU');\n}", run.Failure{Name: "RangeError", Message: `the locale "ru-RU" is not available here: use "en-US", or build the text from parts`, Line: 2}},
		{"a piece that is not text", "export async function* main() {\n  yield 'a';\n  yield 5 as any;\n}", run.Failure{Name: "TypeError", Message: "a result that comes piece by piece is text, and a piece is of type number"}},
		{"a recursion that is not caught", "export function main() { const f = () => f() + 1; f() }", run.Failure{Name: "RangeError", Message: "The script calls itself too deeply", Hint: "Look for a recursion that does not end.", Line: 1}},
		{"a name the client lacks", "import { nope } from 'windmill-client';\nexport function main() { nope() }", run.Failure{Name: "SyntaxError", Message: "Could not find export 'nope' in module 'windmill-client'"}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			_, err := x.Run(context.Background(), scripttest.Job("bun", tt.source, `{}`), &scripttest.Log{})
			f, ok := errors.AsType[*run.Failure](err)
			if !ok {
				t.Fatalf("error %v is not a failure", err)
			}
			f.Stack = ""
			if diff := cmp.Diff(tt.want, *f); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestImportsAreRefusedBeforeTheRun(t *testing.T) {
	x := newJS(t)
	for _, path := range []string{"axios", "npm:zod@3", "https://deno.land/x/other@v1/mod.ts", "./helper.ts", "node:fs"} {
		log := &scripttest.Log{}
		_, err := x.Run(context.Background(), scripttest.Job("bun", "console.log('ran');\nimport * as p from '"+path+"';\nexport function main() { return p }", `{}`), log)
		f, ok := errors.AsType[*run.Failure](err)
		if !ok || f.Name != "ImportError" || !strings.Contains(f.Message, path) || f.Line != 2 || f.Hint == "" {
			t.Errorf("%s: %+v", path, err)
		}
		if log.String() != "" {
			t.Errorf("%s: the script ran: %s", path, log)
		}
	}
	if _, err := x.Run(context.Background(), scripttest.Job("bun", "import type { A } from 'axios';\nexport function main(a: A) {}", `{}`), &scripttest.Log{}); err != nil {
		t.Errorf("an import of types only: %v", err)
	}
}

func TestLog(t *testing.T) {
	x, log := newJS(t), &scripttest.Log{}
	_, err := x.Run(context.Background(), scripttest.Job("bun", `export function main() {
		console.log("one", "two");
		console.error({a: [1, "x"], m: new Map([["k", null]])}, 5n, undefined);
		console.log("%s has %d", "Ann", 3, true);
		process.stdout.write("a"); process.stdout.write("b\nc");
		console.log(new Error("boom").message, [], {});
	}`, `{}`), log)
	if err != nil {
		t.Fatal(err)
	}
	want := "one two\n{ a: [ 1, \"x\" ], m: Map { \"k\" => null } } 5n undefined\nAnn has 3 true\nab\nboom [] {}\nc\n"
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Error(diff)
	}
}

func TestLogIsBounded(t *testing.T) {
	x, log := newJS(t), &scripttest.Log{}
	if _, err := x.Run(context.Background(), scripttest.Job("bun", `export function main() {
		console.log("x".repeat(100000));
		for (let i = 0; i < 1000; i++) console.log("y".repeat(10000));
	}`, `{}`), log); err != nil {
		t.Fatal(err)
	}
	out := log.String()
	first, _, _ := strings.Cut(out, "\n")
	if len(out) > job.MaxLog+1000 || len(first) > job.MaxLine+100 || !strings.HasSuffix(first, "(line cut)") || !strings.HasSuffix(out, "the rest is left out)\n") {
		t.Errorf("log of %d bytes, first line of %d, end %q", len(out), len(first), out[len(out)-80:])
	}
}

func TestWebNames(t *testing.T) {
	x := newJS(t)
	for _, tt := range []struct{ expr, want string }{
		{`new URL("../b/./c?x=1 2#h", "https://Us%65r:p@EXAMPLE.com:443/a/d/e").href`, `"https://Us%65r:p@example.com/a/b/c?x=1%202#h"`},
		{`new URL("http://0x7f.1/").hostname`, `"127.0.0.1"`},
		{`new URL("http://bücher.example/ü").href`, `"http://xn--bcher-kva.example/%C3%BC"`},
		{`new URL("http://[::1]:8080/x").host`, `"[::1]:8080"`},
		{`new URL("?q=2", "http://a.example/b?q=1#f").href`, `"http://a.example/b?q=2"`},
		{`new URL("//c.example/d", "https://a.example/b").href`, `"https://c.example/d"`},
		{`new URL("mailto:a@b.example").pathname`, `"a@b.example"`},
		{`["nope", "http://", "http://a b/", "http://a:99999/"].map(u => URL.canParse(u))`, `[false,false,false,false]`},
		{`(() => { const u = new URL("http://a.example/"); u.searchParams.append("k", "a b&c"); u.search += "&z=ü"; return [u.href, u.searchParams.get("z")] })()`, `["http://a.example/?k=a+b%26c&z=%C3%BC","ü"]`},
		{`new URLSearchParams("a=1&b=%C3%A4+x&a=2").getAll("a").concat(new URLSearchParams({b: "ä x"}).toString())`, `["1","2","b=%C3%A4+x"]`},
		{`[...new TextEncoder().encode("aé✓😀")]`, `[97,195,169,226,156,147,240,159,152,128]`},
		{`new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xe2, 0x9c, 0x93, 0xf0, 0x9f]))`, `"a` + "\ufffd✓\ufffd" + `"`},
		{`[btoa("hé"), atob("aMOp"), (() => { try { btoa("✓") } catch (e) { return e.name } })()]`, `["aOk=","hÃ©","InvalidCharacterError"]`},
		{`structuredClone({d: new Date(0), m: new Map([[1, {a: 2}]]), u: undefined}).m.get(1)`, `{"a":2}`},
		{`[...new Headers({"X-B": "2", a: " 1 "}).entries()]`, `[["a","1"],["x-b","2"]]`},
		{`Buffer.from("héllo").toString("base64") + Buffer.from("6869", "hex")`, `"aMOpbGxvhi"`},
		{`Buffer.concat([Buffer.from("a"), Buffer.from("b")]).equals(Buffer.from("ab"))`, `true`},
		{`await (async () => Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"))).toString("hex"))()`, `"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`},
		{`await (async () => { const k = await crypto.subtle.importKey("raw", Buffer.from("key"), {name: "HMAC", hash: "SHA-256"}, false, ["sign"]); const m = await crypto.subtle.sign("HMAC", k, Buffer.from("The quick brown fox jumps over the lazy dog")); return Buffer.from(m).toString("hex") })()`, `"f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"`},
		{`/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())`, `true`},
		{`await (async () => { const e = new EventTarget(); let n = 0; e.addEventListener("x", () => n++, {once: true}); e.dispatchEvent(new Event("x")); e.dispatchEvent(new Event("x")); return n })()`, `1`},
		{`await (async () => { const r = new Response(JSON.stringify({a: 1}), {status: 201}); return [r.ok, r.status, await r.clone().text(), await r.json()] })()`, `[true,201,"{\"a\":1}",{"a":1}]`},
		{`await (async () => { const f = new FormData(); f.append("a", "1"); const t = await new Request("http://a.example", {method: "POST", body: f}).text(); return t.includes('name="a"\r\n\r\n1') })()`, `true`},
		{`await (async () => { try { AbortSignal.abort().throwIfAborted() } catch (e) { return e.name } })()`, `"AbortError"`},
		{`new Date(0).toLocaleTimeString("en-US", {timeZone: "Asia/Kolkata"})`, `"5:30:00 AM"`},
		{`(typeof Intl.NumberFormat) + (performance.now() > 0)`, `"functiontrue"`},
	} {
		got, err := x.Run(context.Background(), scripttest.Job("bun", "export async function main() { return "+tt.expr+" }", `{}`), &scripttest.Log{})
		if err != nil {
			t.Errorf("%s: %v", tt.expr, err)
		} else if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s: %s", tt.expr, diff)
		}
	}
}

// Bodies are read in chunks, addresses may hold what they name, and only Bun gives
// headers and search parameters a form in JSON.
func TestStreamsAndHeldAddresses(t *testing.T) {
	x := newJS(t)
	for _, tt := range []struct{ language, body, want string }{
		{"bun", `const r = new Response("h\u00e9llo"), out = []; for await (const c of r.body) out.push(...c); return [out.length, r.bodyUsed]`, `[6,true]`},
		{"bun", `const r = new Response("x"); for await (const c of r.body); try { await r.text() } catch (e) { return [e.name, e.message] }`, `["TypeError","the body has been read already"]`},
		{"bun", `const r = new Response("abc").body.getReader(); return [(await r.read()).value.length, (await r.read()).done]`, `[3,true]`},
		{"bun", `const b = new Response(new Uint8Array(200000)).body; let n = 0, all = 0; for await (const c of b) { n++; all += c.length } return [n, all]`, `[4,200000]`},
		{"bun", `const r = new Response("x"); r.body.getReader(); try { await r.text() } catch (e) { return e.name }`, `"TypeError"`},
		{"bun", `const s = new ReadableStream({ start(c) { c.enqueue("x"); c.enqueue(Uint8Array.of(121)); c.close() } }); return new Response(s).text()`, `"xy"`},
		{"bun", `let n = 0; const s = new ReadableStream({ pull(c) { n++ < 2 ? c.enqueue(n) : c.error(new Error("broke")) } }); const got = []; try { for await (const v of s) got.push(v) } catch (e) { got.push(e.message) } return got`, `[1,2,"broke"]`},
		{"bun", `let why; const s = new ReadableStream({ pull(c) { c.enqueue(1) }, cancel(r) { why = "left" } }); for await (const v of s) break; return [why, s.locked]`, `["left",false]`},
		{"bun", `const [a, b] = ReadableStream.from([1, 2]).tee(), out = []; for await (const v of a) out.push(v); for await (const v of b) out.push(v); return out`, `[1,2,1,2]`},
		{"bun", `const r = new Response(ReadableStream.from(["a", "b"])), c = r.clone(); return [await r.text(), await c.text()]`, `["ab","ab"]`},
		{"bun", `const s = new ReadableStream(); s.getReader(); try { s.getReader() } catch (e) { return e.name }`, `"TypeError"`},
		{"bun", `return [new Response().body, new Response("").body === null]`, `[null,false]`},
		{"bun", `return (await fetch("data:text/plain;charset=utf-8,a%20b%C3%A9")).text()`, `"a b\u00e9"`},
		{"bun", `const r = await fetch("data:application/json;base64,eyJhIjoxfQ=="); return [r.status, r.headers.get("content-type"), await r.json()]`, `[200,"application/json",{"a":1}]`},
		{"deno", `return (await fetch("data:,x")).headers.get("content-type")`, `"text/plain;charset=US-ASCII"`},
		{"bun", `return { h: new Headers({ A: "b" }), q: new URLSearchParams("a=1&a=2&b=3") }`, `{"h":{"a":"b"},"q":{"a":["1","2"],"b":"3"}}`},
		{"bun", `return new Headers([["set-cookie", "a"], ["set-cookie", "b"]])`, `{"set-cookie":["a","b"]}`},
		{"deno", `return { h: new Headers({ A: "b" }), q: new URLSearchParams("a=1") }`, `{"h":{},"q":{}}`},
	} {
		got, err := x.Run(context.Background(), scripttest.Job(tt.language, "export async function main() { "+tt.body+" }", "{}"), t.Output())
		if err != nil {
			t.Errorf("%s: %s: %v", tt.language, tt.body, err)
			continue
		}
		var a, b any
		if json.Unmarshal(got, &a) != nil || json.Unmarshal([]byte(tt.want), &b) != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %s\ngives %s, want %s", tt.language, tt.body, got, tt.want)
		}
	}
}
