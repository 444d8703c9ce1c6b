// Package form turns a JSON Schema's fields into the controls of the window:
// the inputs of a test run, the answer to an approval, a resource. It checks as
// much as a field can know by itself; the whole value is checked by package
// flow.
package form
