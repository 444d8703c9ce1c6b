package flow

// CodeProblem is a place of a script that its language cannot read, or doubts.
type CodeProblem struct {
	Line     int // from 1; 0: not known
	From, To int // columns in letters, from 0; To 0: not known
	Message  string
	Doubt    bool // it can be read, and is most likely not what was meant
}
