//go:build !windows

package main

func mayRaise() {}
