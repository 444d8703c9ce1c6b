// Package health keeps what is wrong for longer than a moment, until it is right
// again, and has reads wait a disk out that does not answer.
package health
