// Package fault holds the words for what goes wrong: an [Error] is one failed
// act, told to the person at the screen; a [Condition] is a lasting trouble with
// a cure. The package imports nothing of Sluice, so that every layer can speak
// it. Inside a package errors are ordinary wrapped errors; at the border
// (engine methods, HTTP, command line) they are Errors.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code names a kind of trouble for programs and tests: "mail.signin",
// "flow.cycle", "link.expired". Codes are stable across releases.
type Code string

// Unexpected is the code of an error nobody gave words to. Seeing it is a bug.
const Unexpected Code = "unexpected"

// An Error says what went wrong in words for the person at the screen.
type Error struct {
	Code  Code   // stable
	Title string // one line, no period: "Google needs you to sign in again"
	Hint  string // what was kept and what to do: "Your 2 mails wait in the outbox. Press Sign in."
	Err   error  // the cause, for the log; may be nil
}

// New returns an Error without a deeper cause.
func New(code Code, title, hint string) *Error {
	return &Error{Code: code, Title: title, Hint: hint}
}

// Because returns an Error that was caused by err.
func Because(err error, code Code, title, hint string) *Error {
	return &Error{Code: code, Title: title, Hint: hint, Err: err}
}

// Newf is New with a formatted title.
func Newf(code Code, hint, format string, args ...any) *Error {
	return &Error{Code: code, Title: fmt.Sprintf(format, args...), Hint: hint}
}

// Error tells title, hint and cause on one line.
func (e *Error) Error() string {
	s := e.Title
	if e.Hint != "" {
		s += ". " + e.Hint
	}
	if e.Err != nil {
		s += " (" + e.Err.Error() + ")"
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an Error with the same code, so that
// errors.Is(err, &fault.Error{Code: "link.expired"}) asks for a kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Title == "" && t.Err == nil
}

// From returns err as an Error. One that was never given words becomes
// Unexpected, with the cause kept for the log. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{
		Code:  Unexpected,
		Title: "Something unexpected happened",
		Hint:  "Nothing that was saved is lost. Try again; if it comes back, report it with the details.",
		Err:   err,
	}
}

// HasCode reports whether err, or what it wraps, is an Error of that code.
func HasCode(err error, code Code) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}

// Severity orders conditions by how loudly they are shown.
type Severity int

// Severities, mildest first.
const (
	Notice  Severity = iota // shown in its pane
	Warning                 // shown in the window
	Alarm                   // shown in the window and the tray
)

// A Condition is a lasting trouble: it is shown until it is cured.
// Two conditions with the same Code and Subject are one.
type Condition struct {
	Code     Code
	Subject  string // what it is about: a resource path, a run id; may be empty
	Title    string
	Hint     string
	Severity Severity
	Since    time.Time
}
