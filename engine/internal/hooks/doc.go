// Package hooks starts flows for what comes to the addresses of webhooks.
//
// A delivery that can be told by its key, and the run that is started for it, are one
// commit, and of each key of a hook there is one row at most: neither a kill nor a sender
// that tries again starts it twice. The file knows the secret of an address by its hash
// alone, and the key that a sender signs with is sealed.
package hooks
