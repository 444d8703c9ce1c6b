// What most scripts need: printing, and the names that they mention. The other
// files are parts: each is loaded when the script first touches a name that it
// holds.
(() => {
	const host = globalThis.$inner, def = Object.defineProperty, parse = JSON.parse;

	// A part finds what it shares with the others in $inner, and leaves what it
	// holds in parts under its name.
	const parts = { __proto__: null, self: { global: globalThis, self: globalThis } };
	const need = (part) => {
		if (part in parts) return parts[part];
		globalThis.$inner = inner;
		try { host("load", part); } finally { delete globalThis.$inner; }
		return parts[part];
	};
	let vars = "{}";
	const inner = { host, def, parts, need, env: () => (typeof vars === "string" ? (vars = parse(vars)) : vars), indent: "" };

	const plain = (x) => typeof x === "string" || typeof x === "boolean" || (typeof x === "number" && (x !== 0 || 1 / x > 0));
	const print = (...args) => {
		const text = args.length === 1 && typeof args[0] === "string" ? args[0] : args.every(plain) && !(args.length > 1 && String(args[0]).includes("%")) ? args.join(" ") : need("print").format(args);
		host("log", inner.indent === "" ? text : inner.indent + text.replaceAll("\n", "\n" + inner.indent));
	};
	const set = (name, value) => def(globalThis, name, { value, writable: true, configurable: true });

	// lazy makes a name whose part is loaded at the first touch.
	const lazy = (name, part) =>
		def(globalThis, name, {
			configurable: true,
			get() { const v = need(part)[name]; set(name, v); return v; },
			set(v) { set(name, v); },
		});
	const list = (text) => (text === "" ? [] : text.split(" "));
	globalThis.$inner = {
		ready: (env, names, eager) => {
			vars = env;
			set("console", { log: print, info: print, debug: print, warn: print, error: print });
			def(BigInt.prototype, "toJSON", { value() { return this.toString(); }, configurable: true, writable: true });
			const lazies = list(names);
			for (let i = 0; i < lazies.length; i += 2) lazy(lazies[i], lazies[i + 1]);
			for (const p of list(eager)) need(p);
		},
		event: (...a) => parts.outside.event(...a),
		pieces: (v) => need("pieces").gather(v),
		fail: (e) => need("fail").fail(e),
		noMain: () => Object.assign(new Error("The script has no exported function main"), { name: "NoMain", stack: "" }),
	};
})();
