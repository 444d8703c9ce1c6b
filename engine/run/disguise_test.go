package run

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const aSecret = "abcdefghijklmnopqrstuvw234"

// A link is found however simply it is written otherwise, and nothing where none is.
func TestDisguisedSecret(t *testing.T) {
	is := func(piece []byte) bool { return string(piece) == aSecret }
	back := func(text string) string {
		b := []byte(text)
		slices.Reverse(b)
		return string(b)
	}
	percent := func(text string) (out string) {
		for _, c := range []byte(text) {
			out += fmt.Sprintf("%%%02X", c)
		}
		return out
	}
	escaped := func(sign string) func(string) string {
		return func(text string) (out string) {
			for _, c := range []byte(text) {
				out += fmt.Sprintf(sign, c)
			}
			return out
		}
	}
	std := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	lines := func(text string) string { return std(text)[:30] + "\n" + std(text)[30:] }
	for name, write := range map[string]func(string) string{
		"plain": func(text string) string { return text }, "capitals": strings.ToUpper, "backwards": back, "backwards capitals": func(text string) string { return back(strings.ToUpper(text)) },
		"base64": std, "base64 for addresses": func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }, "base64 in lines": lines,
		"base64 backwards": func(text string) string { return back(std(text)) }, "base64 of it backwards": func(text string) string { return std(back(text)) },
		"base64 in base64": func(text string) string { return std(std(text)) }, "hex": func(text string) string { return hex.EncodeToString([]byte(text)) },
		"hex in capitals": func(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) }, "base64 of hex": func(text string) string { return std(hex.EncodeToString([]byte(text))) },
		"percent": percent, "the address in an address": url.QueryEscape, `\u`: escaped(`\u%04x`), `\x`: escaped(`\x%02x`), "percent of base64": func(text string) string { return percent(std(text)) },
	} {
		for _, before := range []string{"", "x", "xy", "xyz", "https://x.example/a/", "ü"} {
			for _, around := range []string{"", "Q", "QQ", "QQQ"} {
				text := around + write(before+aSecret+"?n=1") + around
				end := around + write(before+aSecret) + "="
				for what, told := range map[string][]byte{"alone": []byte(text), "in JSON": jsonOf(t, map[string]string{"a": text}), "at the end": []byte(end)} {
					if len(around) > 0 && (name == `\u` || name == "plain" || name == "capitals" || strings.HasPrefix(name, "backwards")) && before == "" {
						continue // letters beside a secret are of the same run
					}
					if !DisguisedSecret(told, is) {
						t.Errorf("%s, %s, behind %q: not found in %s", name, what, before, told)
					}
				}
			}
		}
	}
	other := strings.Repeat("b", SecretSize)
	for _, text := range []string{"", "{}", std(other), strings.ToUpper(other), hex.EncodeToString([]byte(other)), percent(other), `"\`, `%`, `\u00`, `%zz\xq`} {
		if DisguisedSecret([]byte(text), is) {
			t.Errorf("found in %q", text)
		}
	}
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// To look through the largest text takes a bounded time, whatever it is; then it counts as
// one that has a secret.
func TestDisguisesTakeBoundedTime(t *testing.T) {
	const size = 1 << 20
	never := func([]byte) bool { return false }
	deep := strings.Repeat("a", 64)
	for len(deep) < size {
		deep = base64.StdEncoding.EncodeToString([]byte(deep + "QQ "))
	}
	for name, text := range map[string]string{
		"zeros": strings.Repeat("0", size), "letters": strings.Repeat("a", size), "words": strings.Repeat(strings.Repeat("abcdefg2", 19)+" ", size/153), "layers": deep, "escapes": strings.Repeat(`\\`, size/2), "percents": strings.Repeat("%25", size/3), "a percent in layers": "%" + strings.Repeat("25", size/2),
	} {
		began := time.Now()
		DisguisedSecret([]byte(text), never)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
	random := make([]byte, size)
	for i := range random {
		random[i] = byte(i * i >> 3)
	}
	if DisguisedSecret([]byte(base64.StdEncoding.EncodeToString(random)), never) {
		t.Error("a large file in base64 is not told")
	}
}
