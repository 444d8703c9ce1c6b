package workspace

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SafeName returns a name under which every system can hold one part of a
// path: what Windows refuses (<>:"|?*\, control characters, a blank or dot at
// the end, the names of devices) is written as % and two hex digits for each
// byte. PlainName undoes it. Names that need nothing stay as they are, also
// those with a % of their own.
func SafeName(name string) string {
	if safe(name) && PlainName(name) == name {
		return name
	}
	return escape(name, func(rune, int) bool { return false })
}

// PlainName returns what a name of SafeName stands for.
func PlainName(name string) string {
	if strings.Contains(name, nested) {
		return name
	}
	plain := unescape(name)
	if plain == name || plain == "." || plain == ".." || strings.Contains(plain, "/") || SafeName(plain) != name && apart(plain) != name {
		return name
	}
	return plain
}

// nested is more escapes of escapes than anyone makes but to keep us busy.
var nested = "%" + strings.Repeat("25", 8)

// SafePath is SafeName for each part of a path.
func SafePath(path string) string { return eachPart(path, SafeName) }

// PlainPath is PlainName for each part of a path.
func PlainPath(path string) string { return eachPart(path, PlainName) }

func eachPart(path string, change func(string) string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = change(p)
	}
	return strings.Join(parts, "/")
}

// apart returns a name that differs from those of the same letters in another
// case: its capitals are escaped, or its first letter if it has none.
func apart(name string) string {
	capitals := strings.ContainsFunc(name, unicode.IsUpper)
	first := strings.IndexFunc(name, unicode.IsLetter)
	return escape(name, func(r rune, at int) bool {
		return unicode.IsUpper(r) || !capitals && at == first
	})
}

var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|:|$)`)

func forbidden(r rune) bool {
	return r < 0x20 || r == 0x7f || strings.ContainsRune(`<>:"|?*\/`, r)
}

// safe reports whether every system can hold a name.
func safe(name string) bool {
	return name != "" && !strings.ContainsFunc(name, forbidden) && !device.MatchString(name) && strings.Trim(name, " ") == name && !strings.HasSuffix(name, ".")
}

var escaped = regexp.MustCompile(`%[0-9A-F]{2}`)

// escape writes a name with all that is not safe, and what also says, in hex.
func escape(name string, also func(r rune, at int) bool) string {
	var b strings.Builder
	isDevice := device.MatchString(name)
	for at, r := range name {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(name[at:])
		}
		switch last := at+size == len(name); {
		case forbidden(r), isDevice && at == 0, last && (r == '.' || r == ' '), at == 0 && r == ' ', also(r, at),
			r == '%' && escaped.MatchString(name[at:min(at+3, len(name))]):
			for _, c := range []byte(name[at : at+size]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		default:
			b.WriteString(name[at : at+size])
		}
	}
	return b.String()
}

func unescape(name string) string {
	plain := escaped.ReplaceAllStringFunc(name, func(hex string) string {
		c, err := strconv.ParseUint(hex[1:], 16, 8)
		if err != nil {
			return hex
		}
		return string([]byte{byte(c)})
	})
	if !utf8.ValidString(plain) {
		return name
	}
	return plain
}

// fold makes names equal that some systems take for one.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }
