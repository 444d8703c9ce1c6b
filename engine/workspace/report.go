package workspace

import (
	"cmp"
	"slices"
	"strings"

	"sluice/engine/plain"
)

// What tells what happened to a file.
type What string

// What can happen to a file.
const (
	Taken   What = "taken"    // it is in the library now
	Same    What = "same"     // the library has it already, equal
	Kept    What = "kept"     // kept to be given back; Sluice does not use it
	Changed What = "changed"  // taken or written, but not as it was
	Written What = "written"  // written
	Refused What = "refused"  // not taken, or not written
	LeftOut What = "left out" // not even kept
	Deleted What = "deleted"  // gone from the library, as it is gone from the folder
	Unset   What = "unset"    // a secret without a value that can be used: to be filled in
)

// Line tells about one file.
type Line struct {
	File string `json:"file"`         // with slashes, below the folder; "" where there is none
	As   string `json:"as,omitempty"` // what it is called on the disk, if otherwise
	What What   `json:"what"`
	Ref
	Why string `json:"why,omitempty"` // a sentence
	Do  string `json:"do,omitempty"`  // what to do about it; a sentence
}

// Report tells what happened to each file of a folder.
type Report struct {
	Lines []Line `json:"files"`
}

func (r *Report) add(l Line) { r.Lines = append(r.Lines, l) }

// Set changes what is told of all files of an item. Lines that tell of a refusal
// stay as they are.
func (r *Report) Set(ref Ref, what What, why, do string) {
	for i, l := range r.Lines {
		if l.Ref == ref && l.What != Refused {
			r.Lines[i].What, r.Lines[i].Why, r.Lines[i].Do = what, why, do
		}
	}
}

// SetFile changes what is told of one file.
func (r *Report) SetFile(file string, what What, why, do string) {
	for i, l := range r.Lines {
		if l.File == file {
			r.Lines[i].What, r.Lines[i].Why, r.Lines[i].Do = what, why, do
		}
	}
}

// Refusal returns why a file was refused, if it was.
func (r *Report) Refusal(file string) (why, do string, ok bool) {
	for _, l := range r.Lines {
		if l.File == file && l.What == Refused {
			return l.Why, l.Do, true
		}
	}
	return "", "", false
}

// Count tells how many files something happened to.
func (r *Report) Count(what What) int {
	n := 0
	for _, l := range r.Lines {
		if l.What == what {
			n++
		}
	}
	return n
}

// Items tells how many items of a kind something happened to.
func (r *Report) Items(kind Kind, what ...What) int {
	seen := map[Ref]bool{}
	for _, l := range r.Lines {
		if l.Kind == kind && slices.Contains(what, l.What) {
			seen[l.Ref] = true
		}
	}
	return len(seen)
}

// Tell adds lines, each in its place.
func (r *Report) Tell(lines ...Line) {
	r.Lines = append(r.Lines, lines...)
	r.sort()
}

// Notable are the lines that someone should read: what was refused, what is to
// be filled in, what was deleted, what was changed, what was left out.
func (r *Report) Notable() []Line {
	var out []Line
	for _, what := range []What{Refused, Unset, Deleted, Changed, LeftOut} {
		for _, l := range r.Lines {
			if l.What == what {
				out = append(out, l)
			}
		}
	}
	return out
}

// String tells one file in a line or three.
func (l Line) String() string {
	var b strings.Builder
	plain.Fprintf(&b, "%s: %s", l.What, l.File)
	if l.File == "" {
		b.WriteString(plain.Line(l.Path))
	}
	if l.Kind != "" && l.File != "" {
		plain.Fprintf(&b, " (%s %s)", l.Kind, l.Path)
	}
	for _, s := range []string{l.Why, l.Do} {
		if s != "" {
			plain.Fprintf(&b, "\n    %s", plain.Hang(s, "    "))
		}
	}
	return b.String()
}

// Text is the whole report as text.
func (r *Report) Text() string {
	var b strings.Builder
	for _, l := range r.Lines {
		b.WriteString(l.String() + "\n")
	}
	return b.String()
}

// sort orders the lines by file.
func (r *Report) sort() {
	slices.SortStableFunc(r.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Path, b.Path))
	})
}
