package kit

// TokenKind is what a piece of code is.
type TokenKind uint8

// The kinds of tokens.
const (
	Plain TokenKind = iota
	Keyword
	Name
	String
	Number
	Comment
	Punct
	Type
	syntaxKinds
)
