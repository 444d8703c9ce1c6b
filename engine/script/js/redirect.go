package js

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// redirectMost is how many redirects a fetch follows (Fetch standard, HTTP-redirect
// fetch, step 7).
const redirectMost = 20

// credentials are the headers that only the server that they were meant for may
// see; about are those that tell about a body.
var (
	credentials = []string{"Authorization", "Proxy-Authorization", "Cookie", "Cookie2", "Www-Authenticate"}
	about       = []string{"Content-Type", "Content-Encoding", "Content-Language", "Content-Location", "Content-Length"}
)

// follow sends a request and follows redirects as the Fetch standard has it; Go's
// own client compares host names alone, so that a token would reach another
// program at another port, adds a Referer with the query, and turns a PUT into a
// GET.
func follow(ctx context.Context, in fetchRequest) (res *http.Response, redirected bool, err error) {
	at, err := url.Parse(in.URL)
	if err != nil {
		return nil, false, err
	}
	header, host := http.Header{}, ""
	for _, h := range in.Headers {
		if strings.EqualFold(h[0], "host") {
			host = h[1]
			continue
		}
		header.Add(h[0], h[1])
	}
	if header.Get("Accept") == "" {
		header.Set("Accept", "*/*")
	}
	method, send := in.Method, true
	for n := 0; ; n++ {
		var body io.Reader
		switch {
		case !send:
		case in.Text != nil:
			body = strings.NewReader(*in.Text)
		case in.Bytes != nil:
			body = bytes.NewReader(toBytes(*in.Bytes))
		}
		req, err := http.NewRequestWithContext(ctx, method, at.String(), body)
		if err != nil {
			return nil, false, err
		}
		req.Header = header.Clone()
		if host != "" {
			req.Host = host
		}
		if res, err = client.Do(req); err != nil {
			return nil, false, err
		}
		to, err := next(at, res)
		switch {
		case err == nil && to == nil, in.Redirect == "manual":
			return res, redirected, nil
		case in.Redirect == "error":
			err = errors.New("the server redirects, and redirect is \"error\"")
		case err == nil && n == redirectMost:
			err = errors.New("too many redirects")
		}
		_ = res.Body.Close()
		if err != nil {
			return nil, false, err
		}
		if s := res.StatusCode; (s == 301 || s == 302) && method == http.MethodPost || s == 303 && method != http.MethodGet && method != http.MethodHead {
			method, send = http.MethodGet, false
			for _, name := range about {
				header.Del(name)
			}
		}
		if origin(at) != origin(to) {
			host = ""
			for _, name := range append(credentials, "Referer") {
				header.Del(name)
			}
		}
		at, redirected = to, true
	}
}

// next is where an answer leads; nil if it is no redirect.
func next(at *url.URL, res *http.Response) (*url.URL, error) {
	where := res.Header.Get("Location")
	switch res.StatusCode {
	case 301, 302, 303, 307, 308:
	default:
		return nil, nil
	}
	if where == "" {
		return nil, nil
	}
	to, err := at.Parse(where)
	if err != nil {
		return nil, fmt.Errorf("the server redirects to %q, which is no address", where)
	}
	if to.Scheme != "http" && to.Scheme != "https" {
		return nil, fmt.Errorf("the server redirects to an address of the kind %q", to.Scheme)
	}
	if to.Fragment == "" {
		to.Fragment = at.Fragment
	}
	return to, nil
}

// origin is what two addresses share that one server answers: scheme, host and
// port.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}
