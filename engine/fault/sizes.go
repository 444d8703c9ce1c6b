package fault

import "strconv"

// Sizes words how many bytes something has and how many it may have, which are less, so
// that who reads them sees the difference.
func Sizes(has, may int64) (string, string) {
	if has>>20 > may>>20 {
		return strconv.FormatInt(has>>20, 10) + " MB", strconv.FormatInt(may>>20, 10) + " MB"
	}
	return grouped(has) + " bytes", grouped(may) + " bytes"
}

// grouped writes a number with a comma after each thousand.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
