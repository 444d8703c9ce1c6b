// structuredClone.
(() => {
	const inner = globalThis.$inner, { need } = inner;

	const structuredClone = (value) => {
		const seen = new Map();
		const copy = (v) => {
			if (typeof v === "function" || typeof v === "symbol") throw new (need("events").DOMException)("a " + typeof v + " cannot be cloned", "DataCloneError");
			if (typeof v !== "object" || v === null) return v;
			if (seen.has(v)) return seen.get(v);
			const keep = (c) => { seen.set(v, c); return c; };
			if (v instanceof Date) return keep(new Date(v));
			if (v instanceof RegExp) return keep(new RegExp(v.source, v.flags));
			if (v instanceof ArrayBuffer) return keep(v.slice(0));
			if (v instanceof DataView) return keep(new DataView(copy(v.buffer), v.byteOffset, v.byteLength));
			if (ArrayBuffer.isView(v)) return keep(new (v.constructor === inner.parts.buffer?.Buffer ? Uint8Array : v.constructor)(copy(v.buffer), v.byteOffset, v.length));
			if (v instanceof Map) { const m = keep(new Map()); for (const [k, x] of v) m.set(copy(k), copy(x)); return m; }
			if (v instanceof Set) { const s = keep(new Set()); for (const x of v) s.add(copy(x)); return s; }
			if (v instanceof Error) {
				const e = keep(Object.create(Object.getPrototypeOf(v)));
				for (const k of ["name", "message", "stack", "cause"]) if (k in v) Object.defineProperty(e, k, { value: copy(v[k]), configurable: true, writable: true });
				return e;
			}
			const { blob } = inner.parts; // not loaded: v is none of its
			if (blob && v instanceof blob.File) return keep(new blob.File([v], v.name, { type: v.type, lastModified: v.lastModified }));
			if (blob && v instanceof blob.Blob) return keep(v.slice(0, v.size, v.type));
			const out = keep(Array.isArray(v) ? new Array(v.length) : {});
			for (const k of Object.keys(v)) out[k] = copy(v[k]);
			return out;
		};
		return copy(value);
	};
	inner.parts.clone = { structuredClone };
})();
