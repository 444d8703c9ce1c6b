"""Talks to Sluice from a step: people, variables, resources, state, other flows."""
import json, os, random, threading, time, urllib.error, urllib.parse, urllib.request

JobStatus = str


# The client object whose method is called, if it is not the one of this job.
_other = threading.local()


def _env(name):
    return os.environ.get(name, "")


def _base():
    return (_env("BASE_INTERNAL_URL") or _env("WM_BASE_URL") or _env("BASE_URL") or "http://localhost:8000").rstrip("/")


class HTTPError(Exception):
    """A call that was answered with an error; response is the answer."""

    def __init__(self, response):
        super().__init__("%s: %d, %s" % (response.url, response.status_code, response.text))
        self.response = response


class Response:
    """An answer of Sluice."""

    def __init__(self, url, status_code, headers, content):
        self.url, self.status_code, self.headers, self.content = url, status_code, headers, content

    def __repr__(self):
        return "<Response [%d]>" % self.status_code

    @property
    def text(self):
        return self.content.decode(errors="replace")

    def json(self):
        return json.loads(self.content)

    @property
    def is_success(self):
        return 200 <= self.status_code < 300

    def raise_for_status(self):
        if not self.is_success:
            raise HTTPError(self)
        return self


def _send(method, url, data=None, query=None, headers=None, token=None, timeout=900):
    query = {k: v for k, v in (query or {}).items() if v is not None}
    if query:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(query, doseq=True)
    req = urllib.request.Request(url, data=data, method=method)
    req.add_header("Authorization", "Bearer " + (token or _env("WM_TOKEN")))
    req.add_header("Accept", "application/json")
    if data is not None:
        req.add_header("Content-Type", "application/json")
    for k, v in (headers or {}).items():
        req.add_header(k, v)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(req, timeout=timeout) as r:
            return Response(url, r.status, dict(r.headers), r.read())
    except urllib.error.HTTPError as e:
        return Response(url, e.code, dict(e.headers), e.read())


def _call(method, path, body=None, query=None, missing=None, raw=False):
    who = getattr(_other, "client", None)
    base = who.base_url if who else _base() + "/api"
    url = base + "/w/" + urllib.parse.quote(who.workspace if who else _env("WM_WORKSPACE")) + "/" + urllib.parse.quote(path)
    r = _send(method, url, None if body is None else json.dumps(body[0]).encode(), query, token=who.token if who else None)
    if r.status_code == 404 and missing is not None:
        return missing
    text = r.raise_for_status().text
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


get_internal_state, set_internal_state = get_state, set_state


def _shared(path):
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "shared")
    if not os.path.isdir(folder):
        raise Exception("The steps of this flow share no folder: let them share a worker (same_worker)")
    return os.path.join(folder, path)


def set_shared_state(value, path="state.json"):
    with open(_shared(path), "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, indent=4)


def get_shared_state(path="state.json"):
    with open(_shared(path), encoding="utf-8") as f:
        return json.load(f)


def set_shared_state_pickle(value, path="state.pickle"):
    import pickle
    with open(_shared(path), "wb") as f:
        pickle.dump(value, f)


def get_shared_state_pickle(path="state.pickle"):
    import pickle
    with open(_shared(path), "rb") as f:
        return pickle.load(f)


def get_version():
    return _send("GET", _base() + "/api/version").raise_for_status().text


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


load_s3_file = load_s3_file_reader = write_s3_file = delete_s3_file = upload_s3_file = sign_s3_objects = sign_s3_object = _no_files
get_presigned_s3_public_urls = get_presigned_s3_public_url = _no_files
get_duckdb_connection_settings = get_polars_connection_settings = get_boto3_connection_settings = _no_files
duckdb_connection_settings = polars_connection_settings = boto3_connection_settings = _no_files


class _Fields(dict):
    """A dict whose values are its attributes, too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class S3Object(_Fields):
    pass


class S3FsClientKwargs(_Fields):
    pass


class S3FsArgs(_Fields):
    pass


class StorageOptions(_Fields):
    pass


class PolarsConnectionSettings(_Fields):
    pass


class Boto3ConnectionSettings(_Fields):
    pass


class DuckDbConnectionSettings(_Fields):
    pass


def parse_s3_object(s3_object):
    """A file's place as an object, also where it is written s3://storage/key."""
    if not isinstance(s3_object, str):
        return S3Object(s3_object)
    storage, slash, key = s3_object[5:].partition("/") if s3_object.startswith("s3://") else ("", "", "")
    if not slash:
        raise ValueError("%r is no place of a file: write s3://storage/key" % s3_object)
    return S3Object(s3=key, storage=storage) if storage else S3Object(s3=key)


def parse_resource_syntax(s):
    return _plain(s, "$res:", "res://") if s and s.startswith(("$res:", "res://")) else None


def parse_variable_syntax(s):
    return s[len("var://"):] if s and s.startswith("var://") else None


def _no_tables(*_, **__):
    raise Exception("Sluice has no data tables; use the database's own client with a resource")


class DataTableClient:
    def __init__(self, *_, **__):
        _no_tables()


DucklakeClient = DataTableClient
datatable = ducklake = _no_tables


def _no_code_flows(*_, **__):
    raise Exception("Workflows as code do not run here: write the steps as a flow")


workflow = wait_for_approval = _no_code_flows


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
    """The engine reads names and lists."""
    return ["" if p is None else str(p) for p in ([to] if isinstance(to, str) or to is None else to)]


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


def send_teams_message(*_, **__):
    raise Exception("Sluice sends no messages to Teams: use send_mail, or post to a webhook of your channel")


def base64_to_bytes(s):
    import base64
    return base64.b64decode(s)


class Windmill:
    """The client as an object. Its methods are the module's functions, for the
    address and token that it was made with."""

    def __init__(self, base_url=None, token=None):
        self.base_url = (base_url.rstrip("/") if base_url else _base()) + "/api"
        self.token = token or _env("WM_TOKEN")
        self.headers = {"Content-Type": "application/json", "Authorization": "Bearer " + self.token}
        self.workspace = _env("WM_WORKSPACE")
        self.path = _env("WM_JOB_PATH")

    def _request(self, method, endpoint, raise_for_status=True, params=None, json=None, data=None, content=None, headers=None, timeout=900, **other):
        if other:
            raise TypeError("the client has no %s here" % ", ".join(sorted(other)))
        body = content if content is not None else data
        if json is not None:
            body = _dumps(json).encode()
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            headers = dict({"Content-Type": "application/x-www-form-urlencoded"}, **(headers or {}))
        if isinstance(body, str):
            body = body.encode()
        if body is None and method != "GET":
            body = b""
        r = _send(method, self.base_url + "/" + urllib.parse.quote(endpoint.lstrip("/"), safe="/%?&=:,+~@!$;()*"), body, params, headers, self.token, timeout)
        return r.raise_for_status() if raise_for_status else r

    def get(self, endpoint, raise_for_status=True, **kwargs):
        return self._request("GET", endpoint, raise_for_status, **kwargs)

    def post(self, endpoint, raise_for_status=True, **kwargs):
        return self._request("POST", endpoint, raise_for_status, **kwargs)

    def put(self, endpoint, raise_for_status=True, **kwargs):
        return self._request("PUT", endpoint, raise_for_status, **kwargs)

    def delete(self, endpoint, raise_for_status=True, **kwargs):
        return self._request("DELETE", endpoint, raise_for_status, **kwargs)

    def create_job(self, path=None, hash_=None, args=None, scheduled_in_secs=None):
        if bool(path) == bool(hash_):
            raise ValueError("Name the script by its path or by its hash")
        return self.run_script_by_path_async(path, args, scheduled_in_secs) if path else self.run_script_by_hash_async(hash_, args, scheduled_in_secs)

    def create_token(self, *_, **__):
        raise Exception("Sluice gives out no tokens: a step has its own, while it runs")

    @property
    def version(self):
        return self.get("version").text

    @property
    def user(self):
        return self.whoami()

    @property
    def state_path(self):
        return get_state_path()

    @property
    def state(self):
        return self.get_state()

    @state.setter
    def state(self, value):
        self.set_state(value)

    def __getattr__(self, name):
        f = globals().get(name)
        if name.startswith("_") or not callable(f) or isinstance(f, type):
            raise AttributeError("wmill has no %r here" % name)

        def method(*args, **kwargs):
            before = getattr(_other, "client", None)
            _other.client = self
            try:
                return f(*args, **kwargs)
            finally:
                _other.client = before

        method.__name__ = name
        return method


def _dumps(v):
    return json.dumps(v)


def __getattr__(name):
    raise AttributeError("wmill has no %r here" % name)


postgresql = mysql = bigquery = snowflake = dict
