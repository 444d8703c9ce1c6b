package workspace

import "strings"

// endings are the endings of code files and what language they stand for, the
// longer ones first. NAME.ts is what the settings say.
var endings = []struct{ end, language string }{
	{"playbook.yml", "ansible"}, {"duckdb.sql", "duckdb"}, {"fetch.ts", "nativets"}, {"deno.ts", "deno"}, {"bun.ts", "bun"},
	{"odb.sql", "oracledb"}, {"pg.sql", "postgresql"}, {"my.sql", "mysql"}, {"bq.sql", "bigquery"}, {"sf.sql", "snowflake"}, {"ms.sql", "mssql"},
	{"ts", ""}, {"py", "python3"}, {"go", "go"}, {"sh", "bash"}, {"gql", "graphql"}, {"ps1", "powershell"}, {"php", "php"}, {"rs", "rust"},
	{"cs", "csharp"}, {"nu", "nu"}, {"java", "java"}, {"rb", "ruby"}, {"r", "rlang"}, {"js", "javascript"},
}

// codeFile splits the name of a code file into the script's and its language.
func (s settings) codeFile(name string) (base, language string, ok bool) {
	for _, e := range endings {
		base, ok := strings.CutSuffix(name, "."+e.end)
		if !ok || base == "" {
			continue
		}
		if e.language == "" {
			return base, s.defaultTs, true
		}
		return base, e.language, true
	}
	return "", "", false
}

// fileLanguage is the language that the name of a file can tell: bunnative is bun
// to it, and to Windmill's client.
func fileLanguage(language string) string {
	if language == "bunnative" {
		return "bun"
	}
	return language
}

// ending is how the name of a code file ends; "" for a language that the layout
// does not know.
func (s settings) ending(language string) string {
	if language = fileLanguage(language); language == s.defaultTs {
		return "ts"
	}
	for _, e := range endings {
		if e.language == language {
			return e.end
		}
	}
	return ""
}

// clientsLanguage is the language that Windmill's client reads from the name of a
// TypeScript file, "" for other names: it looks at the end of the name alone, so
// that prefetch.ts is nativets to it (windmill-cli 1.819.0).
func (s settings) clientsLanguage(name string) string {
	for _, e := range []struct{ end, language string }{{"fetch.ts", "nativets"}, {"bun.ts", "bun"}, {"deno.ts", "deno"}, {".ts", s.defaultTs}} {
		if strings.HasSuffix(name, e.end) {
			return e.language
		}
	}
	return ""
}
