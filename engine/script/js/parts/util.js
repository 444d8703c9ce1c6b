// What node:util and node:assert have in common with printing: how values are shown
// and compared.
(() => {
	const inner = globalThis.$inner, { def, need } = inner;
	const tagOf = (v) => Object.prototype.toString.call(v).slice(8, -1);
	const isObject = (v) => typeof v === "object" && v !== null;

	// equal compares two values by all that they hold; strictly also by their kinds.
	const equal = (a, b, strict, seen = []) => {
		if (strict ? Object.is(a, b) : a == b || (a !== a && b !== b)) return true;
		if (!isObject(a) || !isObject(b)) return false;
		if (tagOf(a) !== tagOf(b) || (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b))) return false;
		if (seen.some(([x, y]) => x === a && y === b)) return true;
		const inside = [...seen, [a, b]], same = (x, y) => equal(x, y, strict, inside);
		if (a instanceof Date) return a.getTime() === b.getTime() || (Number.isNaN(a.getTime()) && Number.isNaN(b.getTime()));
		if (a instanceof RegExp) return a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex;
		if (a instanceof Error && (a.message !== b.message || a.name !== b.name)) return false;
		if (a instanceof Number || a instanceof String || a instanceof Boolean) { if (!Object.is(a.valueOf(), b.valueOf())) return false; }
		if (ArrayBuffer.isView(a) && !(a instanceof DataView)) { if (a.length !== b.length || a.some((x, i) => !Object.is(x, b[i]))) return false; }
		if (a instanceof Set) {
			if (a.size !== b.size) return false;
			const left = [...b];
			for (const x of a) { const i = left.findIndex((y) => same(x, y)); if (i < 0) return false; left.splice(i, 1); }
		}
		if (a instanceof Map) {
			if (a.size !== b.size) return false;
			const left = [...b];
			for (const [k, x] of a) { const i = left.findIndex(([l, y]) => same(k, l) && same(x, y)); if (i < 0) return false; left.splice(i, 1); }
		}
		const keys = Object.keys(a), others = Object.keys(b);
		return keys.length === others.length && (!Array.isArray(a) || a.length === b.length) && keys.every((k) => Object.hasOwn(b, k) && same(a[k], b[k]));
	};
	const custom = Symbol.for("nodejs.util.promisify.custom");
	const promisify = (f) => {
		if (typeof f !== "function") throw Object.assign(new TypeError('The "original" argument must be of type function'), { code: "ERR_INVALID_ARG_TYPE" });
		if (typeof f[custom] === "function") return f[custom];
		const { timers } = inner.parts; // not loaded: f is none of theirs
		if (timers && f === timers.setTimeout) return (ms, v) => new Promise((done) => f(done, ms, v));
		if (timers && f === timers.setImmediate) return (v) => new Promise((done) => f(done, v));
		const promised = function (...args) {
			return new Promise((done, no) => f.call(this, ...args, (e, ...v) => (e ? no(e) : done(v[0]))));
		};
		Object.setPrototypeOf(promised, Object.getPrototypeOf(f));
		return Object.defineProperties(promised, { ...Object.getOwnPropertyDescriptors(f), [custom]: { value: promised, configurable: true } });
	};
	promisify.custom = custom;
	const callbackify = (f) => function (...args) {
		const back = args.pop();
		f.apply(this, args).then((v) => need("timers").setTimeout(back, 0, null, v), (e) => need("timers").setTimeout(back, 0, e));
	};
	const is = (name) => (v) => isObject(v) && tagOf(v) === name;
	const typed = (v) => (ArrayBuffer.isView(v) && !(v instanceof DataView) ? tagOf(v) : "");
	const types = {
		isDate: (v) => v instanceof Date, isRegExp: (v) => v instanceof RegExp, isPromise: (v) => v instanceof Promise, isMap: (v) => v instanceof Map, isSet: (v) => v instanceof Set,
		isWeakMap: (v) => v instanceof WeakMap, isWeakSet: (v) => v instanceof WeakSet, isNativeError: (v) => v instanceof Error, isTypedArray: (v) => typed(v) !== "", isUint8Array: (v) => v instanceof Uint8Array,
		isArrayBuffer: (v) => v instanceof ArrayBuffer, isAnyArrayBuffer: (v) => v instanceof ArrayBuffer || is("SharedArrayBuffer")(v), isDataView: (v) => v instanceof DataView, isArrayBufferView: (v) => ArrayBuffer.isView(v),
		isAsyncFunction: (v) => typeof v === "function" && tagOf(v) === "AsyncFunction", isGeneratorFunction: (v) => typeof v === "function" && /GeneratorFunction$/.test(tagOf(v)), isGeneratorObject: is("Generator"),
		isBoxedPrimitive: (v) => [Number, String, Boolean, Symbol, BigInt].some((c) => v instanceof c), isNumberObject: (v) => v instanceof Number, isStringObject: (v) => v instanceof String, isBooleanObject: (v) => v instanceof Boolean,
	};
	const util = {
		promisify, callbackify, types,
		format: (...args) => need("inspect").format(...args),
		inspect: Object.assign((v, o) => need("inspect").inspect(v, o), { custom: Symbol.for("nodejs.util.inspect.custom") }),
		isDeepStrictEqual: (a, b) => equal(a, b, true),
		inherits: (c, parent) => { def(c, "super_", { value: parent, writable: true, configurable: true }); Object.setPrototypeOf(c.prototype, parent.prototype); },
		deprecate: (f) => f,
		debuglog: () => Object.assign(() => {}, { enabled: false }),
		stripVTControlCharacters: (s) => String(s).replace(/\u001b(?:\[[0-?]*[ -\/]*[@-~]|\][^\u0007]*(?:\u0007|\u001b\\))/g, ""),
		toUSVString: (s) => String(s).toWellFormed(),
		isArray: Array.isArray,
	};
	for (const name of ["TextEncoder", "TextDecoder"]) def(util, name, { get: () => need("text")[name], enumerable: true });
	def(globalThis, "$util", { value: { util, equal }, configurable: true });
	inner.parts.util = {};
})();
