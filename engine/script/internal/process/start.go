package process

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
)

// Nice is how far children stand back: many scripts that compute at once must
// not make the window and the pages slow.
const Nice = 5

// Tree is a process that runs code of a step, with all that it starts.
type Tree struct {
	Ended <-chan error // brings what Wait says

	mark   mark
	forget func()
}

// Start starts a process that dies with us and stands back behind us. What it is
// not to do without limits waits for something that is sent after Start.
func Start(cmd *exec.Cmd) (*Tree, error) {
	ended, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	delist, forget := enlist(cmd), noteChild(cmd.Process.Pid)
	children.ever.Store(true)
	t := &Tree{Ended: ended, mark: newMark(), forget: func() { forget(); delist() }}
	limit(cmd.Process.Pid, t.mark)
	return t, nil
}

// EndRest ends what the process started and left behind, also outside its group.
func (t *Tree) EndRest() { endJob(t.mark) }

// Forget says that the process has ended, and its group.
func (t *Tree) Forget() { t.forget() }

// Self is a process of our own program.
type Self struct {
	Cmd   *exec.Cmd
	In    io.WriteCloser
	Out   io.Reader
	Ended <-chan error // brings what Wait says
}

// StartSelf starts our own program with one more variable in its environment, which
// tells it what it is for.
func StartSelf(variable string) (*Self, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find our own program: %w", err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(Env(), detector()...), variable+"=1")
	cmd.Dir = os.TempDir()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	ended, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	limit(cmd.Process.Pid, newMark())
	return &Self{Cmd: cmd, In: in, Out: out, Ended: ended}, nil
}

// Kill ends the process at once and returns how it ended.
func (s *Self) Kill() error {
	_ = Kill(s.Cmd)
	s.In.Close()
	return <-s.Ended
}

// spawn starts a child that dies with us and stands back behind us. On Linux both
// are bound to the thread that starts it, so one goroutine holds a thread for as
// long as the child lives, and the thread ends with it. The channel brings what
// Wait says.
func spawn(cmd *exec.Cmd) (<-chan error, error) {
	group(cmd)
	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		standBack()
		err := cmd.Start()
		if err == nil {
			putBack(cmd.Process.Pid)
		}
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	return ended, <-started
}

// Env is the environment children start from: nothing but where programs,
// languages, proxies and certificates are found.
func Env() []string {
	var env []string
	for _, k := range []string{
		"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC", "PATHEXT",
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
		"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
	} {
		if v, ok := os.LookupEnv(k); ok {
			env = append(env, k+"="+v)
		}
	}
	return env
}
