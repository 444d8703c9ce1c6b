package run

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"unicode/utf8"
)

// DisguisedSecret reports whether a secret stands in a text that was written otherwise, as a
// step may by chance or with intent: in capitals, backwards, with its signs escaped, or in
// hex or base64, where it may begin at any sign, also one in the other. is tells of each
// piece whether it is one. What would take too long to look through counts as a text that
// has one. It cannot find one that was taken apart, enciphered or compressed.
func DisguisedSecret(text []byte, is func(piece []byte) bool) bool {
	s := seeker{left: 16*len(text) + 1<<16, looks: 8 << 20}
	s.is = func(piece []byte) bool {
		s.looks--
		return s.looks < 0 || is(piece)
	}
	return s.in(text, 2)
}

type seeker struct {
	is    func(piece []byte) bool
	left  int // bytes that are looked through yet
	looks int // pieces that are looked at yet
}

// in looks into a text and what it is the writing of, so many layers deep.
func (s *seeker) in(text []byte, layers int) bool {
	if s.left -= len(text); s.left < 0 {
		return true
	}
	if plain := unescaped(text); len(plain) != len(text) {
		return s.in(plain, layers)
	}
	back := slices.Clone(text)
	slices.Reverse(back)
	if s.letters(text) || s.letters(back) {
		return true
	}
	if layers == 0 {
		return false
	}
	for _, t := range [][]byte{text, back} {
		if s.decoded(t, layers-1) {
			return true
		}
	}
	return false
}

// letters looks at the runs of letters that secrets have, small or large.
func (s *seeker) letters(text []byte) bool {
	var small []byte
	for at := 0; at < len(text); at++ {
		from := at
		for at < len(text) && (OfSecret(text[at]) || text[at] >= 'A' && text[at] <= 'Z') {
			at++
		}
		if at-from < SecretSize {
			continue
		}
		small = append(small[:0], text[from:at]...)
		for i, c := range small {
			if c < 'a' && c >= 'A' {
				small[i] = c + 'a' - 'A'
			}
		}
		for range SecretsAmong(small, s.is) {
			return true
		}
	}
	return false
}

// decoded looks into what runs of hex and base64 are the writing of. Either may be broken
// into lines.
func (s *seeker) decoded(text []byte, layers int) bool {
	joined := make([]byte, 0, len(text))
	for _, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '-':
			c = '+'
		case '_':
			c = '/'
		}
		joined = append(joined, c)
	}
	text = joined
	for at := 0; at < len(text); at++ {
		from := at
		for at < len(text) && ofBase64[text[at]] {
			at++
		}
		if run := text[from:at]; len(run) >= base64Least {
			for skip := range 4 {
				part := run[skip:]
				if len(part)%4 == 1 {
					part = part[:len(part)-1]
				}
				out := make([]byte, base64.RawStdEncoding.DecodedLen(len(part)))
				n, err := base64.RawStdEncoding.Decode(out, part)
				if err == nil && s.in(out[:n], layers) {
					return true
				}
			}
		}
	}
	for at := 0; at < len(text); at++ {
		from := at
		for at < len(text) && ofHex(text[at]) {
			at++
		}
		if run := text[from:at]; len(run) >= 2*SecretSize {
			for skip := range 2 {
				part := run[skip:]
				part = part[:len(part)-len(part)%2]
				out := make([]byte, len(part)/2)
				if _, err := hex.Decode(out, part); err == nil && s.in(out, layers) {
					return true
				}
			}
		}
	}
	return false
}

// base64Least is how many letters of base64 write a secret, without those at its ends that
// hold bits of what stands beside it.
const base64Least = (SecretSize - 2) / 3 * 4

var ofBase64 = func() (is [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		is[c] = true
	}
	return is
}()

func ofHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// unescaped is a text without the escapes of JSON (\u0061, \n), of programs (\x61) and of
// addresses (%61); what stands behind a \ else stays.
func unescaped(text []byte) []byte {
	if !bytes.ContainsAny(text, `\%`) {
		return text
	}
	out := make([]byte, 0, len(text))
	for at := 0; at < len(text); at++ {
		c := text[at]
		size := 0
		switch {
		case c == '%':
			size = 2
		case c == '\\' && at+1 < len(text):
			at++
			switch text[at] {
			case 'u':
				size = 4
			case 'x':
				size = 2
			case 'n', 'r', 't':
				c = '\n'
			default:
				c = text[at]
			}
		}
		if size > 0 && at+size < len(text) {
			if n, err := strconv.ParseUint(string(text[at+1:at+1+size]), 16, 32); err == nil {
				out = utf8.AppendRune(out, rune(n))
				at += size
				continue
			}
		}
		out = append(out, c)
	}
	return out
}
