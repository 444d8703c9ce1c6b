//go:build unix

package page

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"sluice/engine/run"
	"sluice/engine/web"
)

// manyLinks opens one request by any link but that of a stranger.
type manyLinks struct{ *fakeEngine }

const strange = "strange"

func (m manyLinks) known(secret string) string {
	if strings.HasPrefix(secret, strange) {
		return secret
	}
	return theSecret
}

func (m manyLinks) Approval(ctx context.Context, secret string) (run.Approval, error) {
	return m.fakeEngine.Approval(ctx, m.known(secret))
}

func (m manyLinks) Link(ctx context.Context, secret string) (run.Link, error) {
	return m.fakeEngine.Link(ctx, m.known(secret))
}

// listen serves h as the program does and returns its address.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := web.Server(h)
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return ln.Addr().String()
}

// slow is a connection of somebody who takes their time.
type slow struct {
	net.Conn
	in *bufio.Reader
}

// dial connects as from far away, with little room on the way for what was not read
// yet, and sends text.
func dial(t *testing.T, addr, text string) *slow {
	t.Helper()
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) {
			syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
			syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536)
		})
	}}
	c, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second)) // whoever waits longer was kept out
	io.WriteString(c, text)
	return &slow{c, bufio.NewReaderSize(c, 512)}
}

// status is that of the answer that comes next; 0 if none comes.
func (s *slow) status() int {
	line, err := s.in.ReadString('\n')
	if err != nil {
		return 0
	}
	code := 0
	fmt.Sscanf(line, "HTTP/1.1 %d", &code)
	return code
}

// announceBody posts to a path and returns once the listener waits for the body, or has
// answered without it.
func announceBody(t *testing.T, addr, path, kind string) (*slow, int) {
	t.Helper()
	s := dial(t, addr, "POST "+path+" HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: "+kind+"\r\nContent-Length: 50\r\n\r\n")
	code := s.status()
	if code == http.StatusContinue {
		s.in.ReadString('\n')
	}
	return s, code
}

// beginBody announces a body and sends its first byte.
func beginBody(t *testing.T, addr, path, kind string) (*slow, int) {
	t.Helper()
	s, code := announceBody(t, addr, path, kind)
	if code == http.StatusContinue {
		io.WriteString(s, "{")
	}
	return s, code
}

// othersGoOn looks at a page and votes, as others do meanwhile.
func othersGoOn(t *testing.T, addr, when string, e *fakeEngine) {
	t.Helper()
	if code := dial(t, addr, "GET /a/others HTTP/1.1\r\nHost: x\r\n\r\n").status(); code != 200 {
		t.Errorf("%s: the page of another answers %d", when, code)
	}
	path := strings.Replace(resumePath, theSecret, "others", 1)
	if code := dial(t, addr, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").status(); code != 201 {
		t.Errorf("%s: the vote of another answers %d", when, code)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.votes) != 1 {
		t.Errorf("%s: %d votes", when, len(e.votes))
	}
	e.a, e.votes = plainAsk(), nil
}

// However many bodies trickle in by however many links, others read their pages and
// vote; who was cut off for another is told that nothing was decided.
func TestSlowBodiesKeepNobodyOut(t *testing.T) {
	for _, tt := range []struct{ path, kind string }{{pagePath, "application/x-www-form-urlencoded"}, {resumePath, "application/json"}} {
		e := &fakeEngine{a: plainAsk()}
		addr := listen(t, handlerOf(manyLinks{e}, ""))
		var first *slow
		for round := range 2 {
			for link := range 41 {
				for range linkMany {
					s, code := beginBody(t, addr, strings.Replace(tt.path, theSecret, fmt.Sprintf("link%d", link), 1), tt.kind)
					if code != http.StatusContinue {
						t.Fatalf("a body by link %d in round %d was answered %d", link, round, code)
					}
					if first == nil {
						first = s
					}
				}
				if link == 23 || link == 40 {
					othersGoOn(t, addr, fmt.Sprintf("with %d links in round %d", link+1, round), e)
				}
			}
		}
		res, err := http.ReadResponse(first.in, nil)
		if err != nil || res.StatusCode != http.StatusBadRequest {
			t.Fatalf("the first one: %v %v", res, err)
		}
		text := readAll(t, res.Body)
		contains(t, "the first one", text, "did not arrive whole", "Nothing was decided")
	}
}

// A body of a stranger is not waited for, nor one of somebody who only looks.
func TestBodiesNobodyAskedFor(t *testing.T) {
	addr := listen(t, handlerOf(manyLinks{&fakeEngine{a: plainAsk()}}, ""))
	for start, want := range map[string]int{"POST /a/" + strange: 404, "POST /nowhere": 404, "GET /a/others": 200, "PUT /a/others": 405, "POST /health/x": 405,
		"POST " + strings.Replace(resumePath, theSecret, strange, 1): 404} {
		s := dial(t, addr, start+" HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\n")
		if code := s.status(); code != want {
			t.Errorf("%s: %d", start, code)
		}
	}
}

// Who does not take the answer keeps nobody out either.
func TestSlowReadersKeepNobodyOut(t *testing.T) {
	e := &fakeEngine{a: plainAsk()}
	e.a.Ask.Message = strings.Repeat("A long message. ", 1<<14)
	p := handlerOf(manyLinks{e}, "").(*public)
	p.busy, p.taken = make(web.Slots, 4), web.NewPlaces(4, 4)
	addr := listen(t, p)
	for i := range 9 {
		if code := dial(t, addr, fmt.Sprintf("GET /a/link%d HTTP/1.1\r\nHost: x\r\n\r\n", i)).status(); code != 200 {
			t.Fatalf("reader %d: %d", i, code)
		}
	}
	othersGoOn(t, addr, "with slow readers", e)
}

// A link has few bodies at once: who comes later is not the one who is turned away.
func TestOneLinkTakesFewPlaces(t *testing.T) {
	e := &fakeEngine{a: plainAsk()}
	addr := listen(t, handlerOf(manyLinks{e}, ""))
	var held []*slow // of these no byte is sent: whose first one was read already would be ahead of the others
	for range linkMany {
		s, _ := announceBody(t, addr, resumePath, "application/json")
		held = append(held, s)
	}
	other, _ := announceBody(t, addr, strings.Replace(resumePath, theSecret, "others", 1), "application/json")
	if _, code := announceBody(t, addr, resumePath, "application/json"); code != http.StatusContinue {
		t.Errorf("one more body by the link: %d", code)
	}
	if code := held[0].status(); code != http.StatusBadRequest {
		t.Errorf("the oldest by the link: %d", code)
	}
	io.WriteString(other, `{"x":"`+strings.Repeat("x", 42)+`"}`)
	if code := other.status(); code != http.StatusCreated {
		t.Errorf("another link: %d", code)
	}
}
