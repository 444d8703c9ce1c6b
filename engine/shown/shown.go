// Package shown holds what an approver would see, as plain values: the page of a request
// and the mail that asks. Packages page and mail fill it in from what their own templates
// are given, so that who draws it otherwise than a browser shows the same.
package shown

import "sluice/engine/run"

// Page is what the page of a request shows, from top to bottom.
type Page struct {
	Trail        []string // flow and step
	Badge, Tone  string   // Tone: good, bad, waiting, quiet
	Heading      string
	Message      string
	As           string // in which role the person fills the form in: "You are answering as"
	Person       string
	Status       *Status
	Note         string // above all, such as that this is a preview
	AnswersTitle string
	Answers      []run.Fact // what the person sent
	FactsTitle   string
	Facts        []run.Fact
	PeopleTitle  string
	People       []Person
	Description  []Block
	Form         *Form
	Foot         string
}

// Status says where a request stands.
type Status struct {
	Kind, Mark, Title string
	Lines             []string
}

// Person is one who was asked.
type Person struct{ Initial, Name, What, Kind string }

// Form is what the approver fills in, with the buttons.
type Form struct {
	Fields   []Field
	Word     string // to be typed before approving; "" if none
	Approve  string
	Deny     string // "" if it is not offered
	Next     string // what happens next
	NextHead string
	// What is behind Deny: it is told only where DenyOpen is set.
	DenyOpen                     bool
	DenyNote, DenyReason, DenyDo string
}

// Field is one field of a form.
type Field struct {
	Label, Help  string
	Shape        string // line, lines, select, radios, boxes, tick, group, kinds
	Placeholder  string
	Value        string
	On, Required bool
	Wrong        string
	Code         bool // in the fixed font
	Secret       bool
	Choices      []Choice
	Fields       []Field // of a group
}

// Choice is one of a list. Of kinds it has the fields of that kind.
type Choice struct {
	Label  string
	On     bool
	Fields []Field
}

// Block is a paragraph of a text with looks.
type Block struct {
	Kind   string // p, h, pre, quote, item, rule, table
	Mark   string // before an item: "•", "1."
	Indent int
	Spans  []Span
	Head   []string   // of a table; nil: it has none
	Rows   [][]string // of a table
}

// Span is a stretch of text of one look.
type Span struct {
	Text                           string
	Strong, Emphasis, Mono, Strike bool
	Link                           string
}

// Letter is what a mail shows.
type Letter struct {
	From, To, Subject string
	Flow, Question    string
	Deadline          string
	Paragraphs        []string
	Facts             []run.Fact
	More              string // that something was cut; "" if nothing was
	Button            string
	Page              string // the address that the button opens
	Small             []string
}
