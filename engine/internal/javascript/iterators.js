// Iterators that helpers can close; see Parts in javascript.go.
(() => {
	const { getPrototypeOf, defineProperty: def } = Object;
	for (const it of [[].values(), new Map().keys(), new Set().keys(), ""[Symbol.iterator](), "".matchAll(/x/g)])
		def(getPrototypeOf(it), "return", { value(v) { return { value: v, done: true }; }, configurable: true, writable: true });
})();
