#!/usr/bin/env bash
# godbus v5.2.2: to ask for the session bus where there is none starts one, by dbus-launch,
# and writes its address into the environment of the process that asked.
#
# From SessionBus, ConnectSessionBus and SessionBusPrivate one expects an error where no bus
# runs, as from other clients of this size. They run dbus-launch instead, which starts a bus
# that outlives the process, and they set DBUS_SESSION_BUS_ADDRESS by os.Setenv, so that
# whatever the process starts later talks to that bus, on which no desktop is. The names with
# NoAutoStartup do neither.
#
# Seen, with a dbus-launch in the path that only notes that it was called: after
# SessionBusPrivateNoAutoStartup has failed it was not called and the variable is empty; after
# SessionBusPrivate it was, and the variable holds what it printed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir path
cat >path/dbus-launch <<SH
#!/bin/sh
echo called >>"$work/called"
echo "DBUS_SESSION_BUS_ADDRESS=unix:path=$work/no-such-bus"
SH
chmod +x path/dbus-launch
go mod init look >go.log 2>&1
go get github.com/godbus/dbus/v5@v5.2.2 >>go.log 2>&1
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
)

func main() {
	failed := false
	for _, tt := range []struct {
		name string
		ask  func(...dbus.ConnOption) (*dbus.Conn, error)
		want bool // dbus-launch is called, and the environment changed
	}{
		{"SessionBusPrivateNoAutoStartup", dbus.SessionBusPrivateNoAutoStartup, false},
		{"SessionBusPrivate", dbus.SessionBusPrivate, true},
	} {
		_, err := tt.ask()
		_, no := os.Stat("called")
		called, set := no == nil, os.Getenv("DBUS_SESSION_BUS_ADDRESS") != ""
		fmt.Printf("%-31s failed: %v, dbus-launch called: %v, DBUS_SESSION_BUS_ADDRESS set: %v\n", tt.name, err != nil, called, set)
		failed = failed || err == nil || called != tt.want || set != tt.want
	}
	if failed {
		fmt.Println("That is new.")
		os.Exit(1)
	}
}
GO
go build -o look .
env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR="$work" PATH="$work/path:$PATH" ./look
