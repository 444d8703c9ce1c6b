// Package frame carries messages between Sluice and the processes of its own
// program: one byte of kind, four of length, the payload.
package frame

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Most bounds the payload that one side believes the other, in bytes: more is a
// broken pipe.
const Most = 256 << 20

// Write writes a frame.
func Write(w io.Writer, kind byte, payload []byte) error {
	if err := head(w, kind, len(payload)); err != nil {
		return err
	}
	_, err := w.Write(payload)
	return err
}

// WriteText is Write for text, which may be large: it is not copied.
func WriteText(w io.Writer, kind byte, payload string) error {
	if err := head(w, kind, len(payload)); err != nil {
		return err
	}
	_, err := io.WriteString(w, payload)
	return err
}

func head(w io.Writer, kind byte, n int) error {
	var head [5]byte
	head[0] = kind
	binary.LittleEndian.PutUint32(head[1:], uint32(n))
	_, err := w.Write(head[:])
	return err
}

// Read reads a frame.
func Read(r *bufio.Reader) (kind byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > Most {
		return 0, nil, fmt.Errorf("frame %q of %d bytes", head[0], n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return 0, nil, err
	}
	return head[0], b, nil
}
