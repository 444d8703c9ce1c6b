package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"unicode/utf8"

	"sluice/engine/fault"
	"sluice/engine/internal/sqlite"
	"sluice/engine/run"
)

// Value is a JSON value on its way into the journal: the Ref that entries
// carry, and the blob behind it if it is a large one.
type Value struct {
	Ref  run.Ref
	Blob []byte // nil when the value is inline
}

// ValueMax bounds one value, in bytes. The file takes it in one piece, and so does the
// memory of whoever reads it.
const ValueMax = 256 << 20

// NewValue makes a value of JSON text. Nothing at all stands for null. Code
// value.large.
func NewValue(raw json.RawMessage) (Value, error) {
	if len(raw) > ValueMax {
		has, may := fault.Sizes(int64(len(raw)), ValueMax)
		return Value{}, fault.Newf("value.large", "Put it into a file or a database and return where it is.",
			"This value is too large: %s, where %s are the most", has, may)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = json.RawMessage("null")
	}
	var buf bytes.Buffer
	buf.Grow(len(raw))
	if err := json.Compact(&buf, raw); err != nil {
		return Value{}, fmt.Errorf("read a value: %w", err)
	}
	b := buf.Bytes()
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	if len(b) <= run.InlineMax {
		return Value{Ref: run.Ref{Inline: b, Len: listLen(b)}}, nil
	}
	sum := sha256.Sum256(b)
	return Value{
		Ref: run.Ref{
			Hash:    hex.EncodeToString(sum[:]),
			Size:    int64(len(b)),
			Preview: CutAtRune(b, 1024),
			Len:     listLen(b),
		},
		Blob: b,
	}, nil
}

// listLen counts the items of a list; 0 for anything else.
func listLen(b []byte) int {
	if len(b) < 2 || b[0] != '[' || b[1] == ']' {
		return 0
	}
	n, depth, inText := 1, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 1:
			n++
		}
	}
	return n
}

// CutAtRune returns the beginning of b, at most n bytes, without half a rune.
func CutAtRune(b []byte, n int) string {
	if len(b) <= n {
		return string(b)
	}
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return string(b[:n])
}

// ReadRef returns the JSON behind a Ref.
func ReadRef(v sqlite.View, ref run.Ref) (json.RawMessage, error) {
	switch {
	case ref.Inline != nil:
		return ref.Inline, nil
	case ref.Items != nil:
		return readList(v, ref.Items)
	case ref.Hash == "":
		return json.RawMessage("null"), nil
	case ref.Item > 0:
		return readItem(v, ref)
	}
	b, ok, err := v.Blob(ref.Hash)
	if err != nil {
		return nil, fmt.Errorf("read value %s: %w", ref.Hash, err)
	}
	if !ok {
		return nil, fmt.Errorf("read value %s: it is not stored", ref.Hash)
	}
	return b, nil
}

// readList reads a list that the core made of values it does not hold, such as
// the answers of several people.
func readList(v sqlite.View, items []run.Ref) (json.RawMessage, error) {
	list := make([]json.RawMessage, len(items))
	for i, item := range items {
		raw, err := ReadRef(v, item)
		if err != nil {
			return nil, err
		}
		list[i] = raw
	}
	return json.Marshal(list)
}

// BlobsOf yields the hashes of the stored values that an event names, some more than
// once. What merely looks like a name in somebody's own data is none.
func BlobsOf(ev run.Event) iter.Seq[string] {
	return func(yield func(string) bool) { eachBlob(reflect.ValueOf(ev), yield) }
}

func eachBlob(v reflect.Value, yield func(string) bool) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || eachBlob(v.Elem(), yield)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return true
		}
		for i := range v.Len() {
			if !eachBlob(v.Index(i), yield) {
				return false
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if !eachBlob(v.MapIndex(key), yield) {
				return false
			}
		}
	case reflect.Struct:
		if ref, ok := v.Interface().(run.Ref); ok && ref.Hash != "" {
			return yield(ref.Hash)
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !eachBlob(v.Field(i), yield) {
				return false
			}
		}
	}
	return true
}
