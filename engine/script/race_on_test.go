//go:build race

package script

// race is set where the race detector makes the engine twenty times slower.
const race = true
