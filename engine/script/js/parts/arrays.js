// Array.fromAsync.
(() => {
	const { def, parts } = globalThis.$inner;
	def(Array, "fromAsync", {
		configurable: true, writable: true,
		value: { async fromAsync(items, map, self) {
			if (map !== undefined && typeof map !== "function") throw new TypeError("the second argument of Array.fromAsync must be a function");
			const out = typeof this === "function" ? new this() : [];
			let n = 0;
			const add = async (v) => { out[n] = map === undefined ? v : await map.call(self, v, n); n++; };
			if (items[Symbol.asyncIterator] ?? items[Symbol.iterator]) for await (const v of items) await add(v);
			else for (const end = Math.min(Math.max(Math.trunc(Number(items.length)) || 0, 0), Number.MAX_SAFE_INTEGER); n < end; ) await add(await items[n]);
			out.length = n;
			return out;
		} }.fromAsync,
	});
	parts.arrays = {};
})();
