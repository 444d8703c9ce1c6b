package js

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"sluice/engine/script/signature"
)

// position is where a piece of the program came from: lines and columns from 0.
type position struct{ column, line, source int }

// sourceMap finds the user's lines behind those of a program.
type sourceMap struct {
	rows  [][]position // by line of the program, sorted by column
	files []string     // of the library, by source; "" for the script itself
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// readMap decodes a source map of version 3; empty if it is not one.
func readMap(text string) sourceMap {
	var doc struct {
		Mappings string   `json:"mappings"`
		Sources  []string `json:"sources"`
	}
	var m sourceMap
	if json.Unmarshal([]byte(text), &doc) != nil {
		return m
	}
	for _, s := range doc.Sources {
		file, ok := strings.CutPrefix(s, library+":")
		if !ok {
			file = ""
		}
		m.files = append(m.files, file)
	}
	var source, line, column int
	for row := range strings.SplitSeq(doc.Mappings, ";") {
		var ps []position
		out := 0
		for segment := range strings.SplitSeq(row, ",") {
			n := vlq(segment)
			if len(n) < 4 {
				continue
			}
			out += n[0]
			source += n[1]
			line += n[2]
			column += n[3]
			ps = append(ps, position{column: out, line: line, source: source})
		}
		m.rows = append(m.rows, ps)
	}
	return m
}

// vlq reads the numbers of one segment.
func vlq(s string) []int {
	var out []int
	n, shift := 0, 0
	for i := range len(s) {
		d := strings.IndexByte(base64Digits, s[i])
		if d < 0 {
			return nil
		}
		n |= (d & 31) << shift
		shift += 5
		if d&32 != 0 {
			continue
		}
		if n&1 != 0 {
			n = -(n >> 1)
		} else {
			n >>= 1
		}
		out = append(out, n)
		n, shift = 0, 0
	}
	return out
}

// line returns the user's line (from 1) behind a line and column of the
// program (from 1), and the path of the script in the library that has it, ""
// for the script itself; 0 if there is none.
func (m sourceMap) line(line, column int) (file string, n int) {
	if line < 1 || line > len(m.rows) {
		return "", 0
	}
	for _, p := range m.rows[line-1] {
		if p.column > column-1 && n > 0 {
			break
		}
		file, n = "", p.line+1
		if p.source >= 0 && p.source < len(m.files) {
			file = m.files[p.source]
		}
	}
	return file, n
}

// renamed finds the names in a program that are others in the script as written,
// by where they stand: bundling gives what is local another name where the file
// has its name for something else. Of all names those are kept that may be
// parameters, or the names of functions and classes.
func renamed(program, text string) map[int]string {
	var doc struct {
		Mappings string   `json:"mappings"`
		Names    []string `json:"names"`
	}
	if json.Unmarshal([]byte(text), &doc) != nil || len(doc.Names) == 0 {
		return nil
	}
	out := map[int]string{}
	name, start := 0, 0
	for row := range strings.SplitSeq(doc.Mappings, ";") {
		line := program[start:]
		if n := strings.IndexByte(line, '\n'); n >= 0 {
			line = line[:n]
		}
		column, units, bytes := 0, 0, 0
		for segment := range strings.SplitSeq(row, ",") {
			n := vlq(segment)
			if len(n) == 0 {
				continue
			}
			column += n[0]
			if len(n) < 5 {
				continue
			}
			name += n[4]
			for bytes < len(line) && units < column { // columns are in UTF-16
				r, size := utf8.DecodeRuneInString(line[bytes:])
				units, bytes = units+utf16.RuneLen(r), bytes+size
			}
			if name >= 0 && name < len(doc.Names) && (signature.MayBeParameter(program, start+bytes) || named.MatchString(program[max(0, start+bytes-12):start+bytes])) {
				out[start+bytes] = doc.Names[name]
			}
		}
		start = min(start+len(line)+1, len(program))
	}
	return out
}

// named is what stands before the name of a function or class.
var named = regexp.MustCompile(`\b(?:function\s*\*?|class)\s*$`)

// selfNamed is a class that speaks of itself: it gets a name of its own inside.
var selfNamed = regexp.MustCompile(`([\w$]+) = class _([\w$]+)`)

// namesOfOthers reports whether a function or class of a program has another name
// than its author gave it.
func namesOfOthers(program string, renamed map[int]string) bool {
	for i := range renamed {
		if named.MatchString(program[max(0, i-12):i]) {
			return true
		}
	}
	for _, m := range selfNamed.FindAllStringSubmatch(program, -1) {
		if m[1] == m[2] {
			return true
		}
	}
	return false
}

const maxStack = 20 // frames shown

var stackFrame = regexp.MustCompile(`^(\s*at .*?\(?)([^\s()]+?):(\d+)(?::(\d+))?(\)?)$`)

// mapStack rewrites the frames of a stack so that they name the user's file
// and lines, leaves out those of our own, and returns the line of the first.
func (m sourceMap) mapStack(stack, file string) (string, int) {
	first := 0
	var out []string
	for line := range strings.Lines(stack) {
		line = strings.TrimRight(line, "\n")
		f := stackFrame.FindStringSubmatch(line)
		if f == nil {
			if line != "" {
				out = append(out, line)
			}
			continue
		}
		if f[2] != file {
			if f[2] != "<eval>" {
				out = append(out, line)
			}
			continue
		}
		n, _ := strconv.Atoi(f[3])
		c, _ := strconv.Atoi(f[4])
		of, l := m.line(n, c)
		if l > 0 {
			n = l
		}
		if first == 0 && of == "" {
			first = n
		}
		out = append(out, fmt.Sprintf("%s%s:%d%s", f[1], cmp.Or(of, file), n, f[5]))
	}
	if len(out) > maxStack {
		out = append(out[:maxStack], "    …")
	}
	return strings.Join(out, "\n"), first
}
