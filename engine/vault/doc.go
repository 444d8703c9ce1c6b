// Package vault keeps secrets at rest: it seals values with a key that lives in
// the system's keyring, or where there is none, in a file that its owner alone
// can read. It says plainly which of the two it is.
//
// A sealed value is "SLV", a version byte, eight bytes that name the key, and
// AES-256-GCM with a random nonce. The name of the key tells a value of another
// key ("restored from another computer") from a damaged one; both are refused
// with words, and nothing is ever sealed anew over them.
//
// The file vault.key in the data folder says where the key is. It is written
// once, whole, and never changed. A keyring that cannot be reached, because it
// is locked or the session has none, does not stop the start: the [Box] then
// refuses with code vault.locked and asks the keyring again on later calls. It
// does not fall back to a fresh key, which would orphan what is sealed. Nor does it
// where the file itself is missing beside sealed values.
//
// Why AES-GCM: it is in the standard library; its random nonces are safe for
// four billion values under one key, far above what a desktop seals.
package vault
