package js

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sluice/engine/script/internal/scripttest"

	esbuild "github.com/evanw/esbuild/pkg/api"
)

// parityCase is one line of testdata/parity: an expression, or in braces the
// body of an async function. Behind "//=>" it may have its value; older versions
// of node are not asked then.
type parityCase struct {
	at, zone, text, want string
	node                 int // the first version of node that has what it needs
}

func (c parityCase) body() string {
	if strings.HasPrefix(c.text, "{") {
		return c.text
	}
	return "{ return (" + c.text + "\n) }"
}

// parityCases reads the table. "@zone NAME" sets the time zone of what follows
// in its file, "@node VERSION" what it needs.
func parityCases(t *testing.T) []parityCase {
	t.Helper()
	files, err := filepath.Glob("testdata/parity/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no table", err)
	}
	var out []parityCase
	seen := map[string]string{}
	for _, f := range files {
		if filepath.Base(f) == "differences.txt" {
			continue
		}
		zone, node := "UTC", 0
		for i, line := range parityLines(t, f) {
			at := fmt.Sprintf("%s:%d", filepath.Base(f), i+1)
			if name, ok := strings.CutPrefix(line, "@zone "); ok {
				zone = name
				continue
			}
			if n, ok := strings.CutPrefix(line, "@node "); ok {
				if node, err = strconv.Atoi(n); err != nil {
					t.Fatal(at, err)
				}
				continue
			}
			if line == "" || strings.HasPrefix(line, "# ") {
				continue
			}
			text, want, _ := strings.Cut(line, " //=> ")
			c := parityCase{at, zone, text, want, node}
			if node > 0 && want == "" {
				t.Errorf("%s: a case that older versions of node lack has its value behind //=>", at)
			}
			if was := seen[zone+line]; was != "" {
				t.Errorf("%s is %s again", at, was)
			}
			seen[zone+line] = at
			out = append(out, c)
		}
	}
	return out
}

func parityLines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	s := bufio.NewScanner(f)
	for s.Scan() {
		out = append(out, strings.TrimSpace(s.Text()))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// differences reads which values are not those of a runtime: "node bun | case".
func differences(t *testing.T, runtime string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	reason := ""
	for i, line := range parityLines(t, "testdata/parity/differences.txt") {
		if line == "" || strings.HasPrefix(line, "# ") {
			reason = strings.TrimPrefix(line, "#")
			continue
		}
		who, text, ok := strings.Cut(line, " | ")
		if !ok || reason == "" {
			t.Fatalf("differences.txt:%d: want a reason above and \"node bun | case\"", i+1)
		}
		if slices.Contains(strings.Fields(who), runtime) {
			out[text] = true
		}
	}
	return out
}

// parityScript runs all cases in another runtime: one process, one file.
func parityScript(t *testing.T, cases []parityCase) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`BigInt.prototype.toJSON = function () { return this.toString() };
const out = {}, cases = [];
`)
	for i, c := range cases {
		r := esbuild.Transform("async function f() "+c.body(), esbuild.TransformOptions{Loader: esbuild.LoaderTS, Target: esbuild.ES2023, Charset: esbuild.CharsetUTF8})
		if len(r.Errors) > 0 {
			t.Fatalf("%s: %s", c.at, r.Errors[0].Text)
		}
		fmt.Fprintf(&b, "{\n%s\ncases.push([%d, %q, f]) }\n", r.Code, i, c.zone)
	}
	b.WriteString(`for (const [i, zone, f] of cases) {
	process.env.TZ = zone;
	let v;
	try { v = { is: await f() } } catch (e) { v = { threw: String(e?.name) } }
	try { out[i] = JSON.stringify(v, (k, x) => x === undefined ? null : x) } catch (e) { out[i] = JSON.stringify({ threw: String(e?.name) }) }
}
process.stdout.write(JSON.stringify(out), () => process.exit(0));
`)
	file := filepath.Join(t.TempDir(), "cases.mjs")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The same small scripts give the same values in the embedded engine, in node
// and, where it is installed, in bun. differences.txt says which do not, and
// why. It gets no new lines but for new cases: what is listed and does not
// differ any more is a mistake, too.
func TestParity(t *testing.T) {
	cases := parityCases(t)
	runtimes, versions := map[string]map[int]string{}, map[string]int{}
	for _, name := range []string{"node", "bun"} {
		exe, err := exec.LookPath(name)
		if err != nil {
			t.Logf("%s is not installed", name)
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, exe, parityScript(t, cases))
		var errs bytes.Buffer
		cmd.Stderr = &errs
		b, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, errs.String())
		}
		got := map[int]string{}
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%s: %v: %.200s", name, err, b)
		}
		runtimes[name] = got
		version, err := exec.Command(exe, "--version").Output()
		if err != nil {
			t.Fatal(err)
		}
		major, _, _ := strings.Cut(strings.TrimPrefix(string(version), "v"), ".")
		if versions[name], err = strconv.Atoi(major); err != nil {
			t.Fatalf("the version of %s: %q", name, version)
		}
	}
	if len(runtimes) == 0 {
		t.Skip("neither node nor bun is installed")
	}

	ours := map[int]string{}
	byZone := map[string][]int{}
	for i, c := range cases {
		byZone[c.zone] = append(byZone[c.zone], i)
	}
	for zone, list := range byZone {
		t.Setenv("TZ", zone)
		x := newJS(t)
		for _, i := range list {
			source := "export async function main() { try { return { is: await (async () => " + cases[i].body() + ")() } } catch (e) { return { threw: String(e?.name) } } }"
			got, err := x.Run(context.Background(), scripttest.Job("bun", source, `{}`), &scripttest.Log{})
			ours[i] = string(got)
			if err != nil {
				ours[i] = `{"failed":` + string(mustJSON(err.Error())) + `}`
				if e, ok := err.(interface{ Error() string }); ok && strings.HasPrefix(e.Error(), "TypeError: circular") {
					ours[i] = `{"threw":"TypeError"}`
				}
			}
		}
	}

	for i, c := range cases {
		if c.want != "" && ours[i] != c.want {
			t.Errorf("%s: %s: %s", c.at, c.text, ours[i])
		}
	}
	for name, theirs := range runtimes {
		listed := differences(t, name)
		used := map[string]bool{}
		for i, c := range cases {
			differs := ours[i] != theirs[i]
			switch {
			case name == "node" && versions[name] < c.node:
			case differs && !listed[c.text]:
				t.Errorf("%s: %s\n\t%-5s %s\n\tours  %s", c.at, c.text, name, theirs[i], ours[i])
			case !differs && listed[c.text]:
				t.Errorf("%s: %s: take it from differences.txt: %s gives %s, too", c.at, c.text, name, theirs[i])
			}
			used[c.text] = true
		}
		for text := range listed {
			if !used[text] {
				t.Errorf("differences.txt: %s: no such case", text)
			}
		}
	}
	t.Logf("%d cases", len(cases))
}
