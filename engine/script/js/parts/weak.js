// A WeakRef's target lives at least as long as the code that made it runs; in the
// engine it would be gone at once. Here it lives as long as the job.
(() => {
	const { def, parts } = globalThis.$inner;
	const kept = [];
	const Real = WeakRef;
	const Kept = new Proxy(Real, { construct(t, args, to) { const r = Reflect.construct(t, args, to === Kept ? t : to); kept.push(args[0]); return r; } });
	def(Real.prototype, "constructor", { value: Kept, configurable: true, writable: true });
	def(globalThis, "WeakRef", { value: Kept, configurable: true, writable: true });
	parts.weak = {};
})();
