package flow

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
)

// Alike reports whether two JSON texts hold the same value: blanks, the order of
// members and how a number is written do not count, each digit of it does.
func Alike(a, b Raw) bool {
	if bytes.Equal(a, b) {
		return len(a) > 0
	}
	x, errX := exact(a)
	y, errY := exact(b)
	return errX == nil && errY == nil && alike(x, y)
}

func exact(raw Raw) (v any, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	err = dec.Decode(&v)
	return v, err
}

func alike(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, v := range a {
			if w, ok := b[name]; !ok || !alike(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !alike(a[i], b[i]) {
				return false
			}
		}
		return true
	case json.Number:
		b, ok := b.(json.Number)
		if !ok || a == b {
			return ok
		}
		const most = 400 // a short text with a great exponent is a number of many digits
		if len(a) > most || len(b) > most || great(a) || great(b) {
			return false
		}
		x, okX := new(big.Rat).SetString(string(a))
		y, okY := new(big.Rat).SetString(string(b))
		return okX && okY && x.Cmp(y) == 0
	}
	return a == b
}

// great reports whether an exponent has over three digits.
func great(n json.Number) bool {
	i := strings.IndexAny(string(n), "eE")
	return i >= 0 && len(n)-i > 5
}
