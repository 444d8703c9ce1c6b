package windmill

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"sluice/engine/fault"
)

// arguments is the body of a call that starts a run, in whatever form it came.
type arguments struct {
	value json.RawMessage // of the body; null without one
	raw   []byte
	form  bool // it came as the fields of a form
}

// arguments reads the body, or the payload in the address.
func (c call) arguments() (arguments, error) {
	const nothing = "Nothing was started."
	if p := c.r.URL.Query().Get("payload"); p != "" || c.r.Method == http.MethodGet {
		b, err := fromBase64(p)
		if err != nil || len(b) > 0 && !json.Valid(b) {
			return arguments{}, fault.New("api.payload", "The payload is not JSON in Base64", nothing)
		}
		return arguments{value: nullable(b), raw: b}, nil
	}
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil && c.r.Header.Get("Content-Type") != "" {
		return arguments{}, fault.New("api.kind", "The Content-Type cannot be read", nothing)
	}
	b := c.sent
	if c.lost != nil {
		return arguments{}, bodyError(c.lost, nothing)
	}
	a := arguments{raw: b}
	switch {
	case kind == "" || kind == "application/json" || strings.HasSuffix(kind, "+json"):
		if b = bytes.TrimSpace(b); len(b) > 0 && !json.Valid(b) {
			return a, fault.New("api.body", "The body is not JSON", nothing)
		}
		a.value = nullable(b)
		return a, nil
	case kind == "application/x-www-form-urlencoded":
		v, err := url.ParseQuery(string(b))
		if err != nil {
			return a, fault.New("api.body", "The form cannot be read", nothing)
		}
		a.form = true
		a.value, err = formValue(v)
		return a, err
	case kind == "multipart/form-data":
		a.form = true
		a.value, err = parts(b, params["boundary"])
		return a, err
	}
	return a, fault.Newf("api.kind", "Send JSON or a form. "+nothing, "A body of the type %q cannot be made arguments", kind)
}

func nullable(b []byte) json.RawMessage {
	if len(bytes.TrimSpace(b)) == 0 {
		return json.RawMessage("null")
	}
	return b
}

func fromBase64(s string) ([]byte, error) {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(s), "=")
	return base64.RawStdEncoding.DecodeString(s)
}

// formValue makes an object of a form: a name that comes once has a text, one
// that comes again has a list.
func formValue(v url.Values) (json.RawMessage, error) {
	out := make(map[string]any, len(v))
	for name, values := range v {
		if len(values) == 1 {
			out[name] = values[0]
		} else {
			out[name] = values
		}
	}
	return json.Marshal(out)
}

func parts(b []byte, boundary string) (json.RawMessage, error) {
	v := url.Values{}
	for r := multipart.NewReader(bytes.NewReader(b), boundary); ; {
		p, err := r.NextPart()
		if err == io.EOF {
			return formValue(v)
		}
		if err != nil {
			return nil, fault.Because(err, "api.body", "The form cannot be read", "Nothing was started.")
		}
		if p.FileName() != "" {
			return nil, fault.New("api.file", "Files cannot be arguments: Sluice has no file store", "Nothing was started. Send the content as a text.")
		}
		text, err := io.ReadAll(p)
		if err != nil {
			return nil, fault.Because(err, "api.body", "The form cannot be read", "Nothing was started.")
		}
		v.Add(p.FormName(), string(text))
	}
}

// args makes the input of a run as Windmill does: an object is the arguments
// themselves, anything else is wrapped. With before it is the event that the
// flow's preprocessor gets.
func (a arguments) args(c call, before bool) (json.RawMessage, error) {
	q := c.r.URL.Query()
	if before {
		return a.event(c)
	}
	value := bytes.TrimSpace(a.value)
	object := len(value) > 0 && value[0] == '{'
	extra := a.extra(c)
	switch {
	case !object && string(value) == "null" && q.Get("wrap_body") != "true":
		value = []byte("{}")
	case !object || q.Get("wrap_body") == "true":
		b, err := json.Marshal(map[string]json.RawMessage{"body": json.RawMessage(value)})
		if err != nil {
			return nil, err
		}
		value = b
	}
	if len(extra) == 0 {
		return json.RawMessage(value), nil
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(value, &all); err != nil {
		return nil, err
	}
	for name, v := range extra {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		all[name] = b
	}
	return json.Marshal(all)
}

// extra is what the call wants beside the body: raw text, headers, the query.
func (a arguments) extra(c call) map[string]any {
	q := c.r.URL.Query()
	out := map[string]any{}
	if q.Get("raw") == "true" {
		out["raw_string"] = string(a.raw)
	}
	for name := range strings.SplitSeq(q.Get("include_header"), ",") {
		if name = strings.TrimSpace(name); name != "" && !private[http.CanonicalHeaderKey(name)] && c.r.Header.Get(name) != "" {
			out[strings.ReplaceAll(strings.ToLower(name), "-", "_")] = c.r.Header.Get(name)
		}
	}
	for name := range strings.SplitSeq(q.Get("include_query"), ",") {
		if name = strings.TrimSpace(name); name != "" && name != "token" && q.Has(name) {
			out[name] = q.Get(name)
		}
	}
	return out
}

// private are headers that no run's input holds: a journal keeps it for ever.
var private = map[string]bool{"Authorization": true, "Cookie": true}

// event is what a preprocessor gets of a call.
func (a arguments) event(c call) (json.RawMessage, error) {
	headers, query := map[string]string{}, map[string]string{}
	for name := range c.r.Header {
		if !private[name] {
			headers[strings.ToLower(name)] = c.r.Header.Get(name)
		}
	}
	for name := range c.r.URL.Query() {
		if name != "token" {
			query[name] = c.r.URL.Query().Get(name)
		}
	}
	return json.Marshal(map[string]any{"event": map[string]any{
		"kind": "webhook", "body": a.value, "raw_string": string(a.raw), "headers": headers, "query": query,
	}})
}
