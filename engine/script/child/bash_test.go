package child

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"

	"sluice/engine/run"
	"sluice/engine/script/internal/job"
	"sluice/engine/script/internal/scripttest"

	"github.com/google/go-cmp/cmp"
)

func TestBash(t *testing.T) {
	for _, tt := range []struct{ reason, source, args, want string }{
		{"the last line is the result", "echo one\necho two", `{}`, `"two"`},
		{"as text, also if it looks like a number", "echo 42", `{}`, `"42"`},
		{"or like JSON", `echo '{"a": 1}'`, `{}`, `"{\"a\": 1}"`},
		{"blanks around it are cut", "printf '  two  '", `{}`, `"two"`},
		{"an empty last line is an empty text", "echo one; echo", `{}`, `""`},
		{"standard error counts", "echo a; sleep 0.05; echo b >&2", `{}`, `"b"`},
		{"nothing printed", "true", `{}`, `""`},
		{"result.json wins", `echo '[1]' > result.json; echo x > result.out; echo two`, `{}`, "[1]\n"},
		{"an empty result.json is none", `: > result.json; echo two`, `{}`, `"two"`},
		{"result.out is text as it is", `printf 'a\n 1\n' > result.out; echo two`, `{}`, `"a\n 1\n"`},
		{"arguments in the script's order", "b=\"$2\"\na=\"$1\"\nc=\"${3:-none}\"\necho \"$a-$b-$c\"", `{"a":"x y","b":2}`, `"x y-2-none"`},
		{"arguments that look like shell", "a=\"$1\"\necho \"$a\"", `{"a":"it's $(echo run) \"q\" ` + "`echo run`" + `"}`, `"it's $(echo run) \"q\" ` + "`echo run`" + `"`},
		{"line ends at the end of an argument", "a=\"$1\"\necho \"${#a}\"", `{"a":"x\ny \n\n"}`, `"6"`},
		{"no argument", `o="$1"; echo "$o"`, `{}`, `""`},
		{"the environment", `echo "$WM_JOB_ID ${SLUICE_TEST_SECRET:-unset}"`, `{}`, `"job-1 unset"`},
		{"a failure that is dealt with goes on", "false || echo no\nif false; then echo x; fi\n! true\necho yes", `{}`, `"yes"`},
		{"set +e is heard", "set +e\nfalse\necho yes", `{}`, `"yes"`},
		{"a pipe fails by its last part only", "false | true\necho yes", `{}`, `"yes"`},
		{"standard input is empty", "read -r x || echo none", `{}`, `"none"`},
		{"the script's own name", `basename "$0"`, `{}`, `"script.sh"`},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			t.Setenv("SLUICE_TEST_SECRET", "x")
			got, err := (&Bash{}).Run(context.Background(), scripttest.Job("bash", tt.source, tt.args), &scripttest.Log{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBashMistakes(t *testing.T) {
	notPlain := func(name string) string { return cannotRead(name).Message }
	for _, tt := range []struct {
		reason, source, name, message string
		line                          int
	}{
		{"the first command that fails ends it", "echo building\nfalse\necho built", "ExecutionErr", "exit code for \"bash run\": 1, last log lines:\n\nbuilding", 2},
		{"in a function, too", "f() {\n  false\n  echo on\n}\nf\necho on", "ExecutionErr", "exit code for \"bash run\": 1, last log lines:\n\n", 0},
		{"a command that is not there", "echo one\nnosuchcommand\nexit 3", "ExecutionErr", "exit code for \"bash run\": 127, last log lines:\n\none\nscript.sh: line 2: nosuchcommand: command not found", 2},
		{"its own exit", "printf '\\033[31mred\\033[0m\\n'\nexit 3", "ExecutionErr", "exit code for \"bash run\": 3, last log lines:\n\nred", 0},
		{"the last ten lines", "seq 1 12; exit 1", "ExecutionErr", "exit code for \"bash run\": 1, last log lines:\n\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12", 0},
		{"a mistake that was dealt with is not blamed", "set +e\nfalse\nexit 4", "ExecutionErr", "exit code for \"bash run\": 4, last log lines:\n\n", 0},
		{"a mistake before it is not blamed", "nosuchcommand || true\necho on\nfalse", "ExecutionErr", "exit code for \"bash run\": 1, last log lines:\n\nscript.sh: line 1: nosuchcommand: command not found\non", 3},
		{"a script that cannot be read", "echo one\nif\n", "ExecutionErr", "exit code for \"bash run\": 2, last log lines:\n\none\nscript.sh: line 3: syntax error: unexpected end of file", 3},
		{"no JSON", "echo nonsense > result.json", "ResultError", "The script wrote a result.json that is not JSON", 0},
		{"a pipe as the result", "mkfifo result.json", "ResultError", notPlain("result.json"), 0},
		{"a pipe as the text", "mkfifo result.out", "ResultError", notPlain("result.out"), 0},
		{"a folder", "mkdir result.json", "ResultError", notPlain("result.json"), 0},
		{"a link that leads out", "ln -s /etc/hostname result.json", "ResultError", notPlain("result.json"), 0},
		{"a link to nothing", "ln -s nothing result.json", "ResultError", notPlain("result.json"), 0},
		{"a device", "ln -s /dev/zero result.out", "ResultError", notPlain("result.out"), 0},
		{"a hole of 80 MB", "truncate -s 80M result.out", job.ResultTooLarge, "The result has 80 MB; a step may return 64 MB", 0},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			_, err := (&Bash{}).Run(context.Background(), scripttest.Job("bash", tt.source, `{}`), &scripttest.Log{})
			f := scripttest.Failure(t, err, tt.name)
			if diff := cmp.Diff(tt.message, f.Message); diff != "" || f.Line != tt.line {
				t.Errorf("line %d, want %d\n%s", f.Line, tt.line, diff)
			}
		})
	}
}

// A Python step's files are read with the same care.
func TestPythonResultFiles(t *testing.T) {
	for _, name := range []string{"result.json", "error.json"} {
		j := scripttest.Job("python3", "import os\ndef main():\n    os.mkfifo('"+name+"')\n    os._exit(0)", `{}`)
		j.Timeout = 20 * time.Second
		_, err := (&Python{}).Run(context.Background(), j, &scripttest.Log{})
		scripttest.Failure(t, err, "ResultError")
	}
}

// runner is what runs jobs of a language.
type runner interface {
	Run(ctx context.Context, job run.Job, log io.Writer) (json.RawMessage, error)
}

// What a step is given stands in no command line, in no environment that another
// process can read, and in no file. The scripts write the words in two parts, as
// they are files themselves.
func TestNothingGivenIsSeen(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("needs /proc")
	}
	for _, tt := range []struct {
		x                runner
		language, source string
	}{
		{&Bash{}, "bash", `a="$1"
[ "$a$WM_TOKEN" = "s3c""rettok""-123" ]
cat /proc/$$/environ /proc/$$/cmdline $(find "$HOME" -type f) | tr '\0' '\n' | grep -c -e s3c''ret -e tok''-123 || true`},
		{&Python{}, "python3", `import os
def main(a):
    words = ["s3c" + "ret", "tok" + "-123"]
    assert [a, os.environ["WM_TOKEN"]] == words
    files = ["/proc/self/environ", "/proc/self/cmdline"] + [os.path.join(d, f) for d, _, fs in os.walk(os.environ["HOME"]) for f in fs]
    text = b"".join(open(f, "rb").read() for f in files).decode()
    return str(sum(text.count(w) for w in words))`},
	} {
		j := scripttest.Job(tt.language, tt.source, `{"a":"s3cret"}`)
		j.Env["WM_TOKEN"] = "tok-123"
		got, err := tt.x.Run(context.Background(), j, &scripttest.Log{})
		if err != nil || string(got) != `"0"` {
			t.Errorf("%s: found %s times, %v", tt.language, got, err)
		}
	}
}
