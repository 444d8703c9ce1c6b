// Package signature reads the parameters that a script's main takes, and runs
// nothing of it.
//
// The window asks for a schema of them (Of), to make a form of it. Who runs a
// script asks for what it must know to call main: which parameters want a Date
// (Dates), in which order a JavaScript function names its own (Names), and which
// places on its command line a shell script reads (Positionals).
//
// TypeScript is read by a reader of our own (typescript.go), which knows the types
// that forms can show and takes all else as "any": it never fails, as half a script
// has parameters, too. Python is read by Python's own parser.
package signature
