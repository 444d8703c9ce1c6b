package page

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"sluice/engine/shown"
)

// blocks reads the HTML of a description, which was escaped or cleaned, as paragraphs.
func blocks(text string) []shown.Block {
	if text == "" {
		return nil
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil
	}
	r := blockReader{}
	r.walk(doc, shown.Span{})
	r.end()
	return r.out
}

// blockReader gathers the blocks.
type blockReader struct {
	out    []shown.Block
	now    shown.Block // being gathered
	lists  []int       // of each list around, the number of its next item; 0 for one without numbers
	quotes int
}

// end closes the block that is being gathered.
func (r *blockReader) end() {
	keep := func(s shown.Span) bool { return strings.TrimSpace(s.Text) != "" }
	some := false
	for _, s := range r.now.Spans {
		some = some || keep(s)
	}
	if some {
		r.now.Indent = len(r.lists) + r.quotes
		if r.now.Kind == "" {
			r.now.Kind = "p"
			if r.quotes > 0 {
				r.now.Kind = "quote"
			}
		}
		r.out = append(r.out, r.now)
	}
	r.now = shown.Block{}
}

func (r *blockReader) walk(n *html.Node, look shown.Span) {
	switch n.Type {
	case html.TextNode:
		look.Text = n.Data
		if r.now.Kind != "pre" && !asIs(n) {
			look.Text = squeeze(n.Data)
		}
		if look.Text != "" {
			r.now.Spans = append(r.now.Spans, look)
		}
		return
	case html.ElementNode:
	default:
		r.inside(n, look)
		return
	}
	switch n.Data {
	case "p", "div", "dt", "dd":
		item := r.now.Kind == "item" && len(r.now.Spans) == 0 // of a loose list
		if !item {
			r.end()
		}
		r.inside(n, look)
		r.end()
	case "h1", "h2", "h3", "h4", "h5", "h6", "pre":
		r.end()
		r.now.Kind = "h"
		if n.Data == "pre" {
			r.now.Kind = "pre"
		}
		r.inside(n, look)
		r.end()
	case "blockquote":
		r.end()
		r.quotes++
		r.inside(n, look)
		r.end()
		r.quotes--
	case "ul", "ol":
		r.end()
		first := 0
		if n.Data == "ol" {
			first = 1
		}
		r.lists = append(r.lists, first)
		r.inside(n, look)
		r.end()
		r.lists = r.lists[:len(r.lists)-1]
	case "li":
		r.end()
		r.now = shown.Block{Kind: "item", Mark: "•"}
		if i := len(r.lists) - 1; i >= 0 && r.lists[i] > 0 {
			r.now.Mark = fmt.Sprintf("%d.", r.lists[i])
			r.lists[i]++
		}
		r.inside(n, look)
		r.end()
	case "hr":
		r.end()
		r.out = append(r.out, shown.Block{Kind: "rule"})
	case "br":
		look.Text = "\n"
		r.now.Spans = append(r.now.Spans, look)
	case "table":
		r.end()
		t := shown.Block{Kind: "table"}
		readTable(n, &t)
		r.out = append(r.out, t)
	case "strong", "b":
		look.Strong = true
		r.inside(n, look)
	case "em", "i":
		look.Emphasis = true
		r.inside(n, look)
	case "code":
		look.Mono = true
		r.inside(n, look)
	case "del", "s":
		look.Strike = true
		r.inside(n, look)
	case "a":
		for _, a := range n.Attr {
			if a.Key == "href" {
				look.Link = a.Val
			}
		}
		r.inside(n, look)
	default:
		r.inside(n, look)
	}
}

func (r *blockReader) inside(n *html.Node, look shown.Span) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c, look)
	}
}

// asIs reports whether a text keeps its line breaks.
func asIs(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		for _, a := range p.Attr {
			if a.Key == "class" && a.Val == "asis" {
				return true
			}
		}
	}
	return false
}

// squeeze makes white space one blank, as a browser does.
func squeeze(s string) string {
	words := strings.Fields(s)
	out := strings.Join(words, " ")
	if len(words) == 0 {
		if s != "" {
			return " "
		}
		return ""
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		out = " " + out
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		out += " "
	}
	return out
}

// readTable reads the cells of a table.
func readTable(n *html.Node, t *shown.Block) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.Data != "tr" {
			readTable(c, t)
			continue
		}
		var cells []string
		head := false
		for cell := c.FirstChild; cell != nil; cell = cell.NextSibling {
			if cell.Type == html.ElementNode && (cell.Data == "td" || cell.Data == "th") {
				head = head || cell.Data == "th"
				cells = append(cells, strings.TrimSpace(textIn(cell)))
			}
		}
		if head && t.Head == nil && t.Rows == nil {
			t.Head = cells
		} else {
			t.Rows = append(t.Rows, cells)
		}
	}
}

func textIn(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textIn(c))
	}
	return b.String()
}
