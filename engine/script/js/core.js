// The least that every script needs: its start and end, printing. It is run for
// every machine, so it is kept small. The other files are parts: each is loaded
// when the script first touches a name that it holds.
(() => {
	const host = globalThis.$host;
	delete globalThis.$host;
	const def = Object.defineProperty, hasOwn = Object.hasOwn, stringify = JSON.stringify, parse = JSON.parse;
	const source = Function.prototype.call.bind(Function.prototype.toString);

	// A part finds what it shares with the others in $inner, and leaves what it
	// holds in parts under its name.
	const parts = { __proto__: null, self: { global: globalThis, self: globalThis } };
	const need = (part) => {
		if (part in parts) return parts[part];
		globalThis.$inner = inner;
		try { host("load", part); } finally { delete globalThis.$inner; }
		return parts[part];
	};
	let vars;
	const inner = { host, def, parts, need, env: () => (typeof vars === "string" ? (vars = parse(vars)) : vars), indent: "" };

	const plain = (x) => typeof x === "string" || typeof x === "boolean" || (typeof x === "number" && (x !== 0 || 1 / x > 0));
	const print = (...args) => {
		const text = args.every(plain) && !(args.length > 1 && String(args[0]).includes("%")) ? args.join(" ") : need("print").format(args);
		host("log", inner.indent === "" ? text : inner.indent + text.replaceAll("\n", "\n" + inner.indent));
	};
	const set = (name, value) => def(globalThis, name, { value, writable: true, configurable: true });
	set("console", { log: print, info: print, debug: print, warn: print, error: print });
	def(BigInt.prototype, "toJSON", { value() { return this.toString(); }, configurable: true, writable: true });

	// lazy makes a name whose part is loaded at the first touch.
	const lazy = (name, part) =>
		def(globalThis, name, {
			configurable: true,
			get() { const v = need(part)[name]; set(name, v); return v; },
			set(v) { set(name, v); },
		});
	const list = (text) => (text === "" ? [] : text.split(" "));
	const fail = (e) => {
		try { need("fail").fail(e); } catch { host("broken"); }
	};

	const run = (file, entry, text, env, dates, names, eager) => {
		vars = env;
		const lazies = list(names);
		for (let i = 0; i < lazies.length; i += 2) lazy(lazies[i], lazies[i + 1]);
		for (const p of list(eager)) need(p);
		import(file)
			.then((m) => {
				const main = typeof m[entry] === "function" ? m[entry] : typeof m.main === "function" ? m.main : m.default;
				if (typeof main !== "function") {
					const e = new Error("The script has no exported function main");
					e.name = "NoMain";
					e.stack = "";
					throw e;
				}
				if (text === "{}") return main();
				const args = parse(text);
				for (const name of list(dates)) if (typeof args[name] === "string") args[name] = new Date(args[name]);
				// A pattern has no name: it gets the argument "anon1", or what the
				// named parameters leave over.
				const head = host("parameters", source(main));
				if (head === null) return main();
				const names = head.split(",");
				const rest = Object.keys(args).some((k) => !names.includes(k)) ? args : undefined;
				let anon = 0;
				return main(...names.map((p) => {
					const key = p || "anon" + ++anon;
					return hasOwn(args, key) ? args[key] : p ? undefined : rest;
				}));
			})
			.then((v) => host("done", (typeof v === "symbol" ? null : stringify(v)) ?? "null"))
			.catch(fail);
	};
	return (door, ...rest) => (door === "run" ? run(...rest) : parts.outside.event(...rest));
})();
