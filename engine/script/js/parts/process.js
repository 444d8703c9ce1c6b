// What Node, Deno and Bun call themselves: the environment, above all.
(() => {
	const inner = globalThis.$inner, { host } = inner, hasOwn = Object.hasOwn;
	const env = inner.env();
	const stream = { write: (s) => { host("write", String(s)); return true; }, isTTY: false };
	const process = {
		env, argv: ["sluice", "step"], platform: host("platform"), version: "v20.0.0", versions: {}, pid: 1, arch: "x64",
		cwd: () => "/", exitCode: undefined, stdout: stream, stderr: stream,
		exit: (code = 0) => host("exit", Number(code)),
		nextTick: (f, ...args) => { Promise.resolve().then(() => f(...args)); },
		hrtime: Object.assign(() => { const t = host("now"); return [Math.floor(t / 1000), Math.round((t % 1000) * 1e6)]; }, { bigint: () => BigInt(Math.round(host("now") * 1e6)) }),
		uptime: () => host("now") / 1000,
		memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0 }),
		on: () => process, once: () => process, off: () => process, emitWarning: () => {},
	};
	const Deno = { env: { get: (k) => env[k], has: (k) => hasOwn(env, k), toObject: () => ({ ...env }) }, exit: process.exit, args: [] };
	const files = () => inner.need("files").fs;
	Object.assign(Deno, {
		readTextFileSync: (path) => files().readFileSync(path, "utf8"),
		readFileSync: (path) => new Uint8Array(files().readFileSync(path)),
		writeTextFileSync: (path, text, o) => files().writeFileSync(path, text, o?.append ? { flag: "a" } : undefined),
		writeFileSync: (path, data, o) => files().writeFileSync(path, data, o?.append ? { flag: "a" } : undefined),
		mkdirSync: (path, o) => files().mkdirSync(path, o),
		removeSync: (path, o) => files().rmSync(path, o),
	});
	for (const name of Object.keys(Deno)) if (name.endsWith("Sync")) Deno[name.slice(0, -4)] = async (...args) => Deno[name](...args);
	const bunFile = (path) => ({
		name: path,
		text: async () => files().readFileSync(path, "utf8"),
		json: async () => JSON.parse(files().readFileSync(path, "utf8")),
		bytes: async () => new Uint8Array(files().readFileSync(path)),
		arrayBuffer: async () => new Uint8Array(files().readFileSync(path)).buffer,
		exists: async () => files().existsSync(path),
		delete: async () => files().unlinkSync(path),
	});
	const Bun = { env, file: bunFile, write: async (to, data) => files().writeFileSync(to?.name ?? to, data), sleep: (ms) => new Promise((done) => inner.need("timers").setTimeout(done, ms)) };
	inner.parts.process = { process, Deno, Bun };
})();
