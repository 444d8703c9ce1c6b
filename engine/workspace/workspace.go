package workspace

import (
	"maps"
	"slices"
	"strings"

	"sluice/engine/flow"
)

// Items is what a library holds.
type Items struct {
	Flows     []flow.Stored
	Scripts   []flow.StoredScript
	Resources []flow.Resource // with their values
	Variables []flow.Variable // with their values, also the secret ones
	Schedules []Scheduled
	Kept      []flow.KeptFile // the files of imported folders, all of them
	Locked    []Ref           // items whose value cannot be opened, so that they are not above
}

// Scheduled is a schedule.
type Scheduled struct {
	Path string
	JSON flow.Raw
}

// Under returns the items below a path of the library, such as f/finance, with
// the files kept there and the layout's own.
func (items Items) Under(p string) Items {
	p = strings.Trim(p, "/")
	below := func(q string) bool { return q == p || strings.HasPrefix(q, p+"/") }
	out := func(q string) bool { return !below(q) }
	items.Flows = slices.DeleteFunc(slices.Clone(items.Flows), func(f flow.Stored) bool { return out(f.Path) })
	items.Scripts = slices.DeleteFunc(slices.Clone(items.Scripts), func(s flow.StoredScript) bool { return out(s.Path) })
	items.Resources = slices.DeleteFunc(slices.Clone(items.Resources), func(r flow.Resource) bool { return out(r.Path) })
	items.Variables = slices.DeleteFunc(slices.Clone(items.Variables), func(v flow.Variable) bool { return out(v.Path) })
	items.Schedules = slices.DeleteFunc(slices.Clone(items.Schedules), func(s Scheduled) bool { return out(s.Path) })
	items.Locked = slices.DeleteFunc(slices.Clone(items.Locked), func(r Ref) bool { return out(r.Path) })
	owners := Owners(items.Kept)
	items.Kept = slices.DeleteFunc(slices.Clone(items.Kept), func(f flow.KeptFile) bool {
		if ref, ok := owners[f.Path]; ok {
			return out(ref.Path)
		}
		return out(f.Path) && f.Path != settingsFile && f.Path != NamesFile
	})
	return items
}

// Any reports whether there is anything but the files of the layout itself.
func Any(items Items) bool { return len(Roots(items)) > 0 }

// Roots are the folders of the library that hold something: f/finance, u/me.
func Roots(items Items) []string {
	found := map[string]bool{}
	add := func(p string) {
		if parts := strings.SplitN(p, "/", 3); len(parts) == 3 {
			found[parts[0]+"/"+parts[1]] = true
		}
	}
	for _, f := range items.Flows {
		add(f.Path)
	}
	for _, s := range items.Scripts {
		add(s.Path)
	}
	for _, r := range items.Resources {
		add(r.Path)
	}
	for _, v := range items.Variables {
		add(v.Path)
	}
	for _, s := range items.Schedules {
		add(s.Path)
	}
	for _, r := range items.Locked {
		add(r.Path)
	}
	for _, f := range items.Kept {
		if underRoot(f.Path) {
			add(f.Path)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Kind tells what an item is.
type Kind string

// The kinds of items.
const (
	Flow     Kind = "flow"
	Script   Kind = "script"
	Resource Kind = "resource"
	Variable Kind = "variable"
	Schedule Kind = "schedule"
)

// Ref names an item.
type Ref struct {
	Kind Kind   `json:"kind,omitempty"`
	Path string `json:"item,omitempty"` // in the library: "f/finance/charge"
}

// Folder is what Read found in a folder.
type Folder struct {
	Items  Items
	Owner  map[string]Ref // which item a kept file belongs to, by the file's path
	Absent []Ref          // secret variables that came without a value that can be used
	Report Report
}

// ReadOptions say how a folder is read.
type ReadOptions struct {
	// WithSecrets takes the values of secret variables as plain texts. Without
	// it, those that look encrypted are not taken.
	WithSecrets bool
}

// WriteOptions say how a folder is written.
type WriteOptions struct {
	// WithSecrets writes the values of secret variables, and what looks like a
	// credential in resources, in clear.
	WithSecrets bool
	// NamesAsIs writes names that Windows cannot hold as they are.
	NamesAsIs bool
}

// Settings of the layout that matter for the names of files, from wmill.yaml.
type settings struct {
	nonDotted bool            // NAME__flow in place of NAME.flow
	defaultTs string          // the language of NAME.ts: "bun" or "deno"
	places    map[string]bool // workspaces and branches that have files of their own
}

const settingsFile = "wmill.yaml"
