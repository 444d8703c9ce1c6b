package script

import (
	"os"
	"testing"

	"sluice/engine/script/js"
)

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
