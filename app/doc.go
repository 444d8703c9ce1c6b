// Command sluice draws, runs and serves flows that ask people before they act.
//
// This package is the only place that knows everyone: it parses the command
// line, finds the data folder, plugs the adapters into the engine, opens the
// two listeners and, where there is a display, the window. The order of start
// and stop is in server.go; everything else only calls it.
package main
