package child

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/scripttest"
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
			got, err := (&Python{}).Run(context.Background(), scripttest.Job("python3", tt.source, tt.args), &scripttest.Log{})
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
			_, err := (&Python{}).Run(context.Background(), scripttest.Job("python3", tt.source, `{}`), &scripttest.Log{})
			if f := scripttest.Failure(t, err, tt.name); f.Line != tt.line || f.Message == "" {
				t.Errorf("%+v, want line %d", f, tt.line)
			}
		})
	}
}

// What an error carries besides its message goes with it.
func TestPythonErrorsCarryMore(t *testing.T) {
	source := "class E(Exception):\n    pass\ndef main():\n    e = E('m')\n    e.code = 7\n    e.body = {'when': __import__('datetime').date(2026, 1, 2), 'n': float('nan')}\n    e.self = e.__dict__\n    raise e"
	_, err := (&Python{}).Run(context.Background(), scripttest.Job("python3", source, `{}`), &scripttest.Log{})
	if f := scripttest.Failure(t, err, "E"); string(f.Extra) != `{"code": 7, "body": {"when": "2026-01-02", "n": null}}` {
		t.Errorf("%s", f.Extra)
	}
}

// A script that does not listen is ended with all it started.
func TestChildrenEnd(t *testing.T) {
	j := scripttest.Job("bash", "trap '' TERM\n(trap '' TERM; while :; do sleep 0.05; done) &\necho \"pid $!\"\nwhile :; do sleep 0.05; done", `{}`)
	j.Timeout = 200 * time.Millisecond
	j.Dir = t.TempDir()
	log := &scripttest.Log{}
	_, err := (&Bash{}).Run(context.Background(), j, log)
	f := scripttest.Failure(t, err, run.NameTimeout)
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
	log, seen := scripttest.WaitingLog("running")
	go func() { <-seen; cancel() }()
	_, err := (&Python{}).Run(ctx, scripttest.Job("python3", "import time\ndef main():\n    print('running')\n    time.sleep(60)", `{}`), log)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
}

func TestChildLogIsBounded(t *testing.T) {
	log := &scripttest.Log{}
	if _, err := (&Python{}).Run(context.Background(), scripttest.Job("python3", "def main():\n    print('x' * 100000)\n    for i in range(2000):\n        print('y' * 10000)", `{}`), log); err != nil {
		t.Fatal(err)
	}
	if out := log.String(); len(out) > job.MaxLog+1000 || !strings.HasSuffix(out, "the rest is left out)\n") {
		t.Errorf("log of %d bytes", len(out))
	}
}
