package hub

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed scripts/*/script.ts scripts/*/manifest.yaml samples/*.flow.yaml
var files embed.FS

// Script is one entry of the catalog: code that a step can name by its path.
type Script struct {
	Path        string // "hub/1397/gmail/approval_by_email"
	ID          int    // the number in Windmill's hub, 0 for our own
	App         string // "gmail", "windmill", "core"
	Summary     string
	StepName    string // what a new step that runs it is called: short
	Description string
	Kind        string   // "approval", "script" or "trigger"
	Language    string   // as in OpenFlow: "bun"
	Keywords    []string // further words that a search should find it by
	Content     string
	Schema      json.RawMessage // JSON Schema of the inputs, keys in their order
	Suspend     json.RawMessage // OpenFlow suspend settings of a new step; nil if none
	Step        json.RawMessage // further OpenFlow settings of a new step (sleep, …), an object; nil if none
}

// Sample is a flow to begin with.
type Sample struct {
	Path string // where it goes in the library: "u/me/refund_with_approval"
	Name string // its summary
	Data []byte // OpenFlow as YAML
}

// All returns every script: approvals first, among equals those with a number,
// then by app and summary. The slice is the caller's own.
func All() []Script { return slices.Clone(catalog()) }

// Find returns the script that a step's path names. Numbered paths are matched
// by their number alone.
func Find(p string) (Script, bool) {
	id := number(p)
	for _, s := range catalog() {
		if s.Path == p || id != 0 && s.ID == id {
			return s, true
		}
	}
	return Script{}, false
}

// number returns n of "hub/n/…", 0 if there is none.
func number(p string) int {
	rest, ok := strings.CutPrefix(p, "hub/")
	if !ok {
		return 0
	}
	first, _, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(first)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Apps returns the names of all apps, sorted.
func Apps() []string {
	var apps []string
	for _, s := range catalog() {
		apps = append(apps, s.App)
	}
	slices.Sort(apps)
	return slices.Compact(apps)
}

// Samples returns the flows that an empty library is filled with, the one to
// show first first.
func Samples() []Sample {
	names, err := fs.Glob(files, "samples/*.flow.yaml")
	must("samples", err)
	var list []Sample
	for _, name := range names {
		data, err := files.ReadFile(name)
		must(name, err)
		var head struct {
			Summary string `yaml:"summary"`
		}
		must(name, yaml.Unmarshal(data, &head))
		base := strings.TrimSuffix(path.Base(name), ".flow.yaml")
		_, base, _ = strings.Cut(base, "_") // the number is for the order only
		list = append(list, Sample{Path: "u/me/" + base, Name: head.Summary, Data: data})
	}
	return list
}

// manifest is what is said about a script.
type manifest struct {
	ID          int       `yaml:"id"`
	App         string    `yaml:"app"`
	Name        string    `yaml:"name"`
	Kind        string    `yaml:"kind"`
	Language    string    `yaml:"language"`
	Summary     string    `yaml:"summary"`
	StepName    string    `yaml:"step_name"`
	Description string    `yaml:"description"`
	Keywords    []string  `yaml:"keywords"`
	Schema      yaml.Node `yaml:"schema"`
	Suspend     yaml.Node `yaml:"suspend"`
	Step        yaml.Node `yaml:"step"`
}

// catalog reads the embedded files once. They are part of the program, so a
// mistake in them is a mistake in the program and panics; a test reads them all.
var catalog = sync.OnceValue(func() []Script {
	names, err := fs.Glob(files, "scripts/*/manifest.yaml")
	must("scripts", err)
	var list []Script
	for _, name := range names {
		data, err := files.ReadFile(name)
		must(name, err)
		var m manifest
		must(name, yaml.Unmarshal(data, &m))
		code, err := files.ReadFile(path.Dir(name) + "/script.ts")
		must(name, err)
		place := "sluice"
		if m.ID != 0 {
			place = strconv.Itoa(m.ID)
		}
		list = append(list, Script{
			Path: "hub/" + place + "/" + m.App + "/" + m.Name, ID: m.ID, App: m.App,
			Summary: m.Summary, StepName: cmp.Or(m.StepName, m.Summary), Description: m.Description, Kind: m.Kind, Language: m.Language, Keywords: m.Keywords,
			Content: string(code), Schema: ordered(name, &m.Schema), Suspend: ordered(name, &m.Suspend), Step: ordered(name, &m.Step),
		})
	}
	slices.SortFunc(list, func(a, b Script) int {
		return cmp.Or(cmp.Compare(kindOrder(a), kindOrder(b)), cmp.Compare(idOrder(a), idOrder(b)), cmp.Compare(a.App, b.App), cmp.Compare(a.Summary, b.Summary))
	})
	return list
})

func kindOrder(s Script) int {
	return slices.Index([]string{"approval", "script", "trigger"}, s.Kind)
}

func idOrder(s Script) int {
	if s.ID == 0 {
		return math.MaxInt
	}
	return s.ID
}

func must(name string, err error) {
	if err != nil {
		panic(fmt.Sprintf("hub: %s: %v", name, err))
	}
}
