package page

// Limits of what a stranger can make us hold.
const (
	maxBody   = 1 << 20  // bytes of a form or a payload
	maxDrain  = 16 << 20 // bytes read past the limit, so that the answer arrives
	maxBodies = 96       // bodies being read at once
	maxLarge  = 32       // large ones among them
	smallBody = 64 << 10 // bytes of a body that is not large
	linkMany  = 4        // bodies being read at once that come by one link
	maxTaken  = 96       // answers being taken at once
)
