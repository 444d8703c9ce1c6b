// Timers, process, the rest of console, dates and numbers as text. Loaded
// where a script mentions one of these.
(() => {
	const inner = globalThis.$inner, { host, def } = inner, hasOwn = Object.hasOwn, stringify = JSON.stringify;

	// --- timers ---
	class Timeout {
		constructor(id) { def(this, "id", { value: id, writable: true }); }
		ref() { return this; }
		unref() { return this; }
		hasRef() { return true; }
		[Symbol.toPrimitive]() { return this.id; }
	}
	const timers = new Map();
	const timer = (f, ms, args, again) => {
		if (typeof f !== "function") throw new TypeError("the callback must be a function");
		ms = Math.max(again ? 1 : 0, Math.min(2147483647, Number(ms) || 0));
		let t;
		const arm = () => {
			const id = inner.start("timer", String(ms), () => {
				if (again) arm();
				else timers.delete(t.id);
				f(...args);
			});
			if (!t) t = new Timeout(id);
			timers.set(t.id, id);
		};
		arm();
		return t;
	};
	const clear = (t) => {
		const key = typeof t === "object" && t !== null ? t.id : Number(t);
		if (timers.has(key)) {
			inner.stop(timers.get(key));
			timers.delete(key);
		}
	};
	const globals = {
		setTimeout: (f, ms, ...args) => timer(f, ms, args, false),
		setInterval: (f, ms, ...args) => timer(f, ms, args, true),
		setImmediate: (f, ...args) => timer(f, 0, args, false),
		clearTimeout: clear,
		clearInterval: clear,
		clearImmediate: clear,
		queueMicrotask: (f) => { Promise.resolve().then(() => f()); },
	};
	for (const name in globals) def(globalThis, name, { value: globals[name], writable: true, configurable: true });
	def(globalThis, "global", { value: globalThis, writable: true, configurable: true });
	def(globalThis, "self", { value: globalThis, writable: true, configurable: true });

	// --- console, as far as core.js has it not ---
	const counts = new Map(), times = new Map(), print = inner.print;
	Object.assign(console, {
		dir: (x) => print(x), table: print,
		trace: (...args) => print("Trace:", ...args),
		assert: (ok, ...args) => { if (!ok) print("Assertion failed:", ...args); },
		group: (...args) => { if (args.length) print(...args); inner.indent += "  "; },
		groupEnd: () => { inner.indent = inner.indent.slice(2); },
		count: (k = "default") => { counts.set(k, (counts.get(k) ?? 0) + 1); print(k + ": " + counts.get(k)); },
		countReset: (k = "default") => { counts.delete(k); },
		time: (k = "default") => { times.set(k, Date.now()); },
		timeLog: (k = "default", ...args) => { print(k + ": " + (Date.now() - times.get(k)) + "ms", ...args); },
		timeEnd: (k = "default") => { print(k + ": " + (Date.now() - times.get(k)) + "ms"); times.delete(k); },
	});
	console.groupCollapsed = console.group;

	// --- process ---
	const env = JSON.parse(inner.env);
	const stream = { write: (s) => { host("write", String(s)); return true; }, isTTY: false };
	globalThis.process = {
		env, argv: ["sluice", "step"], platform: host("platform"), version: "v20.0.0", versions: {}, pid: 1, arch: "x64",
		cwd: () => "/", exitCode: undefined, stdout: stream, stderr: stream,
		exit: (code = 0) => host("exit", Number(code)),
		nextTick: (f, ...args) => { Promise.resolve().then(() => f(...args)); },
		hrtime: Object.assign(() => { const t = host("now"); return [Math.floor(t / 1000), Math.round((t % 1000) * 1e6)]; }, { bigint: () => BigInt(Math.round(host("now") * 1e6)) }),
		uptime: () => host("now") / 1000,
		memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0 }),
		on: () => process, once: () => process, off: () => process, emitWarning: () => {},
	};
	globalThis.Deno = { env: { get: (k) => env[k], has: (k) => hasOwn(env, k), toObject: () => ({ ...env }) }, exit: process.exit, args: [] };
	globalThis.Bun = { env, sleep: (ms) => new Promise((done) => setTimeout(done, ms)) };

	// English dates and numbers with every time zone; see the expression engine.
	const formats = [[Date.prototype, "toLocaleString"], [Date.prototype, "toLocaleDateString"], [Date.prototype, "toLocaleTimeString"], [Number.prototype, "toLocaleString"]];
	let formatted = false;
	const locale = (l) => {
		for (const x of l === undefined ? [] : Array.isArray(l) ? l : [l])
			if (!/^en(-US)?(-u-.*)?$/i.test(String(x)))
				throw new RangeError("the locale " + stringify(String(x)) + " is not available here: use \"en-US\", or build the text from parts");
	};
	const guard = (proto, name, real) =>
		def(proto, name, {
			configurable: true, writable: true,
			value(l, options) {
				locale(l);
				if (real) return real.call(this, l, options);
				intl();
				return proto[name].call(this, l, options);
			},
		});
	const intl = () => {
		if (formatted) return;
		formatted = true;
		delete globalThis.Intl;
		for (const [proto, name] of formats) delete proto[name];
		host("intl");
		for (const [proto, name] of formats) guard(proto, name, proto[name]);
		for (const name of ["DateTimeFormat", "NumberFormat"])
			Intl[name] = new Proxy(Intl[name], {
				construct(t, args) { locale(args[0]); return Reflect.construct(t, args); },
				apply(t, self, args) { locale(args[0]); return t.apply(self, args); },
			});
	};
	for (const [proto, name] of formats) guard(proto, name, null);
	def(globalThis, "Intl", { configurable: true, get() { intl(); return globalThis.Intl; }, set(v) { inner.expose("Intl", v); } });
	for (const name of ["dispose", "asyncDispose"]) if (!Symbol[name]) def(Symbol, name, { value: Symbol("Symbol." + name) });
})();
