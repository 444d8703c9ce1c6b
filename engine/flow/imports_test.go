package flow

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

func TestImportsOfAScript(t *testing.T) {
	const ts = "import a from \"a\"\nimport { type B, c } from './c'\nimport type { D } from \"d\"\nimport \"e\"\nexport * from \"f\"\nexport type { G } from \"g\"\n" +
		"// import h from \"h\"\nconst s = `import i from \"i\"`, t = 'import j from \"j\"'\nconst k = await import(\"k\")\nconst l = require(\"l\")\n" +
		"const x = from \"no\"; o.require(\"m\")\nimport type from \"n\"\nimport o, * as p from \"o\"\n"
	const py = "import a, b.c as d\nfrom e.f import (g,\n  h)\nfrom .i import j as k\nif True:\n    import l\n\"\"\"\nimport m\n\"\"\"\nfrom . import n; import os\ntry:\n    import p\nexcept ImportError:\n    p = None\nfromage = 1\n# import q\nfrom r import *\n"
	for _, tt := range []struct{ language, source, want string }{
		{"bun", ts, "[{a [] 1} {./c [] 2} {e [] 4} {f [] 5} {k [] 9} {l [] 10} {n [] 12} {o [] 13}]"},
		{"python3", py, "[{a [] 1} {b.c [] 1} {e.f [g h] 2} {.i [j] 4} {. [n] 10} {r [] 17}]"},
		{"bash", "import x from \"y\"", "[]"},
	} {
		got, _ := Imports(tt.language, tt.source)
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%s:\n%v\n%s", tt.language, got, tt.want)
		}
	}
}

func TestImportedScriptsAreThoseOfTheLibrary(t *testing.T) {
	library := map[string][2]string{
		"f/app/lib":    {"bun", `import { x } from "../other/deep"; import { again } from "./main"`},
		"f/app/main":   {"bun", `import { a } from "./lib"`},
		"f/other/deep": {"deno", `import lodash from "lodash"`},
		"f/app/plib":   {"python3", "from .sub import x"},
		"f/app/sub":    {"python3", ""},
	}
	for _, tt := range []struct{ language, from, source, want string }{
		{"bun", "f/app/main", `import { add } from "./lib.ts"`, "[f/app/lib f/app/main f/other/deep]"},
		{"bun", "", `import { add } from "/f/other/deep.ts"`, "[f/other/deep]"},
		{"bun", "", `import { add } from "./lib"`, "[]"},
		{"bun", "f/app/main", `import { add } from "./plib"`, "[]"}, // another language
		{"bun", "f/app/main", `import { add } from "../../../../etc/passwd"`, "[]"},
		{"python3", "f/app/x", "from .plib import add", "[f/app/plib f/app/sub]"},
		{"python3", "", "from f.app import plib", "[f/app/plib f/app/sub]"},
		{"python3", "", "import f.app.plib as p", "[f/app/plib f/app/sub]"},
	} {
		got := Imported(tt.language, tt.from, tt.source, func(p string) (string, string, bool) {
			s, ok := library[p]
			return s[0], s[1], ok
		})
		if s := fmt.Sprint(slices.Sorted(maps.Keys(got))); s != tt.want {
			t.Errorf("%s from %q: %s, want %s", tt.source, tt.from, s, tt.want)
		}
	}
}
