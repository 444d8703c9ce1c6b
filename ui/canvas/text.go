package canvas

// The words of the canvas itself; all others come with the scene.
const textFit = "Fit"
