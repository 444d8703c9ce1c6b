// Package python finds the Python of this computer.
package python

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"sluice/engine/run"
	"sluice/engine/script/internal/process"
)

// Interpreter is a Python: the program, and where the user's own packages are.
type Interpreter struct{ Path, Base string }

// Find finds the interpreter; the error is a *run.Failure that says what to do.
func Find() (Interpreter, error) {
	p, err := find()
	if err != nil {
		return p, none()
	}
	return p, nil
}

// find finds the real interpreter once: what PATH has first may be a shim that
// looks for it at every start.
var find = sync.OnceValues(func() (Interpreter, error) {
	var last error = exec.ErrNotFound
	for _, name := range names(runtime.GOOS) {
		p, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := process.Quiet(exec.Command(p, "-I", "-c", "import sys; assert sys.version_info >= (3, 8); import site; print(sys.executable); print(site.getuserbase())")).Output()
		if err != nil {
			last = err
			continue
		}
		real, base, _ := strings.Cut(strings.ReplaceAll(string(out), "\r", ""), "\n")
		if !filepath.IsAbs(real) {
			real = p
		}
		return Interpreter{real, strings.TrimSpace(base)}, nil
	}
	return Interpreter{}, last
})

// names are what Python may be called. The one of python.org puts itself in no PATH on
// Windows unless it is told to, but its launcher py.
func names(system string) []string {
	if system == "windows" {
		return []string{"python3", "python", "py"}
	}
	return []string{"python3", "python"}
}

func none() *run.Failure {
	f := &run.Failure{Name: "NoPython", Message: "This computer has no Python 3.8 or later", Code: "script.nopython", Hint: "Install python3, or write the step in TypeScript."}
	if runtime.GOOS == "windows" {
		f.Hint = "Install Python from python.org and start Sluice anew, or write the step in TypeScript."
	}
	return f
}
