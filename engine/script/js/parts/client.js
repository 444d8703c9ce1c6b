// The client that scripts import as windmill-client, under any of its names:
// it speaks to Sluice's own API on this computer.
(() => {
	const inner = globalThis.$inner, { host, need } = inner, { start } = need("outside");
	const env = (name) => inner.env()[name] ?? "";
	const base = () => (env("BASE_INTERNAL_URL") || env("BASE_URL") || "http://localhost:8000").replace(/\/+$/, "") + "/api";
	const strip = (path, ...marks) => {
		path = String(path ?? "");
		for (const m of marks) if (path.startsWith(m)) return path.slice(m.length);
		return path;
	};
	const resPath = (p) => strip(p, "$res:", "res://");
	const varPath = (p) => strip(p, "$var:", "var://");

	class ApiError extends Error {
		constructor(url, status, body) {
			super(url + ": " + status + ", " + body);
			this.name = "ApiError";
			this.url = url;
			this.status = status;
			this.body = body;
		}
	}

	// call asks the API; body is [value], so that a bare null can be sent. It goes
	// past fetch, whose classes it does not need.
	const call = (method, path, { query = {}, body, raw = false } = {}) => new Promise((resolve, reject) => {
		let url = base() + "/w/" + encodeURI(getWorkspace()) + "/" + encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23"), mark = "?";
		for (const k of Object.keys(query)) {
			if (query[k] === undefined || query[k] === null) continue;
			url += mark + encodeURIComponent(k) + "=" + encodeURIComponent(String(query[k]));
			mark = "&";
		}
		const headers = [["accept", "application/json"], ["authorization", "Bearer " + env("WM_TOKEN")]];
		if (body) headers.push(["content-type", "application/json"]);
		start("fetch", JSON.stringify({ method, url, headers, text: body ? JSON.stringify(body[0] ?? null) : undefined }), (answer, error) => {
			if (error) return reject(new TypeError("fetch failed: " + error));
			const a = JSON.parse(answer), text = a.text ?? "";
			if (a.status < 200 || a.status > 299) return reject(new ApiError(url.replace(/^[a-z]+:\/\/[^/]*|\?.*$/g, ""), a.status, text));
			if (raw) return resolve(text);
			if (text === "") return resolve(undefined);
			try { resolve(JSON.parse(text)); } catch { resolve(text); }
		});
	});

	const SHARED_FOLDER = "/shared";
	function getWorkspace() { return env("WM_WORKSPACE"); }
	function setClient(token, url) {
		if (token !== undefined) inner.env().WM_TOKEN = token;
		if (url !== undefined) inner.env().BASE_INTERNAL_URL = url;
	}
	function getEnv(name) { return inner.env()[name]; }
	function getStatePath() { return env("WM_STATE_PATH_NEW") || env("WM_STATE_PATH"); }
	const getInternalStatePath = async () => getStatePath();

	// --- people ---
	async function getResumeUrls(approver, flowLevel) {
		const nonce = [...host("random", 4)].reduce((n, c) => n * 256 + c.charCodeAt(0), 0);
		return call("GET", "jobs/resume_urls/" + env("WM_JOB_ID") + "/" + nonce, { query: { approver, flow_level: flowLevel } });
	}
	const getResumeEndpoints = (approver) => getResumeUrls(approver);

	const people = (to) => (Array.isArray(to) ? to : [to]).map((p) => String(p ?? "")); // the engine reads names and lists
	const accountPath = (a) => resPath(a && typeof a === "object" ? a.path : a);
	const facts = (f) =>
		(Array.isArray(f) ? f : Object.entries(f ?? {}).map(([label, value]) => ({ label, value }))).map((x) => ({
			label: String(x.label),
			value: x.value === undefined || x.value === null ? "" : typeof x.value === "object" ? JSON.stringify(x.value) : String(x.value),
		}));
	// askByMail mails each person of to a link to this step's approval page.
	async function askByMail({ account, to, subject = "", question = "", message = "", facts: list, default_args, enums, description } = {}) {
		return call("POST", "sluice/ask", {
			body: [{ account: accountPath(account), to: people(to), subject, ask: { question, message, facts: facts(list), default_args, enums, description } }],
		});
	}
	// sendMail sends a plain message.
	async function sendMail({ account, to, subject = "", text = "" } = {}) {
		return call("POST", "sluice/mail", { body: [{ account: accountPath(account), to: people(to), subject, text }] });
	}
	const elsewhere = (what) => async () => {
		throw new Error(what + " is not available here: use askByMail, or post the links of getResumeUrls yourself");
	};
	const requestInteractiveSlackApproval = elsewhere("requestInteractiveSlackApproval");
	const requestInteractiveTeamsApproval = elsewhere("requestInteractiveTeamsApproval");

	// --- resources, variables, state ---
	async function getResource(path, undefinedIfEmpty) {
		path = path === undefined ? getStatePath() : resPath(path);
		try {
			return await call("GET", "resources/get_value_interpolated/" + path);
		} catch (e) {
			if (undefinedIfEmpty && e.status === 404) return undefined;
			throw e.status === 404 ? new Error("Resource not found at " + path + " or not visible to you: " + e.body) : e;
		}
	}
	const resolveDefaultResource = async (v) => (typeof v === "string" && /^(\$res:|res:\/\/)/.test(v) ? getResource(v) : v);
	async function setResource(value, path, type = "state") {
		path = path === undefined ? getStatePath() : resPath(path);
		if (await call("GET", "resources/exists/" + path)) await call("POST", "resources/update_value/" + path, { body: [{ value }], raw: true });
		else await call("POST", "resources/create", { body: [{ path, value, resource_type: type }], raw: true });
	}
	async function databaseUrlFromResource(path) {
		const r = await getResource(path);
		return "postgresql://" + r.user + ":" + r.password + "@" + r.host + ":" + r.port + "/" + r.dbname + "?sslmode=" + r.sslmode;
	}
	const getState = (path) => getResource(path ?? getStatePath(), true);
	const setState = (value, path) => setResource(value, path ?? getStatePath(), "state");
	const getInternalState = getState, setInternalState = setState, getSharedState = getState, setSharedState = setState;
	async function getVariable(path) {
		path = varPath(path);
		try {
			return await call("GET", "variables/get_value/" + path);
		} catch (e) {
			throw new Error("Variable not found at " + path + " or not visible to you: " + (e.body ?? e.message));
		}
	}
	async function setVariable(path, value, isSecret = false, description = "") {
		path = varPath(path);
		if (await call("GET", "variables/exists/" + path)) await call("POST", "variables/update/" + path, { body: [{ value }], raw: true });
		else await call("POST", "variables/create", { body: [{ path, value, is_secret: isSecret, description }], raw: true });
	}
	async function getRootJobId(job) { return call("GET", "jobs_u/get_root_job_id/" + (job ?? env("WM_JOB_ID"))); }
	async function getFlowUserState(key, errorIfNotPossible) {
		try {
			return await call("GET", "jobs/flow/user_states/" + (await getRootJobId()) + "/" + key);
		} catch (e) {
			if (errorIfNotPossible) throw e;
			console.error("Could not read the flow's state " + key + ": " + e.message);
		}
	}
	async function setFlowUserState(key, value, errorIfNotPossible) {
		try {
			await call("POST", "jobs/flow/user_states/" + (await getRootJobId()) + "/" + key, { body: [value], raw: true });
		} catch (e) {
			if (errorIfNotPossible) throw e;
			console.error("Could not write the flow's state " + key + ": " + e.message);
		}
	}

	// --- jobs ---
	async function cancelJob(id, reason) { return call("POST", "jobs_u/queue/cancel/" + id, { body: [{ reason }], raw: true }); }
	const parents = () => ({ parent_job: env("WM_JOB_ID") || undefined, root_job: env("WM_ROOT_FLOW_JOB_ID") || undefined });
	const begin = async (path, args, query) => (await call("POST", path, { body: [args ?? {}], query, raw: true })).replace(/^"|"$/g, "");
	const runFlowAsync = (path, args, scheduledInSeconds = null, doNotTrackInParent = true) =>
		begin("jobs/run/f/" + path, args, { scheduled_in_secs: scheduledInSeconds, ...(doNotTrackInParent ? {} : parents()) });
	const runScriptByPathAsync = (path, args, scheduledInSeconds = null) => begin("jobs/run/p/" + path, args, { scheduled_in_secs: scheduledInSeconds, ...parents() });
	const runScriptByHashAsync = (hash, args, scheduledInSeconds = null) => begin("jobs/run/h/" + hash, args, { scheduled_in_secs: scheduledInSeconds, ...parents() });
	const runScriptAsync = (path, hash, args, scheduledInSeconds = null) => (path ? runScriptByPathAsync(path, args, scheduledInSeconds) : runScriptByHashAsync(hash, args, scheduledInSeconds));
	const getResult = (id) => call("GET", "jobs_u/completed/get_result/" + id);
	const getResultMaybe = (id) => call("GET", "jobs_u/completed/get_result_maybe/" + id);
	async function waitJob(id) {
		for (;;) {
			const r = await getResultMaybe(id);
			if (r.completed) {
				if (!r.success) throw new Error("Job " + id + " was not successful: " + JSON.stringify(r.result?.error ?? r.result));
				return r.result;
			}
			await new Promise((done) => start("timer", "500", done));
		}
	}
	const runFlow = async (path, args) => waitJob(await runFlowAsync(path, args, null, false));
	const runScriptByPath = async (path, args) => waitJob(await runScriptByPathAsync(path, args));
	const runScriptByHash = async (hash, args) => waitJob(await runScriptByHashAsync(hash, args));
	const runScript = async (path, hash, args) => waitJob(await runScriptAsync(path, hash, args));
	async function setProgress(percent, job) {
		await call("POST", "job_metrics/set_progress/" + (job ?? env("WM_JOB_ID")), { body: [{ percent: Math.floor(percent), flow_job_id: env("WM_FLOW_JOB_ID") || undefined }], raw: true });
	}
	async function getProgress(job) { return call("GET", "job_metrics/get_progress/" + (job ?? env("WM_JOB_ID"))); }
	async function usernameToEmail(user) { return call("GET", "users/username_to_email/" + user, { raw: true }); }
	async function getIdToken(audience, expires_in) { return call("POST", "oidc/token/" + audience, { query: { expires_in }, raw: true }); }
	// What a script streams is part of what it prints.
	function appendToResultStream(text) { console.log(String(text)); }
	async function streamResult(stream) { for await (const text of stream) appendToResultStream(text); }

	// --- workflows as code: what they are outside of one; the rest is refused ---
	const plain = (v) => JSON.parse(JSON.stringify({ v }, (_, x) => (x === undefined ? null : x))).v;
	const task = (path, f) => (typeof path === "function" ? path : f);
	const workflow = (f) => f;
	const step = async (name, f) => plain(await f());
	const sleep = (seconds) => new Promise((done) => start("timer", String(Math.max(1, Math.round(seconds)) * 1000), done));
	async function parallel(items, f, { concurrency = items.length } = {}) {
		const out = [];
		for (let i = 0; i < items.length && concurrency > 0; i += concurrency) out.push(...(await Promise.all(items.slice(i, i + concurrency).map((v) => f(v)))));
		return out;
	}
	const absent = (what, instead) => () => { throw new Error(what + " is not available here: " + instead); };
	const inFlow = "put the steps into a flow", noFiles = "Sluice has no file store; read and write the bucket by fetch";
	const taskScript = absent("taskScript", inFlow), taskFlow = absent("taskFlow", inFlow), waitForApproval = absent("waitForApproval", "set suspend on a step of a flow");
	const getApprovalUrls = async (key = "approval", approver) => call("GET", "jobs/wac_approval_urls/" + env("WM_JOB_ID") + "/" + key, { query: { approver } });
	const later = (what, instead) => async () => absent(what, instead)();
	const loadS3File = later("loadS3File", noFiles), loadS3FileStream = later("loadS3FileStream", noFiles), writeS3File = later("writeS3File", noFiles);
	const deleteS3File = later("deleteS3File", noFiles), denoS3LightClientSettings = later("denoS3LightClientSettings", noFiles);
	const signS3Objects = later("signS3Objects", noFiles), signS3Object = later("signS3Object", noFiles);
	const getPresignedS3PublicUrls = later("getPresignedS3PublicUrls", noFiles), getPresignedS3PublicUrl = later("getPresignedS3PublicUrl", noFiles);
	const datatable = absent("datatable", "use the database's own client"), ducklake = absent("ducklake", "use the database's own client");
	const commitKafkaOffsets = later("commitKafkaOffsets", "there are no Kafka triggers");

	// --- the calls of the generated services that scripts use most; the others say so ---
	const service = (name, own = {}) => new Proxy(own, {
		get: (o, k) => typeof k === "symbol" || k in o || k === "then" || k === "toJSON" ? o[k] : later(name + "." + k,
			name === "TeamsService" || name === "SlackService" ? "use sendMail or askByMail" : "Sluice has no such call; the README lists those that it has"),
	});
	const JobService = service("JobService", {
		getJob: ({ id, noLogs, noCode }) => call("GET", "jobs_u/get/" + id, { query: { no_logs: noLogs, no_code: noCode } }),
		getCompletedJob: ({ id }) => call("GET", "jobs_u/completed/get/" + id),
		getCompletedJobResult: ({ id }) => getResult(id),
		getCompletedJobResultMaybe: ({ id }) => getResultMaybe(id),
		getRootJobId: ({ id }) => getRootJobId(id),
		getResumeUrls: ({ id, resumeId, approver, flowLevel }) => call("GET", "jobs/resume_urls/" + id + "/" + resumeId, { query: { approver, flow_level: flowLevel } }),
		cancelQueuedJob: ({ id, requestBody }) => cancelJob(id, requestBody?.reason),
		runFlowByPath: ({ path, requestBody }) => runFlowAsync(path, requestBody),
		runScriptByPath: ({ path, requestBody }) => runScriptByPathAsync(path, requestBody),
		runScriptByHash: ({ hash, requestBody }) => runScriptByHashAsync(hash, requestBody),
		listJobs: ({ scriptPathExact, running, success, page, perPage } = {}) =>
			call("GET", "jobs/list", { query: { script_path_exact: scriptPathExact, running, success, page, per_page: perPage } }),
	});
	const FlowService = service("FlowService", {
		getFlowByPath: ({ path }) => call("GET", "flows/get/" + path),
		existsFlowByPath: ({ path }) => call("GET", "flows/exists/" + path),
		listFlows: ({ page, perPage } = {}) => call("GET", "flows/list", { query: { page, per_page: perPage } }),
	});
	const ScriptService = service("ScriptService", {
		getScriptByPath: ({ path }) => call("GET", "scripts/get/p/" + path),
		existsScriptByPath: ({ path }) => call("GET", "scripts/exists/p/" + path),
		listScripts: ({ page, perPage } = {}) => call("GET", "scripts/list", { query: { page, per_page: perPage } }),
	});
	const ResourceService = service("ResourceService", {
		getResource: ({ path }) => call("GET", "resources/get/" + path),
		getResourceValue: ({ path }) => call("GET", "resources/get_value/" + path),
		getResourceValueInterpolated: ({ path }) => call("GET", "resources/get_value_interpolated/" + path),
		existsResource: ({ path }) => call("GET", "resources/exists/" + path),
		listResource: ({ resourceType } = {}) => call("GET", "resources/list", { query: { resource_type: resourceType } }),
		createResource: ({ requestBody }) => call("POST", "resources/create", { body: [requestBody], raw: true }),
		updateResourceValue: ({ path, requestBody }) => call("POST", "resources/update_value/" + path, { body: [requestBody], raw: true }),
		deleteResource: ({ path }) => call("DELETE", "resources/delete/" + path, { raw: true }),
	});
	const VariableService = service("VariableService", {
		getVariable: ({ path }) => call("GET", "variables/get/" + path),
		getVariableValue: ({ path }) => call("GET", "variables/get_value/" + path),
		existsVariable: ({ path }) => call("GET", "variables/exists/" + path),
		listVariable: () => call("GET", "variables/list"),
		createVariable: ({ requestBody }) => call("POST", "variables/create", { body: [requestBody], raw: true }),
		updateVariable: ({ path, requestBody }) => call("POST", "variables/update/" + path, { body: [requestBody], raw: true }),
		deleteVariable: ({ path }) => call("DELETE", "variables/delete/" + path, { raw: true }),
	});
	const ScheduleService = service("ScheduleService", {
		previewSchedule: ({ requestBody }) => call("POST", "schedules/preview", { body: [requestBody] }),
		listSchedules: ({ path, isFlow, pathStart, page, perPage } = {}) => call("GET", "schedules/list", { query: { path, is_flow: isFlow, path_start: pathStart, page, per_page: perPage } }),
		getSchedule: ({ path }) => call("GET", "schedules/get/" + path),
		existsSchedule: ({ path }) => call("GET", "schedules/exists/" + path),
		createSchedule: ({ requestBody }) => call("POST", "schedules/create", { body: [requestBody], raw: true }),
		updateSchedule: ({ path, requestBody }) => call("POST", "schedules/update/" + path, { body: [requestBody], raw: true }),
		setScheduleEnabled: ({ path, requestBody }) => call("POST", "schedules/setenabled/" + path, { body: [requestBody], raw: true }),
		deleteSchedule: ({ path }) => call("DELETE", "schedules/delete/" + path, { raw: true }),
	});
	const UserService = service("UserService", { whoami: () => call("GET", "users/whoami"), usernameToEmail: ({ username }) => usernameToEmail(username) });
	const [AdminService, AiService, AppService, AuditService, ConcurrencyGroupsService, ConfigService, DraftService, EmailTriggerService, FavoriteService, FolderService, GcpTriggerService, GitSyncService, GranularAclService, GroupService, HealthService, HelpersService, HttpTriggerService, InputService, IntegrationService, KafkaTriggerService, MetricsService, MqttTriggerService, NatsTriggerService, OauthService, OidcService, PostgresTriggerService, RawAppService, ServiceLogsService, SettingService, SettingsService, SlackService, SqsTriggerService, TeamsService, TokenService, TriggerService, WebsocketTriggerService, WorkerService, WorkspaceService] =
		"Admin Ai App Audit ConcurrencyGroups Config Draft EmailTrigger Favorite Folder GcpTrigger GitSync GranularAcl Group Health Helpers HttpTrigger Input Integration KafkaTrigger Metrics MqttTrigger NatsTrigger Oauth Oidc PostgresTrigger RawApp ServiceLogs Setting Settings Slack SqsTrigger Teams Token Trigger WebsocketTrigger Worker Workspace".split(" ").map((n) => service(n + "Service"));

	function base64ToUint8Array(s) { return Uint8Array.from(need("text").atob(s), (c) => c.charCodeAt(0)); }
	function uint8ArrayToBase64(b) { return need("text").toBase64(b); }

	const all = {
		SHARED_FOLDER, ApiError, getWorkspace, setClient, getEnv, getStatePath, getInternalStatePath, getResumeUrls, getResumeEndpoints, askByMail, sendMail,
		requestInteractiveSlackApproval, requestInteractiveTeamsApproval, getResource, resolveDefaultResource, setResource, databaseUrlFromResource,
		getState, setState, getInternalState, setInternalState, getSharedState, setSharedState, getVariable, setVariable, getRootJobId,
		getFlowUserState, setFlowUserState, cancelJob, runFlowAsync, runScriptByPathAsync, runScriptByHashAsync, runScriptAsync, getResult,
		getResultMaybe, waitJob, runFlow, runScriptByPath, runScriptByHash, runScript, task, setProgress, getProgress, usernameToEmail, getIdToken,
		appendToResultStream, streamResult, workflow, step, sleep, parallel, taskScript, taskFlow, waitForApproval, getApprovalUrls, loadS3File, loadS3FileStream,
		writeS3File, deleteS3File, denoS3LightClientSettings, signS3Objects, signS3Object, getPresignedS3PublicUrls, getPresignedS3PublicUrl, datatable, ducklake,
		commitKafkaOffsets, JobService, FlowService, ScriptService, ResourceService, VariableService, UserService, base64ToUint8Array, uint8ArrayToBase64,
		AdminService, AiService, AppService, AuditService, ConcurrencyGroupsService, ConfigService, DraftService, EmailTriggerService, FavoriteService, FolderService, GcpTriggerService, GitSyncService, GranularAclService, GroupService, HealthService, HelpersService, HttpTriggerService, InputService, IntegrationService, KafkaTriggerService, MetricsService, MqttTriggerService, NatsTriggerService, OauthService, OidcService, PostgresTriggerService, RawAppService, ScheduleService, ServiceLogsService, SettingService, SettingsService, SlackService, SqsTriggerService, TeamsService, TokenService, TriggerService, WebsocketTriggerService, WorkerService, WorkspaceService,
	};
	inner.parts.client = globalThis.$client = all; // the module takes it from there
})();
