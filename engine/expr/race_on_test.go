//go:build race

package expr

// race is set where the race detector makes the engine twenty times slower.
const race = true
