package run

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Truthy tells whether JavaScript takes a JSON value for true.
func Truthy(raw json.RawMessage) bool {
	s := strings.TrimSpace(string(raw))
	switch s {
	case "", "null", "false", `""`:
		return false
	}
	if c := s[0]; c == '-' || c >= '0' && c <= '9' {
		f, err := strconv.ParseFloat(s, 64)
		return err != nil || f != 0
	}
	return true
}
