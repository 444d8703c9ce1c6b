package model

import (
	"regexp"

	"sluice/engine/flow"
)

// RenamedResource lets the text of a flow, as JSON, name a resource by another path; the
// number is of the places that did.
func RenamedResource(doc []byte, from, to string) ([]byte, int) {
	name := regexp.QuoteMeta(from)
	n := 0
	put := func(re *regexp.Regexp) {
		doc = re.ReplaceAllFunc(doc, func(m []byte) []byte {
			n++
			at := re.FindSubmatch(m)
			out := append([]byte{}, at[1]...)
			return append(append(out, to...), at[2]...)
		})
	}
	put(regexp.MustCompile(`(\$res:)` + name + `([^A-Za-z0-9_/.\-]|$)`))
	// Calls that read or write one: in JSON the quotes of a text stand behind a backslash.
	put(regexp.MustCompile(`(\b(?:resource|[gs]etResource|[gs]et_resource)\(\s*(?:[^()]*,\s*)?(?:\\"|['` + "`" + `])(?:res://)?)` + name + `(\\"|['` + "`" + `])`))
	return doc, n
}

// RenameResource lets the open flow name a resource by another path.
func RenameResource(from, to string) Edit {
	return Edit{Name: textRenameResource(from), Do: func(f *flow.Flow) (*flow.Flow, error) {
		b, err := f.JSON()
		if err != nil {
			return nil, err
		}
		b, n := RenamedResource(b, from, to)
		if n == 0 {
			return f, nil
		}
		return flow.ParseJSON(b)
	}}
}
