package windmill

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// startRequest is a run that a call asks for.
type startRequest struct {
	req    run.Request
	early  string   // id of the step whose result answers a call that waits
	before bool     // the flow has a preprocessor, which shall make the input
	script bool     // it is a flow of one step, made for a script
	schema flow.Raw // of that script, if it is known
}

// resolver reads out of a call what is to run, without its input. preview says
// that the body was used up and what the input is.
type resolver func(c call) (o startRequest, args json.RawMessage, preview bool, err error)

// start answers with the id of a new run.
func (sc startCalls) start(resolve resolver) func(call) error {
	return func(c call) error {
		id, _, err := sc.begin(c, resolve)
		if err != nil {
			return err
		}
		return c.writeText(http.StatusCreated, string(id))
	}
}

// begin starts the run that a call asks for.
func (sc startCalls) begin(c call, resolve resolver) (run.ID, startRequest, error) {
	o, args, preview, err := resolve(c)
	if err != nil {
		return "", o, err
	}
	q := c.r.URL.Query()
	if q.Get("job_id") != "" {
		return "", o, fault.New("api.jobid", "A run gets its id here, it cannot be chosen", "Nothing was started. Use the id of the answer.")
	}
	f, err := flow.ParseJSON(o.req.Flow)
	if err != nil {
		return "", o, err
	}
	if language := flow.Uncontained(f); preview && c.caller.Contained && language != "" {
		return "", o, fault.Newf("api.other", "Nothing was started. The flow's author can put such a script into the library: run it by its path.",
			"This step has no way to the system, and may start no code in %s that has one", language)
	}
	o.early = f.Value.EarlyReturn
	o.before = !preview && f.Value.PreprocessorModule != nil && q.Get("skip_preprocessor") != "true"
	o.req.Trigger = run.Trigger{Kind: "api", By: run.ByScript + string(c.caller.Run)}
	if !preview {
		in, err := c.arguments()
		if err != nil {
			return "", o, err
		}
		if args, err = in.args(c, o.before); err != nil {
			return "", o, err
		}
	}
	if o.before {
		o.req.Trigger.Kind = run.TriggerWebhook
	}
	if o.script {
		if f, err = flow.AloneWith(f, args); err != nil {
			return "", o, err
		}
		f.Schema = flow.ResourceSchema(o.schema)
	}
	wait, err := delay(q.Get("scheduled_in_secs"), q.Get("scheduled_for"), time.Now())
	if err != nil {
		return "", o, err
	}
	if wait > 0 {
		f = heldBack(f, wait)
	}
	if o.req.Flow, err = f.JSON(); err != nil {
		return "", o, err
	}
	o.req.Input = args
	begun, err := sc.api.Start(c.r.Context(), o.req)
	return begun.ID, o, err
}

// delay reads when a run is to begin.
func delay(secs, at string, now time.Time) (time.Duration, error) {
	switch {
	case secs != "":
		n, err := strconv.ParseFloat(secs, 64)
		if err != nil || !(n >= 0 && n <= 1e9) { // nor what is no number
			return 0, fault.New("api.schedule", "scheduled_in_secs must be a number of seconds", "Nothing was started.")
		}
		return time.Duration(n * float64(time.Second)), nil
	case at != "":
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return 0, fault.New("api.schedule", "scheduled_for must be a time like 2030-01-31T12:00:00Z", "Nothing was started.")
		}
		return max(t.Sub(now), 0), nil
	}
	return 0, nil
}

// holdID is the step in front of a flow that is to begin later.
const holdID = "scheduled"

// heldBack puts a pause in front of a flow. What waits is a run like any other:
// it is on disk, it can be canceled, and it goes on whatever happens to us.
func heldBack(f *flow.Flow, wait time.Duration) *flow.Flow {
	id := holdID
	for n := 2; hasStep(f, id); n++ {
		id = holdID + "_" + strconv.Itoa(n)
	}
	hold := &flow.Module{ID: id, Summary: "Wait for the time to begin", Value: &flow.Identity{},
		Sleep: &flow.Input{Kind: flow.Static, Value: flow.Raw(strconv.FormatFloat(wait.Seconds(), 'f', -1, 64))}}
	g := *f
	g.Value.Modules = append([]*flow.Module{hold}, f.Value.Modules...)
	return &g
}

func hasStep(f *flow.Flow, id string) (found bool) {
	flow.Every(f, func(m *flow.Module) { found = found || m.ID == id })
	return found
}

func (sc startCalls) flowByPath(c call) (o startRequest, _ json.RawMessage, _ bool, err error) {
	p := c.r.PathValue("path")
	f, err := sc.api.Flow(c.r.Context(), p)
	if err != nil {
		return o, nil, false, err
	}
	o.req = run.Request{Flow: f.JSON, Path: p}
	return o, nil, false, nil
}

// flowByVersion starts an earlier state of a flow, named by its hash.
func (sc startCalls) flowByVersion(c call) (o startRequest, _ json.RawMessage, _ bool, err error) {
	o.req.Flow, err = sc.api.FlowVersion(c.r.Context(), c.r.PathValue("version"))
	return o, nil, false, err
}

func (sc startCalls) scriptByPath(c call) (o startRequest, _ json.RawMessage, _ bool, err error) {
	o.script = true
	s, err := sc.api.Script(c.r.Context(), c.r.PathValue("path"))
	if err == nil {
		o.schema = s.Schema
	} // else the start says what is wrong, or it is one of the hub
	o.req, err = scriptRun(flow.StoredScript{Path: c.r.PathValue("path")})
	return o, nil, false, err
}

func (sc startCalls) scriptByHash(c call) (o startRequest, _ json.RawMessage, _ bool, err error) {
	s, err := sc.api.ScriptByHash(c.r.Context(), c.r.PathValue("hash"))
	if err == nil {
		o.script, o.schema = true, s.Schema
		o.req, err = scriptRun(s)
	}
	return o, nil, false, err
}

// previewFlow starts a flow that the body holds.
func (sc startCalls) previewFlow(c call) (o startRequest, args json.RawMessage, _ bool, err error) {
	var in struct {
		Value    json.RawMessage `json:"value"`
		Path     string          `json:"path"`
		Args     json.RawMessage `json:"args"`
		Restarts json.RawMessage `json:"restarted_from"`
	}
	if err := c.read(&in); err != nil {
		return o, nil, true, err
	}
	if v := bytes.TrimSpace(in.Value); len(v) == 0 || v[0] != '{' {
		return o, nil, true, fault.New("flow.invalid", "The body holds no flow", "Nothing was started. Send {\"value\": {\"modules\": […]}}.")
	}
	if len(in.Restarts) > 0 && string(in.Restarts) != "null" {
		return o, nil, true, fault.New("api.restart", "A run cannot be started again from its middle", "Nothing was started. Start the flow again.")
	}
	file, err := json.Marshal(map[string]any{"summary": in.Path, "value": in.Value})
	if err != nil {
		return o, nil, true, err
	}
	o.req = run.Request{Flow: file}
	o.req.Path, err = sc.ownPath(c, in.Path)
	return o, in.Args, true, err
}

// previewScript starts a script that the body holds.
func (sc startCalls) previewScript(c call) (o startRequest, args json.RawMessage, _ bool, err error) {
	var in struct {
		Content  string          `json:"content"`
		Path     string          `json:"path"`
		Language string          `json:"language"`
		Args     json.RawMessage `json:"args"`
	}
	if err := c.read(&in); err != nil {
		return o, nil, true, err
	}
	if in.Language == "" {
		return o, nil, true, fault.New("api.language", "The script has no language", "Nothing was started. Say which language it is written in.")
	}
	o.script = true
	if o.req, err = scriptRun(flow.StoredScript{Path: in.Path, Language: in.Language, Content: in.Content}); err != nil {
		return o, nil, true, err
	}
	o.req.Path, err = sc.ownPath(c, in.Path)
	return o, in.Args, true, err
}

// ownPath returns a path that a body says its flow has, if it is that of the caller's
// run: who has a flow's path may read and cancel its runs and takes its limit, and a
// body proves nothing.
func (sc startCalls) ownPath(c call, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	own, err := sc.api.Run(c.r.Context(), c.caller.Run)
	if err != nil || own.Path != path {
		return "", err
	}
	return path, nil
}

// scriptRun asks for a run of a script.
func scriptRun(s flow.StoredScript) (run.Request, error) {
	f, err := flow.Alone(s)
	if err != nil {
		return run.Request{}, err
	}
	b, err := f.JSON()
	return run.Request{Flow: b, Path: s.Path}, err
}
