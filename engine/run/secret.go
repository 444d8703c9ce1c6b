package run

import "iter"

// SecretSize is how many letters the secret of a link has.
const SecretSize = 26

// OfSecret reports whether secrets are made of a letter.
func OfSecret(c byte) bool { return c >= 'a' && c <= 'z' || c >= '2' && c <= '7' }

// amongMost is how many letters may stand before a secret, or behind it, in one run of
// them, such as the n of a line's end in JSON.
const amongMost = 64

// SecretsAmong yields where secrets begin in a run of their letters; is tells of each
// piece whether it is one. Of a run that is very long its ends are looked at.
func SecretsAmong(letters []byte, is func(piece []byte) bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; at+SecretSize <= len(letters); {
			if last := len(letters) - SecretSize - amongMost; at > amongMost && at < last {
				at = last
			}
			if !is(letters[at : at+SecretSize]) {
				at++
				continue
			}
			if !yield(at) {
				return
			}
			at += SecretSize
		}
	}
}

// WithoutSecrets returns a text with … in the place of each secret in it that hide names,
// the text itself where there is none.
func WithoutSecrets(text []byte, is, hide func(piece []byte) bool) []byte {
	var out []byte
	done := 0
	for at := 0; at < len(text); at++ {
		from := at
		for at < len(text) && OfSecret(text[at]) {
			at++
		}
		for i := range SecretsAmong(text[from:at], is) {
			if secret := from + i; hide(text[secret : secret+SecretSize]) {
				out = append(append(out, text[done:secret]...), "…"...)
				done = secret + SecretSize
			}
		}
	}
	if out == nil {
		return text
	}
	return append(out, text[done:]...)
}
