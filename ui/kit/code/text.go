package code

import (
	"errors"
	"fmt"
	"regexp/syntax"

	"sluice/ui/say"
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

	textJSONOther  = "JSON does not go on like this here"
	textJSONComma  = "A comma too many: nothing comes after it"
	textJSONQuotes = "JSON has its texts in \"double quotes\""
	textJSONEnds   = "The JSON ends too early"
	textJSONMore   = "This comes after the end of the JSON"
)

func textGoToLine(lines int) string { return say.F("Go to line, 1 to %d", lines) }

func textFound(nth, all int) string {
	switch {
	case all >= mostMatches:
		return say.F("more than %d", mostMatches-1)
	case nth < 1:
		return say.N(all, "%d place", "%d places")
	}
	return say.F("%d of %d", nth, all)
}

func textReplaced(n int) string { return say.N(n, "%d place replaced", "%d places replaced") }

// textBadPattern says why a regular expression cannot be read.
func textBadPattern(err error) string {
	if e, ok := errors.AsType[*syntax.Error](err); ok {
		return fmt.Sprintf("%s: %s", e.Code, e.Expr)
	}
	return err.Error()
}

func textPlace(line, col int) string { return say.F("Line %d, column %d", line, col) }

func textCarets(n int) string { return say.F("%d carets · Esc leaves one", n) }

func textSelected(n int) string {
	return say.N(n, "%d letter selected", "%d letters selected")
}

func textMark(line int, text string, more int) string {
	if more > 0 {
		return say.F("Line %d: %s (and %d more)", line, text, more)
	}
	return say.F("Line %d: %s", line, text)
}
