package mail

import (
	"html/template"
	"net/http"
)

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{{.Title}} · Sluice</title>
<style>
body { margin: 0; background: #F6F7F9; color: #16202E; font: 16px/1.5 Inter, system-ui, sans-serif; }
main { max-width: 480px; margin: 12vh auto 0; padding: 32px; background: #FFFFFF; border: 1px solid #E3E7ED; border-radius: 14px; }
h1 { font-size: 20px; margin: 0 0 8px; }
p { margin: 0; color: #667085; }
@media (prefers-color-scheme: dark) {
  body { background: #0E141C; color: #E6EBF2; }
  main { background: #151D28; border-color: #263141; }
  p { color: #8B98A9; }
}
</style>
<main><h1>{{.Title}}</h1><p>{{.Text}}</p></main>
</html>
`))

// page answers the browser with a small page of ours.
func page(w http.ResponseWriter, status int, title, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	pageTemplate.Execute(w, struct{ Title, Text string }{title, text}) // the browser may be gone
}
