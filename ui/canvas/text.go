package canvas

// The words of the canvas itself; all others come with the scene.
const (
	textFit       = "Fit"
	textFollow    = "Follow"
	textEmptyNote = "Enter writes here"
	textPin       = "Pin this result: runs take it, and the step is not run"
	textUnpin     = "The result is pinned. Press to run the step again"
)
