package js

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a fetch.
const (
	maxBody      = 32 << 20
	fetchTimeout = 5 * time.Minute
)

// Bytes cross the door to the engine as text with one character for each byte.

func toBytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}

func fromBytes(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) + len(b)/4)
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// hashes by their names in the Web Crypto API and in Node.
var hashes = map[string]func() hash.Hash{
	"SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-384": sha512.New384, "SHA-512": sha512.New,
	"SHA1": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384, "SHA512": sha512.New, "MD5": md5.New,
}

// hostOp does what JavaScript cannot do itself and what needs no waiting.
func hostOp(op string, a []any) (any, error) {
	switch op {
	case "random":
		n := num(a, 1)
		if n < 0 || n > 1<<20 {
			return nil, errors.New("too many random bytes at once")
		}
		b := make([]byte, n)
		rand.Read(b)
		return fromBytes(b), nil
	case "hash", "hmac", "pbkdf2", "hkdf":
		h := hashes[strings.ToUpper(str(a, 1))]
		if h == nil {
			return nil, fmt.Errorf("the hash %q is not available here", str(a, 1))
		}
		switch op {
		case "pbkdf2":
			rounds, n := num(a, 4), num(a, 5)
			if rounds < 1 || rounds > 10_000_000 || n < 0 || n > 1<<20 {
				return nil, errors.New("pbkdf2 takes 1 to 10,000,000 rounds and up to a million bytes here")
			}
			key, err := pbkdf2.Key(h, string(toBytes(str(a, 2))), toBytes(str(a, 3)), rounds, n)
			return fromBytes(key), err
		case "hkdf":
			key, err := hkdf.Key(h, toBytes(str(a, 2)), toBytes(str(a, 3)), string(toBytes(str(a, 4))), num(a, 5))
			return fromBytes(key), err
		}
		if op == "hash" {
			w := h()
			w.Write(toBytes(str(a, 2)))
			return fromBytes(w.Sum(nil)), nil
		}
		w := hmac.New(h, toBytes(str(a, 2)))
		w.Write(toBytes(str(a, 3)))
		return fromBytes(w.Sum(nil)), nil
	}
	return nil, fmt.Errorf("unknown operation %q", op)
}

type fetchRequest struct {
	Method   string      `json:"method"`
	URL      string      `json:"url"`
	Headers  [][2]string `json:"headers"`
	Text     *string     `json:"text"`  // the body as text
	Bytes    *string     `json:"bytes"` // or as bytes
	Redirect string      `json:"redirect"`
}

type fetchResponse struct {
	Status     int         `json:"status"`
	StatusText string      `json:"statusText"`
	Headers    [][2]string `json:"headers"`
	URL        string      `json:"url"`
	Redirected bool        `json:"redirected"`
	Text       *string     `json:"text,omitempty"`
	Bytes      *string     `json:"bytes,omitempty"`
}

// client is one per worker, so that connections outlive a job.
var client = &http.Client{Transport: func() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 4
	t.IdleConnTimeout = 30 * time.Second
	return t
}(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// asyncOp does work that takes its time.
func asyncOp(ctx context.Context, op, payload string) (string, error) {
	if op != "fetch" {
		return "", fmt.Errorf("unknown operation %q", op)
	}
	var in fetchRequest
	if err := json.Unmarshal([]byte(payload), &in); err != nil {
		return "", err
	}
	out, err := fetch(ctx, in)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func fetch(ctx context.Context, in fetchRequest) (*fetchResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	res, redirected, err := follow(ctx, in)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxBody {
		return nil, fmt.Errorf("the answer has more than %d MB", maxBody>>20)
	}
	out := &fetchResponse{Status: res.StatusCode, StatusText: strings.TrimSpace(strings.TrimPrefix(res.Status, fmt.Sprint(res.StatusCode))), URL: res.Request.URL.String(), Redirected: redirected}
	for k, vs := range res.Header {
		for _, v := range vs {
			out.Headers = append(out.Headers, [2]string{strings.ToLower(k), v})
		}
	}
	var s string
	if utf8.Valid(b) {
		s = string(b)
		out.Text = &s
	} else {
		s = fromBytes(b)
		out.Bytes = &s
	}
	return out, nil
}
