package script

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"

	esbuild "github.com/evanw/esbuild/pkg/api"
)

// compileRequest asks a worker to make a program of a script.
type compileRequest struct {
	File   string `json:"file"`
	Source string `json:"source"`
	TS     bool   `json:"ts"`
}

// program is a script made ready to run. Only one of JS and Trouble is set.
type program struct {
	JS      string   `json:"js,omitempty"`
	Map     string   `json:"map,omitempty"` // source map, JSON
	Dates   []string `json:"dates,omitempty"`
	Parts   []string `json:"parts,omitempty"` // of our own scripts, that it needs
	Trouble *trouble `json:"trouble,omitempty"`
}

// trouble is why a script can not be run.
type trouble struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// clientImport matches every spelling of the client's name.
var clientImport = regexp.MustCompile(`^(?:npm:|jsr:)?(?:wmill|windmill-client|@windmill/client)(?:@[^/]*)?$|^https?://(?:deno\.land/x/windmill|esm\.sh/windmill-client|unpkg\.com/windmill-client)(?:@[^/]*)?(?:/mod\.ts|/.*)?$`)

// builtin are the modules that workers serve, by their names.
var builtin = []string{"node:buffer", "node:process", "node:crypto", "node:timers/promises"}

// compile reads a script with esbuild: types go, imports are checked. It runs
// in a worker, because a source may be made to break its reader.
func compile(req compileRequest) program {
	var bad []string
	resolve := esbuild.Plugin{Name: "imports", Setup: func(b esbuild.PluginBuild) {
		b.OnResolve(esbuild.OnResolveOptions{Filter: `.*`}, func(a esbuild.OnResolveArgs) (esbuild.OnResolveResult, error) {
			if a.Kind == esbuild.ResolveEntryPoint {
				return esbuild.OnResolveResult{}, nil
			}
			if clientImport.MatchString(a.Path) {
				return esbuild.OnResolveResult{Path: "windmill-client", External: true}, nil
			}
			for _, p := range []string{a.Path, "node:" + a.Path} {
				if slices.Contains(builtin, p) {
					return esbuild.OnResolveResult{Path: p, External: true}, nil
				}
			}
			bad = append(bad, a.Path)
			return esbuild.OnResolveResult{Path: a.Path, External: true}, nil
		})
	}}
	loader := esbuild.LoaderJS
	if req.TS {
		loader = esbuild.LoaderTS
	}
	r := esbuild.Build(esbuild.BuildOptions{
		Stdin:       &esbuild.StdinOptions{Contents: req.Source, Sourcefile: req.File, Loader: loader},
		Bundle:      true,
		Format:      esbuild.FormatESModule,
		Target:      esbuild.ES2023,
		Supported:   map[string]bool{"top-level-await": true},
		Platform:    esbuild.PlatformNeutral,
		TreeShaking: esbuild.TreeShakingFalse,
		Charset:     esbuild.CharsetUTF8,
		Sourcemap:   esbuild.SourceMapExternal,
		Outfile:     "out.js",
		LogLevel:    esbuild.LogLevelSilent,
		Plugins:     []esbuild.Plugin{resolve},
		TsconfigRaw: `{}`,
	})
	if len(r.Errors) > 0 {
		m := r.Errors[0]
		t := &trouble{Name: "SyntaxError", Message: m.Text, Hint: "Nothing was run."}
		if m.Location != nil {
			t.Line = m.Location.Line
			t.Message = fmt.Sprintf("%s (line %d, column %d)", m.Text, m.Location.Line, m.Location.Column+1)
		}
		return program{Trouble: t}
	}
	if len(bad) > 0 {
		return program{Trouble: refuse(bad[0], req.Source)}
	}
	p := program{Dates: dateParams(req.Source)}
	for _, f := range r.OutputFiles {
		if strings.HasSuffix(f.Path, ".map") {
			p.Map = string(f.Contents)
		} else {
			p.JS = string(f.Contents)
		}
	}
	p.Parts = parts(p.JS)
	return p
}

// What a script must mention to need a part. Whoever reaches for the global
// object as a whole, or for a module of ours, gets everything.
var (
	wantsAll  = regexp.MustCompile(`\b(?:globalThis|global|self|window|eval|Function|import|from)\b`)
	wantsBase = regexp.MustCompile(`\b(?:setTimeout|setInterval|setImmediate|clearTimeout|clearInterval|clearImmediate|queueMicrotask|process|Deno|Bun|Intl|toLocale\w*|dispose|asyncDispose|console\s*(?:\?\.|\.)\s*(?:dir|table|trace|assert|group\w*|count\w*|time\w*))\b|\bconsole\s*[^.\s]`)
	wantsWeb  = regexp.MustCompile(`\b(?:URL|URLSearchParams|Headers|Request|Response|fetch|FormData|Blob|File|AbortController|AbortSignal|TextEncoder|TextDecoder|atob|btoa|structuredClone|crypto|Crypto|Buffer|Event|EventTarget|CustomEvent|DOMException|performance)\b`)
)

// parts names the parts of our own scripts that a program mentions.
func parts(js string) []string {
	all, out := wantsAll.MatchString(js), []string(nil)
	if all || wantsBase.MatchString(js) || wantsWeb.MatchString(js) {
		out = append(out, "base")
	}
	if all || wantsWeb.MatchString(js) {
		out = append(out, "web")
	}
	return out
}

// refuse says why a package can not be imported.
func refuse(path, source string) *trouble {
	t := &trouble{Name: "ImportError"}
	for i, line := range strings.Split(source, "\n") {
		if strings.Contains(line, path) {
			t.Line = i + 1
			break
		}
	}
	switch {
	case strings.HasPrefix(path, "http://"), strings.HasPrefix(path, "https://"):
		t.Message = fmt.Sprintf("The script imports %s, and scripts can not load code from the web", path)
	case strings.HasPrefix(path, "."), strings.HasPrefix(path, "/"):
		t.Message = fmt.Sprintf("The script imports the file %q, and a step has only its own text", path)
	default:
		t.Message = fmt.Sprintf("The script imports the package %q, which is not available here", path)
	}
	t.Hint = "Nothing was run. Scripts have windmill-client, fetch, URL, crypto, Buffer and timers; call a service by fetch, or write the step in Python."
	return t
}

// key names a program in the cache.
func (r compileRequest) key() [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%t\x00%s\x00%s", r.TS, r.File, r.Source))
}
