//go:build race

package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"testing"
)

const selfEnv = "SLUICE_TEST_SELF"

func TestMain(m *testing.M) {
	if os.Getenv(selfEnv) != "" {
		fmt.Println(os.Getenv("GORACE"))
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A process of our own goes by the options of the race detector that we go by, although
// it gets next to nothing of our environment.
func TestOwnProcessHasTheDetectorsOptions(t *testing.T) {
	const want = "atexit_sleep_ms=1"
	t.Setenv("GORACE", want)
	s, err := StartSelf(selfEnv)
	if err != nil {
		t.Fatal(err)
	}
	got, err := bufio.NewReader(s.Out).ReadString('\n')
	if err != nil || got != want+"\n" {
		t.Errorf("it has %q, %v", got, err)
	}
	s.In.Close()
	if err := <-s.Ended; err != nil {
		t.Error(err)
	}
}
