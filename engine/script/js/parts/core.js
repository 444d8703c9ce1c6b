// What every script needs: its start and its end. base.js has what most scripts
// need besides; both are there before the first job.
(() => {
	const host = globalThis.$host;
	delete globalThis.$host;
	const { parse, stringify } = JSON, { toString } = Function.prototype, { asyncIterator } = Symbol;
	// A member without a value is null in a result.
	const whole = (_, v) => (v === undefined ? null : v);
	globalThis.$inner = host;
	// An overflow that is caught is a RangeError, as elsewhere.
	const overflow = InternalError.prototype;
	Object.setPrototypeOf(overflow, RangeError.prototype);
	overflow.name = "RangeError";
	delete globalThis.InternalError;
	host("load", "base");
	const base = globalThis.$inner;
	delete globalThis.$inner;
	const given = (main, text, dates) => {
		const args = parse(text), hasOwn = Object.hasOwn;
		// What is typed as a Date becomes one; without a value its default counts.
		for (const name of dates.split(" ")) if (hasOwn(args, name)) args[name] = args[name] ? new Date(args[name]) : undefined;
		// A pattern has no name: it gets the argument "anon1", or what the named
		// parameters leave over.
		const head = host("parameters", toString.call(main));
		if (head === null) return [];
		const names = head.split(",");
		let anon = 0;
		return names.map((p) => {
			const key = p || "anon" + ++anon;
			if (hasOwn(args, key)) return args[key];
			return !p && Object.keys(args).some((k) => !names.includes(k)) ? args : undefined;
		});
	};
	return (door, file, entry, text, dates, wants, ...rest) => {
		if (door !== "run") return base.event(file, entry, text);
		if (wants) base.ready(...rest);
		import(file)
			.then((m) => {
				let main = m[entry];
				if (typeof main !== "function") main = typeof m.main === "function" ? m.main : m.default;
				if (typeof main !== "function") throw base.noMain();
				return text === "{}" ? main() : main(...given(main, text, dates));
			})
			.then((v) => (typeof v === "object" && v !== null && typeof v[asyncIterator] === "function" ? base.pieces(v) : v))
			.then((v) => host("done", stringify(v, whole) ?? "null"))
			.catch((e) => {
				try { base.fail(e); } catch { host("broken"); }
			});
	};
})();
