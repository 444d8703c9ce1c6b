package flow

import (
	"reflect"
	"strings"
	"sync"
)

// shape is what the codec knows of a struct: its fields by their names in a
// file. The tag's options: always (written for objects made here, even when
// zero), alias=NAME (an older spelling that is read), true (the value when the
// file leaves the field out).
type shape struct {
	fields []field
	byName map[string]int
}

type field struct {
	name   string
	alias  string
	index  int
	always bool
	isTrue bool
}

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := &shape{byName: map[string]int{}}
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("flow")
		if !ok {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		f := field{name: name, index: i}
		for o := range strings.SplitSeq(options, ",") {
			alias, isAlias := strings.CutPrefix(o, "alias=")
			switch {
			case isAlias:
				f.alias = alias
			case o == "always":
				f.always = true
			case o == "true":
				f.isTrue = true
			}
		}
		s.byName[f.name] = len(s.fields)
		if f.alias != "" {
			s.byName[f.alias] = len(s.fields)
		}
		s.fields = append(s.fields, f)
	}
	shapes.Store(t, s)
	return s
}

// isDefault reports whether v is what a file without the field means.
func (f field) isDefault(v reflect.Value) bool {
	switch {
	case f.isTrue:
		return v.Bool()
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

// The types that the codec treats by name.
var (
	typeRaw         = reflect.TypeFor[Raw]()
	typeEnv         = reflect.TypeFor[map[string]Raw]()
	typeInput       = reflect.TypeFor[*Input]()
	typeInputs      = reflect.TypeFor[*Inputs]()
	typeModuleValue = reflect.TypeFor[ModuleValue]()
)

// keepOf returns the Keep embedded in an addressable struct.
func keepOf(v reflect.Value) *Keep {
	return v.FieldByName("Keep").Addr().Interface().(*Keep)
}

// valueTypes are the module values by the text of their type.
var valueTypes = map[string]reflect.Type{
	"rawscript":     reflect.TypeFor[RawScript](),
	"script":        reflect.TypeFor[Script](),
	"flow":          reflect.TypeFor[Subflow](),
	"forloopflow":   reflect.TypeFor[ForLoop](),
	"whileloopflow": reflect.TypeFor[WhileLoop](),
	"branchone":     reflect.TypeFor[BranchOne](),
	"branchall":     reflect.TypeFor[BranchAll](),
	"identity":      reflect.TypeFor[Identity](),
	"aiagent":       reflect.TypeFor[Agent](),
}

var valueNames = func() map[reflect.Type]string {
	m := map[reflect.Type]string{}
	for name, t := range valueTypes {
		m[t] = name
	}
	return m
}()

// TypeOf returns the text of a module value's type as files write it:
// "rawscript", "branchone", … and "" for nil.
func TypeOf(v ModuleValue) string {
	switch v := v.(type) {
	case nil:
		return ""
	case *Unknown:
		return v.Type
	default:
		return valueNames[reflect.TypeOf(v).Elem()]
	}
}
