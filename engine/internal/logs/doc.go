// Package logs keeps what steps print: a file for each attempt.
package logs
