package workspace

import (
	"encoding/json"
	"slices"

	"sluice/engine/flow"
)

// TextFile is a file of Sluice's own in a folder: it names the resources that a step
// stored, in which what looks like a reference is text. The layout has no word for that,
// and Windmill's client would take out of a resource's own file what it does not know. It
// is made anew by each Write, so it is not kept.
const TextFile = "sluice-text.json"

type textList struct {
	Text []string `json:"text"`
}

// readTexts reads which resources are text.
func (ix *index) readTexts() {
	data, ok := ix.files[TextFile]
	if !ok {
		return
	}
	var list textList
	if err := json.Unmarshal(data, &list); err != nil {
		ix.lines[TextFile] = Line{What: Refused, Why: "It tells which resources are text that a step stored, and cannot be read. So all were taken for such text: no reference in them is followed.",
			Do: "Put it back as Sluice wrote it, or remove it, and import with --replace."}
		ix.text = func(string) bool { return true }
		return
	}
	ix.text = func(p string) bool { return slices.Contains(list.Text, p) }
}

// texts writes which resources are text. Where nothing in them looks like a reference
// that need not be told.
func (w *writer) texts(resources []flow.Resource) {
	var list textList
	for _, r := range resources {
		if r.Literal && flow.Refers(r.Value) && checkOut(r.Path) {
			list.Text = append(list.Text, r.Path)
		}
	}
	if len(list.Text) == 0 {
		return
	}
	slices.Sort(list.Text)
	if data, err := json.MarshalIndent(list, "", "  "); err == nil {
		w.put(TextFile, append(data, '\n'), Line{What: Written, Why: "It tells which resources are text that a step stored; import reads it."})
	}
}
