package mail

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/oauth2"
)

// A token goes to the address that it is for and nowhere else, wherever an answer
// points.
func TestNoTokenFollowsARedirect(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	first := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer first.Close()
	c := Client{ID: "id", Secret: "s", Endpoints: Endpoints{Token: first.URL, UserInfo: first.URL, Gmail: first.URL + "/"}}
	s := &Sender{}
	if _, err := s.post(t.Context(), c, "token", []byte("m"), ""); err == nil {
		t.Error("a mail that was redirected counts as sent")
	}
	if _, err := userInfo(t.Context(), c, "token"); err == nil {
		t.Error("a redirect tells whose account it is")
	}
	if _, err := c.config("").TokenSource(staying(t.Context()), &oauth2.Token{RefreshToken: "r"}).Token(); err == nil {
		t.Error("a redirect gives a token")
	}
	if reached {
		t.Error("another server was asked")
	}
}
