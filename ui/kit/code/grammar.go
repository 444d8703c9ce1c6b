package code

import "strings"

// grammar is what tells languages apart, as far as coloring and indenting go.
type grammar struct {
	keywords map[string]bool
	types    map[string]bool
	folded   bool      // capitals do not count in keywords
	line     string    // what begins a comment
	line2    string    // what else does
	around   [2]string // what a comment of several lines stands between
	template bool      // has `…${}…`
	raw      bool      // has `…` over several lines
	triples  string    // the quotes of which three span lines
	quotes   string    // what strings stand between; "" is " and '
	doubled  bool      // a quote in a string is written twice
	shell    bool      // quotes span lines, $names
	sigils   string    // what names begin with
	dashed   bool      // names have dashes
	json     bool
	yaml     bool
	lone     bool   // an ' may stand alone
	spaced   bool   // a comment begins after a blank
	colon    bool   // a block begins behind a colon
	blocks   string // words that begin a block where they end a line
	indent   string // one step inwards, where the language has one
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var slashStar = [2]string{"/*", "*/"}

const jsWords = `async await break case catch class const continue debugger default delete do else export extends
 false finally for from function get if import in instanceof let new null of return set static super switch this throw true try
 typeof undefined var void while with yield`

const sqlWords = `add all alter and any as asc begin between by case cast check column commit constraint create cross cte current_date current_timestamp
 database default delete desc distinct drop else end except exists explain false fetch filter first for foreign from full function grant group having if ilike in
 index inner insert intersect interval into is join key last lateral left like limit materialized merge natural no not null nulls offset on only or order outer over
 partition primary procedure qualify references replace returning right rollback row rows schema select set similar some table temporary then to transaction
 trigger true truncate union unique unnest update using values view when where window with`

const sqlTypes = `array bigint bigserial bit blob bool boolean bytea bytes char date datetime decimal double float float64 geography int int64 integer json jsonb
 money nchar number numeric nvarchar real serial smallint string struct text time timestamp timestamptz tinyint uuid varchar variant xml`

var sql = &grammar{keywords: words(sqlWords), types: words(sqlTypes), folded: true, line: "--", around: slashStar, doubled: true}

var grammars = map[string]*grammar{
	"js": {keywords: words(jsWords), line: "//", around: slashStar, template: true},
	"ts": {keywords: words(jsWords + ` abstract as asserts declare enum implements infer interface is keyof namespace override private protected public readonly satisfies type`),
		types: words(`any bigint boolean never number object string symbol unknown Promise Array Record Partial Map Set Date`), line: "//", around: slashStar, template: true},
	"python": {keywords: words(`False None True and as assert async await break class continue def del elif else except finally for from global if import in is
 lambda nonlocal not or pass raise return try while with yield match case`), types: words(`int float str bool bytes dict list set tuple object`), line: "#", triples: `"'`, sigils: "@", colon: true, indent: "    "},
	"bash": {keywords: words(`if then elif else fi for while until do done case esac in function select time return exit local export readonly declare set unset
 shift trap source echo printf read test cd`), line: "#", shell: true, spaced: true, blocks: "then do else"},
	"go": {keywords: words(`break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch
 type var true false nil iota append cap clear close copy delete len make max min new panic print println recover`),
		types: words(`any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr`), line: "//", around: slashStar, raw: true, indent: "\t"},
	"sql": sql,
	"mysql": {keywords: words(sqlWords + ` auto_increment databases describe engine show tables use`), types: words(sqlTypes + ` longtext mediumtext tinytext unsigned`),
		folded: true, line: "-- ", line2: "#", around: slashStar, doubled: true, quotes: "\"'`"},
	"php": {keywords: words(`abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends final finally
 fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new or print private protected public
 readonly require require_once return static switch throw trait try unset use var while xor yield true false null php`),
		types: words(`bool float int iterable mixed never object self string void`), folded: true, line: "//", line2: "#", around: slashStar, sigils: "$", indent: "    "},
	"rust": {keywords: words(`as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static
 struct super trait true type union unsafe use where while`), types: words(`bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize`),
		line: "//", around: slashStar, lone: true, quotes: `"`, indent: "    "},
	"csharp": {keywords: words(`abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern false finally
 fixed for foreach from get goto if implicit in init interface internal into is join let lock namespace new null on operator orderby out override params private protected
 public readonly record ref return sealed select set sizeof stackalloc static struct switch this throw true try typeof unchecked unsafe using value var virtual void
 volatile when where while with yield`), types: words(`bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort`),
		line: "//", around: slashStar, triples: `"`, indent: "    "},
	"powershell": {keywords: words(`begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for foreach from function if in param process
 return switch throw trap try until using var while`), folded: true, line: "#", around: [2]string{"<#", "#>"}, sigils: "$", dashed: true, doubled: true, indent: "    "},
	"java": {keywords: words(`abstract assert break case catch class const continue default do else enum extends final finally for goto if implements import instanceof interface
 native new package private protected public record return sealed static strictfp super switch synchronized this throw throws transient try var void volatile while yield
 true false null`), types: words(`boolean byte char double float int long short`), line: "//", around: slashStar, triples: `"`, sigils: "@", indent: "    "},
	"ruby": {keywords: words(`BEGIN END alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo require rescue retry
 return self super then true undef unless until when while yield puts attr_accessor attr_reader`), types: words(``), line: "#", around: [2]string{"=begin", "=end"}, sigils: "@$:", blocks: "do else then begin"},
	"r": {keywords: words(`break else for function if in next repeat return while TRUE FALSE NULL NA Inf NaN library require`), line: "#"},
	"graphql": {keywords: words(`query mutation subscription fragment on type input enum interface union scalar schema extend directive implements repeatable true false null`),
		types: words(`Int Float String Boolean ID`), line: "#", triples: `"`, sigils: "$@", quotes: `"`},
	"nu": {keywords: words(`alias break catch const continue def do else export extern false for if in let loop match module mut null return source true try use where while
 each filter get insert open save select sort-by to from`), line: "#", spaced: true, sigils: "$", dashed: true, raw: true},
	"yaml": {keywords: words("true false null yes no"), line: "#", spaced: true, yaml: true, dashed: true, colon: true, lone: true, indent: "  "},
	"json": {keywords: words("true false null"), json: true},
}

// languages are the names of languages, those of OpenFlow too, by their grammar.
var languages = map[string]string{
	"javascript": "js", "nodejs": "js", "typescript": "ts", "nativets": "ts", "bunnative": "ts", "deno": "ts", "bun": "ts",
	"py": "python", "python3": "python", "sh": "bash", "shell": "bash", "golang": "go", "postgresql": "sql", "bigquery": "sql", "snowflake": "sql",
	"mssql": "sql", "oracledb": "sql", "duckdb": "sql", "c#": "csharp", "rlang": "r", "nushell": "nu", "ansible": "yaml",
}

// grammarOf finds a language by the names used for it.
func grammarOf(lang string) *grammar {
	lang = strings.ToLower(lang)
	if name, ok := languages[lang]; ok {
		lang = name
	}
	if g, ok := grammars[lang]; ok {
		return g
	}
	return &grammar{}
}

func (g *grammar) known() bool { return g.keywords != nil }

// opens reports whether what comes below a line that reads so stands one step in.
func (g *grammar) opens(line string) bool {
	if line == "" {
		return false
	}
	if strings.ContainsRune("{[(", rune(line[len(line)-1])) || g.colon && line[len(line)-1] == ':' {
		return true
	}
	last := line[strings.LastIndexAny(line, " \t;")+1:]
	for w := range strings.FieldsSeq(g.blocks) {
		if w == last {
			return true
		}
	}
	return false
}
