package script

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"testing"

	"modernc.org/quickjs"
)

// rawText is JSON without the blanks between its parts.
type rawText string

func (r *rawText) UnmarshalJSON(b []byte) error {
	var buf bytes.Buffer
	err := json.Compact(&buf, b)
	*r = rawText(buf.String())
	return err
}

func decode(b []byte, v any) error { return json.Unmarshal(b, v) }

const fib = "const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2);\n"

// BenchmarkBare is the floor: the engine alone, a fresh machine each time.
func BenchmarkBare(b *testing.B) {
	for b.Loop() {
		vm, err := quickjs.NewVM()
		if err != nil {
			b.Fatal(err)
		}
		v, err := vm.Eval(fib+"JSON.stringify(fib(10))", quickjs.EvalGlobal)
		if err != nil || v != "55" {
			b.Fatal(v, err)
		}
		vm.Close()
	}
}

func BenchmarkJS(b *testing.B) {
	x := newJS(b)
	if err := x.Warm(); err != nil {
		b.Fatal(err)
	}
	j := job("bun", fib+"export function main(n: number) { return fib(n) }", `{"n":10}`)
	for b.Loop() {
		if v, err := x.Run(context.Background(), j, io.Discard); err != nil || string(v) != "55" {
			b.Fatal(string(v), err)
		}
	}
}

func BenchmarkPython(b *testing.B) {
	j := job("python3", "def main(n: int):\n    return n", `{"n":10}`)
	for b.Loop() {
		if _, err := (&Python{}).Run(context.Background(), j, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBash(b *testing.B) {
	j := job("bash", "echo 1", `{}`)
	for b.Loop() {
		if _, err := (&Bash{}).Run(context.Background(), j, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
