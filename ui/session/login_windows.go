package session

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// The place in a person's registry that names what is started for them.
const (
	runKey  = `Software\Microsoft\Windows\CurrentVersion\Run`
	runName = "Sluice"

	// approvedKey is where the Task Manager notes what the person switched off there.
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

// On reports whether it is started.
func (a AtLogin) On() (bool, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer k.Close()
	_, _, err = k.GetStringValue(runName)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	return err == nil && !disapproved(), err
}

// disapproved reports whether the Task Manager keeps it from starting.
func disapproved() bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	b, _, err := k.GetBinaryValue(runName)
	return err == nil && len(b) > 0 && b[0]&1 != 0
}

// approve takes back what the Task Manager noted.
func approve() {
	if k, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE); err == nil {
		_ = k.DeleteValue(runName)
		k.Close()
	}
}

// Set has it started at each login, or not any more.
func (a AtLogin) Set(on bool) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer k.Close()
	if on {
		approve()
		return k.SetStringValue(runName, a.runValue())
	}
	if err = k.DeleteValue(runName); errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
