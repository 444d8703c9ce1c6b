package js

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"

	esbuild "github.com/evanw/esbuild/pkg/api"

	"sluice/engine/flow"
	"sluice/engine/script/signature"
)

// compileRequest asks a worker to make a program of a script.
type compileRequest struct {
	File     string `json:"file"`
	Source   string `json:"source"`
	Language string `json:"language"`
	Files    bool   `json:"files"` // the job has files

	Path    string            `json:"path,omitempty"`    // of the script in the library
	Imports map[string]string `json:"imports,omitempty"` // texts that it may import, by path
}

// program is a script made ready to run. Only one of JS and Trouble is set.
type program struct {
	JS      string         `json:"js,omitempty"`
	Map     string         `json:"map,omitempty"` // source map, JSON
	Dates   []string       `json:"dates,omitempty"`
	Renamed map[int]string `json:"renamed,omitempty"` // as in jobHeader
	Base    bool           `json:"base,omitempty"`    // as in jobHeader
	Names   []string       `json:"names,omitempty"`   // as in jobHeader
	Parts   []string       `json:"parts,omitempty"`   // of our own scripts, to be loaded before it
	Env     bool           `json:"env,omitempty"`     // it may read the environment
	Trouble *trouble       `json:"trouble,omitempty"`

	Errors []flow.CodeProblem `json:"errors,omitempty"`
}

// trouble is why a script cannot be run.
type trouble struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// library is the namespace of scripts that a script imports.
const library = "library"

// required and within are those of our modules where a script says require.
const (
	required = "required"
	within   = "within"
)

const importError = "ImportError"

// compile reads a script with esbuild: types go, imports are checked. It runs
// in a worker, because a source may be made to break its reader.
func compile(req compileRequest) program {
	var bad, used []string
	resolve := esbuild.Plugin{Name: "imports", Setup: func(b esbuild.PluginBuild) {
		b.OnResolve(esbuild.OnResolveOptions{Filter: `.*`}, func(a esbuild.OnResolveArgs) (esbuild.OnResolveResult, error) {
			if a.Kind == esbuild.ResolveEntryPoint {
				return esbuild.OnResolveResult{}, nil
			}
			name := a.Path
			if flow.ClientImport(name) {
				name = "windmill-client"
			}
			for _, p := range []string{name, "node:" + name} {
				if mod, ok := modules[p]; ok && (req.Files || !mod.files) {
					used = append(used, p)
					switch {
					case a.Namespace == required:
						return esbuild.OnResolveResult{Path: p, Namespace: within}, nil
					case a.Kind == esbuild.ResolveJSRequireCall:
						return esbuild.OnResolveResult{Path: p, Namespace: required}, nil
					}
					return esbuild.OnResolveResult{Path: p, External: true}, nil
				}
			}
			from := req.Path
			if a.Namespace == library {
				from = a.Importer
			}
			for _, p := range flow.ImportPaths(req.Language, from, flow.Import{Name: a.Path}) {
				if _, ok := req.Imports[p]; ok {
					return esbuild.OnResolveResult{Path: p, Namespace: library}, nil
				}
			}
			bad = append(bad, a.Path)
			return esbuild.OnResolveResult{Path: a.Path, External: true}, nil
		})
		// What require gives of a module is its default export: two steps lead there,
		// as a file that imports cannot say what require gives.
		b.OnLoad(esbuild.OnLoadOptions{Filter: `.*`, Namespace: required}, func(a esbuild.OnLoadArgs) (esbuild.OnLoadResult, error) {
			text := fmt.Sprintf("module.exports = require(%q).default", a.Path)
			return esbuild.OnLoadResult{Contents: &text, Loader: esbuild.LoaderJS}, nil
		})
		b.OnLoad(esbuild.OnLoadOptions{Filter: `.*`, Namespace: within}, func(a esbuild.OnLoadArgs) (esbuild.OnLoadResult, error) {
			text := fmt.Sprintf("export { default } from %q", a.Path)
			return esbuild.OnLoadResult{Contents: &text, Loader: esbuild.LoaderJS}, nil
		})
		b.OnLoad(esbuild.OnLoadOptions{Filter: `.*`, Namespace: library}, func(a esbuild.OnLoadArgs) (esbuild.OnLoadResult, error) {
			text := req.Imports[a.Path]
			return esbuild.OnLoadResult{Contents: &text, Loader: esbuild.LoaderTS}, nil
		})
	}}
	loader := esbuild.LoaderTS
	if req.Language == "javascript" {
		loader = esbuild.LoaderJS
	}
	options := esbuild.BuildOptions{
		Stdin:       &esbuild.StdinOptions{Contents: req.Source, Sourcefile: req.File, Loader: loader},
		Bundle:      true,
		Format:      esbuild.FormatESModule,
		Target:      esbuild.ES2023,
		Supported:   map[string]bool{"top-level-await": true, "for-await": false}, // the engine leaves such a loop without closing what it reads
		Platform:    esbuild.PlatformNeutral,
		TreeShaking: esbuild.TreeShakingFalse,
		Charset:     esbuild.CharsetUTF8,
		Sourcemap:   esbuild.SourceMapExternal,
		Outfile:     "out.js",
		LogLevel:    esbuild.LogLevelSilent,
		Plugins:     []esbuild.Plugin{resolve},
		TsconfigRaw: `{}`,
	}
	r := esbuild.Build(options)
	found := append(syntaxErrors(r.Errors, false), syntaxErrors(r.Warnings, true)...)
	if len(r.Errors) > 0 {
		m := r.Errors[0]
		t := &trouble{Name: "SyntaxError", Message: m.Text, Hint: "Nothing was run."}
		if m.Location != nil {
			t.Line = m.Location.Line
			t.Message = fmt.Sprintf("%s (line %d, column %d)", m.Text, m.Location.Line, m.Location.Column+1)
		}
		return program{Trouble: t, Errors: found}
	}
	if len(bad) > 0 {
		return program{Trouble: refuse(bad[0], req.Source), Errors: found}
	}
	p := program{Errors: found, Dates: signature.Dates(req.Source)}
	p.take(r.OutputFiles)
	if p.Renamed = renamed(p.JS, p.Map); namesOfOthers(p.JS, p.Renamed) {
		// Functions and classes tell their names, errors most of all. Only such a
		// script pays for it.
		options.KeepNames = true
		p.take(esbuild.Build(options).OutputFiles)
		p.Renamed = renamed(p.JS, p.Map)
	}
	p.Names, p.Parts = needs(p.JS, req.Language, len(p.Dates) > 0, used)
	p.Base = len(p.Names)+len(p.Parts) > 0 || wantsBase.MatchString(p.JS)
	p.Env = slices.Contains(p.Names, "process") || slices.Contains(p.Parts, "client")
	return p
}

// take takes what was built.
func (p *program) take(files []esbuild.OutputFile) {
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".map") {
			p.Map = string(f.Contents)
		} else {
			p.JS = string(f.Contents)
		}
	}
}

// nodeOnly are modules of Node (24) that scripts cannot have, written without "node:".
var nodeOnly = regexp.MustCompile(`^(?:async_hooks|child_process|cluster|dgram|diagnostics_channel|dns|http|http2|https|inspector|net|perf_hooks|readline|stream|string_decoder|tls|tty|util/types|v8|vm|worker_threads|zlib)(?:/|$)`)

// refuse says why a package cannot be imported.
func refuse(path, source string) *trouble {
	t := &trouble{Name: importError}
	for i, line := range strings.Split(source, "\n") {
		if strings.Contains(line, path) {
			t.Line = i + 1
			break
		}
	}
	switch {
	case strings.HasPrefix(path, "http://"), strings.HasPrefix(path, "https://"):
		t.Message = fmt.Sprintf("The script imports %s, and scripts cannot load code from the web", path)
	case strings.HasPrefix(path, "."), strings.HasPrefix(path, "/"), len(flow.ImportPaths("", "", flow.Import{Name: path})) > 0:
		t.Message = fmt.Sprintf("The script imports %q, and the library has no such script", path)
		t.Hint = "Nothing was run. A script of the library may import others of it, as ./name or /f/folder/name; code inside a flow only as /f/folder/name."
		return t
	case modules[path].files, modules["node:"+path].files:
		t.Message = fmt.Sprintf("The script imports %q, and its step has no files", path)
		t.Hint = "Nothing was run. Where a flow's steps share a worker (same_worker), scripts have the folder ./shared."
		return t
	case strings.HasPrefix(path, "node:") || nodeOnly.MatchString(path):
		t.Message = fmt.Sprintf("The script imports %q, a module of Node that is not available here", path)
	default:
		t.Message = fmt.Sprintf("The script imports the package %q, which is not available here", path)
	}
	t.Hint = "Nothing was run. Scripts have windmill-client, fetch, URL, crypto, Buffer, timers and a part of Node's modules; call a service by fetch, or write the step in Python."
	return t
}

// key names a program in the cache.
func (r compileRequest) key() [32]byte {
	if len(r.Imports) == 0 {
		return sha256.Sum256(fmt.Appendf(nil, "%s\x00%t\x00%s\x00%s", r.Language, r.Files, r.File, r.Source))
	}
	return sha256.Sum256(mustJSON(r))
}
