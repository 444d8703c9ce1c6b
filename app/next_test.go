package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestNextTellsWhenATextIsDue(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"0 30 2 * * *", "--zone", "Europe/Berlin", "--after", "2026-03-28T22:30:00Z", "--count", "2", "--json"}, exitOK,
			`{"at":"2026-03-29T01:00:00Z","local":"2026-03-29T03:00:00+02:00"}` + "\n" + `{"at":"2026-03-30T00:30:00Z","local":"2026-03-30T02:30:00+02:00"}` + "\n"},
		{[]string{"0 0 9 * * 2", "--dialect", "v1", "--zone", "UTC", "--after", "2026-11-28T00:00:00Z", "--count", "1"}, exitOK, "Every Monday at 09:00, UTC:\nMon 2026-11-30 09:00:00 +00:00\n"},
		{[]string{"*/5 * * * *"}, exitUsage, "You probably mean: 0 */5 * * * *"},
		{[]string{"0 0 9 * * *", "--zone", "Local"}, exitUsage, `There is no time zone "Local"`},
		{[]string{"0 0 9 * * *", "--dialect", "v3"}, exitUsage, "no such cron dialect"},
		{[]string{"0 0 9 * * *", "--after", "yesterday"}, exitUsage, "is no time such as"},
		{[]string{"0 0 0 30 2 *"}, exitUsage, "is never due"},
		{[]string{"0 0 0 * * L"}, exitUsage, "the last Friday"},
		{[]string{"0 0 12 1 1 * 2020", "--dialect", "v1"}, exitUsage, "Its years are over"},
	} {
		var out bytes.Buffer
		code := execute(context.Background(), append([]string{"next"}, tt.args...), &out, &out)
		if code != tt.code || !strings.Contains(out.String(), tt.says) {
			t.Errorf("next %q: %d\n%swant %d with %s", tt.args, code, out.String(), tt.code, tt.says)
		}
	}
}
