package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"sluice/engine/fault"
)

// WriteText answers with plain text, which it ends with a line break.
func WriteText(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	io.WriteString(w, strings.TrimRight(text, "\n")+"\n")
}

// CodeOf returns the code of what went wrong, "" for nil. An engine that did not
// answer in time is busy.
func CodeOf(err error) fault.Code {
	switch {
	case err == nil:
		return ""
	case fault.HasCode(err, "engine.busy"), errors.Is(err, context.DeadlineExceeded):
		return "engine.busy"
	}
	return fault.From(err).Code
}

// Sentence joins a title and a hint.
func Sentence(title, hint string) string {
	if hint == "" {
		return title + "."
	}
	return title + ". " + hint
}
