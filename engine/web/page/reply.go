package page

import (
	"bytes"
	"net/http"
	"path"
	"strconv"
	"time"

	"sluice/engine/web"
)

// reply is an answer that is kept until it is whole, so that nobody holds a place at
// work by taking it slowly.
type reply struct {
	http.ResponseWriter
	status int
	text   bytes.Buffer
}

func (a *reply) WriteHeader(status int) { a.status = status }

func (a *reply) Write(b []byte) (int, error) { return a.text.Write(b) }

// Unwrap lets http.ResponseController reach what is inside.
func (a *reply) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// piece is how much of an answer is handed out at a time.
const piece = 16 << 10

// send hands the answer out, in a place that another may take over: then the
// connection is closed.
func (a *reply) send(r *http.Request, places *web.Places) {
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
