// Package web holds what Sluice's two listeners share: package page serves the public
// one and package windmill the one for the jobs of this computer.
package web
