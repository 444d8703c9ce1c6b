// The engine's iterator helpers close what they read from also where there is
// nothing to close, which fails: iterators of lists, maps, sets, text and matches
// get what they ask for. A for loop that ends early leaves them as they are.
(() => {
	const { def } = globalThis.$inner, { getPrototypeOf } = Object;
	for (const it of [[].values(), new Map().keys(), new Set().keys(), ""[Symbol.iterator](), "".matchAll(/x/g)])
		def(getPrototypeOf(it), "return", { value(v) { return { value: v, done: true }; }, configurable: true, writable: true });
	globalThis.$inner.parts.iterators = {};
})();
