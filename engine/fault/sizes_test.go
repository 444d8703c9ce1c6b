package fault

import "testing"

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		has, may   int64
		told, most string
	}{
		{80 << 20, 64 << 20, "80 MB", "64 MB"},
		{65 << 20, 64 << 20, "65 MB", "64 MB"},
		{64<<20 + 1, 64 << 20, "67,108,865 bytes", "67,108,864 bytes"},
		{65<<20 - 1, 64 << 20, "68,157,439 bytes", "67,108,864 bytes"},
		{1000, 999, "1,000 bytes", "999 bytes"},
	} {
		if told, most := Sizes(tt.has, tt.may); told != tt.told || most != tt.most {
			t.Errorf("%d of %d: %s, %s", tt.has, tt.may, told, most)
		}
	}
}
