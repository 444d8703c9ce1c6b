package hook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/hook"
)

// read makes a delivery of a request whose body came whole.
func read(r *http.Request, raw []byte, h hook.Hook) (hook.Delivery, error) {
	d := hook.Delivery{Raw: strings.ToValidUTF8(string(raw), "\uFFFD"), Headers: headersOf(r.Header, h)}
	var err error
	if d.Query, err = queryOf(r.URL); err != nil {
		return d, err
	}
	kind, params := "", map[string]string{}
	if text := r.Header.Get("Content-Type"); text != "" {
		if kind, params, err = mime.ParseMediaType(text); err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
			return d, fault.Because(err, "hook.kind", "The Content-Type cannot be read", nothing)
		}
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")) // some senders begin with it
	if set := strings.ToLower(params["charset"]); set != "" && set != "utf-8" && set != "utf8" && set != "us-ascii" {
		return d, fault.Newf("hook.kind", nothing+" Send it in UTF-8.", "The body says that it is written in %q, which is not taken", set)
	}
	start := bytes.TrimLeft(raw, " \t\r\n")
	err = nil // of a parameter that nobody needs
	switch {
	case len(start) == 0:
		d.Body = json.RawMessage("null")
	case kind == "application/json" || strings.HasSuffix(kind, "+json") || kind == "" && (start[0] == '{' || start[0] == '['):
		d.Body, err = jsonOf(raw)
	case kind == "application/x-www-form-urlencoded":
		d.Form = true
		d.Body, err = formOf(raw)
	case kind == "multipart/form-data":
		d.Form = true
		d.Body, err = partsOf(raw, params["boundary"])
	case !utf8.Valid(raw):
		return d, fault.New("hook.kind", "The body is neither JSON nor a form nor a text in UTF-8", nothing+" Send a file as a part of multipart/form-data.")
	default:
		d.Body, err = json.Marshal(string(raw))
	}
	if err != nil {
		return d, err
	}
	d.Key, err = hook.KeyOf(h.Signature.Kind, r.Header.Get, d.Body)
	return d, err
}

const nothing = "Nothing was started."

// headersOf are the headers that may be handed on. A signature says what the key makes of
// the body, and is of no use to anybody else.
func headersOf(in http.Header, h hook.Hook) map[string]string {
	out := make(map[string]string, len(in))
	for name, values := range in {
		if !hook.Private(name) {
			out[strings.ToLower(name)] = strings.ToValidUTF8(strings.Join(values, ", "), "\uFFFD")
		}
	}
	return out
}

// jsonOf reads JSON. Of what is none it says whether it was cut off, goes on behind its end,
// or goes wrong at a byte, of which the first is 1.
func jsonOf(body []byte) (json.RawMessage, error) {
	raw := bytes.TrimSpace(body)
	if !json.Valid(raw) {
		in := json.NewDecoder(bytes.NewReader(body))
		var v json.RawMessage
		err := in.Decode(&v)
		why := "The body is not JSON"
		var s *json.SyntaxError
		switch {
		case err == nil:
			rest := body[in.InputOffset():]
			why = fmt.Sprintf("There is more after the end of the JSON value, at byte %d", len(body)-len(bytes.TrimLeft(rest, " \t\r\n"))+1)
		case errors.Is(err, io.ErrUnexpectedEOF):
			why = fmt.Sprintf("The body is JSON that is cut off after %d bytes", len(body))
		case errors.As(err, &s):
			why = fmt.Sprintf("The body is not JSON: %s at byte %d", s.Error(), s.Offset)
		}
		return nil, fault.New("hook.body", why, nothing)
	}
	if at := notText(raw); at > 0 {
		return nil, fault.Newf("hook.body", nothing+" Send texts in UTF-8.", "The body holds what is no text, at byte %d", at+len(body)-len(bytes.TrimLeft(body, " \t\r\n")))
	}
	if flow.Deeper(raw) {
		return nil, fault.Newf("hook.deep", nothing, "The body is nested more than %d levels deep", flow.Deepest)
	}
	return raw, nil
}

// notText finds in valid JSON the first byte, from 1, of what is no text: bytes that are not
// UTF-8, or half of a letter that is escaped in two. Elsewhere they would be altered without
// a word. 0: all is text.
func notText(raw []byte) int {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			r, n := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError && n == 1 {
				return i + 1
			}
			i += n
			continue
		}
		first, ok := escaped(raw[i:])
		switch {
		case !ok:
			i += 2
		case !utf16.IsSurrogate(first):
			i += 6
		default:
			if second, ok := escaped(raw[i+6:]); !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
				return i + 1
			}
			i += 12
		}
	}
	return 0
}

// escaped reads an escape of four hexadecimal digits.
func escaped(raw []byte) (rune, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return rune(n), err == nil
}

// formOf reads a form: a name that comes once has a text, one that comes again a list.
func formOf(raw []byte) (json.RawMessage, error) {
	v, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, fault.Because(err, "hook.body", "The form cannot be read", nothing)
	}
	all := make(map[string][]any, len(v))
	for name, values := range v {
		for _, x := range values {
			if !utf8.ValidString(name) || !utf8.ValidString(x) {
				return nil, noText("the field", name)
			}
			all[name] = append(all[name], x)
		}
	}
	return objectOf(all)
}

func objectOf(all map[string][]any) (json.RawMessage, error) {
	out := make(map[string]any, len(all))
	for name, values := range all {
		if out[name] = values; len(values) == 1 {
			out[name] = values[0]
		}
	}
	return json.Marshal(out)
}

// noText refuses a field whose name or value is not UTF-8.
func noText(what, name string) error {
	return fault.Newf("hook.body", nothing+" Send texts in UTF-8, and anything else as a file.", "What comes in %s %q is not text", what, strings.ToValidUTF8(name, "\uFFFD"))
}

// file is a part of a form that has a name of a file.
type file struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data string `json:"data"` // base64
}

// maxParts bounds the parts of a form.
const maxParts = 1000

// partsOf reads a form of parts. A file is an object with its name, its type and its
// content in base64.
func partsOf(raw []byte, boundary string) (json.RawMessage, error) {
	bad := func(err error) error {
		return fault.Because(err, "hook.body", "The parts of the form cannot be read", nothing+" It may have been cut off.")
	}
	if boundary == "" {
		return nil, bad(errors.New("there is no boundary"))
	}
	all := make(map[string][]any)
	r := multipart.NewReader(bytes.NewReader(raw), boundary)
	for n := 0; ; n++ {
		p, err := r.NextPart()
		if err == io.EOF {
			return objectOf(all)
		}
		if err == nil && n >= maxParts {
			err = fmt.Errorf("there are more than %d", maxParts)
		}
		if err != nil {
			return nil, bad(err)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return nil, bad(err)
		}
		var v any = string(b)
		if name := p.FileName(); !utf8.ValidString(p.FormName()) || !utf8.ValidString(name) || name == "" && !utf8.Valid(b) {
			return nil, noText("the part", p.FormName())
		} else if name != "" {
			v = file{name, p.Header.Get("Content-Type"), base64.StdEncoding.EncodeToString(b)}
		}
		all[p.FormName()] = append(all[p.FormName()], v)
	}
}
