package journal

import "testing"

func TestListLen(t *testing.T) {
	for text, want := range map[string]int{`[]`: 0, `[1]`: 1, `["a,]\"",[1,2],{"b":[3,4]}]`: 3, `{"a":[1,2]}`: 0, `"[1,2]"`: 0} {
		if got := listLen([]byte(text)); got != want {
			t.Errorf("listLen(%s) = %d, want %d", text, got, want)
		}
	}
}
