package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"sluice/engine/fault"
)

// magic begins every sealed value; its last byte is the version.
const magic = "SLV\x01"

const (
	keySize  = 32
	nameSize = 8
	header   = len(magic) + nameSize
)

// askAgain is how long a locked keyring is left in peace between two tries.
const askAgain = 10 * time.Second

// Box seals and opens values. It is safe for concurrent use.
type Box struct {
	file string
	kr   Keyring
	ref  reference

	mu     sync.Mutex
	key    *sealer // nil while locked
	locked error   // why
	tried  time.Time

	missing bool // the file that says where the key is
}

// sealer is a key ready for use.
type sealer struct {
	name [nameSize]byte
	aead cipher.AEAD
}

// Open readies the box of a data folder. The first time it makes a key and puts
// it into kr, or into a file where kr is nil or does not work. Sealed tells that the
// folder holds sealed values: then no key is made, and a box whose key is missing
// refuses with code vault.missing until it is put back. Codes: vault.keyfile when
// the key file is unsafe or damaged.
func Open(dir string, kr Keyring, sealed bool) (*Box, error) {
	if kr != nil {
		kr = bounded{kr}
	}
	b := &Box{file: filepath.Join(dir, keyFile), kr: kr}
	ref, err := readReference(b.file)
	if errors.Is(err, errNoKeyFile) {
		if sealed {
			b.tried, b.locked, b.missing = time.Now(), err, true
			return b, nil
		}
		ref, err = b.create()
	}
	if err != nil {
		return nil, err
	}
	b.ref = ref
	b.load()
	return b, nil
}

// create makes a fresh key and records where it is. When another process was
// quicker, its key is taken.
func (b *Box) create() (reference, error) {
	secret := make([]byte, keySize)
	rand.Read(secret) // never fails: crypto/rand crashes the program instead
	ref := reference{key: secret}
	if b.kr != nil {
		entry := "vault " + rand.Text()
		text := base64.StdEncoding.EncodeToString(secret)
		if err := b.kr.Set(entry, text); err == nil {
			if got, err := b.kr.Get(entry); err == nil && got == text {
				ref = reference{entry: entry}
			}
		}
	}
	err := ref.write(b.file)
	if errors.Is(err, errKeyFileExists) {
		if ref.entry != "" {
			b.kr.Delete(ref.entry) // ours was never used
		}
		return readReference(b.file)
	}
	return ref, err
}

// load gets the key from where it is; the caller holds mu or is alone.
func (b *Box) load() {
	b.tried = time.Now()
	if b.missing {
		ref, err := readReference(b.file)
		if err != nil {
			b.locked = err
			return
		}
		b.ref, b.missing = ref, false
	}
	secret := b.ref.key
	if b.ref.entry != "" {
		if b.kr == nil {
			b.locked = errors.New("no keyring here")
			return
		}
		text, err := b.kr.Get(b.ref.entry)
		if err != nil {
			b.locked = err
			return
		}
		if secret, err = base64.StdEncoding.DecodeString(text); err != nil || len(secret) != keySize {
			b.locked = errors.New("the keyring's entry is not a key")
			return
		}
	}
	b.key, b.locked = newSealer(secret), nil
}

// newSealer prepares a key of the right size.
func newSealer(secret []byte) *sealer {
	block, err := aes.NewCipher(secret)
	if err != nil {
		panic("vault: " + err.Error()) // the size was checked
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("vault: " + err.Error())
	}
	s := &sealer{aead: aead}
	sum := sha256.Sum256(append([]byte("sluice vault key name\x00"), secret...))
	copy(s.name[:], sum[:])
	return s
}

// get returns the key, asking a locked keyring again from time to time.
func (b *Box) get() (*sealer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.key == nil && (b.missing || time.Since(b.tried) >= askAgain) {
		b.load()
	}
	if b.missing {
		return nil, b.noKey()
	}
	if b.key == nil {
		return nil, fault.Because(b.locked, "vault.locked", "The system keyring does not give out Sluice's key",
			"Nothing was lost: sealed values stay as they are. Unlock the keyring of this session and try again.")
	}
	return b.key, nil
}

// noKey says that the key file is missing.
func (b *Box) noKey() *fault.Error {
	return fault.Because(b.locked, "vault.missing", "The key of this folder's secrets is missing",
		fmt.Sprintf("Nothing was lost or replaced: passwords, sign-ins and mails that wait stay sealed. Put %s back, and they can be read again. "+
			"If it is gone for good, start once with --new-key; accounts and secrets must then be entered again.", b.file))
}

// Missing says that the key file is missing beside values that it sealed, nil if it
// is there, or there again.
func (b *Box) Missing() *fault.Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.missing {
		b.load()
	}
	if !b.missing {
		return nil
	}
	return b.noKey()
}

// Seal encrypts a value. Two seals of the same value differ. Codes:
// vault.locked, vault.missing.
func (b *Box) Seal(plain []byte) ([]byte, error) {
	s, err := b.get()
	if err != nil {
		return nil, err
	}
	head := append([]byte(magic), s.name[:]...)
	return s.aead.Seal(head, nil, plain, head), nil
}

// Open decrypts what Seal made. Codes: vault.locked, vault.missing, vault.damaged, and
// vault.foreign for a value that another key sealed.
func (b *Box) Open(sealed []byte) ([]byte, error) {
	s, err := b.get()
	if err != nil {
		return nil, err
	}
	if len(sealed) < header+s.aead.Overhead() || string(sealed[:len(magic)-1]) != magic[:len(magic)-1] {
		return nil, damaged(errors.New("it does not begin as a sealed value does"))
	}
	if v := sealed[len(magic)-1]; v != magic[len(magic)-1] {
		return nil, fault.Newf("vault.version", "Open this data folder with the newer Sluice that wrote it. Nothing was changed.",
			"A stored secret is in a form (%d) that this version does not know", v)
	}
	if [nameSize]byte(sealed[len(magic):header]) != s.name {
		return nil, fault.New("vault.foreign", "A stored secret was sealed with another key",
			"This happens when the data folder came from another computer without its key. Bring the key along, or enter the secret again. Nothing was changed.")
	}
	plain, err := s.aead.Open(nil, nil, sealed[header:], sealed[:header])
	if err != nil {
		return nil, damaged(err)
	}
	return plain, nil
}

func damaged(err error) error {
	return fault.Because(err, "vault.damaged", "A stored secret is damaged",
		"It was left as it is. Enter it again, or bring the data folder back from a backup.")
}

// Where says in one sentence for the settings page where the key is.
func (b *Box) Where() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.missing:
		return fmt.Sprintf("The key is missing: put the file %s back.", b.file)
	case b.ref.entry == "":
		return fmt.Sprintf("The key is in the file %s, which only you can read. Whoever copies this folder has the key, too.", b.file)
	case b.key == nil:
		return "The key is in the system keyring, which does not give it out now."
	}
	return "The key is in the system keyring."
}
