// Package data shows data of any length: a JSON value as a tree, printed lines as
// they come, a list of which one line is chosen.
//
// Only the rows in view are drawn, and a value is read as far as it is shown.
package data
