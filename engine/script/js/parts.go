package js

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sluice/engine/internal/javascript"
)

// partOf names the part of our own scripts (parts/*.js) that holds a global name.
// A script pays for the parts whose names it touches.
var partOf = map[string]string{
	"global": "self", "self": "self",
	"setTimeout": "timers", "setInterval": "timers", "setImmediate": "timers", "clearTimeout": "timers", "clearInterval": "timers", "clearImmediate": "timers", "queueMicrotask": "timers",
	"process": "process", "Deno": "process", "Bun": "process",
	"performance": "clock",
	"TextEncoder": "text", "TextDecoder": "text", "atob": "text", "btoa": "text",
	"DOMException": "events", "Event": "events", "CustomEvent": "events", "EventTarget": "events", "AbortSignal": "events", "AbortController": "events",
	"structuredClone": "clone",
	"URL":             "url", "URLSearchParams": "url",
	"ReadableStream": "streams", "ReadableStreamDefaultReader": "streams",
	"Headers": "fetch", "Request": "fetch", "Response": "fetch", "fetch": "fetch",
	"Blob": "blob", "File": "blob", "FormData": "blob",
	"crypto": "crypto", "Crypto": "crypto",
	"Buffer": "buffer",
}

// foreign names the globals that a language does not have: scripts tell by them
// where they run.
var foreign = map[string][]string{"bun": {"Deno"}, "bunnative": {"Deno", "Bun"}, "nativets": {"Deno", "Bun"}, "deno": {"Bun"}}

// module is a module that workers serve.
type module struct {
	names  []string      // of the globals it speaks of
	part   string        // that it needs
	files  bool          // only for jobs that have files
	source func() string // in JavaScript
}

// ownFile is the source of a module that is a file of ours.
func ownFile(name string) func() string {
	return func() string { b, _ := scripts.ReadFile("parts/" + name + ".js"); return string(b) }
}

func fixed(source string, names ...string) module {
	return module{names: names, source: func() string { return source }}
}

// modules by their names: the client, and the few of Node's that scripts may
// import.
var modules = map[string]module{
	"windmill-client":  {part: "client", source: clientModule},
	"node:path":        {source: ownFile("path")},
	"node:events":      {source: ownFile("emitter")},
	"node:assert":      {part: "util", source: ownFile("assert")},
	"node:os":          {source: ownFile("os"), names: []string{"process"}},
	"node:querystring": {source: ownFile("querystring")},
	"node:url":         {source: ownFile("nodeurl"), names: []string{"URL", "URLSearchParams", "process"}},
	"node:util": {part: "util", source: func() string {
		return `const { util } = globalThis.$util; export default util;
export const { promisify, callbackify, types, format, inspect, isDeepStrictEqual, inherits, deprecate, debuglog, stripVTControlCharacters, toUSVString, isArray, TextEncoder, TextDecoder } = util;`
	}},
	"node:timers": fixed(`const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
export { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
export default { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };`,
		"setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"),
	"node:fs":          {part: "files", files: true, source: filesModule("fs", fileNames("Sync", "existsSync", "promises", "constants"))},
	"node:fs/promises": {part: "files", files: true, source: filesModule("promises", fileNames(""))},
	"node:buffer":      fixed(`export const Buffer = globalThis.Buffer; export default { Buffer };`, "Buffer"),
	"node:process":     fixed(`export const env = process.env; export default process;`, "process"),
	"node:timers/promises": fixed(`export const setTimeout = (ms, v) => new Promise((done) => globalThis.setTimeout(done, ms, v)); export default { setTimeout };`,
		"setTimeout"),
	"node:crypto": fixed(`const c = globalThis.crypto; export const randomUUID = () => c.randomUUID(), webcrypto = c, subtle = c.subtle,
{ createHash, createHmac, getHashes, hash, hkdfSync, pbkdf2, pbkdf2Sync, randomBytes, randomFillSync, randomInt, timingSafeEqual } = c.$node, getRandomValues = (a) => c.getRandomValues(a);
export default { randomUUID, webcrypto, subtle, createHash, createHmac, getHashes, getRandomValues, hash, hkdfSync, pbkdf2, pbkdf2Sync, randomBytes, randomFillSync, randomInt, timingSafeEqual };`, "crypto", "Buffer"),
}

// clientModule exports by name what the client's part holds. The part is
// there as bytecode, which is read faster than its text.
var clientModule = sync.OnceValue(func() string {
	text, _ := scripts.ReadFile("parts/client.js")
	_, list, _ := strings.Cut(string(text), "const all = {")
	list, _, _ = strings.Cut(list, "}")
	var b strings.Builder
	b.WriteString("const c = globalThis.$client;\ndelete globalThis.$client;\nexport default c;\nexport const {" + list + "} = c;\n")
	return b.String()
})

// fileNames are what the modules of files export.
func fileNames(suffix string, more ...string) string {
	for n := range strings.FieldsSeq("readFile writeFile appendFile mkdir readdir stat lstat access rm unlink rmdir rename copyFile") {
		more = append(more, n+suffix)
		if suffix != "" {
			more = append(more, n)
		}
	}
	return strings.Join(more, ", ")
}

func filesModule(which, names string) func() string {
	return func() string {
		return "const f = globalThis.$files." + which + ";\nexport default f;\nexport const { " + names + " } = f;\n"
	}
}

var (
	identifier = regexp.MustCompile(`[A-Za-z_$][\w$]*`)
	// Whoever reaches for the global object as a whole may mean any name.
	wantsAll = regexp.MustCompile(`\b(?:globalThis|global|self|window|eval|Function)\b`)
	// What of Bun's may become JSON otherwise.
	wantsBun = regexp.MustCompile(`\b(?:Headers|headers|URLSearchParams|searchParams)\b`)
	// base.js makes console, and lets big integers be written as JSON.
	wantsBase = regexp.MustCompile(`\bconsole\b|(?i:bigint)|[0-9A-Fa-f]n\b`)
)

// eager names the parts that change what is there already, or that stand beside
// it: they come before the script where it mentions what they are about.
var eager = []struct {
	part  string
	name  bool // it holds global names, which the global object gives by other ways
	wants *regexp.Regexp
}{
	{"console", true, regexp.MustCompile(`\bconsole\s*(?:\?\.|\.)\s*(?:dir|table|trace|assert|group\w*|count\w*|time\w*)\b|\bconsole\s*[^.\s]`)},
	{"intl", true, regexp.MustCompile(`\b(?:Intl|toLocale\w*|localeCompare)\b`)},
	{"dispose", true, regexp.MustCompile(`\b(?:dispose|asyncDispose|DisposableStack|AsyncDisposableStack|SuppressedError)\b`)},
	{"errors", false, regexp.MustCompile(`\b(?:stack|captureStackTrace|stackTraceLimit)\b`)},
	{"arrays", false, regexp.MustCompile(`\bfromAsync\b`)},
	{"weak", true, regexp.MustCompile(`\bWeakRef\b`)},
	{"regexp", false, regexp.MustCompile(`\bRegExp\s*(?:\.\s*(?:\$|last|left|right|input)|\[)`)},
}

// needs tells what of our own scripts a program may need, given its language, the
// modules that it imports and whether it gets dates: the names to make ready, with their parts, and the parts to
// load before it.
func needs(js, language string, dates bool, imports []string) (names, before []string) {
	all := wantsAll.MatchString(js)
	found := map[string]bool{}
	for _, m := range imports {
		if p := modules[m].part; p != "" && !slices.Contains(before, p) {
			before = append(before, p)
		}
		for _, n := range modules[m].names {
			found[n] = true
		}
	}
	if all {
		for n := range partOf {
			found[n] = true
		}
	} else {
		for _, w := range identifier.FindAllString(js, -1) {
			if partOf[w] != "" {
				found[w] = true
			}
		}
	}
	for _, n := range foreign[language] {
		delete(found, n)
	}
	for _, n := range slices.Sorted(maps.Keys(found)) {
		names = append(names, n, partOf[n])
	}
	before = append(before, javascript.Needs(js, dates)...)
	if strings.HasPrefix(language, "bun") && wantsBun.MatchString(js) {
		before = append(before, "bun")
	}
	for _, e := range eager {
		if all && e.name || e.wants.MatchString(js) {
			before = append(before, e.part)
		}
	}
	return names, before
}
