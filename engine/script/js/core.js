// The least that every script needs: its start and end, printing. It is run for
// every machine, so it is kept small; args.js follows where there are arguments,
// base.js, print.js and web.js where a script mentions what they hold.
(() => {
	const host = globalThis.$host;
	delete globalThis.$host;
	const def = Object.defineProperty, hasOwn = Object.hasOwn, stringify = JSON.stringify, parse = JSON.parse;
	const inner = { host, def };

	// Work outside the engine: a number names it until $event brings its end.
	let waiting = null, last = 0;
	inner.start = (op, payload, done) => {
		const id = ++last;
		(waiting ??= new Map()).set(id, done);
		host("start", op, id, payload);
		return id;
	};
	inner.stop = (id) => {
		if (waiting?.delete(id)) host("stop", id);
	};
	const event = (id, text, error) => {
		const done = waiting?.get(id);
		waiting?.delete(id);
		done?.(text, error);
	};

	// Parts are loaded once; they find what they share in $inner.
	const loaded = {};
	inner.need = (part) => {
		if (loaded[part]) return;
		loaded[part] = true;
		globalThis.$inner = inner;
		try { host("load", part); } finally { delete globalThis.$inner; }
	};
	inner.expose = (name, value) => def(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

	inner.indent = "";
	inner.print = (...args) => {
		let text = "";
		if (args.length === 1 && typeof args[0] === "string") text = args[0];
		else if (args.length > 0) {
			inner.need("print");
			text = inner.format(args);
		}
		host("log", inner.indent === "" ? text : inner.indent + text.replaceAll("\n", "\n" + inner.indent));
	};
	const print = inner.print;
	inner.expose("console", { log: print, info: print, debug: print, warn: print, error: print });
	def(BigInt.prototype, "toJSON", { value() { return this.toString(); }, configurable: true, writable: true });

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

	const run = (file, text, vars, dates, parts) => {
		inner.env = vars;
		for (const p of parts) inner.need(p);
		const none = text === "{}";
		if (!none) inner.need("args");
		import(file)
			.then((m) => {
				const main = typeof m.main === "function" ? m.main : m.default;
				if (typeof main !== "function") {
					const e = new Error("The script has no exported function main");
					e.name = "NoMain";
					e.stack = "";
					throw e;
				}
				if (none) return main();
				const args = parse(text);
				for (const name of dates) if (typeof args[name] === "string") args[name] = new Date(args[name]);
				// A pattern has no name: it gets the argument "anon1", or what the
				// named parameters leave over.
				const names = inner.parameters(main);
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
	const doors = { run, event };
	return (door, ...rest) => doors[door](...rest);
})();
