package canvas

// The words of the canvas itself; all others come with the scene.
const (
	textFit       = "Fit"
	textFollow    = "Follow"
	textEmptyNote = "Enter writes here"
)
