package web

import (
	"encoding/json"
	"net/http"
	"net/mail"
	"net/url"
	"path"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/run"
)

// routes names every call. {ws} is whatever the job was told its workspace is.
func (l *local) routes() {
	const w = "/api/w/{ws}"
	l.handle("GET "+w+"/jobs/resume_urls/{job}/{nonce}", l.resumeURLs)
	l.handle("GET "+w+"/jobs/job_signature/{job}/{nonce}", l.signature)
	l.handle("GET "+w+"/resources/get_value_interpolated/{path...}", l.resourceValue)
	l.handle("GET "+w+"/resources/get_value/{path...}", l.resourceValue)
	l.handle("GET "+w+"/resources/get/{path...}", l.resource)
	l.handle("GET "+w+"/resources/exists/{path...}", l.resourceExists)
	l.handle("POST "+w+"/resources/create", l.createResource)
	l.handle("POST "+w+"/resources/update_value/{path...}", l.updateResource)
	l.handle("POST "+w+"/resources/update/{path...}", l.updateResource)
	l.handle("GET "+w+"/variables/get_value/{path...}", l.variableValue)
	l.handle("GET "+w+"/variables/get/{path...}", l.variable)
	l.handle("GET "+w+"/variables/exists/{path...}", l.variableExists)
	l.handle("POST "+w+"/variables/create", l.createVariable)
	l.handle("POST "+w+"/variables/update/{path...}", l.updateVariable)
	l.handle("GET "+w+"/jobs_u/get_root_job_id/{job}", l.rootJob)
	l.handle("GET "+w+"/jobs/flow/user_states/{job}/{key...}", l.userState)
	l.handle("POST "+w+"/jobs/flow/user_states/{job}/{key...}", l.setUserState)
	l.handle("POST "+w+"/jobs_u/queue/cancel/{job}", l.cancel)
	l.handle("POST "+w+"/job_metrics/set_progress/{job}", l.progress)
	l.handle("GET "+w+"/users/whoami", l.whoami)
	l.handle("GET /api/users/whoami", l.whoami)
	for _, at := range []string{w, "/api"} {
		l.handle("POST "+at+"/sluice/ask", l.ask)
		l.handle("POST "+at+"/sluice/mail", l.sendMail)
	}
	l.mux.HandleFunc("GET /api/version", func(w http.ResponseWriter, r *http.Request) {
		say(w, http.StatusOK, l.opt.Version)
	})
	l.handle(w+"/{rest...}", func(c call) error {
		return c.text(http.StatusNotImplemented, "Sluice does not have the call "+c.r.Method+" "+strconv.Quote(c.r.PathValue("rest"))+" of the Windmill API.\n")
	})
	l.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		say(w, http.StatusNotFound, "There is no call "+r.Method+" "+strconv.Quote(r.URL.Path)+" here.")
	})
}

// own checks that a path names the calling job or its run: a job's token
// reaches no further.
func (c call) own() error {
	if id := c.r.PathValue("job"); id != c.caller.Job && id != string(c.caller.Run) {
		return fault.New("api.other", "A job can ask this for itself and its own run only", "It was asked for another id.")
	}
	return nil
}

func (l *local) links(c call) (run.Links, error) {
	if c.r.URL.Query().Get("flow_level") == "true" || c.r.PathValue("job") == string(c.caller.Run) && c.caller.Job != string(c.caller.Run) {
		return run.Links{}, fault.New("api.flowlevel", "Links are bound to a step here, never to the whole flow",
			"Call getResumeUrls without flowLevel in the step that asks for approval, and set suspend on that step.")
	}
	if err := c.own(); err != nil {
		return run.Links{}, err
	}
	nonce, err := strconv.ParseUint(c.r.PathValue("nonce"), 10, 32)
	if err != nil {
		return run.Links{}, fault.New("api.nonce", "The resume id must be a whole number from 0 to 4294967295", "")
	}
	return l.api.ResumeLinks(c.r.Context(), c.caller, uint32(nonce), strings.TrimSpace(c.r.URL.Query().Get("approver")))
}

func (l *local) resumeURLs(c call) error {
	k, err := l.links(c)
	if err != nil {
		return err
	}
	return c.json(map[string]string{"approvalPage": k.Page, "resume": k.Resume, "cancel": k.Cancel})
}

// signature answers the last part of the resume address: with it a client
// builds the same address by itself.
func (l *local) signature(c call) error {
	k, err := l.links(c)
	if err != nil {
		return err
	}
	u, err := url.Parse(k.Resume)
	if err != nil {
		return err
	}
	return c.text(http.StatusOK, path.Base(u.Path))
}

func (l *local) resourceValue(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Resource(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(v)
}

func (l *local) resource(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Resource(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(struct {
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value"`
	}{p, v})
}

func (l *local) resourceExists(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	ok, err := l.api.ResourceExists(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(ok)
}

// createResource keeps what exists unless the caller says otherwise.
func (l *local) createResource(c call) error {
	var in struct {
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value"`
		Type  string          `json:"resource_type"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := named(in.Path)
	if err != nil {
		return err
	}
	if c.r.URL.Query().Get("update_if_exists") != "true" {
		there, err := l.api.ResourceExists(c.r.Context(), p)
		if err != nil {
			return err
		}
		if there {
			return fault.Newf("api.exists", "Use update_value, or create with update_if_exists=true.", "The resource %s exists already", p)
		}
	}
	if err := l.api.SetResource(c.r.Context(), p, in.Type, orNull(in.Value)); err != nil {
		return err
	}
	return c.text(http.StatusCreated, "resource "+p+" created")
}

// updateResource sets a value; an empty type leaves the type as it is.
func (l *local) updateResource(c call) error {
	var in struct {
		Value json.RawMessage `json:"value"`
		Type  string          `json:"resource_type"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := c.path()
	if err != nil {
		return err
	}
	if err := l.api.SetResource(c.r.Context(), p, in.Type, orNull(in.Value)); err != nil {
		return err
	}
	return c.text(http.StatusOK, "value of resource "+p+" updated")
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

func (l *local) variableValue(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Variable(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(v)
}

func (l *local) variable(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	v, err := l.api.Variable(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(map[string]string{"path": p, "value": v})
}

func (l *local) variableExists(c call) error {
	p, err := c.path()
	if err != nil {
		return err
	}
	ok, err := l.api.VariableExists(c.r.Context(), p)
	if err != nil {
		return err
	}
	return c.json(ok)
}

// variableBody is what a client says of a variable. A caller that does not say
// whether it is secret gets a secret one: an update must not open what was sealed.
type variableBody struct {
	Path   string  `json:"path"`
	Value  *string `json:"value"`
	Secret *bool   `json:"is_secret"`
}

func (l *local) createVariable(c call) error {
	var in variableBody
	if err := c.read(&in); err != nil {
		return err
	}
	there, err := named(in.Path)
	if err != nil {
		return err
	}
	exists, err := l.api.VariableExists(c.r.Context(), there)
	if err != nil {
		return err
	}
	if exists {
		return fault.Newf("api.exists", "Use update to change it.", "The variable %s exists already", there)
	}
	if err := l.setVariable(c, in, there); err != nil {
		return err
	}
	return c.text(http.StatusCreated, "variable "+there+" created")
}

func (l *local) updateVariable(c call) error {
	var in variableBody
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := c.path()
	if err != nil {
		return err
	}
	if err := l.setVariable(c, in, p); err != nil {
		return err
	}
	return c.text(http.StatusOK, "variable "+p+" updated")
}

func (l *local) setVariable(c call, in variableBody, p string) error {
	if in.Value == nil {
		return fault.New("api.body", "The value of the variable is missing", "Send {\"value\": \"…\"}. Nothing was changed.")
	}
	return l.api.SetVariable(c.r.Context(), p, *in.Value, in.Secret == nil || *in.Secret)
}

func (l *local) rootJob(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	return c.json(c.caller.Run)
}

func (l *local) userState(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	v, err := l.api.UserState(c.r.Context(), c.caller.Run, c.r.PathValue("key"))
	if err != nil {
		return err
	}
	return c.json(orNull(v))
}

func (l *local) setUserState(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	v, err := c.raw()
	if err != nil {
		return err
	}
	if err := l.api.SetUserState(c.r.Context(), c.caller.Run, c.r.PathValue("key"), v); err != nil {
		return err
	}
	return c.text(http.StatusOK, "")
}

func (l *local) cancel(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	var in struct {
		Reason string `json:"reason"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	if err := l.api.CancelRun(c.r.Context(), c.caller.Run, in.Reason); err != nil {
		return err
	}
	return c.text(http.StatusOK, string(c.caller.Run))
}

// progress is taken and not kept: it is a hint for a screen, and no screen of
// ours shows it.
func (l *local) progress(c call) error {
	if err := c.own(); err != nil {
		return err
	}
	return c.text(http.StatusOK, "")
}

// whoami tells a script that it runs as the person at this computer.
func (l *local) whoami(c call) error {
	return c.json(map[string]any{"email": "desktop@localhost", "username": "desktop", "name": run.DesktopUser, "is_admin": true,
		"is_super_admin": false, "super_admin": false, "operator": false, "disabled": false, "verified": true,
		"login_type": "desktop", "groups": []string{}, "folders": []string{}})
}

func (l *local) ask(c call) error {
	req, err := c.mail()
	if err != nil {
		return err
	}
	if err := l.api.AskByMail(c.r.Context(), c.caller, req); err != nil {
		return err
	}
	return c.json(map[string]int{"mails": len(req.To)})
}

func (l *local) sendMail(c call) error {
	req, err := c.mail()
	if err != nil {
		return err
	}
	if err := l.api.SendMail(c.r.Context(), c.caller, req); err != nil {
		return err
	}
	return c.json(map[string]int{"mails": len(req.To)})
}

// mail reads a mail request and refuses what no mail program should get: an
// address that is none, and line breaks where headers are made.
func (c call) mail() (run.MailRequest, error) {
	var req run.MailRequest
	if err := c.read(&req); err != nil {
		return req, err
	}
	const kept = "No mail was queued."
	if req.Account == "" {
		return req, fault.New("mail.account", "The mail names no account to send from", kept)
	}
	if len(req.To) == 0 {
		return req, fault.New("mail.to", "The mail names nobody to send to", kept)
	}
	if strings.ContainsAny(req.Subject, "\r\n\x00") {
		return req, fault.New("mail.subject", "The subject must be one line", kept)
	}
	for i, to := range req.To {
		a, err := mail.ParseAddress(to)
		if err != nil {
			return req, fault.Newf("mail.to", kept, "%q is not an e-mail address", to)
		}
		req.To[i] = a.Address
	}
	return req, nil
}
