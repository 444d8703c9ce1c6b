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
		ms = Math.max(again ? 1 : 0, Math.min(2147483647, Number(ms) || 0));
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
		setTimeout: (f, ms, ...args) => timer(f, ms, args, false),
		setInterval: (f, ms, ...args) => timer(f, ms, args, true),
		setImmediate: (f, ...args) => timer(f, 0, args, false),
		clearTimeout: clear,
		clearInterval: clear,
		clearImmediate: clear,
		queueMicrotask: (f) => { Promise.resolve().then(() => f()); },
	};
})();
