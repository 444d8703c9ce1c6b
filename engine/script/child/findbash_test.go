package child

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// On Windows the bash that the PATH has first may be one that starts a Linux, and that of
// Git is in no PATH.
func TestBashOfWindows(t *testing.T) {
	env := map[string]string{"SystemRoot": `C:\Windows`, "ProgramFiles": `C:\Program Files`, "LOCALAPPDATA": `C:\Users\Ida\AppData\Local`}
	for _, tt := range []struct {
		name, bash, git string
		there           []string
		want            string
	}{
		{"of its own", `D:\msys64\usr\bin\bash.exe`, "", nil, `D:\msys64\usr\bin\bash.exe`},
		{"Git beside WSL", `c:\windows\system32\bash.exe`, `D:\Git\cmd\git.exe`, []string{`D:\Git\bin\bash.exe`, `C:\Program Files\Git\bin\bash.exe`}, `D:\Git\bin\bash.exe`},
		{"Git for all", "", "", []string{`C:\Program Files\Git\bin\bash.exe`}, `C:\Program Files\Git\bin\bash.exe`},
		{"Git for one", `C:\Users\Ida\AppData\Local\Microsoft\WindowsApps\bash.exe`, "", []string{`C:\Users\Ida\AppData\Local\Programs\Git\bin\bash.exe`}, `C:\Users\Ida\AppData\Local\Programs\Git\bin\bash.exe`},
		{"WSL alone", `C:\Windows\System32\bash.exe`, "", nil, ""},
		{"another git", "", `D:\tools\git.exe`, nil, ""},
		{"none", "", "", nil, ""},
	} {
		look := func(name string) (string, error) {
			if p := map[string]string{"bash": tt.bash, "git": tt.git}[name]; p != "" {
				return p, nil
			}
			return "", exec.ErrNotFound
		}
		got, err := bashOfWindows(func(k string) string { return env[k] }, look, func(p string) bool { return slices.Contains(tt.there, p) })
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
	if hint := noBash("windows").Hint; !strings.Contains(hint, "Git for Windows") {
		t.Errorf("Windows is told: %s", hint)
	}
	if hint := noBash("linux").Hint; strings.Contains(hint, "Windows") {
		t.Errorf("Linux is told: %s", hint)
	}
}
