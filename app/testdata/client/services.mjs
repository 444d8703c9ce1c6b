// What only the npm package has: its generated services, which carry the whole
// API. Ids are told as the names that they were given in the script.
import * as wmill from "windmill-client";
import { FlowService, JobService, MetricsService, OidcService, ResourceService, ScriptService, UserService, VariableService, SettingsService } from "windmill-client";

export async function main(hash) {
	const out = {};
	const workspace = process.env.WM_WORKSPACE;
	const names = new Map([[process.env.WM_JOB_ID, "ME"], [process.env.WM_ROOT_FLOW_JOB_ID, "RUN"]]);
	const named = (v) => JSON.parse(JSON.stringify(v ?? null), (k, x) => {
		if (typeof x !== "string") return x;
		if (/^\d{4}-\d\d-\d\dT/.test(x)) return "TIME";
		return x.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, (id) => names.get(id) ?? "ID");
	});
	const note = async (name, call) => {
		try {
			out[name] = named(await call());
		} catch (e) {
			out[name] = named([e.status ?? "!", typeof e.body === "object" ? e.body : String(e.body ?? e.message).split("\n")[0]]);
		}
	};
	const pick = (o, ...keys) => Object.fromEntries(keys.map((k) => [k, o[k]]));

	// A flow with a loop, step by step.
	const id = await wmill.runFlowAsync("u/client/loop", { list: [1, -1] });
	names.set(id, "LOOP");
	await note("a loop", () => wmill.waitJob(id));
	const job = await JobService.getJob({ workspace, id });
	await note("its job", () => pick(job, "type", "id", "success", "job_kind", "script_path", "args", "result", "canceled", "is_flow_step", "parent_job", "is_skipped"));
	const l = job.flow_status.modules[0];
	await note("its status", () => ({ ...job.flow_status, modules: job.flow_status.modules.map((m) => ({ ...m, flow_jobs: m.flow_jobs.length })) }));
	const turn = await JobService.getJob({ workspace, id: l.flow_jobs[1] });
	await note("its second turn", () => pick(turn, "type", "success", "job_kind", "parent_job", "result"));
	await note("and the step in it", async () => pick(await JobService.getJob({ workspace, id: turn.flow_status.modules[0].job }), "type", "success", "job_kind", "language", "args"));
	await note("the turn's root", async () => JobService.getRootJobId({ workspace, id: l.flow_jobs[1] }));
	await note("a step's result", () => JobService.resultById({ workspace, flowJobId: id, nodeId: "l" }));
	await note("the result of a turn", () => JobService.getCompletedJobResult({ workspace, id: l.flow_jobs[0] }));

	// A flow that waits for people.
	const waits = await wmill.runFlowAsync("u/client/waits", {});
	names.set(waits, "WAITS");
	let w;
	do w = await JobService.getJob({ workspace, id: waits }); while (w.flow_status.modules[1]?.type !== "WaitingForEvents");
	await note("what waits", () => pick(w, "type", "running", "suspend"));
	await note("on the module after it", () => w.flow_status.modules);
	await note("what it asks", () => JobService.getApprovalInfo({ workspace, jobId: waits }));
	await note("a vote by token", () => JobService.resumeSuspendedFlowAsOwner({ workspace, id: waits, requestBody: {} }));
	await note("no completed job", () => JobService.getCompletedJob({ workspace, id: waits }));
	await note("the queue", async () => (await JobService.listQueue({ workspace, suspended: true })).map((j) => pick(j, "type", "id", "job_kind", "script_path", "suspend")));
	await note("its length", async () => (await JobService.getQueueCount({ workspace })).suspended);
	await note("canceled", () => JobService.cancelQueuedJob({ workspace, id: waits, requestBody: { reason: "enough" } }));
	await note("how it ended", async () => pick(await JobService.getJob({ workspace, id: waits }), "type", "success", "canceled", "canceled_by", "canceled_reason", "result"));
	await note("canceled again", () => JobService.cancelQueuedJob({ workspace, id: waits, requestBody: {} }));

	// Lists.
	await note("the completed", async () => (await JobService.listCompletedJobs({ workspace, scriptPathExact: "u/client/loop" })).map((j) => pick(j, "type", "id", "success")));
	await note("the runs of a path", async () => (await JobService.listJobs({ workspace, scriptPathExact: "u/client/waits", perPage: 1 })).map((j) => pick(j, "id", "success")));
	await note("a filter that is not here", () => JobService.listJobs({ workspace, label: "x" }));

	// Previews, and waiting for a result.
	await note("a preview", async () => wmill.waitJob(await JobService.runFlowPreview({ workspace, requestBody: { value: { modules: [{ id: "a", value: { type: "rawscript", language: "bun", content: "export function main(n) { return n }", input_transforms: { n: { type: "javascript", expr: "flow_input.n" } } } }] }, args: { n: 3 } } })));
	await note("a script's preview", async () => wmill.waitJob(await JobService.runScriptPreview({ workspace, requestBody: { language: "bun", content: "export function main(n = 1) { return n * 3 }", args: { n: 3 } } })));
	await note("waited for", () => JobService.runWaitResultFlowByPath({ workspace, path: "u/client/double", requestBody: { n: 6 } }));
	await note("waited for a failure", () => JobService.runWaitResultFlowByPath({ workspace, path: "u/client/fails", requestBody: {} }));
	await note("waited for a script", () => JobService.runWaitResultScriptByPath({ workspace, path: "u/client/greet", requestBody: { name: "Al" } }));
	const script = await wmill.runScriptByHashAsync(hash, { name: "Cy" });
	names.set(script, "SCRIPT");
	await wmill.waitJob(script);
	await note("a script's job", async () => pick(await JobService.getJob({ workspace, id: script }), "type", "id", "job_kind", "language", "script_path", "script_hash", "result"));

	// A preprocessor makes the input of what is started from outside.
	await note("prepared", () => wmill.runFlow("u/client/prepared", { n: 5 }));
	await note("not prepared", async () => wmill.waitJob(await JobService.runFlowByPath({ workspace, path: "u/client/prepared", requestBody: { twice: 1 }, skipPreprocessor: true })));
	await note("answered early", () => JobService.runWaitResultFlowByPath({ workspace, path: "u/client/early", requestBody: {} }));

	// This job, and who runs it.
	await note("this job", async () => pick(await JobService.getJob({ workspace, id: process.env.WM_JOB_ID }), "type", "id", "parent_job", "running", "is_flow_step"));
	await note("progress", async () => { await wmill.setProgress(40); await wmill.setProgress(20); await wmill.setProgress(50, process.env.WM_JOB_ID); return wmill.getProgress(); });
	await note("who", async () => pick(await UserService.whoami({ workspace }), "username", "email", "is_admin"));
	await note("who else", () => wmill.usernameToEmail("desktop"));
	await note("the version", async () => (await SettingsService.backendVersion()).startsWith("Sluice"));

	// Resources and variables.
	await ResourceService.createResource({ workspace, requestBody: { path: "u/client/made", value: { a: 1 }, resource_type: "thing" } });
	await note("made twice", () => ResourceService.createResource({ workspace, requestBody: { path: "u/client/made", value: {}, resource_type: "thing" } }));
	await note("a resource", async () => pick(await ResourceService.getResource({ workspace, path: "u/client/made" }), "path", "value", "resource_type"));
	await note("the first page", async () => (await ResourceService.listResource({ workspace, page: 0, resourceType: "thing" })).length);
	await ResourceService.updateResource({ workspace, path: "u/client/made", requestBody: { description: "What it is" } });
	await note("a described resource", async () => pick(await ResourceService.getResource({ workspace, path: "u/client/made" }), "value", "resource_type", "description"));
	await wmill.setResource({ a: 2 }, "u/client/made");
	await note("and after it changed", async () => pick((await ResourceService.listResource({ workspace, path: "u/client/made" }))[0], "path", "description"));
	await note("resources", async () => (await ResourceService.listResource({ workspace, resourceType: "thing" })).map((r) => r.path));
	await note("deleted", () => ResourceService.deleteResource({ workspace, path: "u/client/made" }));
	await note("gone", () => ResourceService.existsResource({ workspace, path: "u/client/made" }));
	await VariableService.createVariable({ workspace, requestBody: { path: "u/client/plain", value: "p", is_secret: false, description: "" } });
	await VariableService.updateVariable({ workspace, path: "u/client/plain", requestBody: { value: "q" } });
	await note("a variable", async () => pick(await VariableService.getVariable({ workspace, path: "u/client/plain" }), "path", "value", "is_secret"));

	await wmill.setVariable("u/client/told", "v", false, "What it is");
	await wmill.setVariable("u/client/told", "w");
	await note("a described variable", async () => pick(await VariableService.getVariable({ workspace, path: "u/client/told" }), "value", "description"));
	await note("in the list", async () => (await VariableService.listVariable({ workspace, pathStart: "u/client/told" })).map((v) => pick(v, "path", "value", "description")));

	// The library.
	await note("flows", async () => (await FlowService.listFlows({ workspace, pathStart: "u/client/" })).map((f) => pick(f, "path", "summary", "archived", "edited_by", "edited_at")).sort((a, b) => a.path < b.path ? -1 : 1).slice(0, 2));
	await note("a flow's file", async () => pick(await FlowService.getFlowByPath({ workspace, path: "u/client/waits" }), "path", "summary", "description", "value", "archived", "edited_by", "is_draft"));
	await note("flows that are there", async () => [await FlowService.existsFlowByPath({ workspace, path: "u/client/waits" }), await FlowService.existsFlowByPath({ workspace, path: "u/client/none" })]);
	await note("a flow that is not", () => FlowService.getFlowByPath({ workspace, path: "u/client/none" }));
	await note("scripts", async () => (await ScriptService.listScripts({ workspace, pathStart: "u/client/" })).map((s) => pick(s, "path", "hash", "language", "kind", "created_by")));
	await note("a script", async () => pick(await ScriptService.getScriptByPath({ workspace, path: "u/client/greet" }), "path", "hash", "content", "language", "kind", "archived", "deleted", "has_preprocessor", "is_draft", "parent_hashes"));
	await note("a script's versions", async () => (await ScriptService.getScriptHistoryByPath({ workspace, path: "u/client/greet" })).map((v) => pick(v, "script_hash")));
	await note("a flow's versions", () => FlowService.getFlowHistory({ workspace, path: "u/client/waits" }));
	await note("a script's version", async () => (await ScriptService.getScriptByHash({ workspace, hash })).path);
	await note("scripts that are there", async () => [await ScriptService.existsScriptByPath({ workspace, path: "u/client/greet" }), await ScriptService.existsScriptByPath({ workspace, path: "u/client/none" })]);

	// What is not here says so.
	await note("Slack", () => wmill.requestInteractiveSlackApproval({ slackResourcePath: "u/x/slack", channelId: "c" }));
	await note("Teams", () => wmill.requestInteractiveTeamsApproval({ teamName: "t", channelName: "c" }));
	await note("identity", () => wmill.getIdToken("aud"));
	await note("S3, reading", () => wmill.loadS3File({ s3: "a/b" }));
	await note("S3, writing", () => wmill.writeS3File({ s3: "a/b" }, "text"));
	await note("code workflows", () => wmill.getApprovalUrls("approval"));
	await note("no such job", () => JobService.getJob({ workspace, id: "00000000-0000-0000-0000-000000000000" }));
	return out;
}
