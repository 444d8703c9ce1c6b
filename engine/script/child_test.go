package script

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
)

const dates = `
import datetime as dt, typing as T
from datetime import datetime, date
from datetime import date as day
from typing import List, NewType, Optional, Union
Birthday = NewType("Birthday", date)
def main(a: date, b: "datetime | None" = None, c: Optional[datetime] = None, d: Optional[date] = None, e: Optional[bytes] = None,
         f: Union[None, date] = None, g: T.Optional[dt.date] = None, h: Optional[day] = None,
         i: Union[dt.datetime, date] = None, j: Union[date, str] = None, k: Optional[Birthday] = None, l: Optional[List[date]] = None):
    return [type(x[0] if isinstance(x, list) else x).__name__ for x in (a, b, c, d, e, f, g, h, i, j, k, l)]
`

func TestPython(t *testing.T) {
	for _, tt := range []struct{ reason, source, args, want string }{
		{"by name; null takes the default", "def main(a: str, b: int = 4, c=None):\n    return [a, b, c]", `{"b":null,"a":"x","other":1}`, `["x", 4, null]`},
		{"null without a default is None", "def main(a):\n    return a is None", `{}`, `true`},
		{"**kwargs takes everything", "def main(a, **kw):\n    return sorted(kw)", `{"a":1,"b":2,"c":null}`, `["b", "c"]`},
		{"keyword-only and positional-only", "def main(a, /, *, b=2):\n    return [a, b]", `{"a":1}`, `[1, 2]`},
		{"bytes and dates are read", "import datetime\ndef main(b: bytes, d: datetime.datetime, e: datetime.date):\n    return [b.decode(), d.year, e.day]", `{"b":"aGk=","d":"2024-05-01T10:00:00Z","e":"2024-05-03"}`, `["hi", 2024, 3]`},
		{"results beyond JSON", "import datetime\ndef main():\n    return {'d': datetime.date(2024, 1, 2), 'b': b'hi', 's': {1}, 'n': float('nan')}", `{}`, `{"d": "2024-01-02", "b": "aGk=", "s": "{1}", "n": null}`},
		{"async main", "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 1", `{}`, `1`},
		{"a dataclass of the script", "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\ndef main():\n    return A(3)", `{}`, `"A(x=3)"`},
		{"text beyond ASCII", "def main(a):\n    return a + '✓'", `{"a":"é"}`, `"\u00e9\u2713"`},
		{"dates and amounts are text, as json.dumps(default=str) has them", "import datetime, decimal, uuid\ndef main():\n    return [datetime.datetime(2026, 1, 2, 3, 4, 5), decimal.Decimal('1.50'), uuid.UUID(int=1), {'k': {decimal.Decimal(2)}}]", `{}`, `["2026-01-02 03:04:05", "1.50", "00000000-0000-0000-0000-000000000001", {"k": "{Decimal('2')}"}]`},
		{"every way to say that a date may be missing", dates, `{"a":"2026-03-01","b":"2026-03-01T10:20:00Z","c":"2026-03-01T10:20:00Z","d":"2026-03-02","e":"aGk=","f":"2026-03-03","g":"2026-03-03","h":"2026-03-03","i":"2026-03-03","j":"2026-03-03","k":"2026-03-03","l":["2026-03-03"]}`,
			`["date", "datetime", "datetime", "date", "bytes", "date", "date", "date", "datetime", "str", "date", "str"]`},
		{"a date that is missing", "from typing import Optional\nfrom datetime import date\ndef main(a: Optional[date], b: Optional[date] = None):\n    return [a, b]", `{"a":null}`, `[null, null]`},
		{"notes that are read late", "from __future__ import annotations\nimport datetime\nfrom typing import Optional, TYPE_CHECKING\nif TYPE_CHECKING:\n    from datetime import date\ndef main(a: Optional[datetime.datetime], b: date | None, c: Optional[date], d: str | None):\n    return [type(x).__name__ for x in (a, b, c, d)]",
			`{"a":"2026-03-01T10:20:00Z","b":"2026-03-01","c":"2026-03-01","d":"2026-03-01"}`, `["datetime", "date", "date", "str"]`},
		{"standard input is empty", "import sys\ndef main():\n    return sys.stdin.read()", `{}`, `""`},
		{"an environment made from nothing", "import os\ndef main():\n    return [os.environ['WM_JOB_ID'], 'SLUICE_TEST_SECRET' in os.environ]", `{}`, `["job-1", false]`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			t.Setenv("SLUICE_TEST_SECRET", "x")
			got, err := (&Python{}).Run(context.Background(), job("python3", tt.source, tt.args), &lines{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPythonMistakes(t *testing.T) {
	for _, tt := range []struct {
		reason, source, name string
		line                 int
	}{
		{"an error has its line", "def f():\n    return 1 / 0\ndef main():\n    f()", "ZeroDivisionError", 2},
		{"a syntax error", "x = 1\ndef main(:\n    pass", "SyntaxError", 2},
		{"a module that is not there", "import nosuchmodule\ndef main():\n    pass", "ModuleNotFoundError", 1},
		{"no main", "x = 1", "NoMain", 0},
		{"exit in the middle", "import sys\ndef main():\n    sys.exit(2)", "SystemExit", 3},
		{"a process that is gone", "import os\ndef main():\n    os._exit(2)", "ExecutionErr", 0},
		{"one that ends as if all were well", "import os\ndef main():\n    os._exit(0)", "ScriptDied", 0},
		{"endless recursion", "def main():\n    main()", "RecursionError", 2},
		{"a missing argument's operation", "def main(a):\n    return a + 1", "TypeError", 2},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			_, err := (&Python{}).Run(context.Background(), job("python3", tt.source, `{}`), &lines{})
			if f := isFailure(t, err, tt.name); f.Line != tt.line || f.Message == "" {
				t.Errorf("%+v, want line %d", f, tt.line)
			}
		})
	}
}

// What an error carries besides its message goes with it.
func TestPythonErrorsCarryMore(t *testing.T) {
	source := "class E(Exception):\n    pass\ndef main():\n    e = E('m')\n    e.code = 7\n    e.body = {'when': __import__('datetime').date(2026, 1, 2), 'n': float('nan')}\n    e.self = e.__dict__\n    raise e"
	_, err := (&Python{}).Run(context.Background(), job("python3", source, `{}`), &lines{})
	if f := isFailure(t, err, "E"); string(f.Extra) != `{"code": 7, "body": {"when": "2026-01-02", "n": null}}` {
		t.Errorf("%s", f.Extra)
	}
}

// A script that does not listen is ended with all it started.
func TestChildrenEnd(t *testing.T) {
	j := job("bash", "trap '' TERM\n(trap '' TERM; while :; do sleep 0.05; done) &\necho \"pid $!\"\nwhile :; do sleep 0.05; done", `{}`)
	j.Timeout = 200 * time.Millisecond
	j.Dir = t.TempDir()
	log := &lines{}
	_, err := (&Bash{}).Run(context.Background(), j, log)
	f := isFailure(t, err, run.NameTimeout)
	if f.Hint == "" {
		t.Error("no hint")
	}
	_, pid, ok := strings.Cut(strings.TrimSpace(log.String()), "pid ")
	if !ok {
		t.Fatalf("log %q", log)
	}
	for range 200 { // the kernel needs a moment to bury it
		b, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(b), ") Z ") {
			return
		}
		wait(t, 10*time.Millisecond)
	}
	t.Errorf("process %s lives on", pid)
}

// wait lets other processes go on.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	<-time.After(d)
}

func TestCancelStopsAChild(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	log := &lines{want: "running", seen: make(chan struct{})}
	go func() { <-log.seen; cancel() }()
	_, err := (&Python{}).Run(ctx, job("python3", "import time\ndef main():\n    print('running')\n    time.sleep(60)", `{}`), log)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
}

func TestChildLogIsBounded(t *testing.T) {
	log := &lines{}
	if _, err := (&Python{}).Run(context.Background(), job("python3", "def main():\n    print('x' * 100000)\n    for i in range(2000):\n        print('y' * 10000)", `{}`), log); err != nil {
		t.Fatal(err)
	}
	if out := log.String(); len(out) > maxLog+1000 || !strings.HasSuffix(out, "the rest is left out)\n") {
		t.Errorf("log of %d bytes", len(out))
	}
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
			got, err := Signature(tt.language, tt.source)
			if err != nil {
				t.Fatal(err)
			}
			var s struct {
				Properties, Required rawText
			}
			if err := decode(got, &s); err != nil {
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
	_, err := Signature("python3", "x = 1\ndef main(:\n")
	if f := isFailure(t, err, "SyntaxError"); f.Line != 2 {
		t.Errorf("%+v", f)
	}
	_, err = Signature("rust", "")
	isFailure(t, err, "NoSignature")
	for _, open := range []string{"[", "{a:", "(", "Array<", "`${"} {
		for _, head := range []string{"export function main(a: ", "export function main(a = "} {
			if _, err := Signature("bun", head+strings.Repeat(open, 200_000)); err != nil {
				t.Errorf("%s%s…: %v", head, open, err)
			}
		}
	}
}
