package page

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/shown"
)

// neverShown lets no condition hold.
func neverShown(_ context.Context, _ run.Approval, look func(flow.Show)) error {
	look(func(string, flow.Raw) (bool, error) { return false, nil })
	return nil
}

// allParts is a request of which each part of the page has something.
func allParts() run.Approval {
	a := refund()
	a.HighStakes, a.Next, a.MyVote, a.State = true, "The flow goes on with “Pay”.", nil, run.ApprovalWaiting
	a.Deadline = noon.Add(time.Hour)
	a.Ask.Description = json.RawMessage(`{"render_all":[{"markdown":"# House rules\n\nAsk **first**, see [here](https://acme.example/).\n\n- one\n- two\n\n> quoted\n\n1. first\n2. second\n\n` + "```\\ncode here\\n```" + `"},[{"Item":"Lamp","Price":12}]]}`)
	a.Form = json.RawMessage(`{"type":"object","order":["a","b","c","d","e","f","g","h"],"required":["a","b"],"properties":{
		"a":{"type":"string","title":"Why not today","description":"In short","placeholder":"A few words"},
		"b":{"type":"string","title":"Which way","enum":["all","half"],"default":"half"},
		"c":{"type":"string","title":"How paid","enum":["k1","k2","k3","k4","k5"],"enumLabels":{"k1":"By card"},"default":"k1"},
		"d":{"type":"boolean","title":"Tell the customer","default":true},
		"e":{"type":"array","title":"Several of","items":{"type":"string","enum":["red","blue"]},"default":["red"]},
		"f":{"type":"object","title":"Address","properties":{"town":{"type":"string","title":"Town","default":"Hamburg"}}},
		"g":{"type":"string","title":"Never asked","showExpr":"fields.d === false"},
		"h":{"title":"One of them","oneOf":[{"title":"First kind","type":"object","properties":{"x":{"type":"string","title":"Inside x","default":"xx"}}},{"title":"Second kind","type":"object","properties":{"y":{"type":"string","title":"Inside y"}}}],"default":{"label":"First kind","x":"xx"}}}}`)
	return a
}

// textsOf tells all texts of a value that is shown.
func textsOf(v reflect.Value, path string, add func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		if s := strings.TrimSpace(v.String()); s != "" {
			add(path, s)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			textsOf(v.Elem(), path, add)
		}
	case reflect.Slice:
		for i := range v.Len() {
			textsOf(v.Index(i), path, add)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; name {
			case "Tone", "Kind", "Shape": // no words
			case "Mark":
				if v.Type() == reflect.TypeFor[shown.Block]() {
					continue // a browser makes it of the list
				}
				textsOf(v.Field(i), path+"."+name, add)
			default:
				textsOf(v.Field(i), path+"."+name, add)
			}
		}
	}
}

// written are the words of a page as a browser shows them, those of inputs as well.
func written(t *testing.T, page string) (all string, nodes []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			if s := strings.TrimSpace(n.Data); s != "" {
				nodes = append(nodes, s)
			}
		}
		if n.Type == html.ElementNode && (n.Data == "style" || n.Data == "title" && n.Parent.Data == "head") {
			return
		}
		for _, a := range n.Attr {
			if a.Key == "value" && n.Data == "input" || a.Key == "placeholder" || a.Key == "href" {
				b.WriteString(" " + a.Val + " ")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return b.String(), nodes
}

// What the window draws and what the browser gets are the same words, none more and none
// less.
func TestPreviewSaysWhatThePageSays(t *testing.T) {
	open := allParts()
	denied := allParts()
	denied.MyVote = &run.Vote{Person: denied.Person, Reason: "Not on a Friday", At: noon, Via: run.ViaLink, Payload: run.Ref{Inline: json.RawMessage(`{"a":"soon","b":"half"}`)}}
	denied.Votes = append(denied.Votes, *denied.MyVote)
	denied.State, denied.Ended, denied.EndedBy, denied.Reason = run.ApprovalRefused, noon, denied.Person, "Not on a Friday"
	expired := refund()
	expired.State, expired.Ended = run.ApprovalExpired, noon
	shy := allParts()
	shy.HideDeny = true
	for name, a := range map[string]run.Approval{"open": open, "denied": denied, "expired": expired, "without Deny": shy} {
		p, err := NewPreview(t.Context(), a, noon, neverShown)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.HTML()
		if err != nil {
			t.Fatal(err)
		}
		all, nodes := written(t, string(b))
		squeezed := strings.Join(strings.Fields(all), " ")
		var mine strings.Builder
		textsOf(reflect.ValueOf(p.Shown()), "", func(path, text string) {
			mine.WriteString(" " + text)
			if !strings.Contains(squeezed, strings.Join(strings.Fields(text), " ")) {
				t.Errorf("%s: %s shows %q, which the page does not say", name, path, text)
			}
		})
		have := strings.Join(strings.Fields(mine.String()), " ")
		for _, s := range nodes {
			s = strings.Join(strings.Fields(s), " ")
			switch s {
			case "S", "·", ".", "(required)", "(optional)", "(high stakes)", "”", "–", "Choose…", ":", "…":
				continue // signs
			case "To approve, type the word “":
				continue // beside the word
			}
			if !strings.Contains(have, s) {
				t.Errorf("%s: the page says %q, which is not shown", name, s)
			}
		}
	}
}

// Nothing that could decide is in a preview, and what its form's conditions hide is hidden.
func TestPreviewDecidesNothing(t *testing.T) {
	p, err := NewPreview(t.Context(), allParts(), noon, neverShown)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"method=", "action=\"", `name="token"`, "<script", "Never asked", theSecret} {
		if strings.Contains(string(b), bad) {
			t.Errorf("%s is in a preview", bad)
		}
	}
	if n := strings.Count(string(b), " disabled>"); n != 2 {
		t.Errorf("%d buttons are off, want Approve and Deny", n)
	}
	if !strings.Contains(string(b), textPreview) {
		t.Error("it does not say what it is")
	}
}

// A preview is served for a while to whoever has its address, to be looked at alone.
func TestPreviewsEnd(t *testing.T) {
	now := noon
	p := &Previews{Now: func() time.Time { return now }}
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	page := p.Keep([]byte("a page"), "", shown.Letter{})
	letter := p.Keep(nil, "a letter", shown.Letter{Subject: "Refund?"})
	tests := []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", page, http.StatusOK, "a page"},
		{"POST", page, http.StatusMethodNotAllowed, ""},
		{"GET", page + "/letter", http.StatusNotFound, ""},
		{"GET", letter, http.StatusOK, "Refund?"},
		{"GET", letter + "/letter", http.StatusOK, "a letter"},
		{"GET", letter + "/else", http.StatusNotFound, ""},
		{"GET", PreviewPath + "guess", http.StatusNotFound, textPreviewGone.Title},
		{"GET", PreviewPath, http.StatusNotFound, textPreviewGone.Title},
	}
	for _, tt := range tests {
		w := get(tt.method, tt.path)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s %s: %d %q, want %d %q", tt.method, tt.path, w.Code, w.Body, tt.status, tt.says)
		}
		if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", tt.path, w.Header())
		}
	}
	for range previewMost {
		p.Keep([]byte("another"), "", shown.Letter{})
	}
	if w := get("GET", page); w.Code != http.StatusNotFound {
		t.Errorf("the oldest of many is still there: %d", w.Code)
	}
	newest := p.Keep([]byte("newest"), "", shown.Letter{})
	now = now.Add(previewTime)
	if w := get("GET", newest); w.Code != http.StatusNotFound {
		t.Errorf("after its time: %d", w.Code)
	}
}
