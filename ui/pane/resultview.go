package pane

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"sluice/ui/kit"
	"sluice/ui/kit/data"
	"sluice/ui/say"
)

// viewMost bounds what is shown as text or table, in bytes, and tableMost the rows of a table.
const (
	viewMost  = 1 << 20
	tableMost = 2000
	cellMost  = 32
)

// resultViews are the ways in which a value can be looked at; the first is the tree.
func resultViews(raw json.RawMessage) []string {
	views := []string{viewTree}
	if len(raw) > viewMost {
		return views
	}
	if tableOf(raw) != "" {
		views = append(views, viewTable)
	}
	if imageOf(raw) != nil {
		views = append(views, viewImage)
	}
	if markdownOf(raw) != "" {
		views = append(views, viewMarkdown)
	}
	return append(views, viewText)
}

// viewed shows a value in the way that was chosen, with the choice above it.
func (p *RunPanel) viewed(raw json.RawMessage, tree fyne.CanvasObject) fyne.CanvasObject {
	views := resultViews(raw)
	if len(views) == 1 {
		return tree
	}
	at := 0
	for i, v := range views {
		if v == p.view {
			at = i
		}
	}
	body := kit.Dock(nil, nil, nil, nil, p.viewAs(views[at], raw, tree))
	var choose *kit.Segments
	choose = kit.NewSegments(say.All(views), at, func(i int) {
		p.view = views[i]
		body.Objects = kit.Dock(nil, nil, nil, nil, p.viewAs(views[i], raw, tree)).Objects
		body.Refresh()
		kit.Focus(choose)
	}).AsSmall()
	return kit.Dock(kit.Pad(6, 14, 2, 14, kit.HBox(0, choose)), nil, nil, nil, body)
}

func (p *RunPanel) viewAs(view string, raw json.RawMessage, tree fyne.CanvasObject) fyne.CanvasObject {
	p.finds = nil
	switch view {
	case viewText, viewTable:
		l := data.NewLogPane("")
		l.Plain(say.T(textFindResult))
		text := textOf(raw)
		if view == viewTable {
			var head string
			head, text, _ = strings.Cut(tableOf(raw), "\n")
			l.Head(head)
		}
		l.SetText(text)
		p.finds = l
		return l.Object()
	case viewImage:
		img := canvas.NewImageFromReader(bytes.NewReader(imageOf(raw)), "result")
		img.FillMode = canvas.ImageFillContain
		return kit.PadAll(14, img)
	case viewMarkdown:
		md := widget.NewRichTextFromMarkdown(markdownOf(raw))
		md.Wrapping = fyne.TextWrapWord
		return kit.Scroll(kit.PadAll(14, md))
	}
	return tree
}

// textOf is a value as text: a text itself, and JSON with its lines.
func textOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// tableOf is a list of objects as a table; "" for all else.
func tableOf(raw json.RawMessage) string {
	var list []map[string]json.RawMessage
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return ""
	}
	const columns = 12
	var names []string
	seen := map[string]bool{}
	var written []json.RawMessage // as they were written, for the order of the columns
	_ = json.Unmarshal(raw, &written)
	for _, row := range written[:min(len(written), 50)] {
		d := json.NewDecoder(bytes.NewReader(row))
		_, _ = d.Token()
		for d.More() && len(names) < columns {
			key, err := d.Token()
			var v json.RawMessage
			if err != nil || d.Decode(&v) != nil {
				break
			}
			if name := fmt.Sprint(key); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	rows := [][]string{names}
	for _, r := range list[:min(len(list), tableMost)] {
		row := make([]string, len(names))
		for i, n := range names {
			row[i] = cell(r[n])
		}
		rows = append(rows, row)
	}
	widths := make([]int, len(names))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], len([]rune(c)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, c := range row {
			b.WriteString(c)
			b.WriteString(strings.Repeat(" ", widths[i]-len([]rune(c))+2))
		}
		b.WriteByte('\n')
	}
	if n := len(list) - tableMost; n > 0 {
		b.WriteString(textMoreRows(n))
	}
	return b.String()
}

// cell is a value on one short line.
func cell(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		s = string(v)
	}
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > cellMost {
		return string(r[:cellMost-1]) + "…"
	}
	return string(r)
}

// imageOf is the picture in a value: {"png": "…"}, {"jpeg": "…"} or the address of data; nil
// for none.
func imageOf(raw json.RawMessage) []byte {
	var o map[string]json.RawMessage
	var s string
	if json.Unmarshal(raw, &o) == nil && len(o) == 1 {
		for _, k := range []string{"png", "jpeg", "jpg", "gif"} {
			if json.Unmarshal(o[k], &s) == nil && s != "" {
				break
			}
		}
	} else {
		_ = json.Unmarshal(raw, &s)
		_, after, ok := strings.Cut(s, ";base64,")
		if !ok || !strings.HasPrefix(s, "data:image/") || strings.HasPrefix(s, "data:image/svg") {
			return nil
		}
		s = after
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) < 8 {
		return nil
	}
	return b
}

// markdownOf is the text of {"markdown": "…"} or {"md": "…"}; "" for all else.
func markdownOf(raw json.RawMessage) string {
	var o map[string]json.RawMessage
	var s string
	if json.Unmarshal(raw, &o) != nil || len(o) != 1 {
		return ""
	}
	for _, k := range []string{"markdown", "md"} {
		if json.Unmarshal(o[k], &s) == nil && s != "" {
			return s
		}
	}
	return ""
}
