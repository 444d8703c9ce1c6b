package windmill

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"sluice/engine/fault"
	"sluice/engine/schedule"
)

// Schedules is what jobs read and write of the library's schedules.
type Schedules interface {
	Schedules(ctx context.Context) ([]schedule.State, error)
	Schedule(ctx context.Context, path string) (schedule.State, error) // code schedule.unknown
	SaveSchedule(ctx context.Context, s schedule.Schedule) error
	SwitchSchedule(ctx context.Context, path string, on bool) error
	DeleteSchedule(ctx context.Context, path string) error
}

// scheduleCalls are the calls of Windmill's ScheduleService.
func (st storeCalls) scheduleCalls(w string) map[string]func(call) error {
	return map[string]func(call) error{
		"POST " + w + "/schedules/preview":              st.previewSchedule,
		"POST /api/schedules/preview":                   st.previewSchedule,
		"GET " + w + "/schedules/list":                  st.scheduleList,
		"GET " + w + "/schedules/get/{path...}":         byPath(st.schedule),
		"GET " + w + "/schedules/exists/{path...}":      byPath(st.schedules().has),
		"POST " + w + "/schedules/create":               st.createSchedule,
		"POST " + w + "/schedules/update/{path...}":     byPath(st.updateSchedule),
		"POST " + w + "/schedules/setenabled/{path...}": byPath(st.switchSchedule),
		"DELETE " + w + "/schedules/delete/{path...}":   byPath(st.schedules().delete),
	}
}

func (st storeCalls) schedules() stored {
	return stored{word: "schedule", remove: st.api.DeleteSchedule, exists: func(ctx context.Context, path string) (bool, error) {
		_, err := st.api.Schedule(ctx, path)
		if fault.HasCode(err, "schedule.unknown") {
			return false, nil
		}
		return err == nil, err
	}}
}

// previewed is how many of the next times a preview tells.
const previewed = 5

// previewSchedule tells the next times of a cron text. As in Windmill one that says
// nothing is read in the older dialect here.
func (st storeCalls) previewSchedule(c call) error {
	var in struct {
		Cron    string `json:"schedule"`
		Zone    string `json:"timezone"`
		Version string `json:"cron_version"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	if in.Version == "" {
		in.Version = "v1"
	}
	t, err := schedule.Schedule{Cron: in.Cron, Zone: in.Zone, Version: in.Version}.Timing()
	if err != nil {
		return err
	}
	out := []string{}
	for _, at := range t.Times(time.Now(), previewed) {
		out = append(out, at.UTC().Format(time.RFC3339))
	}
	if len(out) == 0 {
		return t.Never()
	}
	return c.writeJSON(out)
}

// scheduleFile is a schedule as clients see it: its own fields, and where it is.
func scheduleFile(s schedule.State) (json.RawMessage, error) {
	doc, err := s.JSON()
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(&fields); err != nil {
		return nil, err
	}
	fields["path"], fields["workspace_id"], fields["extra_perms"] = s.Path, "main", edits{}
	fields["edited_by"], fields["edited_at"] = "desktop", timeText(s.Updated)
	if _, has := fields["cron_version"]; !has {
		fields["cron_version"] = "v2"
	}
	return json.Marshal(fields)
}

func (st storeCalls) scheduleList(c call) error {
	chosen, err := c.about("args", "schedule_path")
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	all, err := st.api.Schedules(c.r.Context())
	if err != nil {
		return err
	}
	out := []json.RawMessage{}
	for _, s := range all {
		path := s.Target
		if q.Get("path_start") != "" { // of the schedule; path alone is that of what it starts
			path = s.Path
		}
		if is := q.Get("is_flow"); is != "" && (is == "true") != s.IsFlow || !chosen(path, s.Description) {
			continue
		}
		doc, err := scheduleFile(s)
		if err != nil {
			return err
		}
		out = append(out, doc)
	}
	return pageOf(c, out)
}

func (st storeCalls) schedule(c call, path string) error {
	s, err := st.api.Schedule(c.r.Context(), path)
	if err != nil {
		return err
	}
	doc, err := scheduleFile(s)
	if err != nil {
		return err
	}
	return c.writeJSON(doc)
}

func (st storeCalls) createSchedule(c call) error {
	var doc json.RawMessage
	if err := c.read(&doc); err != nil {
		return err
	}
	var in struct {
		Path string `json:"path"`
	}
	if err := json.Unmarshal(doc, &in); err != nil {
		return fault.Because(err, "schedule.invalid", "The body holds no schedule", "Nothing was stored. Send an object with path, schedule, timezone and script_path.")
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	if err := st.schedules().free(c, p, "Use update to change it."); err != nil {
		return err
	}
	s, err := schedule.Read(p, doc)
	if err != nil {
		return err
	}
	delete(s.Rest, "path")
	if err := st.api.SaveSchedule(c.r.Context(), s); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, p)
}

// updateSchedule changes what the call names; the rest stays, and so does whether it is
// on.
func (st storeCalls) updateSchedule(c call, path string) error {
	var changes map[string]json.RawMessage
	if err := c.read(&changes); err != nil {
		return err
	}
	old, err := st.api.Schedule(c.r.Context(), path)
	if err != nil {
		return err
	}
	doc, err := old.JSON()
	if err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(doc, &fields); err != nil {
		return err
	}
	delete(changes, "path")
	delete(changes, "enabled")
	for name, v := range changes {
		fields[name] = v
	}
	if doc, err = json.Marshal(fields); err != nil {
		return err
	}
	s, err := schedule.Read(path, doc)
	if err != nil {
		return err
	}
	if err := st.api.SaveSchedule(c.r.Context(), s); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, path)
}

func (st storeCalls) switchSchedule(c call, path string) error {
	var in struct {
		Enabled *bool `json:"enabled"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	if in.Enabled == nil {
		return fault.New("api.value", "The call does not say whether it is to be on", "Nothing was changed. Send {\"enabled\": true} or false.")
	}
	if err := st.api.SwitchSchedule(c.r.Context(), path, *in.Enabled); err != nil {
		return err
	}
	return c.writeText(http.StatusOK, "schedule "+path+" updated")
}
