package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

var draw = flag.Bool("draw", false, "draw the picture of the packages in the README anew")

const (
	pictureFrom = "<!-- packages: made by make picture -->\n"
	pictureTo   = "<!-- end of packages -->\n"
)

// The picture of the packages in the README is what go list says: an arrow is an import
// that no other arrow implies.
func TestPicture(t *testing.T) {
	const readme = "../README.md"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), pictureFrom)
	_, after, ok2 := strings.Cut(rest, pictureTo)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the picture")
	}
	want := before + pictureFrom + picture(t) + pictureTo + after
	if want == string(text) {
		return
	}
	if !*draw {
		t.Fatal("the picture in the README is not what go list says: run make picture")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func picture(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-tags", "ci", "-json=ImportPath,Imports", "sluice/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string][]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, "sluice/")
		if strings.HasSuffix(name, "test") || name == "app/walk" {
			continue // only tests import them
		}
		uses[name] = nil
		for _, i := range p.Imports {
			if of, ours := strings.CutPrefix(i, "sluice/"); ours {
				uses[name] = append(uses[name], of)
			}
		}
	}
	// reaches tells whether one leads to the other by at least so many arrows.
	var reaches func(from, to string, least int) bool
	reaches = func(from, to string, least int) bool {
		for _, next := range uses[from] {
			if next == to && least <= 1 || next != to && reaches(next, to, least-1) {
				return true
			}
		}
		return false
	}
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart LR\n")
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range uses {
			if !yield(name) {
				return
			}
		}
	})
	for _, from := range names {
		for _, to := range slices.Sorted(slices.Values(uses[from])) {
			if !reaches(from, to, 2) {
				fmt.Fprintf(&b, "  %s --> %s\n", from, to)
			}
		}
	}
	b.WriteString("```\n")
	return b.String()
}
