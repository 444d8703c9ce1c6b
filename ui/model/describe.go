package model

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/ui/say"
)

// languages names what people call a language, and its tile.
var languages = map[string]struct {
	name string
	tile Tile
}{
	"bun":        {"TypeScript", TileTypeScript},
	"deno":       {"TypeScript", TileTypeScript},
	"nativets":   {"TypeScript", TileTypeScript},
	"bunnative":  {"TypeScript", TileTypeScript},
	"nodejs":     {"JavaScript", TileJavaScript},
	"javascript": {"JavaScript", TileJavaScript},
	"python3":    {"Python", TilePython},
	"bash":       {"Bash", TileBash},
	"go":         {"Go", TileGo},
	"postgresql": {"PostgreSQL", TileCode},
	"mysql":      {"MySQL", TileCode},
	"rust":       {"Rust", TileCode},
	"nu":         {"Nushell", TileCode},
	"php":        {"PHP", TileCode},
	"powershell": {"PowerShell", TileCode},
	"graphql":    {"GraphQL", TileCode},
	"bigquery":   {"BigQuery", TileCode},
	"snowflake":  {"Snowflake", TileCode},
	"csharp":     {"C#", TileCode},
}

// LanguageName returns what people call an OpenFlow language.
func LanguageName(l string) string {
	if k, ok := languages[l]; ok {
		return k.name
	}
	return l
}

// LanguageTile returns a language's tile.
func LanguageTile(l string) Tile {
	if k, ok := languages[l]; ok {
		return k.tile
	}
	return TileCode
}

// IsApproval reports whether the flow waits for people after the step.
func IsApproval(m *flow.Module) bool { return m.Suspend != nil && m.Suspend.RequiredEvents > 0 }

// defaultTimeout is how long a gate stands open where a flow does not say.
const defaultTimeout = 1800 * time.Second

// TimeoutOf returns how long an approval step waits for people.
func TimeoutOf(m *flow.Module) time.Duration {
	if m.Suspend == nil || m.Suspend.Timeout == nil {
		return defaultTimeout
	}
	return time.Duration(*m.Suspend.Timeout * float64(time.Second))
}

// Title returns the name of a step on the screen: its summary, else what it does.
func (m *Model) Title(s *flow.Module) string {
	if t := oneLine(s.Summary); t != "" {
		return t
	}
	switch v := s.Value.(type) {
	case *flow.RawScript:
		if v.Path != "" {
			return textForked(m.scriptName(v.Path))
		}
		return textLanguage(LanguageName(v.Language))
	case *flow.Script:
		return m.scriptName(v.Path)
	case *flow.Subflow:
		return readable(lastPart(v.Path))
	case *flow.ForLoop:
		return say.T(textForLoop)
	case *flow.WhileLoop:
		return say.T(textWhile)
	case *flow.BranchOne:
		return say.T(textBranchTo)
	case *flow.BranchAll:
		return say.T(textAll)
	case *flow.Identity:
		if s.Sleep != nil {
			return say.T(textSleep)
		}
		return say.T(textIdentity)
	case *flow.Agent:
		return say.T(textAgent)
	case *flow.Unknown:
		// It has no name of its own.
	}
	return say.T(textUnknown)
}

// scriptName is a hub or workspace script's summary, as far as it is known.
func (m *Model) scriptName(path string) string {
	if c, ok := m.lookup(path); ok && c.Summary != "" {
		return c.Summary
	}
	return readable(lastPart(path))
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// readable makes a name of a path's last part: "send_mail" → "Send mail".
func readable(s string) string {
	s = oneLine(strings.NewReplacer("_", " ", "-", " ").Replace(s))
	if s == "" {
		return say.T(textUnknown)
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Kind returns a step's tile and, in a few words, what sort of step it is:
// "TypeScript", "Hub · gmail", "Branch one · 2 branches".
func (m *Model) Kind(s *flow.Module) (Tile, string) {
	tile, word := m.kind(s)
	if IsApproval(s) && tile != TileBranch && tile != TileLoop {
		tile = TileApproval
	}
	return tile, word
}

func (m *Model) kind(s *flow.Module) (Tile, string) {
	switch v := s.Value.(type) {
	case *flow.RawScript:
		return LanguageTile(v.Language), LanguageName(v.Language)
	case *flow.Script:
		c, _ := m.lookup(v.Path)
		if strings.HasPrefix(v.Path, "hub/") {
			return TileHub, dots(say.T(textHub), hubApp(v.Path, c))
		}
		if c.Language != "" {
			return LanguageTile(c.Language), dots(LanguageName(c.Language), v.Path)
		}
		return TileScript, v.Path
	case *flow.Subflow:
		return TileFlow, v.Path
	case *flow.ForLoop:
		if v.Iterator != nil {
			return TileLoop, cut(oneLine(inputText(v.Iterator)), 60)
		}
		return TileLoop, ""
	case *flow.WhileLoop:
		if s.StopAfterIf != nil {
			return TileLoop, say.F("until %s", cut(oneLine(s.StopAfterIf.Expr), 60))
		}
		return TileLoop, say.T("until it is stopped")
	case *flow.BranchOne:
		return TileBranch, textBranchOne(len(v.Branches) + 1)
	case *flow.BranchAll:
		return TileBranch, textBranchAll(len(v.Branches), v.Parallel)
	case *flow.Identity:
		if s.Sleep != nil {
			return TileSleep, textSleepFor(sleepText(s.Sleep))
		}
		return TileIdentity, ""
	case *flow.Agent:
		return TileAgent, say.T("not run by this version")
	case *flow.Unknown:
		return TileUnknown, v.Type
	}
	return TileUnknown, ""
}

func hubApp(path string, c run.Code) string {
	if c.App != "" {
		return c.App
	}
	if p := strings.Split(path, "/"); len(p) >= 3 {
		return p[2]
	}
	return ""
}

// idleLine is what a card says when no run has anything to say about it.
func (m *Model) idleLine(s *flow.Module) string {
	_, word := m.Kind(s)
	if s.Mock != nil && s.Mock.Enabled {
		return dots(word, say.T(textMocked))
	}
	if IsApproval(s) {
		return textApproval(s.Suspend.RequiredEvents, roughly(TimeoutOf(s)))
	}
	if _, ok := s.Value.(*flow.Identity); !ok && s.Sleep != nil {
		return dots(word, say.Lower(textSleepFor(sleepText(s.Sleep))))
	}
	return word
}

func inputText(in *flow.Input) string {
	if in.Kind == flow.JavaScript {
		return in.Expr
	}
	return string(in.Value)
}

func sleepText(in *flow.Input) string {
	var secs float64
	if in.Kind != flow.JavaScript && json.Unmarshal(in.Value, &secs) == nil {
		return took(time.Duration(secs * float64(time.Second)))
	}
	return cut(oneLine(inputText(in)), 40)
}

// inputNames lists the inputs that a flow's schema asks for, in its order.
func inputNames(schema flow.Raw) []string {
	var s struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Order      []string                   `json:"order"`
	}
	if json.Unmarshal(schema, &s) != nil {
		return nil
	}
	var names []string
	for _, n := range s.Order {
		if _, ok := s.Properties[n]; ok && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	rest := keysInOrder(schema)
	for _, n := range rest {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// keysInOrder lists the keys of a schema's properties as the text has them.
func keysInOrder(schema flow.Raw) []string {
	var outer struct {
		Properties json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(schema, &outer) != nil || outer.Properties == nil {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(outer.Properties)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var keys []string
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return keys
		}
		if k, ok := t.(string); ok {
			keys = append(keys, k)
		}
		var skip json.RawMessage
		if d.Decode(&skip) != nil {
			return keys
		}
	}
	return keys
}

// FieldWord is a kind of field of a form in words.
func FieldWord(k flow.FieldKind) string {
	switch k {
	case flow.FieldMultiline:
		return "lines"
	case flow.FieldEnum:
		return "choice"
	case flow.FieldBool:
		return say.T("yes or no")
	case flow.FieldInteger:
		return say.T("whole number")
	case flow.FieldDateTime:
		return say.T("date and time")
	case flow.FieldStrings:
		return "list"
	case flow.FieldEmail:
		return "e-mail"
	case flow.FieldVariants:
		return "kinds"
	case flow.FieldJSON:
		return "JSON"
	}
	return string(k)
}
