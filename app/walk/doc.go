// Package walk holds the end-to-end walks through Sluice: the built program in
// a real window under Xvfb, driven by mouse and keyboard, with people who
// decide in a real browser. Run them with `make walk`.
package walk
