package model

import (
	"encoding/json"
	"regexp"
	"strings"

	"sluice/ui/say"
)

// GmailClient is an OAuth client of Google's console, as it is copied from there.
type GmailClient struct{ ID, Secret string }

var (
	clientID     = regexp.MustCompile(`^[0-9]{6,}-[a-z0-9]{8,}\.apps\.googleusercontent\.com$`)
	clientSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{20,}$`)
)

// ReadClient reads what was pasted where a client id or secret belongs: with the white
// space around it taken off, and both out of the file that the console offers for download.
// whole reports that it was such a file.
func ReadClient(pasted string) (c GmailClient, kind string, whole bool) {
	text := strings.TrimSpace(pasted)
	if !strings.HasPrefix(text, "{") {
		return GmailClient{ID: text}, "", false
	}
	type keys struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	var file map[string]keys
	if json.Unmarshal([]byte(text), &file) != nil {
		return GmailClient{}, "", false
	}
	for kind, k := range file {
		if k.ID != "" {
			return GmailClient(k), kind, true
		}
	}
	return GmailClient{}, "", false
}

// WhyNotClientID says what is wrong with a client id, "" if it can be one.
func WhyNotClientID(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return say.T("Required; press “How to create one”")
	case clientID.MatchString(text):
		return ""
	case strings.HasPrefix(text, "GOCSPX-"):
		return say.T("This is the client secret. The client ID ends with .apps.googleusercontent.com.")
	case strings.HasPrefix(text, "AIza"):
		return say.T("This is an API key. An OAuth client ID is needed: Create credentials → OAuth client ID.")
	case strings.Contains(text, "@"):
		return say.T("This is an e-mail address. The client ID ends with .apps.googleusercontent.com.")
	case !strings.HasSuffix(text, ".apps.googleusercontent.com"):
		return say.T("A client ID ends with .apps.googleusercontent.com. Was all of it copied?")
	}
	return say.T("A client ID begins with a number and a hyphen, such as 1042-ab12. Was all of it copied?")
}

// WhyNotClientSecret says what is wrong with a client secret, "" if it can be one. Nothing
// is not wrong: clients that are older than secrets have none.
func WhyNotClientSecret(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || clientSecret.MatchString(text):
		return ""
	case strings.HasSuffix(text, ".apps.googleusercontent.com"):
		return say.T("This is the client ID. The client secret stands below it, and begins with GOCSPX-.")
	case strings.ContainsAny(text, "•*…"):
		return say.T("The console shows the secret covered up here. Press its Copy button, or add a new secret.")
	}
	return say.T("This is no client secret: it is one word of at least 20 letters and digits. Was all of it copied?")
}
