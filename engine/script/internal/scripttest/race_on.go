//go:build race

package scripttest

// Race is set where the race detector makes the engine twenty times slower.
const Race = true
