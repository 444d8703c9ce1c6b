package mail

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
	texttemplate "text/template"
)

//go:embed letter.html letter.txt
var letters embed.FS

var (
	asText = texttemplate.Must(texttemplate.ParseFS(letters, "letter.txt"))
	asHTML = template.Must(template.New("letter.html").Funcs(template.FuncMap{
		"lines": func(s string) []string { return strings.Split(s, "\n") },
	}).ParseFS(letters, "letter.html"))
)

func (v letter) render() (text, html string, err error) {
	var t, h strings.Builder
	if err := asText.Execute(&t, v); err != nil {
		return "", "", fmt.Errorf("write the text: %w", err)
	}
	if err := asHTML.Execute(&h, v); err != nil {
		return "", "", fmt.Errorf("write the HTML: %w", err)
	}
	return t.String(), h.String(), nil
}
