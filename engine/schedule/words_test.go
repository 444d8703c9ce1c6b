package schedule

import "testing"

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		d    Dialect
		want string
	}{
		{"0 0 9 * * 1-5", V2, "Every weekday at 09:00"},
		{"0 0 9 * * 2-6", V1, "Every weekday at 09:00"},
		{"0 */15 * * * *", V2, "Every 15 minutes"},
		{"0 * * * * *", V2, "Every minute"},
		{"*/10 * * * * *", V2, "Every 10 seconds"},
		{"* * * * * *", V2, "Every second"},
		{"0 0 * * * *", V2, "Every full hour"},
		{"@daily", V2, "Every day at 00:00"},
		{"@weekly", V2, "Every Sunday at 00:00"},
		{"@monthly", V2, "On the 1st of the month at 00:00"},
		{"0 30 8,12,18 * * *", V2, "Every day at 08:30, 12:30 and 18:30"},
		{"15 30 8 * * *", V2, "Every day at 08:30:15"},
		{"0 0 9 * * MON#1", V2, "On the 1st Monday of the month at 09:00"},
		{"0 0 9 * * FRIL", V2, "On the last Friday of the month at 09:00"},
		{"0 0 9 L * *", V2, "On the last day of the month at 09:00"},
		{"0 0 9 15W * *", V2, "On the weekday nearest to the 15th of the month at 09:00"},
		{"0 0 9 1,15 * *", V2, "On the 1st and 15th of the month at 09:00"},
		{"0 0 0 13 * 5", V2, "On the 13th of the month, and every Friday at 00:00"},
		{"0 0 0 13 * FRI", V1, "On the 13th of the month, if that is Friday at 00:00"},
		{"0 0 6 1 JAN,JUL *", V2, "On the 1st of the month in January and July at 06:00"},
		{"0 */20 9-17 * * 1-5", V2, "Every weekday, every 20 minutes, from 09:00 to 17:59"},
		{"0 0 */2 * * *", V2, "Every 2 hours"},
		{"0 15,45 * * * *", V2, "At minute 15 and 45 of every hour"},
		{"0 0 12 1 1 * 2027/2", V1, "On the 1st of the month in January at 12:00, in 2027, 2029, 2031, 2033, 2035, 2037, 2039 and 30 more"},
	} {
		c, err := Parse(tt.text, tt.d)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Words(); got != tt.want {
			t.Errorf("V%d %q\n got %s\nwant %s", tt.d, tt.text, got, tt.want)
		}
	}
}
