package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	keyring "github.com/zalando/go-keyring"
)

// Keyring keeps small secrets by name outside of the data folder.
type Keyring interface {
	Get(name string) (string, error)
	Set(name, secret string) error
	Delete(name string) error
}

// service is the name under which a person finds our entries in the keyring.
const service = "Sluice"

var errNoSession = errors.New("this session has no keyring")

// SystemKeyring returns the keyring of the desktop session: Secret Service on
// Linux, Keychain on macOS, Credential Manager on Windows. Where the session
// has none, every call fails at once.
func SystemKeyring() Keyring { return system{} }

type system struct{}

func (system) Get(name string) (string, error) {
	if !haveSession() {
		return "", errNoSession
	}
	return keyring.Get(service, name)
}

func (system) Set(name, secret string) error {
	if !haveSession() {
		return errNoSession
	}
	return keyring.Set(service, name, secret)
}

func (system) Delete(name string) error {
	if !haveSession() {
		return errNoSession
	}
	return keyring.Delete(service, name)
}

// haveSession reports whether asking makes sense. Without a session bus the
// D-Bus library would start one of its own, which nobody asked for.
func haveSession() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = filepath.Join("/run/user", fmt.Sprint(os.Getuid()))
	}
	_, err := os.Stat(filepath.Join(dir, "bus"))
	return err == nil
}

// keyringPatience bounds one call: long enough for a slow bus, short enough not
// to hold up the start when an unlock dialog waits on another screen.
const keyringPatience = 5 * time.Second

// bounded keeps a keyring that never answers from holding Sluice up. A call
// that is given up ends on its own later; its answer is dropped.
type bounded struct{ kr Keyring }

func (b bounded) Get(name string) (string, error) {
	return within(func() (string, error) { return b.kr.Get(name) })
}

func (b bounded) Set(name, secret string) error {
	_, err := within(func() (string, error) { return "", b.kr.Set(name, secret) })
	return err
}

func (b bounded) Delete(name string) error {
	_, err := within(func() (string, error) { return "", b.kr.Delete(name) })
	return err
}

func within(call func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	c := make(chan answer, 1)
	go func() {
		text, err := call()
		c <- answer{text, err}
	}()
	t := time.NewTimer(keyringPatience)
	defer t.Stop()
	select {
	case a := <-c:
		return a.text, a.err
	case <-t.C:
		return "", fmt.Errorf("the keyring did not answer within %v", keyringPatience)
	}
}
