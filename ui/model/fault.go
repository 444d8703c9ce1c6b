package model

import (
	"sluice/engine/fault"
	"sluice/ui/say"
)

// Fault is an error as the window tells it: in its language.
func Fault(err error) *fault.Error {
	f := fault.From(err)
	if f == nil {
		return nil
	}
	told := *f
	told.Title, told.Hint = say.Engine(f.Title), say.Engine(f.Hint)
	return &told
}
