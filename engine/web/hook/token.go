package hook

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"sluice/engine/fault"
	"sluice/engine/hook"
	"sluice/engine/web"
)

// What calls Windmill to start a flow needs another base address and token only: the
// secret of a webhook is one, for its flow and those that it names besides. Answers are
// those of Windmill's API, errors a line of text.

// tokenRoute reads the path of a call of Windmill's API, behind its api/, that comes with a
// token.
func tokenRoute(s []string, r *http.Request) (to route, ok bool) {
	if len(s) < 5 || s[0] != "w" || s[1] == "" {
		return to, false
	}
	rest := strings.Join(s[4:], "/")
	switch s[2] + "/" + s[3] {
	case "jobs/run":
		to.flow, ok = strings.CutPrefix(rest, "f/")
	case "jobs/run_wait_result":
		to.flow, ok = strings.CutPrefix(rest, "f/")
		to.result = true
	case "jobs_u/completed":
		to.run, ok = strings.CutPrefix(rest, "get_result_maybe/")
		ok = ok && web.WordLike(to.run)
	}
	to.token = true
	to.secret, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if to.secret = strings.TrimSpace(to.secret); to.secret == "" {
		to.secret = r.URL.Query().Get(tokenName)
	}
	return to, ok && to.flow+to.run != "" && web.WordLike(to.secret)
}

// tokenName is the name in the query under which a token may stand.
const tokenName = "token"

// resultWait is how long an answer waits for the result of a run.
const resultWait = 600 * time.Second

// serveToken answers a call that came with a token.
func (c call) serveToken() error {
	allow := "POST"
	switch {
	case c.run != "":
		allow = "GET"
	case c.result && (c.hook.Get || c.r.Header.Get("Authorization") != ""): // no link that somebody follows
		allow = "GET, POST"
	}
	if !strings.Contains(allow, c.r.Method) {
		c.w.Header().Set("Allow", allow)
		return fault.Newf("hook.method", "Nothing was started.", "%s does nothing here", c.r.Method)
	}
	if (c.result || c.run != "") && !c.hook.Sync {
		return fault.New("hook.scope", "This token reads no results", "Nothing was started. Let its webhook answer with the result, or call jobs/run/f.")
	}
	if c.run != "" {
		return c.limited("status "+c.hook.Path, c.resultMaybe)
	}
	if err := c.unmet(); err != nil {
		return err
	}
	if !c.hook.Starts(c.flow) {
		return fault.Newf("hook.scope", "Nothing was started.", "This token does not start %s", c.flow)
	}
	return c.limited(c.hook.Path, c.startByToken)
}

// unmetNames are what Windmill takes in the query of a start and Sluice does not do: who asks
// for it would get another run than they believe. What has to do with workers and their
// queues only (tag, priority), and who sees the run, changes nothing.
var unmetNames = []string{"cache_ttl", "include_header", "job_id", "memory_id", "parent_job", "queue_limit", "raw", "root_job", "scheduled_for", "scheduled_in_secs", "skip_preprocessor", "timeout"}

// unmet says what a call asks for by its query that is not done here.
func (c call) unmet() error {
	query := c.r.URL.Query()
	for _, name := range unmetNames {
		switch query.Get(name) {
		case "", "0", "false":
			continue
		}
		hint := "Nothing was started. Leave it out."
		switch name {
		case "include_header":
			hint = "Nothing was started. Headers are handed on by the settings of the webhook: sluice hooks add … --header NAME."
		case "scheduled_for", "scheduled_in_secs":
			hint = "Nothing was started. A run that is started here begins at once; a schedule starts it later."
		}
		return fault.Newf("hook.query", hint, "Sluice does not do what %s in the query asks for", name)
	}
	return nil
}

func (c call) startByToken() error {
	if !c.result {
		receipt, _, err := c.begin(0)
		if err == nil {
			web.WriteText(c.w, http.StatusCreated, receipt.Run)
		}
		return err
	}
	receipt, o, err := c.begin(resultWait)
	switch {
	case err != nil:
		return err
	case !o.Over(): // it waits for people, who may take days
		say(c.w, http.StatusAccepted, answer{Run: receipt.Run, Status: c.statusByToken(receipt.Run), State: o.Status, Repeated: receipt.Repeated})
	case o.TooLarge:
		return fault.New("hook.result", "The result is too large to be told", "The run succeeded.")
	case o.Outcome == "succeeded":
		say(c.w, http.StatusOK, result(o))
	default:
		say(c.w, http.StatusUnprocessableEntity, result(o))
	}
	return nil
}

// result is what a run gave, or what went wrong.
func result(o hook.Outcome) json.RawMessage {
	if o.Outcome == "succeeded" || o.Outcome == "skipped" {
		if o.Result == nil {
			return json.RawMessage("null")
		}
		return o.Result
	}
	b, err := json.Marshal(map[string]json.RawMessage{"error": o.Error})
	if err != nil {
		return json.RawMessage(`{"error":null}`)
	}
	return b
}

// resultMaybe tells how a run stands, as whoever polls Windmill expects it.
func (c call) resultMaybe() error {
	o, err := c.standing()
	if err != nil {
		return err
	}
	is := struct {
		Started   bool            `json:"started"`
		Success   bool            `json:"success"`
		Completed bool            `json:"completed"`
		Result    json.RawMessage `json:"result"`
	}{Started: true, Completed: o.Over(), Success: o.Outcome == "succeeded"}
	if is.Completed {
		is.Result = result(o)
	}
	say(c.w, http.StatusOK, is)
	return nil
}

func (c call) statusByToken(run string) string {
	return strings.TrimRight(c.h.opt.Base(), "/") + "/api/w/main/jobs_u/completed/get_result_maybe/" + run
}

// payload is the input of a call by GET: JSON in base64.
func payload(r *http.Request) ([]byte, error) {
	text := r.URL.Query().Get("payload")
	if text == "" {
		return nil, nil
	}
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(text), "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, fault.Because(err, "hook.body", "The payload is not written in base64", "Nothing was started.")
	}
	if len(raw) > web.MaxBody {
		return nil, web.ErrTooLarge
	}
	r.Header.Set("Content-Type", "application/json")
	return raw, nil
}

// asWindmill makes of a delivery what Windmill would: it is for the flow that the address
// names, and the query adds nothing but what include_query names.
func (c call) asWindmill(d *hook.Delivery) {
	d.Flow = c.flow
	query := d.Query
	d.Query = map[string][]string{}
	for name := range strings.SplitSeq(c.r.URL.Query().Get("include_query"), ",") {
		if v, ok := query[strings.TrimSpace(name)]; ok {
			d.Query[strings.TrimSpace(name)] = v
		}
	}
}
