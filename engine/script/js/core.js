// What every script has: console, timers, process. The rest of the web's
// names load web.js when one of them is first touched.
(() => {
	const host = globalThis.$host;
	delete globalThis.$host;
	const def = Object.defineProperty, hasOwn = Object.hasOwn, stringify = JSON.stringify, parse = JSON.parse;
	const source = Function.prototype.call.bind(Function.prototype.toString);
	const inner = { host, def };

	// Work outside the engine: a number names it until $event brings its end.
	const waiting = new Map();
	let last = 0;
	inner.start = (op, payload, done) => {
		const id = ++last;
		waiting.set(id, done);
		host("start", op, id, payload);
		return id;
	};
	inner.stop = (id) => {
		if (waiting.delete(id)) host("stop", id);
	};
	globalThis.$event = (id, text, error) => {
		const done = waiting.get(id);
		if (!done) return;
		if (!done.again) waiting.delete(id);
		done(text, error);
	};

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

	const log = (indent, args) => {
		let text = "";
		if (args.length === 1 && typeof args[0] === "string") text = args[0];
		else if (args.length > 0) {
			let i = 0;
			const format = () => { need("web"); return inner.format; };
			text = args.every((x) => typeof x === "string" && (i++ > 0 || x.indexOf("%") < 0)) ? args.join(" ") : format()(args);
		}
		host("log", indent === "" ? text : indent + text.replaceAll("\n", "\n" + indent));
	};
	let indent = "";
	const counts = new Map(), times = new Map();
	const print = (...args) => log(indent, args);
	globalThis.console = {
		log: print, info: print, debug: print, warn: print, error: print, dir: (x) => print(x), table: print,
		trace: (...args) => log(indent, ["Trace:", ...args]),
		assert: (ok, ...args) => { if (!ok) log(indent, ["Assertion failed:", ...args]); },
		group: (...args) => { if (args.length) log(indent, args); indent += "  "; },
		groupEnd: () => { indent = indent.slice(2); },
		count: (k = "default") => { counts.set(k, (counts.get(k) ?? 0) + 1); log(indent, [k + ": " + counts.get(k)]); },
		countReset: (k = "default") => { counts.delete(k); },
		time: (k = "default") => { times.set(k, Date.now()); },
		timeLog: (k = "default", ...args) => { log(indent, [k + ": " + (Date.now() - times.get(k)) + "ms", ...args]); },
		timeEnd: (k = "default") => { log(indent, [k + ": " + (Date.now() - times.get(k)) + "ms"]); times.delete(k); },
	};
	console.groupCollapsed = console.group;

	const env = {};
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

	// Names that load the rest when they are first touched.
	const loaded = new Set();
	const need = (part) => {
		if (loaded.has(part)) return;
		loaded.add(part);
		globalThis.$inner = inner;
		try { host("load", part); } finally { delete globalThis.$inner; }
	};
	inner.need = need;
	inner.expose = (name, value) => def(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
	const lazy = (name, part) =>
		def(globalThis, name, {
			configurable: true,
			get() { need(part); return globalThis[name]; },
			set(value) { inner.expose(name, value); },
		});
	for (const name of ("URL URLSearchParams Headers Request Response fetch FormData Blob File AbortController AbortSignal TextEncoder " +
		"TextDecoder atob btoa structuredClone crypto Crypto Buffer Event EventTarget CustomEvent DOMException performance").split(" ")) lazy(name, "web");

	// English dates and numbers with every time zone; see the expression engine.
	const formats = [[Date.prototype, "toLocaleString"], [Date.prototype, "toLocaleDateString"], [Date.prototype, "toLocaleTimeString"], [Number.prototype, "toLocaleString"]];
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
		if (loaded.has("intl")) return;
		loaded.add("intl");
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
	def(BigInt.prototype, "toJSON", { value() { return this.toString(); }, configurable: true, writable: true });
	for (const name of ["dispose", "asyncDispose"]) if (!Symbol[name]) def(Symbol, name, { value: Symbol("Symbol." + name) });

	// parameters reads the names in a function's head: a name, null for a
	// pattern; it ends at a rest parameter.
	const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy, blank = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
	function parameters(f) {
		const s = source(f);
		let i = 0;
		const skip = () => { blank.lastIndex = i; blank.test(s); i = Math.max(i, blank.lastIndex); };
		const name = () => { word.lastIndex = i; const m = word.exec(s); if (!m) return ""; i = word.lastIndex; return m[0]; };
		for (skip(); i < s.length && s[i] !== "("; skip()) {
			if (s[i] === "*") { i++; continue; }
			const w = name();
			if (w === "") return [];
			skip();
			if (s.startsWith("=>", i)) return [w];
		}
		i++;
		const out = [];
		// past skips one piece: a text, a template, a pattern, brackets, a character.
		const past = () => {
			const c = s[i];
			if (c === '"' || c === "'") {
				for (i++; i < s.length && s[i] !== c; i++) if (s[i] === "\\") i++;
				i++;
			} else if (c === "`") {
				for (i++; i < s.length && s[i] !== "`"; ) {
					if (s[i] === "\\") i += 2;
					else if (s.startsWith("${", i)) { i++; past(); }
					else i++;
				}
				i++;
			} else if (c === "(" || c === "[" || c === "{") {
				const end = { "(": ")", "[": "]", "{": "}" }[c];
				for (i++, skip(); i < s.length && s[i] !== end; skip()) past();
				i++;
			} else if (c === "/" && /[=(,:\[!&|?{};>]\s*$/.test(s.slice(Math.max(0, i - 20), i))) {
				for (let set = false, e = i + 1; e < s.length && s[e] !== "\n"; e++) {
					if (s[e] === "\\") e++;
					else if (s[e] === "[") set = true;
					else if (s[e] === "]") set = false;
					else if (s[e] === "/" && !set) { i = e; break; }
				}
				i++;
			} else i++;
		};
		for (skip(); i < s.length && s[i] !== ")"; skip()) {
			if (s.startsWith("...", i)) return out;
			out.push(s[i] === "{" || s[i] === "[" ? null : name());
			for (skip(); i < s.length && s[i] !== "," && s[i] !== ")"; skip()) past();
			if (s[i] === ",") i++;
		}
		return out;
	}
	inner.parameters = parameters;

	// made is an error's stack without the frames of its own constructor.
	const made = (e) => {
		const own = new Set(["<class_fields_init>"]);
		for (let c = e.constructor, n = 0; typeof c === "function" && n < 10; c = Object.getPrototypeOf(c), n++) own.add(c.name);
		const frames = String(e.stack ?? "").split("\n");
		while (frames.length > 1 && own.has(/^\s*at (\S+)/.exec(frames[0])?.[1])) frames.shift();
		return frames.join("\n");
	};
	const describe = (e) => {
		if (e instanceof Error || (e && typeof e === "object" && typeof e.message === "string"))
			return { name: String(e.name ?? "Error"), message: String(e.message), stack: made(e) };
		let message;
		try { message = typeof e === "string" ? e : stringify(e) ?? String(e); } catch { message = String(e); }
		return { name: "Error", message, stack: "" };
	};
	const fail = (e) => host("fail", stringify(describe(e)));

	globalThis.$run = (file, text, vars, dates) => {
		Object.assign(env, vars);
		import(file)
			.then((m) => {
				const main = typeof m.main === "function" ? m.main : m.default;
				if (typeof main !== "function") {
					const e = new Error("The script has no exported function main");
					e.name = "NoMain";
					e.stack = "";
					throw e;
				}
				const args = parse(text);
				for (const name of dates) if (typeof args[name] === "string") args[name] = new Date(args[name]);
				// A pattern has no name: it gets the argument "anon1", or what the
				// named parameters leave over.
				const names = parameters(main);
				const rest = Object.keys(args).some((k) => !names.includes(k)) ? args : undefined;
				let anon = 0;
				const list = names.map((p) => {
					const key = p ?? "anon" + ++anon;
					return hasOwn(args, key) ? args[key] : p === null ? rest : undefined;
				});
				return main(...list);
			})
			.then((v) => host("done", (typeof v === "symbol" ? null : stringify(v)) ?? "null"))
			.catch(fail);
	};
	globalThis.$fail = fail;
	for (const name of ["$event", "$run", "$fail"]) def(globalThis, name, { enumerable: false });
})();
