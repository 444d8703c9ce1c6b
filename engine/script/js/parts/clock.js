// The clock that only goes forward.
(() => {
	const inner = globalThis.$inner, now = () => inner.host("now");
	inner.parts.clock = { performance: { now, timeOrigin: Date.now() - now(), mark() {}, measure() {} } };
})();
