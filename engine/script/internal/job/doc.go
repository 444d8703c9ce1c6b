// Package job holds what a job of every language is bound to: its time, its log,
// the size of its result, and the failures that tell of them in the same words.
package job
