package windmill

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/engine/fault"
	"sluice/engine/schedule"
)

// keptSchedules are those of a fake.
type keptSchedules map[string]schedule.Schedule

func (k keptSchedules) Schedules(context.Context) (out []schedule.State, err error) {
	for _, s := range k {
		out = append(out, schedule.State{Schedule: s, Updated: noon})
	}
	slices.SortFunc(out, func(a, b schedule.State) int { return cmp.Compare(a.Path, b.Path) })
	return out, nil
}

func (k keptSchedules) Schedule(_ context.Context, path string) (schedule.State, error) {
	s, ok := k[path]
	if !ok {
		return schedule.State{}, fault.New("schedule.unknown", "There is no schedule "+path, "")
	}
	return schedule.State{Schedule: s, Updated: noon}, nil
}

func (k keptSchedules) SaveSchedule(_ context.Context, s schedule.Schedule) error {
	if err := s.Check(); err != nil {
		return err
	}
	k[s.Path] = s
	return nil
}

func (k keptSchedules) SwitchSchedule(_ context.Context, path string, on bool) error {
	s, ok := k[path]
	if !ok {
		return fault.New("schedule.unknown", "There is no schedule "+path, "")
	}
	s.Enabled = on
	k[path] = s
	return nil
}

func (k keptSchedules) DeleteSchedule(_ context.Context, path string) error {
	delete(k, path)
	return nil
}

// The calls of ScheduleService make, show, change, switch and delete schedules, and say
// when one would be due.
func TestScheduleCalls(t *testing.T) {
	api := &fakeAPI{keptSchedules: keptSchedules{}}
	h := Handler(api, nil, http.NotFoundHandler(), Options{})
	const body = `{"path":"f/shop/s","schedule":"0 0 9 * * 1","timezone":"Europe/Berlin","cron_version":"v2","script_path":"f/shop/close","is_flow":true,"args":{"n":1},"enabled":true,"tag":"x"}`
	for _, tt := range []struct {
		method, path, body string
		status             int
		answer             string // is in it
	}{
		{"POST", w + "/schedules/create", body, 200, "f/shop/s"},
		{"POST", w + "/schedules/create", body, 400, "exists already"},
		{"POST", w + "/schedules/create", strings.Replace(strings.Replace(body, "f/shop/s\"", "f/shop/t\"", 1), "0 0 9 * * 1", "0 9 * * 1", 1), 400, "You probably mean: 0 0 9 * * 1"},
		{"POST", w + "/schedules/create", `{"path":"f/shop/u","schedule":5}`, 400, "cannot be read"},
		{"POST", w + "/schedules/create", `[]`, 400, "no schedule"},
		{"GET", w + "/schedules/exists/f/shop/s", "", 200, "true"},
		{"GET", w + "/schedules/exists/f/shop/t", "", 200, "false"},
		{"GET", w + "/schedules/get/f/shop/s", "", 200, `"tag":"x"`},
		{"GET", w + "/schedules/get/f/shop/t", "", 404, "no schedule"},
		{"GET", w + "/schedules/list", "", 200, `"path":"f/shop/s"`},
		{"GET", w + "/schedules/list?is_flow=false", "", 200, "[]"},
		{"GET", w + "/schedules/list?path=f/shop/close", "", 200, `"path":"f/shop/s"`},
		{"GET", w + "/schedules/list?path=f/shop/s", "", 200, "[]"},
		{"GET", w + "/schedules/list?path_start=f/other", "", 200, "[]"},
		{"GET", w + "/schedules/list?args=1", "", 400, "cannot be chosen"},
		{"POST", w + "/schedules/update/f/shop/s", `{"schedule":"0 30 9 * * 1","enabled":false}`, 200, "f/shop/s"},
		{"GET", w + "/schedules/get/f/shop/s", "", 200, `"schedule":"0 30 9 * * 1"`},
		{"GET", w + "/schedules/get/f/shop/s", "", 200, `"enabled":true`},
		{"POST", w + "/schedules/update/f/shop/s", `{"timezone":"Nowhere/Here"}`, 400, "no time zone"},
		{"POST", w + "/schedules/update/f/shop/t", `{}`, 404, "no schedule"},
		{"POST", w + "/schedules/setenabled/f/shop/s", `{"enabled":false}`, 200, "updated"},
		{"POST", w + "/schedules/setenabled/f/shop/s", `{}`, 400, "does not say"},
		{"GET", w + "/schedules/get/f/shop/s", "", 200, `"enabled":false`},
		{"DELETE", w + "/schedules/delete/f/shop/s", "", 200, "deleted"},
		{"DELETE", w + "/schedules/delete/f/shop/s", "", 404, "no schedule"},
		{"POST", "/api/schedules/preview", `{"schedule":"0 0 9 * * 1","timezone":"Europe/Berlin","cron_version":"v3"}`, 400, "cron_version"},
		{"POST", "/api/schedules/preview", `{"schedule":"0 0 9 31 2 *","timezone":"Europe/Berlin"}`, 400, "never due"},
	} {
		rec := ask(t, h, tt.method, tt.path, tt.body, "127.0.0.1:1")
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.answer) {
			t.Errorf("%s %s %s: %d %s", tt.method, tt.path, tt.body, rec.Code, rec.Body)
		}
	}
	// The dialect decides what day 1 is: a Sunday in the older one, which a preview takes
	// where nothing is said.
	for version, day := range map[string]string{"": "Sunday", `,"cron_version":"v1"`: "Sunday", `,"cron_version":"v2"`: "Monday"} {
		rec := ask(t, h, "POST", w+"/schedules/preview", `{"schedule":"0 0 9 * * 1","timezone":"UTC"`+version+`}`, "127.0.0.1:1")
		var times []string
		if err := json.Unmarshal(rec.Body.Bytes(), &times); err != nil || len(times) != 5 {
			t.Fatalf("%s: %s, %v", version, rec.Body, err)
		}
		at, err := time.Parse(time.RFC3339, times[0])
		if err != nil || at.Weekday().String() != day || at.Hour() != 9 {
			t.Errorf("%s: %v, %v", version, at, err)
		}
	}
}
