"""Talks to Sluice from a step: people, variables, resources, state, other flows."""
import json, os, random, time, urllib.error, urllib.parse, urllib.request

JobStatus = str


def _env(name):
    return os.environ.get(name, "")


def _call(method, path, body=None, query=None, missing=None, raw=False):
    base = (_env("BASE_INTERNAL_URL") or _env("WM_BASE_URL") or _env("BASE_URL") or "http://localhost:8000").rstrip("/")
    url = base + "/api/w/" + urllib.parse.quote(_env("WM_WORKSPACE")) + "/" + urllib.parse.quote(path)
    query = {k: v for k, v in (query or {}).items() if v is not None}
    if query:
        url += "?" + urllib.parse.urlencode(query)
    data = None if body is None else json.dumps(body[0]).encode()
    req = urllib.request.Request(url, data=data, method=method)
    req.add_header("Authorization", "Bearer " + _env("WM_TOKEN"))
    req.add_header("Accept", "application/json")
    if data is not None:
        req.add_header("Content-Type", "application/json")
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(req, timeout=900) as r:
            text = r.read().decode()
    except urllib.error.HTTPError as e:
        text = e.read().decode(errors="replace")
        if e.code == 404 and missing is not None:
            return missing
        raise Exception("%s: %d, %s" % (url, e.code, text)) from None
    if raw:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


class _Missing:
    pass


_MISSING = _Missing()


def get_workspace():
    return _env("WM_WORKSPACE")


def get_state_path():
    return _env("WM_STATE_PATH_NEW") or _env("WM_STATE_PATH")


def get_resume_urls(approver=None, flow_level=None):
    nonce = random.SystemRandom().randint(0, 1000000000)
    query = {"approver": approver, "flow_level": None if flow_level is None else str(flow_level).lower()}
    return _call("GET", "jobs/resume_urls/%s/%d" % (_env("WM_JOB_ID"), nonce), query=query)


def get_resume_endpoints(approver=None):
    return get_resume_urls(approver)


def _plain(path, *marks):
    for m in marks:
        if path.startswith(m):
            return path[len(m):]
    return path


def get_variable(path):
    return _call("GET", "variables/get_value/" + _plain(path, "$var:", "var://"))


def set_variable(path, value, is_secret=False):
    path = _plain(path, "$var:", "var://")
    if _call("GET", "variables/exists/" + path):
        _call("POST", "variables/update/" + path, ({"value": value},))
    else:
        _call("POST", "variables/create", ({"path": path, "value": value, "is_secret": is_secret, "description": ""},))


def get_resource(path, none_if_undefined=False, interpolated=True):
    path = _plain(path, "$res:", "res://")
    v = _call("GET", "resources/get_value_interpolated/" + path, missing=_MISSING)
    if v is _MISSING:
        if none_if_undefined:
            return None
        raise Exception("Resource not found at %s or not visible to you" % path)
    return v


def set_resource(value, path=None, resource_type="state"):
    path = _plain(path or get_state_path(), "$res:", "res://")
    if _call("GET", "resources/exists/" + path):
        _call("POST", "resources/update_value/" + path, ({"value": value},))
    else:
        _call("POST", "resources/create", ({"path": path, "value": value, "resource_type": resource_type},))


def get_state(path=None):
    return get_resource(path or get_state_path(), none_if_undefined=True)


def set_state(value, path=None):
    set_resource(value, path or get_state_path(), "state")


get_internal_state, set_internal_state, get_shared_state, set_shared_state = get_state, set_state, get_state, set_state


def get_root_job_id(job_id=None):
    return _call("GET", "jobs_u/get_root_job_id/" + (job_id or _env("WM_JOB_ID")))


def get_flow_user_state(key):
    return _call("GET", "jobs/flow/user_states/%s/%s" % (get_root_job_id(), key))


def set_flow_user_state(key, value):
    _call("POST", "jobs/flow/user_states/%s/%s" % (get_root_job_id(), key), (value,))


def cancel_job(job_id, reason=None):
    return _call("POST", "jobs_u/queue/cancel/" + job_id, ({"reason": reason},), raw=True)


def cancel_running():
    """Cancels the other runs of the flow that this step is in."""
    path, mine = _env("WM_FLOW_PATH"), _env("WM_ROOT_FLOW_JOB_ID")
    runs = _call("GET", "jobs/list", query={"running": "true", "script_path_exact": path}) if path else []
    return [cancel_job(r["id"], "canceled by a newer run") for r in runs if r["id"] != mine]


def run_flow_async(path, args=None, scheduled_in_secs=None, do_not_track_in_parent=True):
    query = {"scheduled_in_secs": scheduled_in_secs}
    if not do_not_track_in_parent:
        query.update(parent_job=_env("WM_JOB_ID") or None, root_job=_env("WM_ROOT_FLOW_JOB_ID") or None)
    return _call("POST", "jobs/run/f/" + path, (args or {},), query, raw=True).strip('"')


def run_script_by_path_async(path, args=None, scheduled_in_secs=None):
    query = {"scheduled_in_secs": scheduled_in_secs, "parent_job": _env("WM_JOB_ID") or None, "root_job": _env("WM_ROOT_FLOW_JOB_ID") or None}
    return _call("POST", "jobs/run/p/" + path, (args or {},), query, raw=True).strip('"')


def run_script_by_hash_async(hash_, args=None, scheduled_in_secs=None):
    query = {"scheduled_in_secs": scheduled_in_secs, "parent_job": _env("WM_JOB_ID") or None, "root_job": _env("WM_ROOT_FLOW_JOB_ID") or None}
    return _call("POST", "jobs/run/h/" + hash_, (args or {},), query, raw=True).strip('"')


def run_script_async(hash_or_path, args=None, scheduled_in_secs=None):
    begin = run_script_by_path_async if "/" in hash_or_path else run_script_by_hash_async
    return begin(hash_or_path, args, scheduled_in_secs)


def get_job(job_id):
    return _call("GET", "jobs_u/get/" + job_id)


def get_job_status(job_id):
    job = get_job(job_id)
    if job["type"] == "CompletedJob":
        return "COMPLETED"
    return "RUNNING" if job.get("running") else "WAITING"


def set_progress(value, job_id=None):
    _call("POST", "job_metrics/set_progress/" + (job_id or _env("WM_JOB_ID")), ({"percent": int(value), "flow_job_id": _env("WM_FLOW_JOB_ID") or None},), raw=True)


def get_progress(job_id=None):
    return _call("GET", "job_metrics/get_progress/" + (job_id or _env("WM_JOB_ID")))


def list_resources(resource_type=None, page=None, per_page=None):
    return _call("GET", "resources/list", query={"resource_type": resource_type, "page": page, "per_page": per_page})


def whoami():
    return _call("GET", "users/whoami")


user = whoami


def username_to_email(username):
    return _call("GET", "users/username_to_email/" + username, raw=True)


def get_id_token(audience, expires_in=None):
    return _call("POST", "oidc/token/" + audience, query={"expires_in": expires_in}, raw=True)


def get_approval_urls(step_key="approval", approver=None):
    return _call("GET", "jobs/wac_approval_urls/%s/%s" % (_env("WM_JOB_ID"), step_key), query={"approver": approver})


def append_to_result_stream(text):
    """What a script streams is part of what it prints."""
    print(text)


def stream_result(stream):
    for text in stream:
        append_to_result_stream(text)


def _no_files(*_, **__):
    raise Exception("Sluice has no file store; read and write the bucket with its own client")


load_s3_file = load_s3_file_reader = write_s3_file = delete_s3_file = sign_s3_objects = sign_s3_object = _no_files
get_duckdb_connection_settings = get_polars_connection_settings = get_boto3_connection_settings = _no_files


def task(f=None, **_):
    return f if f is not None else (lambda g: g)


def get_result(job_id, assert_result_is_not_none=True):
    return _call("GET", "jobs_u/completed/get_result/" + job_id)


def wait_job(job_id, timeout=None, **_):
    until = None if timeout is None else time.monotonic() + float(timeout)
    while True:
        r = _call("GET", "jobs_u/completed/get_result_maybe/" + job_id)
        if r.get("completed"):
            if not r.get("success"):
                result = r.get("result")
                raise Exception("Job %s was not successful: %s" % (job_id, result.get("error", result) if isinstance(result, dict) else result))
            return r.get("result")
        if until is not None and time.monotonic() > until:
            raise TimeoutError("Job %s took too long" % job_id)
        time.sleep(0.5)


def run_flow(path, args=None, timeout=None):
    return wait_job(run_flow_async(path, args, do_not_track_in_parent=False), timeout)


def run_script_by_path(path, args=None, timeout=None, **_):
    return wait_job(run_script_by_path_async(path, args), timeout)


def run_script_by_hash(hash_, args=None, timeout=None, **_):
    return wait_job(run_script_by_hash_async(hash_, args), timeout)


def run_script(path=None, hash_=None, args=None, timeout=None, **_):
    return run_script_by_path(path, args, timeout) if path else run_script_by_hash(hash_, args, timeout)


run_script_sync, run_script_by_path_sync = run_script_by_hash, run_script_by_path


def _facts(facts):
    if isinstance(facts, dict):
        facts = [{"label": k, "value": v} for k, v in facts.items()]
    return [{"label": str(f["label"]), "value": "" if f["value"] is None else str(f["value"])} for f in facts or []]


def _people(to):
    if isinstance(to, str):
        to = to.replace(";", ",").split(",")
    return [p.strip() for p in to or [] if p.strip()]


def _account(a):
    if isinstance(a, dict):
        a = a.get("path", "")
    return _plain(a or "", "$res:", "res://")


def ask_by_mail(account, to, subject="", question="", message="", facts=None, default_args=None, enums=None, description=None):
    """Mails each person of to a link to this step's approval page."""
    ask = {"question": question, "message": message, "facts": _facts(facts)}
    for k, v in (("default_args", default_args), ("enums", enums), ("description", description)):
        if v is not None:
            ask[k] = v
    return _call("POST", "sluice/ask", ({"account": _account(account), "to": _people(to), "subject": subject, "ask": ask},))


def send_mail(account, to, subject="", text=""):
    """Sends a plain message."""
    return _call("POST", "sluice/mail", ({"account": _account(account), "to": _people(to), "subject": subject, "text": text},))


def request_interactive_slack_approval(*_, **__):
    raise Exception("Approvals in Slack are not available here: use ask_by_mail, or post the links of get_resume_urls yourself")


request_interactive_teams_approval = request_interactive_slack_approval


def base64_to_bytes(s):
    import base64
    return base64.b64decode(s)


class Windmill:
    """The client as an object; its methods are the module's functions."""

    def __init__(self, *_, **__):
        pass

    def __getattr__(self, name):
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError("wmill has no %r here" % name) from None


postgresql = mysql = bigquery = snowflake = dict
