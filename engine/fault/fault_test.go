package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestWordsSurviveWrapping(t *testing.T) {
	e := Because(fs.ErrNotExist, "file.missing", "There is no such file", "Name another.")
	wrapped := fmt.Errorf("read flow: %w", e)
	if got := From(wrapped); got != e {
		t.Errorf("From(wrapped) = %v, want the Error inside", got)
	}
	if !HasCode(wrapped, "file.missing") || HasCode(wrapped, "file") {
		t.Error("HasCode must compare whole codes through wrapping")
	}
	if !errors.Is(wrapped, &Error{Code: "file.missing"}) {
		t.Error("errors.Is must find an Error by its code")
	}
	if !errors.Is(wrapped, fs.ErrNotExist) {
		t.Error("the cause must stay reachable")
	}
	for _, part := range []string{"There is no such file", "Name another.", "does not exist"} {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("%q lacks %q", e.Error(), part)
		}
	}
}

func TestUnknownErrorsGetWords(t *testing.T) {
	cause := errors.New("boom")
	e := From(cause)
	if e.Code != Unexpected || e.Title == "" || e.Hint == "" || !errors.Is(e, cause) {
		t.Errorf("From(boom) = %+v", e)
	}
	if From(nil) != nil {
		t.Error("no error must stay no error")
	}
}
