package session

import (
	"encoding/xml"
	"strings"
)

// AtLogin is what is started when the person logs in to this computer.
type AtLogin struct {
	Program string // its full path
	Args    []string
}

// loginName is the name under which it is registered.
const loginName = "app.sluice.desktop"

// desktopEntry is the file by which desktops of freedesktop.org start it.
func (a AtLogin) desktopEntry() string {
	words := make([]string, 0, len(a.Args)+1)
	for _, w := range append([]string{a.Program}, a.Args...) {
		words = append(words, execWord(w))
	}
	return "[Desktop Entry]\nType=Application\nName=Sluice\nComment=Flows that ask before they act\nIcon=sluice\nExec=" + strings.Join(words, " ") +
		"\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
}

// execWord quotes a word of an Exec key: within the quotes for the command line, percent
// signs as they begin a field code, and then all of it as a string of such a file, in
// which a backslash begins an escape, too.
func execWord(w string) string {
	w = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(w)
	w = strings.ReplaceAll(w, "%", "%%")
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(`"` + w + `"`)
}

// starts reports whether the file of a desktop entry starts anything: the settings of
// desktops switch one off by a line in it.
func starts(entry string) bool {
	for line := range strings.Lines(entry) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "Hidden":
			if value == "true" {
				return false
			}
		case "X-GNOME-Autostart-enabled":
			if value == "false" {
				return false
			}
		}
	}
	return true
}

// runValue is the command line that Windows starts.
func (a AtLogin) runValue() string {
	words := []string{windowsWord(a.Program)}
	for _, w := range a.Args {
		words = append(words, windowsWord(w))
	}
	return strings.Join(words, " ")
}

// windowsWord quotes a word so that programs on Windows read it back: backslashes count
// only before a quote.
func windowsWord(w string) string {
	if w != "" && !strings.ContainsAny(w, " \t\"") {
		return w
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for _, r := range w {
		switch r {
		case '\\':
			slashes++
		case '"':
			b.WriteString(strings.Repeat(`\`, slashes+1))
			slashes = 0
		default:
			slashes = 0
		}
		b.WriteRune(r)
	}
	b.WriteString(strings.Repeat(`\`, slashes) + `"`)
	return b.String()
}

// launchAgent is the file by which macOS starts it.
func (a AtLogin) launchAgent() string {
	text := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s))
		return "<string>" + b.String() + "</string>"
	}
	var b strings.Builder
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	` + text(loginName) + `
	<key>ProgramArguments</key>
	<array>
`)
	for _, w := range append([]string{a.Program}, a.Args...) {
		b.WriteString("\t\t" + text(w) + "\n")
	}
	b.WriteString("\t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n\t<key>ProcessType</key>\n\t<string>Interactive</string>\n</dict>\n</plist>\n")
	return b.String()
}
