package workspace

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/flow"
)

func TestSafeNames(t *testing.T) {
	for plain, want := range map[string]string{
		"refund.flow":         "refund.flow",
		"100%":                "100%",
		"100%25":              "100%25", // not what SafeName writes, so it is a name of its own
		"a%2E":                "a%252E",
		"con":                 "%63on",
		"Con.script.yaml":     "%43on.script.yaml",
		"com1.ts":             "%63om1.ts",
		"com¹.ts":             "%63om¹.ts",
		"console.ts":          "console.ts",
		"nul .ts":             "%6Eul .ts",
		"what? why: <b>|*.ts": "what%3F why%3A %3Cb%3E%7C%2A.ts",
		`say "hi"\n`:          "say %22hi%22%5Cn",
		"end.":                "end%2E",
		"end ":                "end%20",
		" start":              "%20start",
		"..":                  ".%2E",
		"tab\there":           "tab%09here",
		"größe—“ok”.ts":       "größe—“ok”.ts",
	} {
		got := SafeName(plain)
		if got != want {
			t.Errorf("SafeName(%q) = %q, want %q", plain, got, want)
		}
		if back := PlainName(got); back != plain && plain != ".." {
			t.Errorf("PlainName(%q) = %q, want %q", got, back, plain)
		}
	}
	busy := "%" + strings.Repeat("25", 30000)
	for _, foreign := range []string{"a%2Fb", "%2E%2E", ".%2E", "%C3", "x%3f", busy} {
		if got := PlainName(foreign); got != foreign {
			t.Errorf("PlainName(%q) = %q: no name of ours", foreign, got)
		}
	}
}

// FuzzNames: each name has one safe name, and the safe name means it again.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"con", "a%2541", "%25%25", "A", "aux.", "\x00", "é?", "%%41", "%2541%", "a%3F%253F"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" || name == ".." || name == "." || strings.Contains(name, "/") || !utf8.ValidString(name) || strings.Contains(name, nested[:len(nested)-4]) {
			return // no part of a path
		}
		as := SafeName(name)
		if !safe(as) {
			t.Errorf("SafeName(%q) = %q, which is not safe", name, as)
		}
		if got := PlainName(as); got != name {
			t.Errorf("PlainName(%q) = %q, want %q", as, got, name)
		}
		if got := PlainName(apart(name)); got != name {
			t.Errorf("PlainName(%q) = %q, want %q", apart(name), got, name)
		}
		if safe(name) {
			if got := SafeName(PlainName(name)); got != name && apart(PlainName(name)) != name {
				t.Errorf("%q is read as %q and written as %q", name, PlainName(name), got)
			}
		}
	})
}

// A folder from a system that takes every name is written so that Windows takes
// it, and is read back to the same.
func TestNamesThatWindowsCanNotHold(t *testing.T) {
	deep := strings.Repeat("very_", 30) + "long"
	files := map[string]string{
		"f/a/aux.flow/flow.yaml":              "summary: A # device\nvalue:\n  modules:\n    - {id: a, value: {type: rawscript, language: bun, content: '!inline what?.inline_script.ts', input_transforms: {}}}\n",
		"f/a/aux.flow/what?.inline_script.ts": "x",
		"f/a/Test.script.yaml":                "lock: '!inline f/a/Test.script.lock'\n",
		"f/a/Test.script.lock":                "1",
		"f/a/Test.ts":                         "upper",
		"f/a/test.script.yaml":                "lock: >-\n  !inline\n  f/a/test.script.lock\n",
		"f/a/test.script.lock":                "2",
		"f/a/test.ts":                         "lower",
		"f/z/x.py":                            "in the other folder",
		"f/Z/x.py":                            "in this folder",
		"f/a/" + deep + "/" + deep + ".flow/flow.yaml":         "summary: deep\nvalue:\n  modules:\n    - {id: a, value: {type: rawscript, language: bun, content: \"!inline a.ts\", lock: '!inline " + deep + ".lock', input_transforms: {}}}\n",
		"f/a/" + deep + "/" + deep + ".flow/a.ts":              "x",
		"f/a/" + deep + "/" + deep + ".flow/" + deep + ".lock": "x",
		"u/me/it's: one.resource.yaml":                         "resource_type: any\nvalue: '!inline u/me/it''s: one.resource.file.txt'\n",
		"u/me/it's: one.resource.file.txt":                     "text",
		"notes: 2024.md":                                       "kept",
	}
	first := read(t, files)
	for _, l := range first.Report.Lines {
		if l.What == Refused {
			t.Fatalf("%s", l)
		}
	}
	got, r := write(first.Items, WriteOptions{})
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		for part := range strings.SplitSeq(name, "/") {
			if !safe(part) {
				t.Errorf("%q is not safe", name)
			}
		}
		if units(name) > maxPath {
			t.Errorf("%q is %d long", name, units(name))
		}
		dir := ""
		for part := range strings.SplitSeq(name, "/") {
			dir += "/" + part
			if other, ok := seen[fold(dir)]; ok && other != dir {
				t.Errorf("%q and %q are one on Windows", dir, other)
			}
			seen[fold(dir)] = dir
		}
	}
	if l := line(t, r, "f/a/test.ts"); l.What != Changed || l.As != "f/a/%74est.ts" {
		t.Errorf("%+v in %v", l, slices.Sorted(maps.Keys(got)))
	}
	if want := "summary: A # device\nvalue:\n  modules:\n    - {id: a, value: {type: rawscript, language: bun, content: '!inline what%3F.inline_script.ts', input_transforms: {}}}\n"; got["f/a/%61ux.flow/flow.yaml"] != want {
		t.Errorf("the reference is not rewritten in its place:\n%s", got["f/a/%61ux.flow/flow.yaml"])
	}

	if want := "lock: >-\n  !inline\n  f/a/%74est.script.lock\n"; got["f/a/%74est.script.yaml"] != want {
		t.Errorf("the reference is not rewritten in its place:\n%s", got["f/a/%74est.script.yaml"])
	}

	second := read(t, got)
	for _, l := range second.Report.Lines {
		if l.What == Refused {
			t.Errorf("read back: %s", l)
		}
	}
	if diff := cmp.Diff(paths(first.Items), paths(second.Items)); diff != "" {
		t.Errorf("read back (-was +is)\n%s", diff)
	}
	again, _ := write(second.Items, WriteOptions{})
	if diff := cmp.Diff(got, again); diff != "" {
		t.Errorf("written again (-was +is)\n%s", diff)
	}
	asIs, r := write(second.Items, WriteOptions{NamesAsIs: true})
	if diff := cmp.Diff(slices.Sorted(maps.Keys(files)), slices.Sorted(maps.Keys(asIs))); diff != "" {
		t.Errorf("names as they are (-was +is)\n%s\n%s", diff, r.Text())
	}
	third := read(t, asIs)
	if diff := cmp.Diff(paths(first.Items), paths(third.Items)); diff != "" {
		t.Errorf("read back as it was (-was +is)\n%s", diff)
	}
}

// paths tells the items with what they hold.
func paths(items Items) []string {
	var out []string
	for _, x := range items.Flows {
		out = append(out, fmt.Sprintf("flow %s %s", x.Path, x.JSON))
	}
	for _, x := range items.Scripts {
		out = append(out, fmt.Sprintf("script %s %s %s", x.Path, x.Content, x.Lock))
	}
	for _, x := range items.Resources {
		out = append(out, fmt.Sprintf("resource %s %s", x.Path, x.Value))
	}
	for _, x := range items.Variables {
		out = append(out, fmt.Sprintf("variable %s %s", x.Path, x.Value))
	}
	return out
}

func TestPathsThatAreNoNames(t *testing.T) {
	for _, p := range []string{"f//a", "../../etc/passwd", "f/../../x", "f/./a", "f/a\x00b/c"} {
		got, r := write(Items{Scripts: []flow.StoredScript{{Path: p, Language: "bun"}}}, WriteOptions{NamesAsIs: true})
		if len(got) != 1 || r.Count(Refused) != 1 {
			t.Errorf("%q: wrote %v", p, slices.Sorted(maps.Keys(got)))
		}
	}
}
