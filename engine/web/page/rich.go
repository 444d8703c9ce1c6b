package page

import (
	"bytes"
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	trigger "sluice/engine/form"
)

// clean is what text from a flow may contain after it became HTML: words,
// lists, tables and links. No images, since they would tell their host who
// opened the page and when.
var clean = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "strong", "b", "em", "i", "s", "del", "u", "sub", "sup", "code", "pre", "blockquote",
		"ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}()

// markdown aligns cells by attribute, since the page's policy takes no inline styles.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Strikethrough,
	extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))))

// rich turns a description, as a step's result carries it, into HTML: plain
// text, {"markdown": …}, {"html": …}, a list of objects or {"table-row": …} as
// a table, {"render_all": […]} for several. Anything else is shown as JSON.
func rich(raw json.RawMessage) template.HTML {
	if len(bytes.TrimSpace(raw)) == 0 {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return ""
	}
	var b strings.Builder
	richValue(&b, v, 0)
	return template.HTML(b.String()) // every part was escaped or cleaned
}

// richText turns Markdown into HTML.
func richText(text string) template.HTML {
	b, _ := json.Marshal(map[string]string{"markdown": text})
	return rich(b)
}

// resultOf draws the result of a run for whoever started it by a form.
func resultOf(is trigger.Standing) template.HTML {
	if is.TooLarge {
		return richText(textLargeResult)
	}
	if s := string(bytes.TrimSpace(is.Result)); s == "null" || s == `""` {
		return ""
	}
	return rich(is.Result)
}

func richValue(b *strings.Builder, v any, depth int) {
	switch v := v.(type) {
	case nil:
	case string:
		for part := range strings.SplitSeq(strings.ReplaceAll(v, "\r\n", "\n"), "\n\n") {
			if strings.TrimSpace(part) != "" {
				b.WriteString(`<p class="asis">` + template.HTMLEscapeString(part) + "</p>")
			}
		}
	case []any:
		if !objectTable(b, v) {
			asJSON(b, v)
		}
	case map[string]any:
		richObject(b, v, depth)
	default:
		b.WriteString("<p>" + template.HTMLEscapeString(plain(v)) + "</p>")
	}
}

func richObject(b *strings.Builder, o map[string]any, depth int) {
	for _, name := range []string{"markdown", "md"} {
		if s, ok := o[name].(string); ok {
			var out bytes.Buffer
			if markdown.Convert([]byte(s), &out) != nil {
				out.Reset()
				out.WriteString(template.HTMLEscapeString(s))
			}
			b.Write(clean.SanitizeBytes(out.Bytes()))
			return
		}
	}
	if s, ok := o["html"].(string); ok {
		b.WriteString(clean.Sanitize(s))
		return
	}
	if list, ok := o["render_all"].([]any); ok && depth < 3 {
		for _, v := range list {
			richValue(b, v, depth+1)
		}
		return
	}
	if list, ok := o["table-row-object"].([]any); ok && objectTable(b, list) {
		return
	}
	if rows, ok := grid(o["table-row"]); ok {
		table(b, nil, rows)
		return
	}
	if cols, ok := o["table-col"].(map[string]any); ok {
		columnTable(b, cols)
		return
	}
	asJSON(b, o)
}

func asJSON(b *strings.Builder, v any) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		b.WriteString("<pre>" + template.HTMLEscapeString(string(text)) + "</pre>")
	}
}

// objectTable draws a list of objects, one per row.
func objectTable(b *strings.Builder, list []any) bool {
	var head []string
	for _, item := range list {
		o, ok := item.(map[string]any)
		if !ok {
			return false
		}
		var names []string
		for name := range o {
			if !slices.Contains(head, name) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		head = append(head, names...)
	}
	if len(head) == 0 {
		return false
	}
	var rows [][]string
	for _, item := range list {
		row := make([]string, len(head))
		for i, name := range head {
			row[i] = plain(item.(map[string]any)[name])
		}
		rows = append(rows, row)
	}
	table(b, head, rows)
	return true
}

func columnTable(b *strings.Builder, cols map[string]any) {
	var head []string
	for name := range cols {
		head = append(head, name)
	}
	slices.Sort(head)
	var rows [][]string
	for i, name := range head {
		list, _ := cols[name].([]any)
		for j, v := range list {
			if j == len(rows) {
				rows = append(rows, make([]string, len(head)))
			}
			rows[j][i] = plain(v)
		}
	}
	table(b, head, rows)
}

func grid(v any) ([][]string, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	var rows [][]string
	for _, item := range list {
		cells, ok := item.([]any)
		if !ok {
			return nil, false
		}
		var row []string
		for _, c := range cells {
			row = append(row, plain(c))
		}
		rows = append(rows, row)
	}
	return rows, true
}

func table(b *strings.Builder, head []string, rows [][]string) {
	cells := func(tag string, row []string) {
		b.WriteString("<tr>")
		for _, c := range row {
			b.WriteString("<" + tag + ">" + template.HTMLEscapeString(c) + "</" + tag + ">")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("<table>")
	if head != nil {
		b.WriteString("<thead>")
		cells("th", head)
		b.WriteString("</thead>")
	}
	b.WriteString("<tbody>")
	for _, row := range rows {
		cells("td", row)
	}
	b.WriteString("</tbody></table>")
}

func itoa(i int) string { return strconv.Itoa(i) }
