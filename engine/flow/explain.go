package flow

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// explain lists a validator's findings in words for the person who fills the
// form.
func explain(found []FieldError, e *jsonschema.ValidationError) []FieldError {
	say := func(message string, more ...string) {
		fe := FieldError{Path: slices.Concat(e.InstanceLocation, more), Message: message}
		for _, old := range found {
			if slices.Equal(old.Path, fe.Path) && old.Message == fe.Message {
				return
			}
		}
		found = append(found, fe)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		say("does not fit any of the allowed forms")
	case *kind.Not:
		say("is not allowed")
	case *kind.Required:
		for _, name := range k.Missing {
			say("is required", name)
		}
	case *kind.DependentRequired:
		for _, name := range k.Missing {
			say("is required together with "+k.Prop, name)
		}
	case *kind.Dependency:
		for _, name := range k.Missing {
			say("is required together with "+k.Prop, name)
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			say("is not a field of this form", name)
		}
	default:
		if len(e.Causes) == 0 {
			say(plainWords(e.ErrorKind))
			return found
		}
		for _, cause := range e.Causes {
			found = explain(found, cause)
		}
	}
	return found
}

func plainWords(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return "must be " + orList(typeWords(k.Want))
	case *kind.Enum:
		return "must be " + orList(shown(k.Want))
	case *kind.Const:
		return "must be " + orList(shown([]any{k.Want}))
	case *kind.Format:
		return formatWords(k.Want)
	case *kind.MinLength:
		if k.Want == 1 {
			return "is required"
		}
		return fmt.Sprintf("must have at least %d characters", k.Want)
	case *kind.MaxLength:
		return "must have at most " + count(k.Want, "character", "characters")
	case *kind.Pattern:
		return patternWords + " (" + k.Want + ")"
	case *kind.Minimum:
		return "must be at least " + number(k.Want)
	case *kind.Maximum:
		return "must be at most " + number(k.Want)
	case *kind.ExclusiveMinimum:
		return "must be more than " + number(k.Want)
	case *kind.ExclusiveMaximum:
		return "must be less than " + number(k.Want)
	case *kind.MultipleOf:
		return "must be a multiple of " + number(k.Want)
	case *kind.MinItems:
		return "needs at least " + count(k.Want, "entry", "entries")
	case *kind.MaxItems:
		return "must have at most " + count(k.Want, "entry", "entries")
	case *kind.UniqueItems:
		return fmt.Sprintf("has one entry twice: numbers %d and %d", k.Duplicates[0]+1, k.Duplicates[1]+1)
	case *kind.FalseSchema, *kind.AdditionalItems, *kind.PropertyNames:
		return "is not allowed"
	}
	return "is not as the form asks"
}

func typeWords(types []string) []string {
	words := map[string]string{
		"string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
		"array": "a list", "object": "an object", "null": "empty",
	}
	var out []string
	for _, t := range types {
		if t != "null" || len(types) == 1 {
			out = append(out, words[t])
		}
	}
	return out
}

func formatWords(format string) string {
	switch format {
	case "email", "idn-email":
		return "must be an e-mail address"
	case "date":
		return "must be a date such as 2026-03-31"
	case "date-time":
		return "must be a date and time such as 2026-03-31T14:00:00Z"
	case "time":
		return "must be a time such as 14:00"
	case "uri", "iri", "url":
		return "must be a web address"
	case "uuid":
		return "must be a UUID"
	}
	return "is not a valid " + format
}

func shown(values []any) []string {
	const most = 12
	var out []string
	for i, v := range values {
		if i == most {
			return append(out, fmt.Sprintf("one of %d more", len(values)-most))
		}
		switch v := v.(type) {
		case nil:
		case string:
			out = append(out, string(quote(v)))
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

func orList(words []string) string {
	switch len(words) {
	case 0:
		return "empty"
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(12), "0")
}

// patternWords begin what is said of a text that does not fit its pattern.
const patternWords = "does not have the expected form"

// Sentence is what is said of a value alone, below its field, where no name comes before it.
func Sentence(message string) string {
	r, n := utf8.DecodeRuneInString(message)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + message[n:]
}

// Within words what is wrong inside a field that is shown as a whole: rest is the way
// from the field to it, such as to the second item of a list.
func Within(rest []string, message string) string {
	if len(rest) == 0 {
		return Sentence(message)
	}
	way := make([]string, len(rest))
	for i, name := range rest {
		way[i] = name
		if n, err := strconv.Atoi(name); err == nil && n >= 0 {
			way[i] = "item " + strconv.Itoa(n+1)
		}
	}
	return Sentence(strings.Join(way, ", ")) + ": " + message
}
