package workspace

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// Each bad file is told with what is wrong and what to do, is kept, and stops
// nothing else.
func TestBadFilesNeverStopTheRest(t *testing.T) {
	good := map[string]string{"f/a/ok.flow/flow.yaml": "summary: ok\nvalue: {modules: []}\n"}
	flowWith := func(content string) string {
		return "summary: s\nvalue: {modules: [{id: a, value: {type: rawscript, language: bun, content: '" + content + "', input_transforms: {}}}]}\n"
	}
	for name, c := range map[string]struct {
		files map[string]string
		told  string // the file that is told
		what  What
		why   string
	}{
		"a flow that is no YAML":           {map[string]string{"f/a/b.flow/flow.yaml": "summary: ["}, "f/a/b.flow/flow.yaml", Refused, "not valid YAML: line 1"},
		"a flow that is no JSON":           {map[string]string{"f/a/b.flow/flow.json": "{"}, "f/a/b.flow/flow.json", Refused, "not valid JSON"},
		"an empty flow":                    {map[string]string{"f/a/b.flow/flow.yaml": ""}, "f/a/b.flow/flow.yaml", Refused, "The file is empty"},
		"another program's flow":           {map[string]string{"f/a/b.flow/flow.yaml": "steps: []\n"}, "f/a/b.flow/flow.yaml", Refused, "another program"},
		"a flow without its script":        {map[string]string{"f/a/b.flow/flow.yaml": flowWith("!inline gone.ts")}, "f/a/b.flow/flow.yaml", Refused, `"gone.ts", which is missing`},
		"a flow that reaches out":          {map[string]string{"f/a/b.flow/flow.yaml": flowWith("!inline ../c.ts"), "f/a/c.ts": "x"}, "f/a/b.flow/flow.yaml", Refused, "outside of the flow"},
		"a folder without a flow":          {map[string]string{"f/a/b.flow/x.ts": "x"}, "f/a/b.flow/x.ts", Kept, "no flow.yaml"},
		"two flows of one path":            {map[string]string{"f/a/ok__flow/flow.yaml": "summary: 2\nvalue: {modules: []}\n"}, "f/a/ok__flow/flow.yaml", Refused, "f/a/ok.flow/flow.yaml stands for the same flow"},
		"a flow without a folder":          {map[string]string{"f/x.flow/flow.yaml": "summary: 2\nvalue: {modules: []}\n"}, "f/x.flow/flow.yaml", Refused, "has a name after that"},
		"a script without code":            {map[string]string{"f/a/s.script.yaml": "summary: s\n"}, "f/a/s.script.yaml", Refused, "no file with the code"},
		"a script with two codes":          {map[string]string{"f/a/s.script.yaml": "summary: s\n", "f/a/s.ts": "", "f/a/s.py": ""}, "f/a/s.script.yaml", Refused, "f/a/s.py, f/a/s.ts"},
		"code that is no text":             {map[string]string{"f/a/s.script.yaml": "summary: s\n", "f/a/s.ts": "\xff"}, "f/a/s.script.yaml", Refused, "not UTF-8"},
		"a script file that is a list":     {map[string]string{"f/a/s.script.yaml": "- 1\n", "f/a/s.ts": ""}, "f/a/s.script.yaml", Refused, "no settings"},
		"a script file with a double key":  {map[string]string{"f/a/s.script.yaml": "a: 1\na: 2\n", "f/a/s.ts": ""}, "f/a/s.script.yaml", Refused, "stands twice"},
		"a script without its lock":        {map[string]string{"f/a/s.script.yaml": "lock: '!inline f/a/gone.lock'\n", "f/a/s.ts": ""}, "f/a/s.script.yaml", Taken, "gone.lock is missing"},
		"a resource that is no YAML":       {map[string]string{"f/a/r.resource.yaml": "\t"}, "f/a/r.resource.yaml", Refused, ""},
		"a resource without its file":      {map[string]string{"f/a/r.resource.yaml": "value: {content: '!inline f/a/gone'}\n"}, "f/a/r.resource.yaml", Refused, "f/a/gone, which is missing"},
		"a resource without its files":     {map[string]string{"f/a/r.resource.yaml": "value: '!inline_fileset f/a/r.fileset'\n"}, "f/a/r.resource.yaml", Refused, "f/a/r.fileset, which are missing"},
		"a resource that reaches out":      {map[string]string{"f/a/r.resource.yaml": "value: '!inline ../../etc/passwd'\n"}, "f/a/r.resource.yaml", Refused, "missing"},
		"a variable that is a list":        {map[string]string{"f/a/v.variable.yaml": "value: [1]\n"}, "f/a/v.variable.yaml", Refused, "list or an object"},
		"a variable without a name":        {map[string]string{"f/a/.variable.yaml": "value: x\n"}, "f/a/.variable.yaml", Kept, ""},
		"settings that are no YAML":        {map[string]string{"wmill.yaml": "a: ["}, "wmill.yaml", Refused, "not valid YAML"},
		"names that are no JSON":           {map[string]string{NamesFile: "["}, NamesFile, Refused, "cannot be read"},
		"an alias that never ends":         {map[string]string{"f/a/v.variable.yaml": "a: &a [*a]\nvalue: x\n"}, "f/a/v.variable.yaml", Refused, ""},
		"a file that stands for another's": {map[string]string{"f/a/x%3F.md": "1", "f/a/x?.md": "2"}, "f/a/x?.md", LeftOut, "same name"},
		"another tool's folder":            {map[string]string{".git/config": "x"}, ".git", LeftOut, "another tool"},
	} {
		files := map[string]string{}
		for n, s := range good {
			files[n] = s
		}
		for n, s := range c.files {
			files[n] = s
		}
		f := read(t, files)
		l := Line{}
		for _, have := range f.Report.Lines { // the one with something to say
			if have.File == c.told && (l.File == "" || have.What == Refused || have.What == LeftOut) {
				l = have
			}
		}
		if l.What != c.what || !strings.Contains(l.Why, c.why) || l.What == Refused && (l.Why == "" || l.Do == "") {
			t.Errorf("%s: %s\nall:\n%s", name, l, f.Report.Text())
		}
		if len(f.Items.Flows) == 0 || f.Items.Flows[0].Path != "f/a/ok" {
			t.Errorf("%s: the good flow was not read", name)
		}
		if c.what == LeftOut {
			continue
		}
		back, _ := write(f.Items, WriteOptions{})
		delete(back, NamesFile)
		delete(files, NamesFile)
		if diff := cmp.Diff(files, back); diff != "" {
			t.Errorf("%s: not given back (-was +is)\n%s", name, diff)
		}
	}
}

// brokenFS fails for some files.
type brokenFS struct {
	fstest.MapFS
	bad map[string]error
}

func (b brokenFS) Open(name string) (fs.File, error) {
	if err := b.bad[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return b.MapFS.Open(name)
}
func (b brokenFS) ReadFile(name string) ([]byte, error) {
	if err := b.bad[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return b.MapFS.ReadFile(name)
}
func (b brokenFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := b.bad[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return b.MapFS.ReadDir(name)
}

func TestWhatTheSystemRefuses(t *testing.T) {
	m := fstest.MapFS{
		"f/a/ok.py":      {Data: []byte("x")},
		"f/a/locked.py":  {Data: []byte("x")},
		"f/b/x.py":       {Data: []byte("x")},
		"f/a/link.py":    {Mode: fs.ModeSymlink, Data: []byte("ok.py")},
		"f/a/huge.py":    {Data: make([]byte, maxFile+1)},
		"f/a/\xff\xfe.p": {Data: []byte("x")},
	}
	f, err := Read(brokenFS{m, map[string]error{"f/a/locked.py": errors.New("permission denied"), "f/b": errors.New("input/output error")}}, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Items.Scripts) != 1 || f.Items.Scripts[0].Path != "f/a/ok" {
		t.Errorf("scripts: %+v", f.Items.Scripts)
	}
	for file, want := range map[string]struct {
		what What
		why  string
	}{
		"f/a/locked.py": {Refused, "permission denied"}, "f/b": {Refused, "input/output error"}, "f/a/link.py": {LeftOut, "link"},
		"f/a/huge.py": {LeftOut, "too large"}, "f/a/\xff\xfe.p": {LeftOut, "UTF-8"},
	} {
		if l := line(t, f.Report, file); l.What != want.what || !strings.Contains(l.Why, want.why) {
			t.Errorf("%s", l)
		}
	}
	if _, err := Read(brokenFS{m, map[string]error{".": errors.New("gone")}}, ReadOptions{}); err == nil {
		t.Error("a folder that cannot be read was read")
	}
}
