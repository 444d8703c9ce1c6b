package code

import (
	"errors"
	"fmt"
	"regexp/syntax"
)

// The texts that a person reads are in this file, to be reviewed as prose.
const (
	textFind        = "Find"
	textReplaceWith = "Replace with"
	textReplace     = "Replace"
	textReplaceAll  = "All"
	textClose       = "Close (Esc)"
	textExact       = "Capitals count"
	textWord        = "Whole words"
	textPattern     = "Regular expression (RE2); in the replacement $1 is its first group"
	textPrevious    = "Previous (Shift+F3)"
	textNext        = "Next (F3, Enter)"
	textNotFound    = "Not found"
)

func textGoToLine(lines int) string { return fmt.Sprintf("Go to line, 1 to %d", lines) }

func textFound(nth, all int) string {
	switch {
	case all >= mostMatches:
		return fmt.Sprintf("more than %d", mostMatches-1)
	case nth < 1 && all == 1:
		return "1 place"
	case nth < 1:
		return fmt.Sprintf("%d places", all)
	}
	return fmt.Sprintf("%d of %d", nth, all)
}

func textReplaced(n int) string {
	if n == 1 {
		return "1 place replaced"
	}
	return fmt.Sprintf("%d places replaced", n)
}

// textBadPattern says why a regular expression cannot be read.
func textBadPattern(err error) string {
	if e, ok := errors.AsType[*syntax.Error](err); ok {
		return fmt.Sprintf("%s: %s", e.Code, e.Expr)
	}
	return err.Error()
}

func textPlace(line, col int) string { return fmt.Sprintf("Line %d, column %d", line, col) }

func textCarets(n int) string { return fmt.Sprintf("%d carets · Esc leaves one", n) }

func textSelected(n int) string {
	if n == 1 {
		return "1 letter selected"
	}
	return fmt.Sprintf("%d letters selected", n)
}

func textMark(line int, text string, more int) string {
	s := fmt.Sprintf("Line %d: %s", line, text)
	if more > 0 {
		s += fmt.Sprintf(" (and %d more)", more)
	}
	return s
}
