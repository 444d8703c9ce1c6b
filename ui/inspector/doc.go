// Package inspector is the page of what is selected in a flow: of a step its inputs,
// code, approval and settings, of the flow itself what it asks for and how it runs.
//
// It makes edits of the model and keeps nothing of the flow itself.
package inspector
