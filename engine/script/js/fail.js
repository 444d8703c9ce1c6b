// How an error ends a job. Loaded when one does.
(() => {
	const inner = globalThis.$inner, { host } = inner, stringify = JSON.stringify;
	// made is an error's stack without the frames of its own constructor.
	const made = (e) => {
		const own = new Set(["<class_fields_init>"]);
		for (let c = e.constructor, n = 0; typeof c === "function" && n < 10; c = Object.getPrototypeOf(c), n++) own.add(c.name);
		const frames = String(e.stack ?? "").split("\n").filter((l, i) => i > 0 || /^\s+at /.test(l));
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
	inner.parts.fail = { fail: (e) => host("fail", stringify(describe(e))) };
})();
