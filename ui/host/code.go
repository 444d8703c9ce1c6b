package host

import (
	"context"

	"sluice/engine/flow"
)

// Code is what the window needs of the languages of scripts, and of the programs that
// people edit them with.
type Code interface {
	// Problems tells what cannot be read of a script, and runs none of it. known is false
	// of a language that nobody here can read; an error says why that cannot be told now.
	Problems(ctx context.Context, language, content string) (found []flow.CodeProblem, known bool, err error)
	// Formatter names the program that lays out scripts of a language here, "" if there is
	// none, and then which ones would.
	Formatter(language string) (here string, would []string)
	// Format lays a script out with that program.
	Format(ctx context.Context, language, content string) (string, error)

	// MakeCopy writes code into a file of its own, which only this person can read, for an
	// editor outside. of is what it belongs to, such as a step of a flow.
	MakeCopy(of, name, content string) (file string, err error)
	// LeftCopy returns what an editor outside left in the file of something when Sluice ended
	// before it was taken up, and what the file held at first; ok where there is one.
	LeftCopy(of string) (file, content, first string, ok bool)
	// ReadCopy reads a file that was copied out; seen is a sign of its last change, and where that
	// is still the same nothing is read.
	ReadCopy(file, seen string) (content, sign string, err error)
	// WriteCopy writes a file that was copied out anew; Synced notes that both hold the same now.
	WriteCopy(file, content string) error
	Synced(file, content string) error
	// DropCopy removes a file that was copied out.
	DropCopy(file string)
	// OpenOutside opens a file with a command, "" for the editor that this computer has.
	OpenOutside(file, command string) error
}

// SettingEditor is the command of the person's own editor of code; "" for what this
// computer has.
const SettingEditor = "editor"
