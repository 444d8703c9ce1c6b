package mail

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"

	"sluice/engine/fault"
)

// delayed is the cause of a mail.later error when Google said how long to wait.
type delayed struct {
	after time.Duration
	err   error
}

func (d *delayed) Error() string { return d.err.Error() }
func (d *delayed) Unwrap() error { return d.err }

// RetryAfter returns how long to wait before the next try.
func (d *delayed) RetryAfter() time.Duration { return d.after }

func noClient() error {
	return fault.New("mail.client", "Google does not know this Sluice yet",
		"Enter a client id and its secret under Settings, Google. Mails are kept in the outbox; a practice account needs no client.")
}

func badClient(err error) error {
	return fault.Because(err, "mail.client", "Google does not accept the client id",
		"Compare the client id and the secret under Settings, Google, with those in the Google Cloud console. Its type must be Desktop app. Mails are kept in the outbox.")
}

func signIn(email string, err error) error {
	title := "Google needs you to sign in again"
	if email != "" {
		title += " as " + email
	}
	return fault.Because(err, "mail.signin", title, "Mails wait in the outbox, links that were sent work on. Press Sign in with Google under Resources.")
}

func later(err error, title string, after time.Duration) error {
	if after > 0 {
		err = &delayed{after, err}
	}
	return fault.Because(err, "mail.later", title, "The mail waits in the outbox and is tried again by itself.")
}

// classify gives words to what went wrong with a send.
func classify(err error, to, email string) error {
	if _, ok := errors.AsType[*unanswered](err); ok {
		return fault.Because(err, "mail.unknown", fmt.Sprintf("It is not known whether the mail to %s was sent", to),
			"Google took it and did not answer. It is not sent again by itself: look into the Sent folder, or press Send again.")
	}
	e, ok := errors.AsType[*googleapi.Error](err)
	if !ok {
		return later(err, "Google cannot be reached", 0)
	}
	said := strings.TrimSpace(e.Message)
	switch {
	case e.Code == http.StatusUnauthorized:
		return signIn(email, err)
	case e.Code == http.StatusTooManyRequests, e.Code == http.StatusForbidden && says(e, "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "RESOURCE_EXHAUSTED"):
		return later(err, "Google asks to send more slowly", retryAfter(e))
	case e.Code >= 500:
		return later(err, fmt.Sprintf("Google has a problem of its own (%d)", e.Code), retryAfter(e))
	case e.Code == http.StatusForbidden && says(e, "accessNotConfigured", "SERVICE_DISABLED"):
		return fault.Because(err, "mail.client", "The Gmail API is not switched on in your Google project",
			"Switch it on in the Google Cloud console under APIs and services. Mails are kept in the outbox.")
	case e.Code == http.StatusForbidden && says(e, "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"):
		return signIn(email, err)
	}
	hint := "It is not tried again. Check the address and the account, then press Send again; the request can also be decided in the inbox."
	if said != "" {
		hint = fmt.Sprintf("Google says: %s. %s", strings.TrimRight(clip(oneLine(said), 200), "."), hint)
	}
	return fault.Because(err, "mail.refused", "Google did not accept the mail to "+to, hint)
}

// says reports whether one of the reasons stands in the answer, in the old form
// (errors[].reason) or in the new one (status, details[].reason).
func says(e *googleapi.Error, reasons ...string) bool {
	for _, reason := range reasons {
		for _, item := range e.Errors {
			if item.Reason == reason {
				return true
			}
		}
		if strings.Contains(e.Body, `"`+reason+`"`) {
			return true
		}
	}
	return false
}

var untilTime = regexp.MustCompile(`[Rr]etry after (\d{4}-\d\d-\d\dT[0-9:.]+Z)`)

// retryAfter reads how long to wait: the header in seconds or as a date, or the
// time that Gmail writes into its message. At most a day is believed.
func retryAfter(e *googleapi.Error) time.Duration {
	var d time.Duration
	h := e.Header.Get("Retry-After")
	if n, err := strconv.Atoi(h); err == nil && n < 1e6 {
		d = time.Duration(n) * time.Second
	} else if t, err := http.ParseTime(h); err == nil {
		d = time.Until(t)
	} else if m := untilTime.FindStringSubmatch(e.Message); m != nil {
		if t, err := time.Parse(time.RFC3339Nano, m[1]); err == nil {
			d = time.Until(t)
		}
	}
	return min(max(d, 0), 24*time.Hour)
}

// classifyToken gives words to a token that could not be refreshed. Nothing was
// sent then.
func classifyToken(err error, email string) error {
	e, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return later(err, "Google cannot be reached", 0)
	}
	switch e.ErrorCode {
	case "invalid_grant":
		return signIn(email, err)
	case "invalid_client", "unauthorized_client", "deleted_client":
		return badClient(err)
	}
	if s := e.Response.StatusCode; s == http.StatusTooManyRequests || s >= 500 {
		return later(err, fmt.Sprintf("Google has a problem of its own (%d)", s), 0)
	}
	return signIn(email, err)
}
