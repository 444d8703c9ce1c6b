package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// CheckSchema reports why a schema is not one that forms and checks can use.
func CheckSchema(schema Raw) error {
	if _, err := Fields(schema, nil, nil); err != nil {
		return err
	}
	if n, err := optionalObject("schema", schema); err == nil && countFields(n) > MaxFields {
		return errManyFields
	}
	_, _, err := compileSchema(schema, nil)
	return err
}

// CheckValue checks what a person filled in against the schema of the form.
// enums replaces choices as in Fields. The error is non-nil if the schema itself
// is broken. A value of nothing counts as an empty object.
func CheckValue(schema, enums, value Raw) ([]FieldError, error) {
	if isNothing(schema) { // anything fits that can be read
		if v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value)); err == nil {
			return unholdable(v, nil, nil), nil
		}
		return nil, nil
	}
	clean, sch, err := compileSchema(schema, enums)
	if err != nil {
		return nil, err
	}
	if isNothing(value) {
		value = Raw("{}")
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return []FieldError{{Message: "is not readable as JSON"}}, nil
	}
	if found := unholdable(v, nil, nil); len(found) > 0 {
		sortErrors(found, schema)
		return found, nil // the validator's own numbers have no bound
	}
	v = withoutEmpty(v, clean, 0)
	found, err := validateSafely(sch, v)
	if err != nil {
		return nil, err
	}
	ownWords(found, schema)
	sortErrors(found, schema)
	return found, nil
}

// unholdable names the numbers in a value that no step could read: JavaScript, Python and
// what is computed here make infinity or nothing of them.
func unholdable(v any, at []string, found []FieldError) []FieldError {
	switch v := v.(type) {
	case json.Number:
		x, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return append(found, FieldError{Path: at, Message: textTooLarge})
		}
		if mantissa, _, _ := strings.Cut(strings.ToLower(string(v)), "e"); x == 0 && strings.ContainsAny(mantissa, "123456789") {
			return append(found, FieldError{Path: at, Message: textTooSmall})
		}
	case []any:
		for i, item := range v {
			found = unholdable(item, append(slices.Clip(at), strconv.Itoa(i)), found)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			found = unholdable(v[name], append(slices.Clip(at), name), found)
		}
	}
	return found
}

// What is wrong with a number that no step could read.
const (
	textTooLarge = "is too large a number: nothing above 1.79e308 can be reckoned with"
	textTooSmall = "is too near to zero: nothing below 4.94e-324 can be told from it"
)

// ownWords puts a schema's customErrorMessage in the place of ours where a text
// does not fit its pattern, as Windmill does.
func ownWords(found []FieldError, schema Raw) {
	root, err := optionalObject("schema", schema)
	if err != nil {
		return
	}
	r := formReader{root: root}
	for i, e := range found {
		if !strings.HasPrefix(e.Message, patternWords) {
			continue
		}
		at := root
		for _, name := range e.Path {
			next := kidOf(kidOf(r.resolve(at), "properties"), name)
			if next == nil {
				next = kidOf(r.resolve(at), "items")
			}
			at = next
		}
		if own := textOf(r.resolve(at), "customErrorMessage"); own != "" {
			found[i].Message = own
		}
	}
}

// validateSafely turns a validator's panic into an error: schemas are files of
// strangers.
func validateSafely(sch *jsonschema.Schema, v any) (found []FieldError, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("check a value against the schema: %v", r)
		}
	}()
	err = sch.Validate(v)
	if err == nil {
		return nil, nil
	}
	ve, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return nil, fmt.Errorf("check a value against the schema: %w", err)
	}
	return explain(nil, ve), nil
}

const schemaURL = "sluice:///form.json"

// noLoader refuses what a schema wants to load from elsewhere.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("the schema refers to %s, and only references within the schema are followed", url)
}

func compileSchema(schema, enums Raw) (clean any, sch *jsonschema.Schema, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read the schema: %v", r)
		}
	}()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, nil, fmt.Errorf("read the schema: %w", err)
	}
	if !isNothing(enums) {
		e, err := jsonschema.UnmarshalJSON(bytes.NewReader(enums))
		if err != nil {
			return nil, nil, fmt.Errorf("read enums: %w", err)
		}
		doc = withEnums(doc, e)
	}
	doc = cleanSchema(doc, 0)
	if _, ok := doc.(map[string]any); !ok {
		return nil, nil, errors.New("a schema is an object")
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(noLoader{})
	c.UseRegexpEngine(jsRegexp)
	c.AssertFormat()
	c.RegisterFormat(&jsonschema.Format{Name: "date-time", Validate: checkDateTime})
	c.RegisterFormat(&jsonschema.Format{Name: "time", Validate: checkTime})
	if err := c.AddResource(schemaURL, doc); err != nil {
		return nil, nil, fmt.Errorf("read the schema: %w", err)
	}
	sch, err = c.Compile(schemaURL)
	if err != nil {
		return nil, nil, fmt.Errorf("read the schema: %w", shortSchemaError(err))
	}
	return doc, sch, nil
}

// shortSchemaError says where a schema goes against the rules of schemas.
func shortSchemaError(err error) error {
	se, ok := errors.AsType[*jsonschema.SchemaValidationError](err)
	if !ok {
		if le, ok := errors.AsType[*jsonschema.LoadURLError](err); ok {
			return le.Err
		}
		return errors.New(strings.ReplaceAll(err.Error(), schemaURL, "the schema"))
	}
	ve, ok := errors.AsType[*jsonschema.ValidationError](se.Err)
	if !ok {
		return err
	}
	all := explain(nil, ve)
	slices.SortFunc(all, func(a, b FieldError) int { return slices.Compare(a.Path, b.Path) })
	if len(all) == 0 {
		return err
	}
	return fmt.Errorf("%s %s", strings.Join(all[0].Path, "."), all[0].Message)
}

// checkDateTime also takes the form that browsers send: without seconds or zone.
func checkDateTime(v any) error {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return nil
		}
	}
	return errors.New("no date and time")
}

// checkTime takes a time of day with or without seconds and zone: people type
// none, and no input of a browser sends one.
func checkTime(v any) error {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	for _, layout := range []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00"} { // a fraction is read by each
		if _, err := time.Parse(layout, s); err == nil {
			return nil
		}
	}
	return errors.New("no time of day")
}

// jsRegexp reads patterns as Go does, which is safe against any text, and those
// that Go cannot read as JavaScript does, with a limit on the time.
func jsRegexp(s string) (jsonschema.Regexp, error) {
	if re, err := regexp.Compile(s); err == nil {
		return re, nil
	}
	re, err := regexp2.Compile(s, regexp2.ECMAScript)
	if err != nil {
		return nil, fmt.Errorf("the pattern %s is not one", quoteName(s))
	}
	re.MatchTimeout = 100 * time.Millisecond
	return jsPattern{re}, nil
}

type jsPattern struct{ *regexp2.Regexp }

func (p jsPattern) MatchString(s string) bool {
	ok, err := p.Regexp.MatchString(s)
	return ok && err == nil
}

// sortErrors brings the errors into the order of the form.
func sortErrors(found []FieldError, schema Raw) {
	at := map[string]int{}
	if fields, err := Fields(schema, nil, nil); err == nil {
		for i, f := range fields {
			at[f.Name] = i
		}
	}
	rank := func(e FieldError) int {
		if len(e.Path) == 0 {
			return -1
		}
		if i, ok := at[e.Path[0]]; ok {
			return i
		}
		return len(at)
	}
	slices.SortStableFunc(found, func(a, b FieldError) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		if d := slices.Compare(a.Path, b.Path); d != 0 {
			return d
		}
		return strings.Compare(a.Message, b.Message)
	})
}

// Deepest is how deep the value of an answer may be nested: what reads it later, in
// whatever language, has limits of its own.
const Deepest = 500

// Deeper reports whether a valid JSON text is nested deeper than Deepest.
func Deeper(text []byte) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > Deepest {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
