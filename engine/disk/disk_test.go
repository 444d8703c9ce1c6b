package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"sluice/engine/disk"
)

func put(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skip(err) // Windows asks for a right to do so
	}
}

// In a folder no link is followed, wherever it leads; one that a person names is.
func TestLinks(t *testing.T) {
	tmp := t.TempDir()
	secret := put(t, filepath.Join(tmp, "secret.txt"), "secret")
	dir := filepath.Join(tmp, "dir")
	put(t, filepath.Join(dir, "in/own.txt"), "own")
	link(t, secret, filepath.Join(dir, "out.txt"))
	link(t, "../secret.txt", filepath.Join(dir, "up.txt"))
	link(t, "in/own.txt", filepath.Join(dir, "inside.txt"))
	link(t, tmp, filepath.Join(dir, "away"))
	link(t, "in", filepath.Join(dir, "near"))
	link(t, dir, filepath.Join(tmp, "named"))
	f, err := disk.OpenFolder(filepath.Join(tmp, "named"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, err := disk.ReadFS(f, "in/own.txt", 10); err != nil || string(b) != "own" {
		t.Errorf("a file: %q, %v", b, err)
	}
	for _, name := range []string{"out.txt", "up.txt", "inside.txt", "away/secret.txt", "near/own.txt", "away"} {
		if b, err := disk.ReadFS(f, name, 10); !errors.Is(err, disk.ErrLink) {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if _, err := f.Open(name); !errors.Is(err, disk.ErrLink) {
			t.Errorf("open %s: %v", name, err)
		}
	}
	if _, err := f.Open("../secret.txt"); err == nil {
		t.Error("a name led out of the folder")
	}
	link(t, secret, filepath.Join(tmp, "alias.txt"))
	if b, err := disk.Read(filepath.Join(tmp, "alias.txt"), 10); err != nil || string(b) != "secret" {
		t.Errorf("a link that a person names: %q, %v", b, err)
	}
}

// A folder of ours is a file system like any other, where it has no links.
func TestFolderIsAFileSystem(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a/b.txt"), "b")
	put(t, filepath.Join(dir, "c.txt"), "c")
	f, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := fstest.TestFS(f, "a/b.txt", "c.txt"); err != nil {
		t.Error(err)
	}
}

// How much is read is bounded by reading.
func TestBound(t *testing.T) {
	name := put(t, filepath.Join(t.TempDir(), "f"), "12345")
	if b, err := disk.Read(name, 5); err != nil || string(b) != "12345" {
		t.Errorf("as much as is allowed: %q, %v", b, err)
	}
	if _, err := disk.Read(name, 4); !errors.Is(err, disk.ErrLarge) {
		t.Errorf("more: %v", err)
	}
	if _, err := disk.ReadFS(lying{fstest.MapFS{"f": {Data: []byte("12345")}}}, "f", 4); !errors.Is(err, disk.ErrLarge) {
		t.Errorf("a size that is not true: %v", err)
	}
	if _, err := disk.Read(t.TempDir(), 4); !errors.Is(err, disk.ErrNotFile) {
		t.Errorf("a folder: %v", err)
	}
}

// lying says that its files are empty.
type lying struct{ fstest.MapFS }

func (l lying) Stat(name string) (fs.FileInfo, error) {
	st, err := l.MapFS.Stat(name)
	return emptyInfo{st}, err
}

type emptyInfo struct{ fs.FileInfo }

func (emptyInfo) Size() int64 { return 0 }

// Nothing is written where something is, a link that leads nowhere included.
func TestWriteNew(t *testing.T) {
	tmp := t.TempDir()
	target := filepath.Join(tmp, "target")
	dir := filepath.Join(tmp, "x.flow")
	if err := disk.WriteNew(dir, map[string][]byte{"flow.yaml": []byte("f"), "sub/a.sh": []byte("a")}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "sub/a.sh")); err != nil || string(b) != "a" {
		t.Errorf("%q, %v", b, err)
	}
	if err := disk.WriteNew(dir, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a folder that is there: %v", err)
	}
	if err := disk.WriteNewFile(filepath.Join(dir, "flow.yaml"), nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
	bad := filepath.Join(tmp, "bad.flow")
	if err := disk.WriteNew(bad, map[string][]byte{"../out.sh": nil}); err == nil {
		t.Error("a name led out of the folder")
	}
	if _, err := os.Lstat(bad); err == nil {
		t.Error("a part was left")
	}
	link(t, target, filepath.Join(tmp, "nowhere"))
	if err := disk.WriteNew(filepath.Join(tmp, "nowhere"), nil); err == nil {
		t.Error("a folder was written through a link")
	}
	if err := disk.WriteNewFile(filepath.Join(tmp, "nowhere"), nil); err == nil {
		t.Error("a file was written through a link")
	}
	if _, err := os.Lstat(target); err == nil {
		t.Error("what the link leads to was made")
	}
}
