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
	const Bun = { env, sleep: (ms) => new Promise((done) => inner.need("timers").setTimeout(done, ms)) };
	inner.parts.process = { process, Deno, Bun };
})();
