package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// plainFlow is a flow that ends at once.
const plainFlow = "summary: Plain\nvalue: {modules: [{id: a, value: {type: identity}}]}\n"

// An option that does nothing for what a command is about is refused by its name.
func TestOptionsThatDoNothingAreRefused(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("SLUICE_KEYRING", "file")
	if err := os.WriteFile("plain.flow.yaml", []byte(plainFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("ws/u/me", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"ws/wmill.yaml": "defaultTs: bun\n", "ws/u/me/greet.ts": "export const main = () => 1\n",
		"ws/u/me/greet.script.yaml": "summary: Greet\nkind: script\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sluice := func(line string) said { return call(t, nil, append(strings.Fields(line), "--data", "data")...) }
	for _, line := range []string{"import ws", "import plain.flow.yaml --path u/me/plain"} {
		if got := sluice(line); got.code != exitOK {
			t.Fatalf("%s: %+v", line, got)
		}
	}
	for _, c := range []struct{ line, tag string }{
		{"import plain.flow.yaml --report r.txt", "import.report"},
		{"import plain.flow.yaml --replace --delete", "import.delete"},
		{"import plain.flow.yaml --with-secrets", "import.with-secrets"},
		{"import plain.flow.yaml --json", "import.json"},
		{"import ws --path u/me/x", "import.path"},
		{"export u/me/plain --under f/x", "export.under"},
		{"export u/me/plain --replace", "export.replace"},
		{"export u/me/plain --replace --to out.flow", "export.replace"},
		{"export u/me/plain --with-secrets", "export.with-secrets"},
		{"export u/me/plain --names-as-is", "export.names-as-is"},
		{"export u/me/plain --report r.txt", "export.report"},
		{"export u/me/plain --json", "export.json"},
		{"export u/me/plain --new-key", "export.new-key"},
		{"export u/me/greet --to yaml", "export.to"},
		{"export u/me/greet --to out.flow", "export.to"},
		{"export u/me/greet --json", "export.json"},
		{"export out --to yaml", "export.to"},
		{"export out --version 123", "export.version"},
		{"run plain.flow.yaml --no-wait --listen 127.0.0.1:0", "run.listen"},
		{"run plain.flow.yaml --no-wait --base-url https://x.example", "run.base-url"},
		{"serve --links --no-links", "serve.no-links"},
	} {
		got := sluice(c.line)
		option := "--" + c.tag[strings.IndexByte(c.tag, '.')+1:]
		if got.code != exitUsage || got.out != "" || !strings.Contains(got.err, option) || !strings.Contains(got.err, "Nothing was done.") || !strings.Contains(got.err, "("+c.tag+")") {
			t.Errorf("%s: %+v", c.line, got)
		}
	}
	for _, name := range []string{"r.txt", "out", "out.flow"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if got := sluice("runs --new-key"); got.code != exitUsage || !strings.Contains(got.err, "--new-key") {
		t.Errorf("runs --new-key: %+v", got)
	}
	if got := sluice("export u/me/greet --version 0123"); got.code != exitUsage || !strings.Contains(got.err, "The script u/me/greet has no version 0123.") {
		t.Errorf("a version that is not there: %+v", got)
	}
}

// What is no command is told, with what may have been meant, by whatever way it is asked for.
func TestUnknownCommand(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"runx", "Did you mean sluice run or sluice runs?"},
		{"exprot u/me/x", "Did you mean sluice export?"},
		{"nope", "`sluice --help` lists the commands."},
		{"help nope", "`sluice --help` lists the commands."},
		{"help valid", "Did you mean sluice validate?"},
		{"nope --help", "`sluice --help` lists the commands."},
	} {
		got := call(t, nil, strings.Fields(c.line)...)
		if got.code != exitUsage || got.out != "" || !strings.Contains(got.err, "There is no command \"") || !strings.Contains(got.err, c.want) {
			t.Errorf("%s: %+v", c.line, got)
		}
	}
	for line, want := range map[string]string{"help": "Available Commands:", "--help": "Available Commands:", "help run": "sluice run FILE", "run --help": "sluice run FILE", "run x --help": "sluice run FILE"} {
		if got := call(t, nil, strings.Fields(line)...); got.code != exitOK || !strings.Contains(got.out, want) {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// Why a listener gets no address is told as it is, and nothing is promised before.
func TestAddressThatCannotBeHad(t *testing.T) {
	for err, want := range map[error]string{
		&net.OpError{Op: "listen", Err: &os.SyscallError{Syscall: "bind", Err: syscall.EADDRNOTAVAIL}}: "That address is not one of this computer's.",
		&net.OpError{Op: "listen", Err: &os.SyscallError{Syscall: "bind", Err: syscall.EADDRINUSE}}:    "Another program may hold that port.",
		&net.OpError{Op: "listen", Err: &os.SyscallError{Syscall: "bind", Err: syscall.EACCES}}:        "The system does not let you have that port.",
		&net.OpError{Op: "listen", Err: &net.DNSError{Name: "x", IsNotFound: true}}:                    "That name leads to no address.",
		os.ErrInvalid: "The system refuses it.",
	} {
		if got := whyNoPort(err); got != want {
			t.Errorf("%v: %s", err, got)
		}
	}
	data := t.TempDir()
	got := call(t, nil, "serve", "--listen", "192.0.2.1:9", "--data", data) // of no computer, for examples
	if got.code != exitFailed || !strings.Contains(got.err, "That address is not one of this computer's.") || strings.Contains(got.err, "Another program") {
		t.Errorf("serve: %+v", got)
	}
	for _, flags := range [][]string{{"--listen", "nonsense"}, {"--listen", "192.0.2.1:9"}, {"--listen", "127.0.0.1:0", "--base-url", "ftp://x"}} {
		if got := call(t, nil, append(flags, "--data", data)...); got.code == exitOK || got.out != "" {
			t.Errorf("%v: %+v", flags, got)
		}
	}
}

// What is said at the terminal leads somewhere from there.
func TestHintsAtTheTerminal(t *testing.T) {
	data := t.TempDir()
	if got := call(t, nil, "run", "u/me/nope", "--data", data, "--listen", "127.0.0.1:0"); got.code != exitUsage || !strings.Contains(got.err, "sluice list") || strings.Contains(got.err, "under Flows") {
		t.Errorf("a flow that is not there: %+v", got)
	}
	missing := oneStep(`{type: rawscript, language: bun, content: "export function main(db: any) {}", input_transforms: {db: {type: static, value: "$res:u/me/nothing"}}}`, "")
	if got := call(t, nil, "run", write(t, "flow.yaml", missing), "--data", data, "--listen", "127.0.0.1:0"); !strings.Contains(got.out+got.err, "in the window under Resources") {
		t.Errorf("a resource that is not there: %+v", got)
	}
	for hint, want := range map[string]string{
		"Press Sign in with Google under Resources.":                "Press Sign in with Google in the window under Resources.",
		"Look into the Sent folder, or press Send again.":           "Look into the Sent folder, or press Send again in the window.",
		"Correct the address, or decide in the inbox.":              "Correct the address, or decide in the window under Approvals.",
		"It stays under Windmill's name.":                           "It stays under Windmill's name.",
		"Compare the client id under Settings, Google, with those.": "Compare the client id in the window under Settings, Google, with those.",
	} {
		if got := atTerminal(hint); got != want {
			t.Errorf("%q reads %q, want %q", hint, got, want)
		}
	}
}

// validate runs nothing, and does not tell so.
func TestValidateTellsOfNoRun(t *testing.T) {
	for name, code := range map[string]string{
		"a mistake":        `{type: rawscript, language: bun, content: "export function main() {", input_transforms: {}}`,
		"a package":        `{type: rawscript, language: bun, content: "import x from 'left-pad'; export const main = () => x", input_transforms: {}}`,
		"a module":         `{type: rawscript, language: bun, content: "import { gzipSync } from 'node:zlib'; export const main = () => gzipSync", input_transforms: {}}`,
		"a Python module":  `{type: rawscript, language: python3, content: "import not_there_at_all\ndef main(): pass", input_transforms: {}}`,
		"a script":         `{type: rawscript, language: bun, content: "import x from './x'; export const main = () => x", input_transforms: {}}`,
		"an expression":    `{type: rawscript, language: bun, content: "export const main = (x) => x", input_transforms: {x: {type: javascript, expr: "flow_input.("}}}`,
		"another language": `{type: rawscript, language: rust, content: "fn main() {}", input_transforms: {}}`,
	} {
		got := call(t, nil, "validate", write(t, "flow.yaml", oneStep(code, "")))
		if got.code != exitUsage || strings.Contains(got.out+got.err, "Nothing was") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Where nothing lies below a path, that is told, and where something does.
func TestNothingBelowAPath(t *testing.T) {
	data, out := t.TempDir(), filepath.Join(t.TempDir(), "ws")
	got := call(t, nil, "export", out, "--under", "f/nope", "--data", data)
	if got.code != exitUsage || !strings.Contains(got.err, "The library holds nothing below f/nope.") || !strings.Contains(got.err, "There is something below u/me.") {
		t.Errorf("export: %+v", got)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder was written")
	}
	got = call(t, nil, "list", "f/nope", "--data", data)
	if got.code != exitOK || got.out != "The library holds nothing below f/nope. There is something below u/me.\n" {
		t.Errorf("list: %+v", got)
	}
}

// The file of a flow in the place of a command is for the window: without a display it is
// told what else does what was meant, and nothing is begun.
func TestAFileInThePlaceOfACommand(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("plain.flow.yaml", []byte(plainFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ line, want string }{
		{"plain.flow.yaml", "(open.display)"},
		{"./plain.flow.yaml", "(open.display)"},
		{"other.flow.yaml", "(file.missing:"},
		{"plain.flow.yaml more", "sluice takes 1 argument besides its options, and there are 2."},
		{"plain", "There is no command \"plain\""},
	} {
		got := call(t, nil, append(strings.Fields(c.line), "--data", "data")...)
		if got.code != exitUsage || got.out != "" || !strings.Contains(got.err, c.want) {
			t.Errorf("%s: %+v, want %s", c.line, got, c.want)
		}
	}
	if _, err := os.Stat("data"); err == nil {
		t.Error("a folder of data was made")
	}
}
