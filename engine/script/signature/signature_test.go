package signature

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/script/internal/scripttest"
)

// rawText is JSON without the blanks between its parts.
type rawText string

func (r *rawText) UnmarshalJSON(b []byte) error {
	var buf bytes.Buffer
	err := json.Compact(&buf, b)
	*r = rawText(buf.String())
	return err
}

func TestSignatures(t *testing.T) {
	for _, tt := range []struct{ reason, language, source, properties, required string }{
		{"TypeScript", "bun", "type Mode = 'a' | 'b';\nexport async function main(name: string, n = 3, ok?: boolean, when: Date, gmail_auth: Gmail, m: Mode = 'a', tags: string[] = ['x'], u: string | null, f: (x: number) => void) {}",
			`{"name":{"type":"string"},"n":{"type":"integer","default":3},"ok":{"type":"boolean"},"when":{"type":"string","format":"date-time"},"gmail_auth":{"type":"object","format":"resource-gmail"},"m":{"type":"string","enum":["a","b"],"default":"a"},"tags":{"type":"array","items":{"type":"string"},"default":["x"]},"u":{"type":"string","nullable":true},"f":{}}`,
			`["name","when","gmail_auth","f"]`},
		{"nested objects", "deno", "interface O { a?: number; 'b c': { d: string[] } }\nexport const main = async (o: O, s: wmill.Sql) => o", `{"o":{"type":"object","properties":{"a":{"type":"number"},"b c":{"type":"object","properties":{"d":{"type":"array","items":{"type":"string"}}},"required":["d"]}},"required":["b c"]},"s":{"type":"string","format":"sql"}}`, `["o","s"]`},
		{"what may be missing is not required", "bun", "type T = string | null; export function main(a: string | null, b: string | undefined, c: T, d: null | 'x' | 'y', e: any | undefined, f: undefined, g: { x: string | null }) {}",
			`{"a":{"type":"string","nullable":true},"b":{"type":"string","nullable":true},"c":{"type":"string","nullable":true},"d":{"type":"string","enum":["x","y"],"nullable":true},"e":{},"f":{},"g":{"type":"object","properties":{"x":{"type":"string","nullable":true}},"required":["x"]}}`, `["g"]`},
		{"Windmill's own types", "bun", `export function main(a: DynSelect_a, b: DynMultiselect_list, c: wmill.Resource<"postgres">, d: Resource<'c_x'>, e: S3Object) {}`,
			`{"a":{"type":"object","format":"dynselect-a"},"b":{"type":"object","format":"dynmultiselect-list"},"c":{"type":"object","format":"resource-postgres"},"d":{"type":"object","format":"resource-c_x"},"e":{"type":"object","format":"resource-s3_object"}}`, `["a","b","c","d","e"]`},
		{"defaults", "bun", `export function main(x = .5, i = 42, f = 1.5, e = 1e3, neg = -7, ls = ["a", "b"], nums = [1, 2.5], mixed = [1, "a"], none = [], nested = [[1]], as = ["a"] as const, typed = 5 as number, list = [] as string[], n: number = 42) {}`,
			`{"x":{"type":"number","default":0.5},"i":{"type":"integer","default":42},"f":{"type":"number","default":1.5},"e":{"type":"integer","default":1000},"neg":{"type":"integer","default":-7},"ls":{"type":"array","items":{"type":"string"},"default":["a","b"]},"nums":{"type":"array","items":{"type":"number"},"default":[1,2.5]},"mixed":{"type":"array","default":[1,"a"]},"none":{"type":"array","default":[]},"nested":{"type":"array","items":{"type":"array","items":{"type":"integer"}},"default":[[1]]},"as":{"type":"array","items":{"type":"string"},"default":["a"]},"typed":{"type":"number","default":5},"list":{"type":"array","items":{"type":"string"},"default":[]},"n":{"type":"number","default":42}}`, `[]`},
		{"a default that is an object", "bun", `export function main(o = { b: "test", "a c": 42, l: [{ x: true }], n: null }, e = {}, { p } = { p: 1 }) {}`,
			`{"o":{"type":"object","properties":{"b":{"type":"string"},"a c":{"type":"integer"},"l":{"type":"array","items":{"type":"object","properties":{"x":{"type":"boolean"}},"required":[]}},"n":{}},"required":[],"default":{"b":"test","a c":42,"l":[{"x":true}],"n":null}},"e":{"type":"object","default":{}},"anon1":{"type":"object","properties":{"p":{"type":"integer"}},"required":[],"default":{"p":1}}}`, `[]`},
		{"enums in lists and patterns", "bun", `type FooBar = { a: string }; export function main(foo: ("foo" | "bar")[], {a}: FooBar, {c}: FooBar = {a: "foo"}, lit: "test", u: "foo" | "bar" | undefined) {}`,
			`{"foo":{"type":"array","items":{"type":"string","enum":["foo","bar"]}},"anon1":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},"anon2":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"default":{"a":"foo"}},"lit":{"type":"string","enum":["test"]},"u":{"type":"string","enum":["foo","bar"],"nullable":true}}`, `["foo","anon1","lit"]`},
		{"enums", "bun", `enum Color { Red = "r", Green = "g" } enum Level { Low, High = 5, Top } enum Odd { A = "x".length, B = 2 } const enum Flag { "a b" = "x" } export function main(c: Color = Color.Green, l: Level = Level.Top, o: Odd = Odd.A, f: Flag, n = Color.Red) {}`,
			`{"c":{"type":"string","enum":["r","g"],"default":"g"},"l":{"type":"number","enum":[0,5,6],"default":6},"o":{},"f":{"type":"string","enum":["x"]},"n":{"type":"string","default":"r"}}`, `["f"]`},
		{"escapes", "bun", `export function main(a = "q\u00e9\x41\u{1f600}\ud83d\ude00", b = "\ud83d.", c = 'it\'s\r\n\
on', d: "\u00e9" | "b") {}`,
			`{"a":{"type":"string","default":"qéA😀😀"},"b":{"type":"string","default":"` + "\ufffd" + `."},"c":{"type":"string","default":"it's\r\non"},"d":{"type":"string","enum":["é","b"]}}`, `["d"]`},
		{"a main inside of something else", "bun", "function q() { function main(no: Date) {} }\nclass C { main(no: string) {} }\nexport async function main(yes: number) { const main = (no: string) => no }", `{"yes":{"type":"number"}}`, `["yes"]`},
		{"overloads", "bun", "export function main(a: string): void;\nexport function main(a: number, b: string): void;\nexport function main(a: any, b = 1) {}", `{"a":{},"b":{"type":"integer","default":1}}`, `["a"]`},
		{"another name that is exported", "bun", "function main2(no: string) {}\nasync function work(a: string) {}\nexport { work as main, main2 }", `{"a":{"type":"string"}}`, `["a"]`},
		{"the default", "bun", "const helper = (no: string) => no\nexport default async function (a: string) {}", `{"a":{"type":"string"}}`, `["a"]`},
		{"the default by name", "bun", "const work = async <T>(a: string, b?: T) => a\nexport default work", `{"a":{"type":"string"},"b":{}}`, `["a"]`},
		{"a constant with a type", "bun", "export const main: (a: string) => Promise<void> = async (a: number) => {}", `{"a":{"type":"number"}}`, `["a"]`},
		{"no main", "bun", "const x = 1", `{}`, `[]`},
		{"half a script", "bun", "export async function main(a: string, b: {c: ", `{"a":{"type":"string"},"b":{"type":"object","properties":{"c":{}},"required":["c"]}}`, `["a","b"]`},
		{"a type that names itself", "bun", "type T = { t: T }; export function main(t: T) {}", `{"t":{"type":"object","properties":{"t":{"type":"object","format":"resource-t"}},"required":["t"]}}`, `["t"]`},
		{"Python", "python3", "from typing import Literal, Optional\ndef main(a: str, b: int = 4, c: Optional[list[str]] = None, d: Literal['x','y'] = 'x', g: Gmail = None, h=True):\n  pass", `{"a":{"type":"string"},"b":{"type":"integer","default":4},"c":{"type":"array","items":{"type":"string"},"nullable":true},"d":{"type":"string","enum":["x","y"],"default":"x"},"g":{"type":"object","format":"resource-gmail"},"h":{"default":true,"type":"boolean"}}`, `["a"]`},
		{"Python's ways to say that a date may be missing", "python3", "import datetime as dt, typing as T\nfrom datetime import date, date as day\nfrom typing import Annotated, List, NewType, Optional as Opt, Union\nBirthday = NewType('Birthday', date)\nWhen: T.TypeAlias = Union[dt.datetime, None]\ndef main(a: date, b: 'dt.datetime | None', c: Opt[day], d: Union[None, bytes], e: T.Optional[dt.date], f: Opt[List[date]], g: Annotated[Opt[date], 'x'], h: Birthday, i: When):\n  pass",
			`{"a":{"type":"string","format":"date"},"b":{"type":"string","format":"date-time","nullable":true},"c":{"type":"string","format":"date","nullable":true},"d":{"type":"string","contentEncoding":"base64","nullable":true},"e":{"type":"string","format":"date","nullable":true},"f":{"type":"array","items":{"type":"string","format":"date"},"nullable":true},"g":{"type":"string","format":"date","nullable":true},"h":{"type":"string","format":"date"},"i":{"type":"string","format":"date-time","nullable":true}}`,
			`["a","b","c","d","e","f","g","h","i"]`},
		{"Bash", "bash", "name=\"$1\"\nother=\"${2:-d f}\"\nq=$3", `{"name":{"type":"string"},"other":{"type":"string","default":"d f"},"q":{"type":"string"}}`, `["name","q"]`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := Of(tt.language, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			var s struct {
				Properties, Required rawText
			}
			if err := json.Unmarshal(got, &s); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.properties, string(s.Properties)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.required, string(s.Required)); diff != "" {
				t.Error(diff)
			}
		})
	}
	_, err := Of("python3", "x = 1\ndef main(:\n")
	if f := scripttest.Failure(t, err, "SyntaxError"); f.Line != 2 {
		t.Errorf("%+v", f)
	}
	_, err = Of("rust", "")
	scripttest.Failure(t, err, "NoSignature")
	for _, open := range []string{"[", "{a:", "(", "Array<", "`${"} {
		for _, head := range []string{"export function main(a: ", "export function main(a = "} {
			if _, err := Of("bun", head+strings.Repeat(open, 200_000)); err != nil {
				t.Errorf("%s%s…: %v", head, open, err)
			}
		}
	}
}

// Whatever a script is, its signature is JSON.
func FuzzSignature(f *testing.F) {
	for _, s := range []string{
		`export function main(a = "\u{1f600}\x41\ud83d", b: 'x' | null, c = .5 as number, d: Resource<"p">) {}`, "export default async <T>(a: T, {b}, [c], ...d) => a",
		"export { f as main }; const f: () => void = function* g(a = `${1}`) {}", "main function main(a: \"\\", "export function main(a = [1, {b: [\"c\"]}", `"\`, `function main(a = "\u{`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		got, err := Of("bun", source)
		if err != nil || !json.Valid(got) {
			t.Errorf("%q: %s, %v", source, got, err)
		}
		Dates(source)
	})
}
