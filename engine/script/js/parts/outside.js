// Work outside the engine: a number names it until event brings its end.
(() => {
	const inner = globalThis.$inner, { host } = inner;
	const waiting = new Map();
	let last = 0;
	inner.parts.outside = {
		start: (op, payload, done) => {
			const id = ++last;
			waiting.set(id, done);
			host("start", op, id, payload);
			return id;
		},
		stop: (id) => { if (waiting.delete(id)) host("stop", id); },
		event: (id, text, error) => {
			const done = waiting.get(id);
			waiting.delete(id);
			done?.(text, error);
		},
	};
})();
