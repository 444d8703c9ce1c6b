package child

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"

	"sluice/engine/run"
)

var findBash = sync.OnceValues(func() (string, error) {
	if runtime.GOOS == "windows" {
		return bashOfWindows(os.Getenv, exec.LookPath, func(name string) bool {
			st, err := os.Stat(name)
			return err == nil && st.Mode().IsRegular()
		})
	}
	return exec.LookPath("bash")
})

// bashOfWindows finds the bash of Git for Windows or of another that runs on Windows
// itself. Git puts only its git in the PATH. The bash that Windows brings starts a Linux
// beside it (WSL), which knows a step's folder by another name, or by none.
func bashOfWindows(env func(string) string, look func(string) (string, error), there func(string) bool) (string, error) {
	p, err := look("bash")
	if err == nil && !ofWSL(p, env) {
		return p, nil
	}
	var places []string
	if git, err := look("git"); err == nil { // GIT\cmd\git.exe
		places = append(places, parent(parent(git)))
	}
	for _, v := range []string{"ProgramFiles", "LOCALAPPDATA"} {
		if dir := env(v); dir != "" {
			places = append(places, dir+`\Git`, dir+`\Programs\Git`)
		}
	}
	for _, git := range places {
		if bash := git + `\bin\bash.exe`; there(bash) {
			return bash, nil
		}
	}
	return "", exec.ErrNotFound
}

// ofWSL reports whether a bash is one that starts a Linux.
func ofWSL(p string, env func(string) string) bool {
	dir := strings.ToLower(parent(p))
	return strings.HasPrefix(dir+`\`, strings.ToLower(env("SystemRoot"))+`\`) || strings.HasSuffix(dir, `\windowsapps`)
}

func parent(p string) string {
	if i := strings.LastIndexAny(p, `\/`); i >= 0 {
		return p[:i]
	}
	return ""
}

// noBash says what to do where there is none.
func noBash(system string) *run.Failure {
	f := &run.Failure{Name: "NoBash", Message: "This computer has no bash", Hint: "Install bash, or write the step in TypeScript.", Code: "script.nobash"}
	if system == "windows" {
		f.Hint = "Install Git for Windows, which brings one, and start Sluice anew; or write the step in TypeScript. The bash of WSL cannot run steps."
	}
	return f
}
