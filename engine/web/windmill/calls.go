package windmill

import (
	"encoding/json"
	"net/url"
	"path"
	"strconv"
	"strings"

	"sluice/engine/fault"
	"sluice/engine/flow"
	"sluice/engine/run"
)

// routes names every call. {ws} is whatever the job was told its workspace is.
func (l *local) routes() {
	const w = "/api/w/{ws}"
	for pattern, serve := range map[string]func(call) error{
		"GET " + w + "/jobs/resume_urls/{job}/{nonce}":   l.resumeURLs,
		"GET " + w + "/jobs/job_signature/{job}/{nonce}": l.signature,

		"GET " + w + "/resources/get_value_interpolated/{path...}": l.readsStored(byPath(l.resourceValue)),
		"GET " + w + "/resources/get_value/{path...}":              l.readsStored(byPath(l.resourceValue)),
		"GET " + w + "/resources/get/{path...}":                    l.readsStored(byPath(l.resource)),
		"GET " + w + "/resources/exists/{path...}":                 byPath(l.resources().has),
		"GET " + w + "/resources/list":                             l.readsStored(l.resourceList),
		"POST " + w + "/resources/create":                          l.createResource,
		"POST " + w + "/resources/update_value/{path...}":          byPath(l.updateResource),
		"POST " + w + "/resources/update/{path...}":                byPath(l.updateResource),
		"DELETE " + w + "/resources/delete/{path...}":              byPath(l.resources().delete),

		"GET " + w + "/variables/get_value/{path...}": l.readsStored(byPath(l.variableValue)),
		"GET " + w + "/variables/get/{path...}":       l.readsStored(byPath(l.variable)),
		"GET " + w + "/variables/exists/{path...}":    byPath(l.variables().has),
		"GET " + w + "/variables/list":                l.readsStored(l.variableList),
		"POST " + w + "/variables/create":             l.createVariable,
		"POST " + w + "/variables/update/{path...}":   byPath(l.updateVariable),
		"DELETE " + w + "/variables/delete/{path...}": byPath(l.variables().delete),

		"POST " + w + "/jobs/run/f/{path...}":              l.start(l.flowByPath),
		"POST " + w + "/jobs/run/fv/{version}":             l.start(l.flowByVersion),
		"POST " + w + "/jobs/run/p/{path...}":              l.start(l.scriptByPath),
		"POST " + w + "/jobs/run/h/{hash}":                 l.start(l.scriptByHash),
		"POST " + w + "/jobs/run/preview_flow":             l.start(l.previewFlow),
		"POST " + w + "/jobs/run/preview":                  l.start(l.previewScript),
		"GET " + w + "/jobs/run_wait_result/f/{path...}":   l.reads(l.wait(l.flowByPath)),
		"POST " + w + "/jobs/run_wait_result/f/{path...}":  l.reads(l.wait(l.flowByPath)),
		"GET " + w + "/jobs/run_wait_result/fv/{version}":  l.reads(l.wait(l.flowByVersion)),
		"POST " + w + "/jobs/run_wait_result/fv/{version}": l.reads(l.wait(l.flowByVersion)),
		"GET " + w + "/jobs/run_wait_result/p/{path...}":   l.reads(l.wait(l.scriptByPath)),
		"POST " + w + "/jobs/run_wait_result/p/{path...}":  l.reads(l.wait(l.scriptByPath)),
		"GET " + w + "/jobs/run_wait_result/h/{hash}":      l.reads(l.wait(l.scriptByHash)),
		"POST " + w + "/jobs/run_wait_result/h/{hash}":     l.reads(l.wait(l.scriptByHash)),
		"GET " + w + "/jobs/run_wait_result/preview_flow":  l.reads(l.wait(l.previewFlow)),
		"POST " + w + "/jobs/run_wait_result/preview_flow": l.reads(l.wait(l.previewFlow)),
		"GET " + w + "/jobs/run_wait_result/preview":       l.reads(l.wait(l.previewScript)),
		"POST " + w + "/jobs/run_wait_result/preview":      l.reads(l.wait(l.previewScript)),
		"GET " + w + "/jobs_u/get/{id...}":                 l.reads(l.getJob),
		"GET " + w + "/jobs_u/getupdate/{id...}":           l.reads(l.jobUpdate),
		"GET " + w + "/jobs_u/get_logs/{id...}":            l.reads(l.jobLogs),
		"GET " + w + "/jobs_u/get_args/{id...}":            l.reads(l.jobArgs),
		"GET " + w + "/jobs/result_by_id/{id}/{node}":      l.reads(l.resultByID),

		"GET " + w + "/jobs_u/completed/get/{id...}":              l.reads(l.getCompleted),
		"GET " + w + "/jobs_u/completed/get_result_maybe/{id...}": l.reads(l.getResultMaybe),
		"GET " + w + "/jobs_u/get_root_job_id/{id...}":            l.rootJob,
		"GET " + w + "/jobs_u/flow/approval_info/{id}":            l.reads(l.approvalInfo),

		"GET " + w + "/jobs/list":            l.listJobs,
		"GET " + w + "/jobs/queue/list":      l.listQueue,
		"GET " + w + "/jobs/completed/list":  l.listCompleted,
		"GET " + w + "/jobs/queue/count":     l.countQueue,
		"GET " + w + "/jobs/completed/count": l.countCompleted,

		"POST " + w + "/jobs_u/queue/cancel/{id...}":       l.cancel,
		"POST " + w + "/jobs_u/queue/force_cancel/{id...}": l.cancel,

		"GET " + w + "/jobs/flow/user_states/{job}/{key...}":  l.userState,
		"POST " + w + "/jobs/flow/user_states/{job}/{key...}": l.setUserState,
		"POST " + w + "/job_metrics/set_progress/{job}":       l.setProgress,
		"GET " + w + "/job_metrics/get_progress/{job}":        l.getProgress,

		"POST " + w + "/jobs_u/flow/resume_suspended/{id}": l.noVote,
		"POST " + w + "/jobs/flow/resume/{id}":             l.noVote,

		"GET " + w + "/users/whoami":                   l.whoami,
		"GET /api/users/whoami":                        l.whoami,
		"GET " + w + "/users/username_to_email/{user}": l.userMail,
		"POST " + w + "/sluice/ask":                    l.ask,
		"POST " + w + "/sluice/mail":                   l.sendMail,
		"POST /api/sluice/ask":                         l.ask,
		"POST /api/sluice/mail":                        l.sendMail,
		"/api/":                                        l.missing,
	} {
		l.handle(pattern, serve)
	}
	for pattern, serve := range l.libraryCalls(w) {
		l.handle(pattern, serve)
	}
	for pattern, serve := range l.scheduleCalls(w) {
		l.handle(pattern, serve)
	}
	l.serveVotes()
	l.open("GET "+w+"/jobs_u/completed/get_result/{id...}", l.reads(l.byLink(l.known(l.getResult))))
	l.open("GET /api/version", func(c call) error { return c.writeText(200, l.opt.Version) })
	l.open("/", func(c call) error {
		return fault.Newf("api.unknown", "", "There is no call %s %q here", c.r.Method, c.r.URL.Path)
	})
}

// own checks that a path names the calling job or its run: what is about the
// asking of people, a job can do for itself only.
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
	return c.writeJSON(map[string]string{"approvalPage": k.Page, "resume": k.Resume, "cancel": k.Cancel})
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
	return c.writeText(200, path.Base(u.Path))
}

// whoami tells a script that it runs as the person at this computer.
func (l *local) whoami(c call) error {
	return c.writeJSON(map[string]any{"email": userEmail, "username": userName, "name": run.DesktopUser, "is_admin": true,
		"is_super_admin": false, "super_admin": false, "operator": false, "disabled": false, "verified": true,
		"login_type": "desktop", "groups": []string{}, "folders": []string{}})
}

// The one user, as clients see it.
const (
	userName  = "desktop"
	userEmail = "desktop@localhost"
)

func (l *local) userMail(c call) error {
	switch c.r.PathValue("user") {
	case userName, run.DesktopUser, userEmail:
		return c.writeText(200, userEmail)
	}
	return fault.Newf("user.unknown", "There is one user here: "+userName+".", "There is no user %q", c.r.PathValue("user"))
}

func (l *local) ask(c call) error {
	req, err := c.mail()
	if err != nil {
		return err
	}
	if err := l.api.AskByMail(c.r.Context(), c.caller, req); err != nil {
		return err
	}
	return c.writeJSON(mailed{len(req.To), req.To})
}

// mailed answers a script that had mails queued: how many, and to whom.
type mailed struct {
	Mails int      `json:"mails"`
	To    []string `json:"to"`
}

func (l *local) sendMail(c call) error {
	req, err := c.mail()
	if err != nil {
		return err
	}
	if err := l.api.SendMail(c.r.Context(), c.caller, req); err != nil {
		return err
	}
	return c.writeJSON(mailed{len(req.To), req.To})
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
	if strings.ContainsAny(req.Subject, "\r\n\x00") {
		return req, fault.New("mail.subject", "The subject must be one line", kept)
	}
	for name, v := range map[string]json.RawMessage{"default_args": req.Ask.Defaults, "enums": req.Ask.Enums} {
		if len(v) > 0 && flow.TooManyFields(v) {
			return req, fault.Newf("mail.form", kept, "%s has more than %d fields, which no form has", name, flow.MaxFields)
		}
	}
	to, err := run.Addresses(req.To...)
	if err == nil && len(to) == 0 {
		err = run.ErrNobody
	}
	req.To = to
	return req, err
}
