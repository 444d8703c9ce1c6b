package job

import (
	"errors"
	"io"
	"os"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// MaxResult bounds a result, in bytes.
const MaxResult = 64 << 20

// A result that is too large fails its step by this name.
const (
	ResultTooLarge = "ResultTooLarge"
	TooLargeHint   = "Nothing of it was kept. Return what the next steps need, or a reference to the data instead of the data."
)

// TooLarge is the failure of a job whose result has that many bytes.
func TooLarge(size int64) *run.Failure {
	has, may := fault.Sizes(size, MaxResult)
	return &run.Failure{
		Name: ResultTooLarge, Message: "The result has " + has + "; a step may return " + may,
		Hint: TooLargeHint, Code: CodeOf(ResultTooLarge),
	}
}

// CodeOf is the fault code of the failures that have one.
func CodeOf(name string) string {
	if name == ResultTooLarge {
		return "script.result"
	}
	return ""
}

// ReadFile reads a plain file of a folder that scripts write to. It never waits:
// what lies under the name may be a pipe that nobody writes to.
func ReadFile(root *os.Root, name string, most int64) ([]byte, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|NoWait, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !s.Mode().IsRegular() {
		return nil, ErrNoFile
	}
	if s.Size() > most {
		return nil, &SizeError{s.Size()}
	}
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = &SizeError{int64(len(b))}
	}
	return b, err
}

// ErrNoFile is about what is no plain file: a folder, a pipe, a device.
var ErrNoFile = errors.New("not a file")

// ErrTooLarge is what every [SizeError] is.
var ErrTooLarge = errors.New("too large")

// SizeError is about a file that is larger, in bytes, than what is read of one.
type SizeError struct{ Size int64 }

func (e *SizeError) Error() string { return ErrTooLarge.Error() }

// Is reports whether it is meant by target.
func (e *SizeError) Is(target error) bool { return target == ErrTooLarge }
