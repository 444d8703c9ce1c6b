package signature

import (
	"regexp"
	"strconv"
	"strings"

	"sluice/engine/flow"
)

// positional is a line such as  name="${1:-default}"  at the top level of a script.
var positional = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+|local[ \t]+|declare[ \t]+)?([A-Za-z_]\w*)=(?:"\$(\d|\{(\d+)(?::?-([^"]*?))?\})"|\$(\d|\{(\d+)(?::?-([^}\s]*?))?\}))[ \t]*;?[ \t]*(?:#.*)?$`)

// Positional is one argument of a shell script.
type Positional struct {
	Name     string
	Position int     // from 1
	Default  *string // nil if it names none
}

// Positionals finds the arguments that a shell script names.
func Positionals(content string) []Positional {
	var out []Positional
	seen := map[int]bool{}
	for _, m := range positional.FindAllStringSubmatch(content, -1) {
		short, long, def, braced := m[2], m[3], m[4], strings.Contains(m[0], ":-") || strings.Contains(m[0], "}")
		if short == "" {
			short, long, def = m[5], m[6], m[7]
		}
		digits := short
		if long != "" {
			digits = long
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > 99 || seen[n] {
			continue
		}
		seen[n] = true
		p := Positional{Name: m[1], Position: n}
		if braced && strings.Contains(m[0], "-") && long != "" {
			p.Default = &def
		}
		out = append(out, p)
	}
	return out
}

func ofBash(content string) flow.Raw {
	var out []param
	for _, b := range Positionals(content) {
		p := param{name: b.Name, schema: object{{"type", "string"}}, required: b.Default == nil}
		if b.Default != nil {
			p.schema = append(p.schema, field{"default", *b.Default})
		}
		out = append(out, p)
	}
	return schemaOf(out)
}
