package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sluice/engine/fault"
)

// ring is a keyring in memory.
type ring struct {
	mu  sync.Mutex
	m   map[string]string
	err error
}

func newRing() *ring { return &ring{m: map[string]string{}} }

func (r *ring) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *ring) Get(name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.m[name]
	if r.err == nil && !ok {
		return "", errors.New("not found")
	}
	return s, r.err
}

func (r *ring) Set(name, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.m[name] = secret
	}
	return r.err
}

func (r *ring) Delete(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.m, name)
	return r.err
}

// stuck is a keyring behind a dialog that nobody sees.
type stuck struct{ never chan struct{} }

func (s stuck) Get(string) (string, error) { <-s.never; return "", nil }
func (s stuck) Set(string, string) error   { <-s.never; return nil }
func (s stuck) Delete(string) error        { <-s.never; return nil }

func open(t *testing.T, dir string, kr Keyring) *Box {
	t.Helper()
	b, err := Open(dir, kr, false)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func seal(t *testing.T, b *Box, text string) []byte {
	t.Helper()
	s, err := b.Seal([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func opens(t *testing.T, b *Box, sealed []byte, want string) {
	t.Helper()
	got, err := b.Open(sealed)
	if err != nil || string(got) != want {
		t.Errorf("opened %q, %v; want %q", got, err, want)
	}
}

func wantCode(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.HasCode(err, code) {
		t.Errorf("error %v, want code %s", err, code)
	}
}

func TestSealAndOpen(t *testing.T) {
	for name, kr := range map[string]Keyring{"keyring": newRing(), "file": nil} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			b := open(t, dir, kr)
			one, two := seal(t, b, "a secret"), seal(t, b, "a secret")
			if bytes.Equal(one, two) || bytes.Contains(one, []byte("secret")) {
				t.Errorf("sealed %q and %q", one, two)
			}
			again := open(t, dir, kr) // the next start
			opens(t, again, one, "a secret")
			opens(t, again, seal(t, b, ""), "")
			if got := again.Where(); !strings.Contains(got, map[string]string{"keyring": "system keyring.", "file": filepath.Join(dir, "vault.key")}[name]) {
				t.Errorf("Where: %s", got)
			}
		})
	}
}

func TestKeyIsNotInTheFolderWhereThereIsAKeyring(t *testing.T) {
	dir, kr := t.TempDir(), newRing()
	open(t, dir, kr)
	b, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil || len(kr.m) != 1 {
		t.Fatal(err, kr.m)
	}
	for _, key := range kr.m {
		if raw, err := base64.StdEncoding.DecodeString(key); err != nil || len(raw) != keySize || strings.Contains(string(b), key) {
			t.Errorf("key %q in file %q", key, b)
		}
	}
}

func TestKeyFileIsPrivateAndWhole(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, nil)
	st, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestUnsafeOrDamagedKeyFile(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(make([]byte, keySize))
	for name, spoil := range map[string]func(file string) error{
		"others may read it": func(f string) error { return os.Chmod(f, 0o644) },
		"group may write it": func(f string) error { return os.Chmod(f, 0o620) },
		"empty":              func(f string) error { return os.WriteFile(f, nil, 0o600) },
		"half":               func(f string) error { return os.WriteFile(f, []byte(firstLine+"\nkey "+key[:20]), 0o600) },
		"too short":          func(f string) error { return os.WriteFile(f, []byte(firstLine+"\nkey AAAA\n"), 0o600) },
		"another version":    func(f string) error { return os.WriteFile(f, []byte("Sluice vault 2\nkey "+key+"\n"), 0o600) },
		"no entry":           func(f string) error { return os.WriteFile(f, []byte(firstLine+"\nkeyring \n"), 0o600) },
		"a link": func(f string) error {
			if err := os.Rename(f, f+".real"); err != nil {
				return err
			}
			return os.Symlink(f+".real", f)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir, nil)
			file := filepath.Join(dir, keyFile)
			if err := spoil(file); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(file)
			_, err := Open(dir, newRing(), false)
			wantCode(t, err, "vault.keyfile")
			if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestFolderThatCanNotBeWritten(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "missing"), nil, false)
	wantCode(t, err, "vault.keyfile")
}

// TestDamage flips every byte of a sealed value and cuts it at every place.
func TestDamage(t *testing.T) {
	b := open(t, t.TempDir(), nil)
	sealed := seal(t, b, "a secret")
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x40
		want := fault.Code("vault.damaged")
		switch {
		case i == len(magic)-1:
			want = "vault.version"
		case i >= len(magic) && i < header:
			want = "vault.foreign"
		}
		_, err := b.Open(bad)
		wantCode(t, err, want)
		_, err = b.Open(sealed[:i])
		wantCode(t, err, "vault.damaged")
	}
	_, err := b.Open([]byte(`{"token": "plain text, never sealed, and long enough"}`))
	wantCode(t, err, "vault.damaged")
}

func TestForeignKey(t *testing.T) {
	sealed := seal(t, open(t, t.TempDir(), nil), "theirs")
	_, err := open(t, t.TempDir(), nil).Open(sealed)
	wantCode(t, err, "vault.foreign")
}

func TestKeyringThatDoesNotWork(t *testing.T) {
	kr := newRing()
	kr.fail(errors.New("no such interface"))
	dir := t.TempDir()
	b := open(t, dir, kr)
	if !strings.Contains(b.Where(), "file") {
		t.Errorf("Where: %s", b.Where())
	}
	sealed := seal(t, b, "kept")
	kr.fail(nil) // a keyring that appears later does not change where the key is
	opens(t, open(t, dir, kr), sealed, "kept")
}

// TestKeyringGone: the key is in a keyring that the next session does not have.
func TestKeyringGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, kr := t.TempDir(), newRing()
		sealed := seal(t, open(t, dir, kr), "kept")

		kr.fail(errors.New("locked"))
		b := open(t, dir, kr)
		_, err := b.Open(sealed)
		wantCode(t, err, "vault.locked")
		_, err = b.Seal([]byte("x"))
		wantCode(t, err, "vault.locked")
		if !strings.Contains(b.Where(), "does not give it out") {
			t.Errorf("Where: %s", b.Where())
		}
		kr.fail(nil) // unlocked while Sluice runs
		time.Sleep(askAgain)
		opens(t, b, sealed, "kept")

		headless := open(t, dir, nil)
		_, err = headless.Open(sealed)
		wantCode(t, err, "vault.locked")
	})
}

func TestKeyringEntryIsNoKey(t *testing.T) {
	dir, kr := t.TempDir(), newRing()
	sealed := seal(t, open(t, dir, kr), "kept")
	for name := range kr.m {
		kr.m[name] = "hello"
	}
	_, err := open(t, dir, kr).Open(sealed)
	wantCode(t, err, "vault.locked")
}

func TestKeyringThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kr := stuck{make(chan struct{})}
		start := time.Now()
		b := open(t, t.TempDir(), kr)
		opens(t, b, seal(t, b, "x"), "x")
		if waited := time.Since(start); waited != keyringPatience {
			t.Errorf("waited %v", waited)
		}
		close(kr.never)
	})
}

// TestTwoAtOnce: two first starts at the same time end with one key.
func TestTwoAtOnce(t *testing.T) {
	dir, kr := t.TempDir(), newRing()
	boxes := make([]*Box, 8)
	var wg sync.WaitGroup
	for i := range boxes {
		wg.Go(func() { boxes[i], _ = Open(dir, kr, false) })
	}
	wg.Wait()
	sealed := seal(t, boxes[0], "ours")
	for _, b := range boxes {
		opens(t, b, sealed, "ours")
	}
	if len(kr.m) != 1 {
		t.Errorf("%d entries left in the keyring", len(kr.m))
	}
}

// TestNoSession: on a machine without a session bus nothing is started or
// waited for.
func TestNoSession(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	b := open(t, t.TempDir(), SystemKeyring())
	if haveSession() {
		return // macOS and Windows always have one
	}
	if !strings.Contains(b.Where(), "file") {
		t.Errorf("Where: %s", b.Where())
	}
}

// A key that is missing beside values that it sealed is not replaced: it is told, and
// works again when it is put back.
func TestMissingKeyIsNotReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		sealed := seal(t, open(t, dir, nil), "kept")
		file, away := filepath.Join(dir, keyFile), filepath.Join(dir, "away")
		if err := os.Rename(file, away); err != nil {
			t.Fatal(err)
		}
		b, err := Open(dir, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.Open(sealed)
		wantCode(t, err, "vault.missing")
		_, err = b.Seal([]byte("x"))
		wantCode(t, err, "vault.missing")
		wantCode(t, b.Missing(), "vault.missing")
		if _, err := os.Stat(file); err == nil || !strings.Contains(b.Where(), "missing") {
			t.Errorf("a key was made (%v): %s", err, b.Where())
		}
		if err := os.Rename(away, file); err != nil {
			t.Fatal(err)
		}
		if b.Missing() != nil {
			t.Error("it is still told to be missing")
		}
		opens(t, b, sealed, "kept")
	})
}
