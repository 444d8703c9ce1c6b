package page

// What tests with a whole engine use, too.
var (
	Chromium = chromium
	Look     = look
	Shot     = shot
	Quiet    = quiet
)
