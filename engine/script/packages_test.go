package script

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sluice/engine/run"
	"sluice/engine/script/internal/scripttest"
)

func TestWhatImportsWhatIsNotThereIsToldBeforeItRuns(t *testing.T) {
	set := Executors()
	t.Cleanup(set.js.Close)
	for _, tt := range []struct {
		name, language, source string
		imports                map[string]string
		shared                 bool
		want, hint             string // parts of the message and the hint; "" if it may run
	}{
		{name: "npm", language: "bun", source: `import _ from "lodash"; export const main = () => _`, want: `package "lodash"`, hint: "Nothing was run"},
		{name: "the web", language: "deno", source: `import x from "https://example.test/x.ts"; export const main = () => x`, want: "https://example.test/x.ts"},
		{name: "a type of npm", language: "bun", source: `import { Account } from "bank-types"; export const main = (a: Account) => a`},
		{name: "only a text", language: "bun", source: "// import a from \"a\"\nexport const main = () => `import b from \"b\"`"},
		{name: "the client", language: "bun", source: `import * as wmill from "npm:windmill-client@1"; export const main = () => wmill`},
		{name: "node's", language: "bun", source: `import { createHash } from "node:crypto"; export const main = () => createHash`},
		{name: "what node has more", language: "bun", source: `import { gzipSync } from "node:zlib"; export const main = () => gzipSync`, want: `"node:zlib", a module of Node that is not available here`, hint: "Nothing was run"},
		{name: "without node:, by require", language: "bun", source: `const { exec } = require("child_process"); export const main = () => exec`, want: `"child_process", a module of Node`},
		{name: "files without a folder", language: "bun", source: `import fs from "fs"; export const main = () => fs`, want: "no files"},
		{name: "files", language: "bun", source: `import fs from "fs"; export const main = () => fs`, shared: true},
		{name: "a script", language: "bun", source: `import { a } from "/f/app/lib.ts"; export const main = () => a`, imports: map[string]string{"f/app/lib": "export const a = 1"}},
		{name: "no script", language: "bun", source: `import { a } from "/f/app/lib.ts"; export const main = () => a`, want: "library has no such script"},
		{name: "npm in a script", language: "bun", source: `import { a } from "/f/app/lib.ts"; export const main = () => a`, imports: map[string]string{"f/app/lib": `import _ from "lodash"; export const a = _`}, want: "lodash"},
		{name: "broken", language: "bun", source: "export const main = () => {", want: "Unexpected end of file (line 1, column 28)"},
		{name: "python's own", language: "python3", source: "import sys, json\nimport html.parser\nfrom xml.etree import ElementTree\ndef main(): pass"},
		{name: "another name", language: "python3", source: "from sluice_never import a\ndef main(): pass", want: "sluice_never", hint: "other names than their modules"},
		{name: "may be missing", language: "python3", source: "try:\n    import sluice_never\nexcept ImportError:\n    pass\ndef main():\n    import sluice_never"},
		{name: "of the library", language: "python3", source: "from f.app.lib import a\ndef main(): pass", imports: map[string]string{"f/app/lib": "a = 1"}},
		{name: "not of the library", language: "python3", source: "from f.app.lib import a\ndef main(): pass", want: "library has no such script"},
		{name: "nowhere to count from", language: "python3", source: "from .lib import a\ndef main(): pass", want: "library has no such script"},
	} {
		err := set.By[tt.language].(interface {
			Check(context.Context, run.Code, bool) error
		}).Check(t.Context(), run.Code{Language: tt.language, Content: tt.source, Imports: tt.imports}, tt.shared)
		f, _ := errors.AsType[*run.Failure](err)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: refused: %v", tt.name, err)
		case tt.want != "" && (f == nil || !strings.Contains(f.Message, tt.want) || !strings.Contains(f.Hint, tt.hint)):
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestScriptsOfTheLibraryCanBeImported(t *testing.T) {
	set := Executors()
	t.Cleanup(set.js.Close)
	ts := map[string]string{
		"f/app/lib":   "import { twice } from './twice'\nexport function add(a: number, b: number) { return twice(a) + b }\nexport function main() { throw new Error('not this one') }\nexport class Bank {}",
		"f/app/twice": "export const twice = (n: number) => {\n  if (n < 0) {\n    throw new RangeError('negative')\n  }\n  return 2 * n\n}",
	}
	py := map[string]string{"f/app/plib": "from .more import one\ndef add(a, b):\n    return a + b + one\n", "f/app/more": "one = 1\n"}
	for _, tt := range []struct{ name, language, source, args, want string }{
		{"beside", "bun", "import { add, Bank } from './lib'\nexport async function main(a: number) { return [add(a, 2), Bank.name, main.name] }", `{"a":1}`, `[4,"Bank","main"]`},
		{"by path", "deno", "import { add } from '/f/app/lib.ts'\nexport async function main(a: number) { return add(a, 2) }", `{"a":1}`, "4"},
		{"python beside", "python3", "from .plib import add\ndef main():\n    return add(1, 2)", "{}", "4"},
		{"python by path", "python3", "from f.app import plib\ndef main():\n    return plib.add(1, 2)", "{}", "4"},
	} {
		j := scripttest.Job(tt.language, tt.source, tt.args)
		j.Code.Path, j.Code.Imports = "f/app/user", ts
		if tt.language == "python3" {
			j.Code.Imports = py
		}
		if got, err := set.By[tt.language].Run(t.Context(), j, t.Output()); err != nil || string(got) != tt.want {
			t.Errorf("%s: %s %v", tt.name, got, err)
		}
	}
	j := scripttest.Job("bun", "import { add } from './lib'\n\n\nexport const main = () => add(-1, 2)", "{}")
	j.Code.Path, j.Code.Imports = "f/app/user", ts
	_, err := set.By["bun"].Run(t.Context(), j, t.Output())
	if f, _ := errors.AsType[*run.Failure](err); f == nil || f.Line != 4 || !strings.Contains(f.Stack, "f/app/twice:3") || !strings.Contains(f.Stack, "user.ts:4") {
		t.Errorf("what an imported script throws is told as %+v", f)
	}
}
