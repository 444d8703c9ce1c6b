#!/usr/bin/env bash
# github.com/wneessen/go-mail v0.8.1: a subject whose first part is about as long as a
# line, as the encoded words of any longer subject with an umlaut are, leaves the line of
# its name empty: "Subject:" and nothing more.
#
# One would expect the first encoded word to be cut so that it stands beside the name, as
# mail programs write it (an encoded word has at most 75 characters and a line 76, RFC
# 2047, 2, so one of full length never fits there). The library lets mime.WordEncoder cut
# the text without regard to the name, and folds afterwards. Whoever reads a header line
# by line, to log or to filter, sees an empty subject.
#
# Seen: plain text of any length begins on the first line; a long word of ASCII and a
# long subject with an umlaut do not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
go mod init look >go.log 2>&1
go get github.com/wneessen/go-mail@v0.8.1 >>go.log 2>&1
cat >main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/wneessen/go-mail"
)

func main() {
	for _, subject := range []string{
		"Approve the refund of order 4711",
		"Approve the refund of order 4711 for the customer who wrote twice about a broken cup and no saucer",
		strings.Repeat("x", 70) + " and more",
		"Für Bestellung 4711",
		"Bitte die Rückzahlung für Bestellung 4711 freigeben, der Kunde hat zweimal geschrieben",
	} {
		m := mail.NewMsg()
		m.From("ann@example.com")
		m.To("dana@example.com")
		m.Subject(subject)
		m.SetBodyString(mail.TypeTextPlain, "hello")
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			panic(err)
		}
		for _, line := range strings.Split(b.String(), "\r\n") {
			if strings.HasPrefix(line, "Subject:") {
				fmt.Printf("%d bytes: first line %q\n", len(subject), line)
			}
		}
	}
}
GO
go mod tidy >>go.log 2>&1
go run . | tee seen.txt
cat >want.txt <<'T'
32 bytes: first line "Subject: Approve the refund of order 4711"
98 bytes: first line "Subject: Approve the refund of order 4711 for the customer who wrote"
79 bytes: first line "Subject:"
20 bytes: first line "Subject: =?UTF-8?q?F=C3=BCr_Bestellung_4711?="
88 bytes: first line "Subject:"
T
diff want.txt seen.txt && echo "as it was seen"
