// Package mail writes the messages by which people are asked, and sends them
// through Gmail, or into a folder for a practice account.
//
// A message is complete as plain text; the HTML says the same. Neither loads
// anything from anywhere. The link opens the approval page and decides nothing.
//
// Sending never repeats by itself what may have arrived. When a request was
// written and no answer came, the error has code mail.unknown and a person
// decides. Everything else is known not to have been sent: mail.later may be
// tried again (the error's cause has a method RetryAfter() time.Duration where
// Google named a time), mail.signin waits for a person to sign in, mail.client
// for a working OAuth client, and mail.refused is final.
//
// Sign-in follows RFC 8252: system browser, loopback address, PKCE, state. The
// scopes are gmail.send and the address, no more. The client id is the user's
// own: a shared one would need Google's verification, and its secret would be
// public anyhow.
package mail
