package js

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a script sends for one server reaches no other: not at another port, and
// not by way of a redirect back.
func TestRedirectsCarryNoCredentials(t *testing.T) {
	tell := func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		json.NewEncoder(w).Encode(map[string]any{"method": r.Method, "auth": r.Header.Get("Authorization"), "cookie": r.Header.Get("Cookie"), "referer": r.Header.Get("Referer"),
			"own": r.Header.Get("X-Own"), "kind": r.Header.Get("Content-Type"), "body": string(b), "query": r.URL.RawQuery, "host": r.Host})
	}
	other := httptest.NewServer(nil)
	defer other.Close()
	first := httptest.NewServer(nil)
	defer first.Close()
	other.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			http.Redirect(w, r, first.URL+"/tell", http.StatusTemporaryRedirect)
			return
		}
		tell(w, r)
	})
	first.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var status int
		where := ""
		if n, _ := fmt.Sscanf(r.URL.Path, "/to/%d/%s", &status, &where); n == 2 {
			w.Header().Set("Location", map[string]string{"here": "/tell?b=2", "there": other.URL + "/tell", "back": other.URL + "/back", "file": "file:///etc/passwd"}[where])
			w.WriteHeader(status)
			return
		}
		tell(w, r)
	})
	type told struct{ Method, Auth, Cookie, Referer, Own, Kind, Body, Query, Host string }
	send := func(method, path string) (told, *fetchResponse, error) {
		text := "a=1"
		in := fetchRequest{Method: method, URL: first.URL + path + "?token=s", Redirect: "follow",
			Headers: [][2]string{{"authorization", "Bearer q"}, {"cookie", "c=1"}, {"x-own", "y"}, {"content-type", "text/plain"}}}
		if method != "GET" {
			in.Text = &text
		}
		res, err := fetch(context.Background(), in)
		var out told
		if err == nil {
			err = json.Unmarshal([]byte(*res.Text), &out)
		}
		return out, res, err
	}
	for _, c := range []struct {
		method, path string
		want         told
	}{
		{"GET", "/to/302/here", told{Method: "GET", Auth: "Bearer q", Cookie: "c=1", Own: "y", Kind: "text/plain", Query: "b=2"}},
		{"GET", "/to/307/there", told{Method: "GET", Own: "y", Kind: "text/plain"}},
		{"GET", "/to/308/back", told{Method: "GET", Own: "y", Kind: "text/plain"}},
		{"POST", "/to/307/here", told{Method: "POST", Auth: "Bearer q", Cookie: "c=1", Own: "y", Kind: "text/plain", Body: "a=1", Query: "b=2"}},
		{"POST", "/to/302/here", told{Method: "GET", Auth: "Bearer q", Cookie: "c=1", Own: "y", Query: "b=2"}},
		{"POST", "/to/303/there", told{Method: "GET", Own: "y"}},
		{"PUT", "/to/302/here", told{Method: "PUT", Auth: "Bearer q", Cookie: "c=1", Own: "y", Kind: "text/plain", Body: "a=1", Query: "b=2"}},
		{"PUT", "/to/303/here", told{Method: "GET", Auth: "Bearer q", Cookie: "c=1", Own: "y", Query: "b=2"}},
		{"DELETE", "/tell", told{Method: "DELETE", Auth: "Bearer q", Cookie: "c=1", Own: "y", Kind: "text/plain", Body: "a=1", Query: "token=s"}},
	} {
		got, res, err := send(c.method, c.path)
		host := got.Host
		got.Host = ""
		if err != nil || got != c.want {
			t.Errorf("%s %s: %+v, %v\nwant %+v", c.method, c.path, got, err, c.want)
			continue
		}
		if res.Redirected != strings.HasPrefix(c.path, "/to/") || !strings.Contains(res.URL, host) {
			t.Errorf("%s %s: redirected %v to %s, which is %s", c.method, c.path, res.Redirected, res.URL, host)
		}
	}
	if _, _, err := send("GET", "/to/302/file"); err == nil || !strings.Contains(err.Error(), "file") {
		t.Errorf("a redirect to a file: %v", err)
	}
}
