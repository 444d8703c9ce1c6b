package child

import (
	"context"
	"io"
	"testing"

	"sluice/engine/script/internal/scripttest"
)

func BenchmarkPython(b *testing.B) {
	j := scripttest.Job("python3", "def main(n: int):\n    return n", `{"n":10}`)
	for b.Loop() {
		if _, err := (&Python{}).Run(context.Background(), j, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBash(b *testing.B) {
	j := scripttest.Job("bash", "echo 1", `{}`)
	for b.Loop() {
		if _, err := (&Bash{}).Run(context.Background(), j, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
