package code

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"sluice/ui/say"
)

// jsonMost is the length of a text up to which its mistakes are looked for with each key.
const jsonMost = 1 << 20

// markJSON underlines what keeps a text from being JSON.
func (c *Editor) markJSON() {
	if !c.json || c.readOnly {
		return
	}
	text := c.buf.String()
	if len(text) > jsonMost {
		c.SetMarks(nil)
		return
	}
	c.SetMarks(jsonMistakes(text))
}

// jsonMistakes finds the first place at which a text does not go on as JSON.
func jsonMistakes(text string) []Mark {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	var v json.RawMessage
	err := d.Decode(&v)
	at, words := len(text), ""
	var bad *json.SyntaxError
	switch {
	case err == nil:
		rest := text[d.InputOffset():]
		if strings.TrimSpace(rest) == "" {
			return nil
		}
		at = len(text) - len(strings.TrimLeft(rest, " \t\r\n"))
		words = say.T(textJSONMore)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		at, words = len(strings.TrimRight(text, " \t\r\n")), say.T(textJSONEnds)
	case errors.As(err, &bad):
		at = int(bad.Offset) - 1
		words = say.T(textJSONOther)
		before := strings.TrimRight(text[:max(0, at)], " \t\r\n")
		if at >= 0 && at < len(text) && strings.HasSuffix(before, ",") && (text[at] == '}' || text[at] == ']') {
			at, words = len(before)-1, say.T(textJSONComma)
		} else if at >= 0 && at < len(text) && text[at] == '\'' {
			words = say.T(textJSONQuotes)
		}
	default:
		words = say.T(textJSONOther)
	}
	at = max(0, min(at, len(text)))
	line := strings.Count(text[:at], "\n")
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	return []Mark{{Line: line + 1, From: utf8.RuneCountInString(text[begin:at]), Text: words}}
}
