package form

import (
	"encoding/json"

	"fyne.io/fyne/v2"

	"sluice/engine/flow"
	"sluice/ui/kit"
	"sluice/ui/say"
)

// kinds is an object of one of several kinds: a choice of the kind, and the fields of
// the one that is chosen below it. What was typed in another is kept meanwhile.
func (f *Form) kinds(c *control, o Options) fyne.CanvasObject {
	var labels []string
	first := 0
	if !c.field.Required {
		labels, first = []string{say.T("None of these")}, 1
	}
	chosen := c.field.Chosen(c.field.Default)
	for i, v := range c.field.Variants {
		labels = append(labels, v.Title)
		of := of(v.Fields, o)
		of.OnChanged = f.changed
		c.kinds = append(c.kinds, of)
		if chosen < 0 && c.field.Required {
			chosen = i // the first, as in Windmill
		}
	}
	c.kind = chosen
	col := kit.VBox(14)
	show := func() {
		pick := col.Objects[0]
		col.Objects = []fyne.CanvasObject{pick}
		if c.kind >= 0 && !c.kinds[c.kind].Empty() {
			col.Objects = append(col.Objects, kit.Well(c.kinds[c.kind].Object))
		}
	}
	col.Add(kit.NewSelectBox(labels, chosen+first, func(i int) {
		c.kind = i - first
		show()
		kit.Relayout(col)
		col.Refresh()
		f.changed()
	}))
	show()
	c.get = func() (json.RawMessage, string) {
		if c.kind < 0 {
			return nil, ""
		}
		v, ok, _ := c.kinds[c.kind].collect()
		tagged := json.RawMessage(c.field.Tagged(c.kind, flow.Raw(v)))
		if !ok {
			return tagged, say.T("Something below is missing or wrong")
		}
		return tagged, ""
	}
	return col
}
