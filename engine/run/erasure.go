package run

import (
	"encoding/json"
	"strings"

	"sluice/engine/flow"
)

// A step may ask that its values do not outlast its run: delete_after_use, or
// delete_after_secs for some time later; the latter for the whole flow, too. When
// that is follows from the plan alone; carrying it out is not the core's.

// ErasesAll tells how many seconds after the end of a run all its values are to be
// erased, if its flow asks for that.
func (p *Plan) ErasesAll() (seconds float64, ok bool) {
	v := &p.flow.Value
	if raw := v.Extra("delete_after_secs"); raw != nil && json.Unmarshal(raw, &seconds) == nil {
		return max(0, seconds), true
	}
	if raw := v.Extra("delete_after_use"); raw != nil && json.Unmarshal(raw, &ok) == nil {
		return 0, ok
	}
	return 0, false
}

// Erasures are the times, in seconds after the end of a run, at which some of its
// values are to be erased; none for most flows.
func (p *Plan) Erasures() map[float64]bool {
	var after map[float64]bool
	note := func(seconds float64, ok bool) {
		if ok && after == nil {
			after = make(map[float64]bool)
		}
		if ok {
			after[seconds] = true
		}
	}
	note(p.ErasesAll())
	for _, n := range p.order {
		note(deletesAfter(n.module))
	}
	return after
}

// Erases reports whether anything of the flow's runs is erased.
func (p *Plan) Erases() bool { return len(p.Erasures()) > 0 }

// EraseAfter tells how many seconds after the end of the run a step's values are
// erased: the shortest time that the flow, a container of the step, or the step asks
// for.
func (p *Plan) EraseAfter(step StepID) (seconds float64, ok bool) {
	seconds, ok = p.ErasesAll()
	parts := strings.Split(string(step), "/")
	for i := 1; i <= len(parts); i += 2 { // the containers of the step, and the step itself
		if s, set := deletesAfter(p.Module(StepID(strings.Join(parts[:i], "/")))); set && (!ok || s < seconds) {
			seconds, ok = s, true
		}
	}
	return seconds, ok
}

// deletesAfter is what a module says of its values.
func deletesAfter(m *flow.Module) (seconds float64, ok bool) {
	switch {
	case m == nil:
		return 0, false
	case m.DeleteAfterSecs != nil:
		return max(0, *m.DeleteAfterSecs), true
	}
	return 0, m.DeleteAfterUse
}
