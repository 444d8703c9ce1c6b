// Package expr evaluates the JavaScript expressions of flows: inputs,
// conditions, loop lists, pauses.
//
// An expression reads, it does not act: there is no fetch, no file, no console.
// Each call gets a virtual machine of its own with a bound on memory, depth and
// time, in a process of our own program that is ended when it does not stop by
// itself ([HelperMain]), so a hostile expression costs one failed step and nothing
// else. Values are asked for by name and only when an expression touches them.
//
// A text is one expression, or, where a value is wanted, statements with or
// without return. What is put around it never changes what it means, and what
// one input does the next does not see. Dates, numbers and words are written as
// their language does, or refused.
//
// Plain paths (results.a.b[0], flow_input["x"]), which are most of what people
// write, are walked in Go without a virtual machine or a process.
package expr
