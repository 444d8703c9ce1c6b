//go:build race

package process

import "os"

// detector is what a process of our own must know to find races as we do: its options,
// one of which is the second that it sleeps at its end if nobody says otherwise.
func detector() []string {
	const options = "GORACE"
	if v, ok := os.LookupEnv(options); ok {
		return []string{options + "=" + v}
	}
	return nil
}
