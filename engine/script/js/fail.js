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
	// can not be told as JSON is left out.
	const common = new Set(["name", "message", "stack", "line", "column", "sourceURL", "originalLine", "originalColumn"]);
	const inside = (_, v) => {
		if (v === undefined) return null;
		return v instanceof Error ? { name: v.name, message: v.message, ...(v.cause === undefined ? {} : { cause: v.cause }), ...v } : v;
	};
	const extra = (e) => {
		if (typeof e !== "object" || e === null || Array.isArray(e)) return undefined;
		const out = {};
		for (const k of Object.getOwnPropertyNames(e))
			try {
				const text = common.has(k) ? undefined : stringify(e[k], inside);
				if (text !== undefined) out[k] = parse(text);
			} catch {}
		return Object.keys(out).length > 0 ? out : undefined;
	};
	const describe = (e) => {
		if (e instanceof Error || (e && typeof e === "object" && typeof e.message === "string"))
			return { name: String(e.name ?? "Error"), message: String(e.message), stack: made(e) };
		let message;
		try { message = typeof e === "string" ? e : stringify(e) ?? String(e); } catch { message = String(e); }
		return { name: "Error", message, stack: "" };
	};
	inner.parts.fail = { fail: (e) => host("fail", stringify({ ...describe(e), extra: extra(e) })) };
})();
