package page

import "sluice/engine/flow"

// formFields and checkValue are the two questions that a form asks package
// flow. Tests of the page put other answers in.
var (
	formFields = flow.Fields
	checkValue = flow.CheckValue
)
