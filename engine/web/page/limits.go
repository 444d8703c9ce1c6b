package page

// Limits of what a stranger can make us hold.
const (
	maxDrain  = 16 << 20 // bytes read past the limit, so that the answer arrives
	maxBodies = 96       // bodies being read at once
	maxLarge  = 32       // large ones among them
	linkMany  = 4        // bodies being read at once that come by one link
	formMany  = 48       // that come by the own address of one form
	maxTaken  = 96       // answers being taken at once
)
