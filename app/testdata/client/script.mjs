// One script, run by node with the npm package and by Sluice's own engine with
// the client that is built in. Every call is noted under its name: what it
// answered, or the error that it threw.
import client, * as wmill from "windmill-client";

export async function main(at, hash) {
	const out = {};
	const note = async (name, call) => {
		try {
			const v = await call();
			out[name] = v === undefined ? "undefined" : v;
		} catch (e) {
			out[name] = "! " + String(e.message ?? e).split("\n")[0];
		}
	};
	const my = (name) => "u/client/" + at + "_" + name;

	// Variables and resources.
	await note("a variable that is not there", () => wmill.getVariable(my("none")).then(() => "given", () => "thrown"));
	await note("the words of it", () => wmill.getVariable(my("none")).catch((e) => "! " + e.message.replaceAll(my("none"), "X").slice(0, 55)));
	await wmill.setVariable(my("text"), "one");
	await wmill.setVariable(my("text"), "two, \"quoted\"");
	await note("a variable", () => wmill.getVariable(my("text")));
	await note("a variable by its mark", () => wmill.getVariable("var://" + my("text")));
	await wmill.setVariable(my("secret"), "hidden", true);
	await note("a secret", () => wmill.getVariable(my("secret")));
	await note("a resource that is not there", () => wmill.getResource(my("none"), true));
	await note("the error of one", () => wmill.getResource(my("none")).catch((e) => "! " + e.message.replaceAll(my("none"), "X").slice(0, 50)));
	await wmill.setResource({ host: "h", password: "$var:" + my("secret") }, my("db"), "postgresql");
	await note("a resource", () => wmill.getResource(my("db")));
	await note("a resource by its mark", () => wmill.getResource("$res:" + my("db")));
	await wmill.setResource({ host: "i", user: "u", password: "p", port: 5432, dbname: "d", sslmode: "disable" }, my("db"));
	await note("a resource with a default", () => client.resolveDefaultResource("$res:" + my("db")));
	await note("a database address", () => client.databaseUrlFromResource(my("db")));

	// State.
	await note("no state", () => wmill.getState());
	await wmill.setState({ n: 1 });
	await wmill.setState({ n: 2, list: [1, null] });
	await note("state", () => wmill.getState());
	await wmill.setFlowUserState("shared", { by: "a" });
	await note("the flow's state", () => wmill.getFlowUserState("shared"));
	await note("a key that was not set", () => wmill.getFlowUserState("other"));
	await wmill.setFlowUserState("nothing", undefined);
	await note("null in the flow's state", () => wmill.getFlowUserState("nothing"));

	// Runs.
	await note("the root job", async () => (await wmill.getRootJobId()) === process.env.WM_ROOT_FLOW_JOB_ID);
	await note("a flow", () => wmill.runFlow("u/client/double", { n: 21 }));
	await note("a flow that fails", () => wmill.runFlow("u/client/fails", {}).catch((e) => [/was not successful/.test(e.message), /"name":"TypeError","message":"not today"/.test(e.message)]));
	await note("a script by path", () => wmill.runScriptByPath("u/client/greet", { name: "Li" }));
	await note("a script by hash", () => wmill.runScriptByHash(hash, { name: "Bo" }));
	const id = await wmill.runFlowAsync("u/client/double", { n: 4 });
	await note("an id", () => /^[0-9a-f-]{36}$/.test(id));
	await note("its end", () => wmill.waitJob(id));
	await note("its result", () => client.getResult(id));
	await note("its result, maybe", () => client.getResultMaybe(id));
	const waits = await wmill.runFlowAsync("u/client/waits", {});
	await note("one that waits", () => client.getResultMaybe(waits));
	await wmill.cancelJob(waits, "not needed");
	await note("and was canceled", async () => {
		const r = await client.getResultMaybe(waits);
		return [r.completed, r.success, r.result.error.name];
	});
	const later = await wmill.runFlowAsync("u/client/double", { n: 5 }, 3600);
	await note("one that begins later", async () => (await client.getResultMaybe(later)).completed);
	await wmill.cancelJob(later);
	await note("a flow that is not there", () => wmill.runFlowAsync("u/client/none", {}).then(wmill.waitJob).catch((e) => [e.status, /u\/client\/none/.test(e.body)]));

	// People.
	const urls = await wmill.getResumeUrls("bob@acme.example");
	await note("the links", () => Object.keys(urls).sort());
	await note("the page", async () => {
		const r = await fetch(urls.approvalPage);
		return [r.status, (await r.text()).includes("bob@acme.example")];
	});
	await note("to look decides nothing", async () => (await fetch(urls.resume)).status);
	await note("a link for the whole flow", () => wmill.getResumeUrls("bob@acme.example", true).then(() => "given", (e) => "! " + (e.body ?? "").slice(0, 36)));
	await note("a vote of its own", async () => {
		const r = await fetch(urls.resume, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ from: at }) });
		return [r.status, await r.text()];
	});
	await note("and a second one", async () => (await fetch(urls.cancel, { method: "POST" })).status);

	// The rest of what scripts import.
	await note("progress", async () => { await wmill.setProgress(40); await wmill.setProgress(20); return wmill.getProgress(); });
	await note("an address", () => wmill.usernameToEmail("desktop"));
	await note("no identity", () => wmill.getIdToken("aud").then(() => "given", (e) => [e.status, /identity tokens/.test(e.body)]));
	await note("no files", () => wmill.loadS3File({ s3: "a" }).then(() => "given", (e) => /no file store/.test(e.message)));
	await note("a step", () => wmill.step("one", () => ({ n: 1, gone: undefined })));
	await note("parallel", () => wmill.parallel([1, 2, 3], async (n) => n * 2, { concurrency: 2 }));
	await note("a service", async () => (await wmill.JobService.getJob({ workspace: wmill.JobService && process.env.WM_WORKSPACE, id })).type);
	return out;
}
