package code

import "strings"

// grammar is what tells languages apart, as far as coloring goes.
type grammar struct {
	keywords map[string]bool
	types    map[string]bool
	line     string // what begins a comment
	block    bool   // has /* */
	template bool   // has `…${}…`
	triple   bool   // has """ and '''
	shell    bool   // quotes span lines, $names
	json     bool
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

const jsWords = `async await break case catch class const continue debugger default delete do else export extends
 false finally for from function get if import in instanceof let new null of return set static super switch this throw true try
 typeof undefined var void while with yield`

var grammars = map[string]*grammar{
	"js": {keywords: words(jsWords), line: "//", block: true, template: true},
	"ts": {keywords: words(jsWords + ` abstract as asserts declare enum implements infer interface is keyof namespace override private protected public readonly satisfies type`),
		types: words(`any bigint boolean never number object string symbol unknown Promise Array Record Partial Map Set Date`), line: "//", block: true, template: true},
	"python": {keywords: words(`False None True and as assert async await break class continue def del elif else except finally for from global if import in is
 lambda nonlocal not or pass raise return try while with yield match case`), types: words(`int float str bool bytes dict list set tuple object`), line: "#", triple: true},
	"bash": {keywords: words(`if then elif else fi for while until do done case esac in function select time return exit local export readonly declare set unset
 shift trap source echo printf read test cd`), line: "#", shell: true},
	"json": {keywords: words("true false null"), json: true},
}

// grammarOf finds a language by the names used for it.
func grammarOf(lang string) *grammar {
	switch strings.ToLower(lang) {
	case "js", "javascript", "nativets":
		return grammars["js"]
	case "ts", "typescript", "deno", "bun":
		return grammars["ts"]
	case "py", "python", "python3":
		return grammars["python"]
	case "sh", "bash", "shell":
		return grammars["bash"]
	case "json":
		return grammars["json"]
	}
	return &grammar{}
}
