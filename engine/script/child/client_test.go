package child

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/script/internal/scripttest"
)

func TestClientOfPython(t *testing.T) {
	j, a := scripttest.WithAPI(t, scripttest.Job("python3", `
import wmill
def main():
    out = [wmill.get_resume_urls("bob")["resume"], wmill.get_resource("$res:u/me/a b"), wmill.get_resource("u/me/missing", none_if_undefined=True)]
    wmill.set_variable("u/me/known", "v")
    wmill.set_state({"n": 1})
    wmill.set_flow_user_state("k", [1])
    out.append(wmill.get_flow_user_state("k"))
    wmill.ask_by_mail({"path": "u/me/gmail"}, "a@x.example", "S", question="Q?", facts={"Amount": 3})
    wmill.send_mail("u/me/gmail", ["a@x.example"], "S", "T")
    try:
        wmill.get_variable("u/me/missing")
    except Exception as e:
        out.append("404, there is none" in str(e))
    return out
`, `{}`))
	got, err := (&Python{}).Run(context.Background(), j, &scripttest.Log{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`["http://r", {"v": 1}, null, {"v": 1}, true]`, string(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"GET jobs/resume_urls/job-1/N?approver=bob", "GET resources/get_value_interpolated/u/me/a%20b", "GET resources/get_value_interpolated/u/me/missing",
		"GET variables/exists/u/me/known", `POST variables/update/u/me/known {"value": "v"}`,
		"GET resources/exists/u/me/state", `POST resources/create {"path": "u/me/state", "value": {"n": 1}, "resource_type": "state"}`,
		"GET jobs_u/get_root_job_id/job-1", "POST jobs/flow/user_states/root/k [1]", "GET jobs_u/get_root_job_id/job-1", "GET jobs/flow/user_states/root/k",
		`POST sluice/ask {"account": "u/me/gmail", "to": ["a@x.example"], "subject": "S", "ask": {"question": "Q?", "message": "", "facts": [{"label": "Amount", "value": "3"}]}}`,
		`POST sluice/mail {"account": "u/me/gmail", "to": ["a@x.example"], "subject": "S", "text": "T"}`,
		"GET variables/get_value/u/me/missing",
	}, a.Got()); diff != "" {
		t.Error(diff)
	}
}

// The client of Python as an object, its types, and what it does not have.
func TestClientObjectOfPython(t *testing.T) {
	j, a := scripttest.WithAPI(t, scripttest.Job("python3", `
import wmill
from wmill import Windmill, S3Object, PolarsConnectionSettings
def words(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return str(e)
def main(f: S3Object = None):
    w = Windmill()
    out = [w.workspace, w.get("/w/" + w.workspace + "/resources/get_value_interpolated/u/me/a b").json()]
    out.append(w.post("w/" + w.workspace + "/jobs/run/f/f/x", json={"a": 1}, params={"x": None, "y": 2}).text)
    missing = w.get("w/" + w.workspace + "/variables/get_value/u/me/missing", raise_for_status=False)
    out.append([missing.status_code, missing.is_success])
    try:
        missing.raise_for_status()
    except Exception as e:
        out.append(e.response.status_code)
    w.state = {"n": 1}
    out.append(Windmill(token="other").get_resource("u/me/a b"))
    out.append([S3Object(s3="a/b").s3, wmill.parse_s3_object("s3://store/k"), wmill.parse_s3_object("s3:///k")])
    out += [words(wmill.datatable), words(wmill.DataTableClient), words(w.create_token), words(w.set_shared_state, 1), words(getattr, wmill, "nosuch"), words(getattr, w, "nosuch")]
    return out
`, `{}`))
	got, err := (&Python{}).Run(context.Background(), j, &scripttest.Log{})
	if err != nil {
		t.Fatal(err)
	}
	want := `["sluice", {"v": 1}, "id-7", [404, false], 404, {"v": 1}, ["a/b", {"s3": "k", "storage": "store"}, {"s3": "k"}], ` +
		`"Sluice has no data tables; use the database's own client with a resource", "Sluice has no data tables; use the database's own client with a resource", ` +
		`"Sluice gives out no tokens: a step has its own, while it runs", "The steps of this flow share no folder: let them share a worker (same_worker)", ` +
		`"wmill has no 'nosuch' here", "wmill has no 'nosuch' here"]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"GET resources/get_value_interpolated/u/me/a%20b", `POST jobs/run/f/f/x?y=2 {"a": 1}`, "GET variables/get_value/u/me/missing",
		"GET resources/exists/u/me/state", `POST resources/create {"path": "u/me/state", "value": {"n": 1}, "resource_type": "state"}`,
		"GET resources/get_value_interpolated/u/me/a%20b without the token",
	}, a.Got()); diff != "" {
		t.Error(diff)
	}

	_, err = (&Python{}).Run(context.Background(), scripttest.Job("python3", "from wmill import nosuch\ndef main():\n    pass", `{}`), &scripttest.Log{})
	if f := scripttest.Failure(t, err, "ImportError"); f.Message != "cannot import name 'nosuch' from 'wmill'" || f.Hint == "" || f.Line != 1 {
		t.Errorf("%+v", f)
	}
	k := scripttest.Job("python3", "import wmill\ndef main():\n    wmill.set_shared_state({'a': 1})\n    wmill.set_shared_state_pickle([2])\n    return [wmill.get_shared_state(), wmill.get_shared_state_pickle()]", `{}`)
	k.Shared = t.TempDir()
	if got, err := (&Python{}).Run(context.Background(), k, &scripttest.Log{}); err != nil || string(got) != `[{"a": 1}, [2]]` {
		t.Errorf("%s, %v", got, err)
	}
}
