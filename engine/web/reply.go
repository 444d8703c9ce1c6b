package web

import (
	"bytes"
	"net/http"
	"path"
	"strconv"
	"time"
)

// Reply is an answer that is kept until it is whole, so that nobody holds a place at
// work by taking it slowly.
type Reply struct {
	http.ResponseWriter
	status int
	text   bytes.Buffer
}

// NewReply returns an answer that Send hands out to w.
func NewReply(w http.ResponseWriter) *Reply {
	return &Reply{ResponseWriter: w, status: http.StatusOK}
}

// WriteHeader keeps the status.
func (a *Reply) WriteHeader(status int) { a.status = status }

// Write keeps a piece of the answer.
func (a *Reply) Write(b []byte) (int, error) { return a.text.Write(b) }

// Drop forgets what was written, but for the headers.
func (a *Reply) Drop() { a.text.Reset() }

// Unwrap lets http.ResponseController reach what is inside.
func (a *Reply) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// piece is how much of an answer is handed out at a time.
const piece = 16 << 10

// Send hands the answer out, in a place that another may take over: then the
// connection is closed.
func (a *Reply) Send(r *http.Request, places *Places) {
	if a.text.Len() == 0 {
		a.ResponseWriter.WriteHeader(a.status)
		return
	}
	place := places.Take(path.Base(r.URL.Path), func() { http.NewResponseController(a.ResponseWriter).SetWriteDeadline(time.Unix(1, 0)) })
	defer place.Leave()
	a.Header().Set("Content-Length", strconv.Itoa(a.text.Len()))
	a.ResponseWriter.WriteHeader(a.status)
	for a.text.Len() > 0 {
		n, err := a.ResponseWriter.Write(a.text.Next(piece))
		if err != nil {
			return
		}
		place.Moved(n)
	}
}
