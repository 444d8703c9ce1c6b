package mail

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"sluice/engine/fault"
)

// TestServerThatDies lets the server of the mails accept a connection and die at
// each point of the exchange. A mail of which it saw anything is told as unknown
// and is handed over once; nothing is taken for sent.
func TestServerThatDies(t *testing.T) {
	whole := func(r *bufio.Reader) {
		if req, err := http.ReadRequest(r); err == nil {
			_, _ = io.Copy(io.Discard, req.Body)
		}
	}
	for _, test := range []struct {
		name  string
		until func(r *bufio.Reader) // what it reads
		says  string                // and answers before it dies
	}{
		{"after the first line", func(r *bufio.Reader) { _, _ = r.ReadString('\n') }, ""},
		{"in the middle of the mail", func(r *bufio.Reader) {
			if req, err := http.ReadRequest(r); err == nil {
				_, _ = io.CopyN(io.Discard, req.Body, req.ContentLength/2)
			}
		}, ""},
		{"with the mail in hand", whole, ""},
		{"in its first line", whole, "HTTP/1.1 2"},
		{"before its answer", whole, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"},
		{"in the middle of its answer", whole, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"id\":\"m1\",\"thr"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, _, s := office(t)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			var met atomic.Int32
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					met.Add(1)
					test.until(bufio.NewReader(conn))
					_, _ = io.WriteString(conn, test.says)
					conn.Close()
				}
			}()
			s.Client = func(context.Context) (Client, error) {
				c := clientOf(g)
				c.Endpoints.Gmail = "http://" + l.Addr().String() + "/"
				return c, nil
			}
			id, err := s.Send(t.Context(), refund())
			if !fault.HasCode(err, "mail.unknown") || id != "" {
				t.Errorf("Send = %q, %v", id, err)
			}
			if f := fault.From(err); f == nil || f.Title == "" || f.Hint == "" {
				t.Errorf("no words: %v", err)
			}
			if n := met.Load(); n != 1 {
				t.Errorf("it was handed over %d times", n)
			}
		})
	}
}
