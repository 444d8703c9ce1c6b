// Timers.
(() => {
	const inner = globalThis.$inner, { def } = inner, { start, stop } = inner.need("outside");

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
		ms = ms === null ? 0 : (ms = Number(ms)) >= 1 && ms <= 2147483647 ? Math.trunc(ms) : 1;
		let t;
		const arm = () => {
			const id = start("timer", String(ms), () => {
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
			stop(timers.get(key));
			timers.delete(key);
		}
	};
	inner.parts.timers = {
		setTimeout: (f, ms = 1, ...args) => timer(f, ms ?? 1, args, false),
		setInterval: (f, ms = 1, ...args) => timer(f, ms ?? 1, args, true),
		setImmediate: (f, ...args) => timer(f, null, args, false),
		clearTimeout: clear,
		clearInterval: clear,
		clearImmediate: clear,
		queueMicrotask: (f) => { Promise.resolve().then(() => f()); },
	};
})();
