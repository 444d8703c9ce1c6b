package script

import (
	"os"
	"os/exec"
	"runtime"
)

// childNice is how far children stand back: many scripts that compute at once
// must not make the window and the pages slow.
const childNice = 5

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

// plainEnv is the environment children start from: nothing but where programs,
// languages, proxies and certificates are found.
func plainEnv() []string {
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
