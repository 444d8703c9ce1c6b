package page

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"sluice/engine/shown"
)

// Bounds of the previews that a browser may ask for.
const (
	previewTime = 30 * time.Minute
	previewMost = 16
)

// PreviewPath begins the addresses of previews.
const PreviewPath = "/preview/"

// Previews serves pages and mails to who builds a flow, on this computer alone. What it
// serves leads nowhere: there is no link of an approver in it, and it is gone after half
// an hour.
type Previews struct {
	mu   sync.Mutex
	kept []keptPreview // oldest first
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

type keptPreview struct {
	id      string
	until   time.Time
	page    []byte
	mail    string
	headers shown.Letter
}

func (p *Previews) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// Keep takes a page, or the HTML of a mail with what stands above it, and returns the path
// at which it is served for a while.
func (p *Previews) Keep(page []byte, mail string, letter shown.Letter) (path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) >= previewMost {
		p.kept = p.kept[1:]
	}
	k := keptPreview{id: rand.Text(), until: p.now().Add(previewTime), page: page, mail: mail, headers: letter}
	p.kept = append(p.kept, k)
	return PreviewPath + k.id
}

func (p *Previews) find(id string) (keptPreview, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		if k.id == id && p.now().Before(k.until) {
			return k, true
		}
	}
	return keptPreview{}, false
}

const (
	previewPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
	letterPolicy  = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
)

// ServeHTTP shows one. Nothing can be sent to it.
func (p *Previews) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", previewPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("X-Content-Type-Options", "nosniff")
	id, part, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, PreviewPath), "/")
	k, ok := p.find(id)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
	case !ok || part != "" && (part != "letter" || k.mail == ""):
		w.WriteHeader(http.StatusNotFound)
		_ = pageTemplate.Execute(w, view{CSS: template.CSS(pageCSS), Title: textPreviewGone.Title, Status: &textPreviewGone})
	case part == "letter":
		h.Set("Content-Security-Policy", letterPolicy)
		_, _ = w.Write([]byte(k.mail))
	case k.mail != "":
		_ = letterTemplate.Execute(w, letterView{k.headers, textPreviewMail, id + "/letter"})
	default:
		_, _ = w.Write(k.page)
	}
}

type letterView struct {
	shown.Letter
	Note, Body string
}

// letterTemplate shows a mail below its headers, as mail programs do.
var letterTemplate = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{{.Subject}}</title>
<style>:root{color-scheme:light dark}body{margin:0;font:15px/1.5 Inter,system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;background:#FFFFFF;color:#16202E}
.note{background:#FEF3E2;color:#16202E}p{margin:0;padding:12px 20px;overflow-wrap:anywhere}.muted{color:#5F6B7C}iframe{display:block;border:0;width:100%;height:1200px}
@media(prefers-color-scheme:dark){body{background:#151D28;color:#E6EBF2}.note{background:#33260F;color:#E6EBF2}.muted{color:#98A4B4}}</style></head>
<body><p class="note">{{.Note}}</p><p><strong>{{.Subject}}</strong><br><span class="muted">From {{.From}} · to {{.To}}</span></p>
<iframe src="{{.Body}}" sandbox title="{{.Subject}}"></iframe></body></html>
`))
