package script

import (
	"os"
	"testing"

	"sluice/engine/flow"
	"sluice/engine/script/js"
)

// What says of a language that its code has no way to the system agrees with what runs it.
func TestContainedLanguages(t *testing.T) {
	s := Executors()
	defer s.Close()
	for language, by := range s.By {
		if contained := by == Executor(s.js); contained != flow.Contained(language) {
			t.Errorf("%s runs in our own engine: %v", language, contained)
		}
	}
}

func TestMain(m *testing.M) {
	if WorkerMain() {
		return
	}
	os.Exit(m.Run())
}

func newJS(t testing.TB) *js.Executor {
	x := js.New()
	t.Cleanup(x.Close)
	return x
}
