// What "using" needs, and stacks of what is to be released.
(() => {
	const { def, parts } = globalThis.$inner;
	for (const name of ["dispose", "asyncDispose"]) if (!Symbol[name]) def(Symbol, name, { value: Symbol("Symbol." + name) });
	const { dispose, asyncDispose } = Symbol;
	class SuppressedError extends Error {
		constructor(error, suppressed, message) {
			super(message);
			def(this, "error", { value: error, configurable: true, writable: true });
			def(this, "suppressed", { value: suppressed, configurable: true, writable: true });
		}
	}
	def(SuppressedError.prototype, "name", { value: "SuppressedError", configurable: true, writable: true });
	const released = () => { throw new ReferenceError("the stack was released already"); };
	const callable = (f) => { if (typeof f !== "function") throw new TypeError("a function is wanted"); return f; };
	const method = (v, ...names) => {
		for (const n of names) if (v[n] !== undefined && v[n] !== null) return callable(v[n]);
		throw new TypeError("the value cannot be released");
	};
	// of makes the class for one of the two ways.
	const of = (name, key, keys) => {
		const C = { [name]: class {
			#list = [];
			#done = false;
			get disposed() { return this.#done; }
			#add(f) { if (this.#done) released(); this.#list.push(f); }
			use(v) {
				if (this.#done) released();
				if (v !== null && v !== undefined) { const f = method(v, ...keys); this.#add(() => f.call(v)); }
				else if (key === asyncDispose) this.#add(() => {});
				return v;
			}
			adopt(v, f) { if (this.#done) released(); callable(f); this.#add(() => f(v)); return v; }
			defer(f) { if (this.#done) released(); this.#add(callable(f)); }
			move() { if (this.#done) released(); const to = new C(); to.#list = this.#list; this.#list = []; this.#done = true; return to; }
			// end takes what is to be done, last first; null if it was.
			static end(s) { if (s.#done) return null; s.#done = true; return s.#list.reverse(); }
		} }[name];
		const end = C.end;
		delete C.end;
		def(C.prototype, Symbol.toStringTag, { value: name, configurable: true });
		return [C, end];
	};
	const both = (errors, e) => [errors.length ? new SuppressedError(e, errors[0]) : e];
	const [DisposableStack, end] = of("DisposableStack", dispose, [dispose]);
	const [AsyncDisposableStack, endAsync] = of("AsyncDisposableStack", asyncDispose, [asyncDispose, dispose]);
	const run = { dispose() {
		let errors = [];
		for (const f of end(this) ?? []) try { f(); } catch (e) { errors = both(errors, e); }
		if (errors.length) throw errors[0];
	} }.dispose;
	const runAsync = { async disposeAsync() {
		let errors = [];
		for (const f of endAsync(this) ?? []) try { await f(); } catch (e) { errors = both(errors, e); }
		if (errors.length) throw errors[0];
	} }.disposeAsync;
	for (const [o, k, value] of [[DisposableStack, "dispose", run], [DisposableStack, dispose, run], [AsyncDisposableStack, "disposeAsync", runAsync], [AsyncDisposableStack, asyncDispose, runAsync]])
		def(o.prototype, k, { value, configurable: true, writable: true });
	const all = { SuppressedError, DisposableStack, AsyncDisposableStack };
	for (const k of Object.keys(all)) if (!(k in globalThis)) def(globalThis, k, { value: all[k], configurable: true, writable: true });
	parts.dispose = {};
})();
