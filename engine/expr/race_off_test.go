//go:build !race

package expr

const race = false
