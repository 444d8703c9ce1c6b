// Package background is what goes on beside the writer: queues into it and names for
// what does not stop.
package background
