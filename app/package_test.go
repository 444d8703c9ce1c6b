package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"sluice/assets"
)

// packageInto is where make package has these tests write what they check.
var packageInto = flag.String("package", "", "write the man pages, completions and notices of a package below this folder")

// packageFor is the system that the notices are for.
var packageFor = flag.String("packageFor", "linux", "the system that the package is for: linux, windows or darwin")

// packaged returns a folder for a part of the package.
func packaged(t *testing.T, part string) string {
	t.Helper()
	dir := filepath.Join(cmp.Or(*packageInto, t.TempDir()), part)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// metainfo is what a software center reads of Sluice.
type metainfo struct {
	ID         string   `xml:"id"`
	Name       string   `xml:"name"`
	Summary    string   `xml:"summary"`
	Launchable string   `xml:"launchable"`
	Icon       string   `xml:"icon"`
	Binary     string   `xml:"provides>binary"`
	MediaTypes []string `xml:"provides>mediatype"`
	Releases   []struct {
		Version string `xml:"version,attr"`
		Date    string `xml:"date,attr"`
	} `xml:"releases>release"`
}

func readMetainfo(t *testing.T) metainfo {
	t.Helper()
	var m metainfo
	if err := xml.Unmarshal([]byte(packageFile(t, appID+".metainfo.xml")), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Releases) == 0 {
		t.Fatal("the metainfo names no release")
	}
	return m
}

func packageFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../assets/package/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// fyneApp reads a key of FyneApp.toml.
func fyneApp(t *testing.T, key string) string {
	t.Helper()
	b, err := os.ReadFile("../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + key + ` = "(.*)"$`).FindSubmatch(b)
	if m == nil {
		t.Fatalf("FyneApp.toml has no %s", key)
	}
	return string(m[1])
}

// visit calls f for each command that people are told of.
func visit(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			visit(sub, f)
		}
	}
}

// Every command has its man page, with all of its options, and names nothing of the
// computer that the package was made on.
func TestManPages(t *testing.T) {
	dir := packaged(t, "usr/share/man/man1")
	root := (&options{}).root()
	root.PersistentFlags().Lookup("data").DefValue = "~/.local/share/sluice"
	release := readMetainfo(t).Releases[0]
	date, err := time.Parse(time.DateOnly, release.Date)
	if err != nil {
		t.Fatal(err)
	}
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "Sluice " + release.Version, Manual: "Sluice"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	visit(root, func(c *cobra.Command) {
		b, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
		if err != nil {
			t.Errorf("%s has no man page: %v", c.CommandPath(), err)
			return
		}
		page := strings.ReplaceAll(string(b), `\-`, "-")
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && !strings.Contains(page, "--"+f.Name) {
				t.Errorf("the man page of %s lacks --%s", c.CommandPath(), f.Name)
			}
			if f.Hidden && strings.Contains(page, "--"+f.Name+"\\fP") {
				t.Errorf("the man page of %s tells of --%s, which is hidden", c.CommandPath(), f.Name)
			}
		})
		if home != "" && home != "/" && strings.Contains(page, home) {
			t.Errorf("the man page of %s names the folder %s", c.CommandPath(), home)
		}
	})
}

// The completions ask the program itself, so that they know each of its commands.
func TestCompletions(t *testing.T) {
	root := (&options{}).root()
	for _, c := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{"usr/share/bash-completion/completions/sluice", func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"usr/share/zsh/vendor-completions/_sluice", root.GenZshCompletion},
		{"usr/share/fish/vendor_completions.d/sluice.fish", func(w io.Writer) error { return root.GenFishCompletion(w, true) }},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "__complete ") {
			t.Errorf("%s does not ask the program", c.file)
		}
		name := filepath.Join(packaged(t, filepath.Dir(c.file)), filepath.Base(c.file))
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		shell := strings.Split(c.file, "/")[2]
		if path, err := exec.LookPath(strings.TrimSuffix(shell, "-completion")); err == nil {
			if out, err := exec.Command(path, "-n", name).CombinedOutput(); err != nil {
				t.Errorf("%s cannot be read: %v %s", c.file, err, out)
			}
		}
	}
	told := call(t, nil, "__complete", "")
	visit(root, func(c *cobra.Command) {
		if c != root && c.Parent() == root && !strings.Contains(told.out, c.Name()+"\t") {
			t.Errorf("completion does not offer %s: %+v", c.Name(), told)
		}
	})
}

// The entry in the menu, what software centers read, and the types of files say the same
// of Sluice as Sluice does.
func TestDesktopFiles(t *testing.T) {
	m := readMetainfo(t)
	version := fyneApp(t, "Version")
	if m.ID != appID || m.Name != appName || m.Summary != fyneApp(t, "Comment") || m.Binary != "sluice" || m.Releases[0].Version != version {
		t.Errorf("the metainfo is not of %s %s: %+v", appID, version, m)
	}
	entry := map[string]string{}
	for line := range strings.Lines(packageFile(t, m.Launchable)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			entry[key] = value
		}
	}
	for key, want := range map[string]string{"Name": appName, "GenericName": fyneApp(t, "GenericName"), "Comment": m.Summary, "Icon": m.Icon,
		"Exec": "sluice %f", "MimeType": strings.Join(m.MediaTypes, ";") + ";", "StartupWMClass": appName} {
		if entry[key] != want {
			t.Errorf("the entry in the menu has %s=%s, want %s", key, entry[key], want)
		}
	}
	var types struct {
		Types []struct {
			Type  string `xml:"type,attr"`
			Globs []struct {
				Pattern string `xml:"pattern,attr"`
			} `xml:"glob"`
		} `xml:"mime-type"`
	}
	if err := xml.Unmarshal([]byte(packageFile(t, "sluice-mime.xml")), &types); err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, x := range types.Types {
		named = append(named, x.Type)
		for _, g := range x.Globs {
			if name := strings.Replace(g.Pattern, "*", "/home/me/refund", 1); !looksLikeFile(name) {
				t.Errorf("sluice %s is not taken for a file", name)
			}
		}
	}
	if !slices.Equal(named, m.MediaTypes) {
		t.Errorf("types of files are %v, want %v", named, m.MediaTypes)
	}
	for _, check := range [][]string{{"appstreamcli", "validate", "--no-net", "../assets/package/" + appID + ".metainfo.xml"},
		{"desktop-file-validate", "../assets/package/" + m.Launchable}} {
		if _, err := exec.LookPath(check[0]); err != nil {
			continue
		}
		if out, err := exec.Command(check[0], check[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(check, " "), err, out)
		}
	}
}

// linkedModule is a module of which something is linked into the program.
type linkedModule struct {
	name, version string
	notices       map[string]string // licence texts and notices, by their place in it
}

var isNotice = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents|.*-licen[cs]e)(-[a-z0-9-]+)?(\.(md|txt|rst))?$`)

// linkedModules lists what is linked into the program with its window, and Go itself.
func linkedModules(t *testing.T) []linkedModule {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-tags", "migrated_fynedo,release", "-json=ImportPath,Dir,Standard,Module,CgoFiles,CFiles", ".")
	list.Env = append(os.Environ(), "CGO_ENABLED=1", "GOOS="+*packageFor)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	modules := map[string]linkedModule{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Dir string
			Standard        bool
			Module          *struct {
				Path, Version, Dir string
				Main               bool
			}
			CgoFiles, CFiles []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		m, ok := modules[p.Module.Path]
		if !ok {
			m = linkedModule{p.Module.Path, p.Module.Version, map[string]string{}}
			modules[p.Module.Path] = m
		}
		for dir := p.Dir; ; dir = filepath.Dir(dir) { // a package of another origin has its own
			m.read(t, p.Module.Dir, dir, dir == p.Dir && len(p.CgoFiles)+len(p.CFiles) > 0)
			if dir == p.Module.Dir {
				break
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		t.Fatal(err)
	}
	goroot, version, _ := strings.Cut(strings.TrimSpace(string(root)), "\n")
	std := linkedModule{"Go", version, map[string]string{}}
	std.read(t, goroot, goroot, false)
	modules["Go"] = std
	return slices.SortedFunc(maps.Values(modules), func(a, b linkedModule) int { return strings.Compare(a.name, b.name) })
}

// read takes in the notices of a folder; below brings those of the C sources in its
// folders as well.
func (m linkedModule) read(t *testing.T, top, dir string, below bool) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != dir && !below {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || !isNotice.MatchString(d.Name()) {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, path)
		m.notices[filepath.ToSlash(name)] = strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")) + "\n"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Of each module that is linked in the package holds the licence.
func TestThirdPartyNotices(t *testing.T) {
	holders := map[string][]string{} // by text
	for _, m := range linkedModules(t) {
		if len(m.notices) == 0 {
			t.Errorf("%s %s is linked in, and no licence was found in it", m.name, m.version)
		}
		for _, name := range slices.Sorted(maps.Keys(m.notices)) {
			holders[m.notices[name]] = append(holders[m.notices[name]], fmt.Sprintf("%s %s (%s)", m.name, m.version, name))
		}
	}
	err := fs.WalkDir(assets.Licenses, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := assets.Licenses.ReadFile(path)
		holders[string(b)] = append(holders[string(b)], "fonts and icons ("+path+")")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("What Sluice is built from, by others. Each list is followed by the text that holds for it.\n")
	for _, text := range slices.SortedFunc(maps.Keys(holders), func(a, b string) int { return strings.Compare(holders[a][0], holders[b][0]) }) {
		fmt.Fprintf(&b, "\n%s\n\n%s\n\n%s", strings.Repeat("=", 72), strings.Join(holders[text], "\n"), text)
	}
	for _, want := range []string{"fyne.io/fyne/v2 v", "github.com/go-gl/glfw/v3.4/glfw v", "modernc.org/sqlite v", "Go go1.", "inter-OFL.txt"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the notices lack %s", want)
		}
	}
	if err := os.WriteFile(filepath.Join(packaged(t, "usr/share/doc/sluice-desktop"), "third-party-notices.txt"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What Windows and macOS show of Sluice is what Sluice says of itself.
func TestOtherSystemsFiles(t *testing.T) {
	for file, wants := range map[string][]string{
		"macos/Info.plist":        {"<string>" + appID + "</string>", "<string>" + appName + "</string>", "<string>@VERSION@</string>"},
		"windows/sluice.manifest": {`name="` + appID + `"`, "asInvoker", "longPathAware"},
	} {
		text := packageFile(t, file)
		for dec := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", file, want)
			}
		}
	}
	// Each file that the installer brings is one that the uninstaller takes.
	script := packageFile(t, "windows/sluice.nsi")
	brought := regexp.MustCompile(`(?m)^\tFile "\$\{STAGE\}\\(.*)"$`).FindAllStringSubmatch(script, -1)
	for _, m := range brought {
		if !strings.Contains(script, `Delete "$INSTDIR\`+m[1]+`"`) {
			t.Errorf("the uninstaller leaves %s", m[1])
		}
	}
	if len(brought) < 5 {
		t.Errorf("the installer brings %d files", len(brought))
	}
	if !strings.Contains(packageFile(t, "windows/sluice.rc"), `"ProductName", "`+appName+`"`) || !strings.Contains(script, fyneApp(t, "Comment")) {
		t.Error("Windows is told another name, or another use")
	}
}
