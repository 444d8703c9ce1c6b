package workspace

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"sluice/engine/flow"
)

// reference is a place in a file that names another: "!inline NAME".
type reference struct {
	text     string // NAME as it is written
	target   string // the file that it means
	relative bool   // from the folder of the file, as in flows
}

// references finds what a file of an item refers to, as far as it is there.
func (t tree) references(name string, data []byte) []reference {
	if !bytes.Contains(data, []byte("!inline")) {
		return nil
	}
	text, err := decode(name, data)
	if err != nil {
		return nil
	}
	var out []reference
	seen := map[string]bool{}
	dir := path.Dir(name)
	_, kind := special(name)
	inFlow := kind == "flow" || itemKind(name) == Flow
	texts(text, func(s string) string {
		ref, ok := flow.InlineName(s)
		if !ok || seen[ref] {
			return s
		}
		seen[ref] = true
		r := reference{text: ref, relative: inFlow}
		if inFlow {
			r.target, ok = tree{files: t.files, short: t.short}.find(path.Join(dir, strings.ReplaceAll(ref, `\`, "/")), "")
			ok = ok && strings.HasPrefix(r.target, dir+"/")
		} else {
			r.target, ok = t.find(ref, dir)
		}
		if ok {
			out = append(out, r)
		}
		return s
	})
	return out
}

func itemKind(name string) Kind {
	_, kind, _ := itemFile(path.Base(name))
	return kind
}

var inline = regexp.MustCompile(`!inline\s+`)

// rewrite gives the references in a file new names. It changes nothing else of
// the file where that can be done; otherwise the file is written anew.
func rewrite(name string, data []byte, to map[string]string) ([]byte, error) {
	text, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	want := texts(text, func(s string) string {
		if ref, ok := flow.InlineName(s); ok && to[ref] != "" {
			return "!inline " + to[ref]
		}
		return s
	})
	var b bytes.Buffer
	at := 0
	for _, m := range inline.FindAllIndex(data, -1) {
		old := longest(data[m[1]:], to)
		if old == "" || m[0] < at {
			continue
		}
		b.Write(data[at:m[1]])
		b.WriteString(to[old])
		at = m[1] + len(old)
	}
	b.Write(data[at:])
	if got, err := decode(name, b.Bytes()); err == nil && equal(got, want) {
		return b.Bytes(), nil
	}
	return encode(name, want)
}

// longest returns the longest of the names that data begins with.
func longest(data []byte, names map[string]string) string {
	best := ""
	for name := range names {
		if len(name) > len(best) && bytes.HasPrefix(data, []byte(name)) {
			best = name
		}
	}
	return best
}
