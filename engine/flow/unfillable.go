package flow

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Unfillable names the fields of a form that no answer could satisfy, and why: more
// asked for than allowed, choices that do not fit, a needed field that is not there. Fields that
// may be left empty are not among them. enums replaces choices as in Fields. An
// empty list of choices is none, and asks for a text. A schema that cannot be read is CheckSchema's to tell.
func Unfillable(schema, enums Raw) []FieldError {
	if isNothing(schema) {
		return nil
	}
	_, sch, err := compileSchema(schema, enums)
	if err != nil {
		return nil
	}
	var found []FieldError
	unfillable(sch, nil, &found, maxForm)
	return found
}

// unfillable looks at an object of a form; depth ends schemas that hold themselves.
func unfillable(s *jsonschema.Schema, path []string, found *[]FieldError, depth int) {
	add := func(at []string, why string) {
		*found = append(*found, FieldError{Path: at, Message: why})
	}
	if why := impossible(s); why != "" {
		add(path, why)
		return
	}
	for s != nil && s.Ref != nil && depth > 0 {
		s, depth = s.Ref, depth-1
	}
	if s == nil || depth <= 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) {
			unfillable(s.Properties[name], append(slices.Clip(path), name), found, depth-1)
		}
	}
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			add(append(slices.Clip(path), name), textNoField)
		}
	}
}

// impossible says why no value at all fits a schema, "" if one may.
func impossible(s *jsonschema.Schema) string {
	for n := 0; s != nil && s.Ref != nil && n < maxForm; n++ {
		s = s.Ref
	}
	switch {
	case s == nil:
		return ""
	case s.Bool != nil && !*s.Bool:
		return textNothingFits
	case s.Const != nil && s.Validate(*s.Const) != nil:
		return textFixedUnfit
	case s.Enum != nil && !slices.ContainsFunc(s.Enum.Values, func(v any) bool { return s.Validate(v) == nil }):
		return textChoicesUnfit
	}
	switch {
	case only(s, "number", "integer"):
		low, most := later(s.Minimum, s.ExclusiveMinimum, 1), later(s.Maximum, s.ExclusiveMaximum, -1)
		if low == nil || most == nil {
			return ""
		}
		c := low.Cmp(most)
		if c > 0 || c == 0 && (low == s.ExclusiveMinimum || most == s.ExclusiveMaximum) || only(s, "integer") && noWhole(low, most) {
			return fmt.Sprintf(textAboveMost, short(low), short(most))
		}
	case only(s, "string"):
		if s.MinLength != nil && s.MaxLength != nil && *s.MinLength > *s.MaxLength {
			return fmt.Sprintf(textLongerThan, *s.MinLength, *s.MaxLength)
		}
	case only(s, "array"):
		if s.MinItems == nil {
			return ""
		}
		if s.MaxItems != nil && *s.MinItems > *s.MaxItems {
			return fmt.Sprintf(textMoreThan, *s.MinItems, *s.MaxItems)
		}
		// A form offers each choice once.
		items := s.Items2020
		if items != nil && items.Enum != nil && *s.MinItems > len(items.Enum.Values) {
			return fmt.Sprintf(textMoreChoices, *s.MinItems, len(items.Enum.Values))
		}
		if items != nil && *s.MinItems > 0 {
			return impossible(items)
		}
	}
	return ""
}

// later is the narrower of two bounds, the second if they are the same.
func later(a, b *big.Rat, way int) *big.Rat {
	if a == nil || b != nil && b.Cmp(a)*way >= 0 {
		return b
	}
	return a
}

// noWhole reports whether no whole number lies between two bounds.
func noWhole(low, most *big.Rat) bool {
	n := new(big.Int).Div(low.Num(), low.Denom()) // rounds down
	if !low.IsInt() {
		n.Add(n, big.NewInt(1))
	}
	return new(big.Rat).SetInt(n).Cmp(most) > 0
}

func short(r *big.Rat) string {
	n, _ := r.FloatPrec()
	return r.FloatString(min(n, 6))
}

// only reports whether a schema is of some of these types and of no other but null,
// which a form gives for nothing.
func only(s *jsonschema.Schema, types ...string) bool {
	if s.Types == nil || s.Types.IsEmpty() {
		return false
	}
	return !slices.ContainsFunc(s.Types.ToStrings(), func(t string) bool { return !slices.Contains(types, t) })
}

const (
	textNoField      = "is needed, and the form has no such field"
	textNothingFits  = "allows no value at all"
	textFixedUnfit   = "has a fixed value that its other rules refuse"
	textChoicesUnfit = "has only choices that its other rules refuse"
	textAboveMost    = "must be %s at least and %s at most"
	textLongerThan   = "must have %d characters at least and %d at most"
	textMoreThan     = "must have %d items at least and %d at most"
	textMoreChoices  = "must have %d items at least, and offers only %d"
)
