package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"sluice/engine/fault"
)

// keyFile is the name of the file that holds the key, or names the keyring's
// entry that does.
const keyFile = "vault.key"

const firstLine = "Sluice vault 1"

var (
	errNoKeyFile     = errors.New("no key file")
	errKeyFileExists = errors.New("the key file exists")
)

// reference tells where the key is: in the file itself, or in a keyring's
// entry. One of the two is set.
type reference struct {
	key   []byte
	entry string
}

// readReference reads the key file and refuses one that others could read.
func readReference(name string) (reference, error) {
	st, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reference{}, errNoKeyFile
	case err != nil:
		return reference{}, unreadable(name, err)
	case !st.Mode().IsRegular():
		return reference{}, fault.Newf("vault.keyfile", "Remove the link or folder, or put the file back. Nothing was changed.", "%s is not an ordinary file", name)
	case runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0: // on Windows the folder's access list guards it
		return reference{}, fault.Newf("vault.keyfile",
			fmt.Sprintf("It opens your secrets, so Sluice does not use it while others may read it. If you trust everyone here: chmod 600 %q, then start again. Nothing was changed.", name),
			"The key file %s can be read by others (mode %04o)", name, st.Mode().Perm())
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return reference{}, unreadable(name, err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if len(lines) == 2 && lines[0] == firstLine {
		kind, value, _ := strings.Cut(lines[1], " ")
		if kind == "keyring" && value != "" {
			return reference{entry: value}, nil
		}
		if key, err := base64.StdEncoding.DecodeString(value); kind == "key" && err == nil && len(key) == keySize {
			return reference{key: key}, nil
		}
	}
	return reference{}, fault.Newf("vault.keyfile",
		"Without it the stored secrets cannot be read. Bring it back from a backup. To begin with new secrets, move it away and start again. Nothing was changed.",
		"The key file %s is damaged", name)
}

func unreadable(name string, err error) error {
	return fault.Because(err, "vault.keyfile", fmt.Sprintf("The key file %s cannot be read", name),
		"Make it readable for you again and start once more. Nothing was changed.")
}

// write creates the key file: whole or not at all, and never over another.
func (r reference) write(name string) (err error) {
	defer func() {
		if err != nil && !errors.Is(err, errKeyFileExists) {
			err = fault.Because(err, "vault.keyfile", fmt.Sprintf("The key file %s cannot be written", name),
				"Check that the data folder is yours and that the disk has room, then start again.")
		}
	}()
	var b bytes.Buffer
	fmt.Fprintln(&b, firstLine)
	if r.entry != "" {
		fmt.Fprintln(&b, "keyring", r.entry)
	} else {
		fmt.Fprintln(&b, "key", base64.StdEncoding.EncodeToString(r.key))
	}
	f, err := os.CreateTemp(filepath.Dir(name), keyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b.Bytes())
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	// A hard link refuses to replace, a rename would not.
	err = os.Link(f.Name(), name)
	switch {
	case errors.Is(err, fs.ErrExist):
		return errKeyFileExists
	case err == nil:
		return nil
	}
	// Some file systems have no links. The data folder's lock keeps a second
	// Sluice out, so looking first is enough there.
	if _, err := os.Lstat(name); err == nil {
		return errKeyFileExists
	}
	return os.Rename(f.Name(), name)
}
