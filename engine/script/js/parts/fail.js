// How an error ends a job. Loaded when one does.
(() => {
	const inner = globalThis.$inner, { host } = inner, { parse, stringify } = JSON;
	// made is an error's stack without the frames of its own constructor.
	const made = (e) => {
		const own = new Set(["<class_fields_init>"]);
		for (let c = e.constructor, n = 0; typeof c === "function" && n < 10; c = Object.getPrototypeOf(c), n++) own.add(c.name);
		const frames = String(e.stack ?? "").split("\n").filter((l, i) => i > 0 || /^\s+at /.test(l));
		while (frames.length > 1 && own.has(/^\s*at (\S+)/.exec(frames[0])?.[1])) frames.shift();
		return frames.join("\n");
	};
	// extra is what an error carries besides what every error has. A member that
	// cannot be told as JSON is left out.
	const common = new Set(["name", "message", "stack", "line", "column", "sourceURL", "originalLine", "originalColumn"]);
	// inside tells errors within by what they hold. The same one becomes the same object, so
	// that stringify finds circles at once.
	const inside = () => {
		const told = new Map();
		return (_, v) => {
			if (v === undefined) return null;
			if (!(v instanceof Error)) return v;
			if (!told.has(v)) told.set(v, { name: v.name, message: v.message, ...(v.cause === undefined ? {} : { cause: v.cause }), ...v });
			return told.get(v);
		};
	};
	const extra = (e) => {
		if (typeof e !== "object" || e === null || Array.isArray(e)) return undefined;
		const out = {};
		for (const k of Object.getOwnPropertyNames(e))
			try {
				const text = common.has(k) ? undefined : stringify(e[k], inside());
				if (text !== undefined) out[k] = parse(text);
			} catch {}
		return Object.keys(out).length > 0 ? out : undefined;
	};
	// What is thrown may be anything, also something that cannot be looked at: a
	// getter or a proxy that throws again.
	const read = (get, other) => { try { return get(); } catch { return other; } };
	const unreadable = "something that cannot be read was thrown";
	const describe = (e) => {
		if (read(() => e instanceof Error || (typeof e === "object" && e !== null && typeof e.message === "string"), false))
			return { name: read(() => String(e.name ?? "Error"), "Error"), message: read(() => String(e.message), unreadable), stack: read(() => made(e), "") };
		const message = typeof e === "object" ? read(() => stringify(e) ?? String(e), unreadable) : read(() => String(e), unreadable);
		return { name: "Error", message, stack: "" };
	};
	inner.parts.fail = { fail: (e) => host("fail", stringify({ ...describe(e), extra: read(() => extra(e), undefined) })) };
})();
