# The requests of Windmill's Python client, written out: the same methods,
# paths, parameters, headers and reading of answers.
import json, os, random, re, time, urllib.error, urllib.parse, urllib.request

BASE = os.environ.get("BASE_INTERNAL_URL", os.environ.get("WM_BASE_URL")) + "/api"
WORKSPACE = os.environ["WM_WORKSPACE"]
JOB = os.environ["WM_JOB_ID"]


class Answer:
    def __init__(self, code, text):
        self.status_code, self.text = code, text

    def json(self):
        return json.loads(self.text)


def ask(method, endpoint, params=None, body=(), check=True):
    url = BASE + "/" + urllib.parse.quote(endpoint.lstrip("/"))
    if params:
        url += "?" + urllib.parse.urlencode({k: v for k, v in params.items() if v is not None})
    data = json.dumps(body).encode() if body != () else None
    req = urllib.request.Request(url, data=data, method=method, headers={
        "Content-Type": "application/json", "Authorization": "Bearer " + os.environ["WM_TOKEN"], "Accept": "*/*", "User-Agent": "python-httpx/0.28.1"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(req, timeout=900) as r:
            return Answer(r.status, r.read().decode())
    except urllib.error.HTTPError as e:
        a = Answer(e.code, e.read().decode())
        if check:
            raise Exception("%d, %s" % (a.status_code, a.text.strip())) from None
        return a


def w(path):
    return "/w/" + WORKSPACE + "/" + path


def set_variable(path, value, is_secret=False):
    if ask("GET", w("variables/get/" + path), check=False).status_code == 404:
        return ask("POST", w("variables/create"), body={"path": path, "value": value, "is_secret": is_secret, "description": ""}).text
    return ask("POST", w("variables/update/" + path), body={"value": value}).text


def set_resource(value, path, resource_type):
    if ask("GET", w("resources/get/" + path), check=False).status_code == 404:
        return ask("POST", w("resources/create"), body={"path": path, "value": value, "resource_type": resource_type}).text
    return ask("POST", w("resources/update_value/" + path), body={"value": value}).text


def get_resource(path, none_if_undefined=False, interpolated=True):
    a = ask("GET", w(("resources/get_value_interpolated/" if interpolated else "resources/get_value/") + path), check=not none_if_undefined)
    return None if a.status_code == 404 else a.json()


def run_async(where, args):
    params = {"parent_job": JOB, "root_job": os.environ.get("WM_ROOT_FLOW_JOB_ID")}
    return ask("POST", w("jobs/run/" + where), params, args).text


def wait_job(job):
    while True:
        r = ask("GET", w("jobs_u/completed/get_result_maybe/" + job)).json()
        if r["completed"]:
            if r["success"]:
                return r["result"]
            raise Exception("Job was not successful: " + r["result"]["error"]["message"])
        assert r["started"] in (True, False)
        time.sleep(0.05)


def status(job):
    j = ask("GET", w("jobs_u/get/" + job)).json()
    if j["type"] == "CompletedJob":
        return "COMPLETED"
    return "RUNNING" if j["running"] else "WAITING"


def root(job=None):
    return ask("GET", w("jobs_u/get_root_job_id/" + (job or JOB))).json()


def main(hash):
    out = {}

    def note(name, call):
        try:
            out[name] = call()
        except Exception as e:
            out[name] = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID", "! " + str(e))

    path, state = "u/client/py_", os.environ.get("WM_STATE_PATH_NEW", os.environ.get("WM_STATE_PATH"))
    note("create", lambda: set_variable(path + "v", "one"))
    note("update", lambda: set_variable(path + "v", "two"))
    note("variable", lambda: ask("GET", w("variables/get_value/" + path + "v")).json())
    note("no variable", lambda: ask("GET", w("variables/get_value/" + path + "none")).json())
    note("secret", lambda: (set_variable(path + "s", "x", True), set_variable(path + "s", "y"), ask("GET", w("variables/get/" + path + "s")).json()["is_secret"])[2])
    note("new resource", lambda: set_resource({"a": "$var:" + path + "s"}, path + "r", "thing"))
    note("its value", lambda: get_resource(path + "r"))
    note("new value", lambda: set_resource([1], path + "r", "thing"))
    note("and then", lambda: get_resource(path + "r", interpolated=False))
    note("no resource", lambda: get_resource(path + "none", none_if_undefined=True))
    note("resources", lambda: [r["path"] for r in ask("GET", w("resources/list"), {"resource_type": "thing", "page": 1, "per_page": 10}).json()])
    note("no state", lambda: get_resource(state, none_if_undefined=True))
    note("state", lambda: (set_resource({"n": 1}, state, "state"), get_resource(state))[1])
    note("user state", lambda: (ask("POST", w("jobs/flow/user_states/%s/k" % root()), body=[None, "x"]).text, ask("GET", w("jobs/flow/user_states/%s/k" % root())).json()))
    note("root", lambda: root() == os.environ["WM_ROOT_FLOW_JOB_ID"])

    note("flow", lambda: wait_job(run_async("f/u/client/double", {"n": 2})))
    note("script", lambda: wait_job(run_async("p/u/client/greet", {"name": "Li"})))
    note("by hash", lambda: wait_job(run_async("h/" + hash, {"name": "Bo"})))
    note("failure", lambda: wait_job(run_async("f/u/client/fails", {})))
    job = run_async("f/u/client/waits", {})
    note("running", lambda: status(job))
    note("get_result", lambda: ask("GET", w("jobs_u/completed/get_result/" + job)).json())
    note("running ones", lambda: [j["id"] == job for j in ask("GET", w("jobs/list"), {"running": "true", "script_path_exact": "u/client/waits"}).json()])
    note("cancel", lambda: ask("POST", w("jobs_u/queue/cancel/" + job), body={"reason": "enough"}).text == job)
    note("canceled", lambda: status(job))
    note("preview", lambda: wait_job(ask("POST", w("jobs/run/preview"), body={"content": "def main(n): return n + 1", "language": "python3", "args": {"n": 1}}).text))

    note("me", lambda: status(JOB))
    note("progress", lambda: (ask("POST", w("job_metrics/set_progress/" + JOB), body={"percent": 12, "flow_job_id": os.environ["WM_FLOW_JOB_ID"]}).text, ask("GET", w("job_metrics/get_progress/" + JOB)).json()))
    note("whoami", lambda: ask("GET", "/users/whoami").json()["username"])
    note("who", lambda: ask("GET", w("users/whoami")).json()["username"])
    note("mail", lambda: ask("GET", w("users/username_to_email/desktop")).text)
    note("version", lambda: ask("GET", "/version").text.split()[0])
    note("links", lambda: sorted(ask("GET", w("jobs/resume_urls/%s/%d" % (JOB, random.randint(0, 1000000000))), {"approver": "bob"}).json()))
    note("links for nobody", lambda: sorted(ask("GET", w("jobs/resume_urls/%s/7" % JOB), {"approver": ""}).json()))
    note("Slack", lambda: ask("GET", w("jobs/slack_approval/" + JOB), {"slack_resource_path": "u/x/s", "channel_id": "c", "flow_step_id": "a"}).text)
    note("identity", lambda: ask("POST", w("oidc/token/aud")).text)
    note("token", lambda: ask("POST", "/users/tokens/create", body={"label": "x"}).text)
    note("S3", lambda: ask("GET", w("job_helpers/download_s3_file"), {"file_key": "a"}).text)
    note("S3 settings", lambda: ask("POST", w("job_helpers/v2/duckdb_connection_settings"), body={}).json())
    note("nonsense", lambda: ask("GET", w("no/such/call")).text)
    return out
