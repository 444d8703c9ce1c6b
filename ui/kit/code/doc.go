// Package code is the editor of scripts and expressions: a text in lines with an
// undo log, colored as its language is read.
package code
