package flow

// FieldKind tells how a form field is asked.
type FieldKind string

// The kinds of fields that a form can ask.
const (
	FieldText      FieldKind = "text"
	FieldMultiline FieldKind = "multiline"
	FieldPassword  FieldKind = "password"
	FieldEmail     FieldKind = "email"
	FieldNumber    FieldKind = "number"
	FieldInteger   FieldKind = "integer"
	FieldBool      FieldKind = "boolean"
	FieldEnum      FieldKind = "enum"
	FieldDate      FieldKind = "date"
	FieldDateTime  FieldKind = "date-time"
	FieldStrings   FieldKind = "strings"  // a list of texts
	FieldObject    FieldKind = "object"   // nested fields
	FieldVariants  FieldKind = "variants" // an object of one of several titled kinds
	FieldResource  FieldKind = "resource"
	FieldJSON      FieldKind = "json" // anything else: typed as JSON
)

// Field is one field of a form made from a JSON Schema.
type Field struct {
	Name        string
	Title       string // the schema's title, else the name made readable
	Description string
	Placeholder string
	Kind        FieldKind
	Required    bool
	ShowExpr    string // the condition on which it is shown; "" is always
	// RequiredShown is Required of a field with a condition: it must be filled in
	// where it is shown.
	RequiredShown bool
	Nullable      bool
	Default       Raw // JSON; nil if none
	Choices       []Choice
	Fields        []Field // of an object
	// Variants are the kinds of a FieldVariants; the value names its kind in its
	// member Tag.
	Variants     []Variant
	Tag          string
	ResourceType string
	Minimum      *float64
	Maximum      *float64
	MinLength    *int
	MaxLength    *int
	Pattern      string
	DateFormat   string // of a date, as dd-MM-yyyy; "" is ISO 8601
}

// Choice is one value of an enum.
type Choice struct {
	Value Raw // JSON
	Label string
}

// Variant is one kind that a value may be of.
type Variant struct {
	Title  string
	Tag    Raw // what the value's tag holds, JSON
	Fields []Field
}

// FieldError says what is wrong with one value. Path leads to it: field names,
// and indexes written as numbers; empty for the object itself.
type FieldError struct {
	Path    []string
	Message string // "must be a number", for the person who fills the form
}
