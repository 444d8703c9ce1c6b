// Blobs, files and forms.
(() => {
	const inner = globalThis.$inner, { need } = inner;

	const { TextDecoder, bytesOf, binary, randomBytes } = need("text");
	class Blob {
		#bytes;
		constructor(parts = [], { type = "" } = {}) {
			const all = [...parts].map((p) => (p instanceof Blob ? p.#bytes : bytesOf(p)));
			this.#bytes = new Uint8Array(all.reduce((n, b) => n + b.length, 0));
			let at = 0;
			for (const b of all) { this.#bytes.set(b, at); at += b.length; }
			Object.defineProperty(this, "type", { value: String(type).toLowerCase(), enumerable: true });
		}
		get size() { return this.#bytes.length; }
		async arrayBuffer() { return this.#bytes.slice().buffer; }
		async bytes() { return this.#bytes.slice(); }
		async text() { return new TextDecoder().decode(this.#bytes); }
		slice(from, to, type) { return new Blob([this.#bytes.slice(from, to)], { type }); }
		static raw(b) { return b.#bytes; }
	}
	const rawBlob = Blob.raw;
	delete Blob.raw;
	class File extends Blob {
		constructor(parts, name, options = {}) { super(parts, options); this.name = String(name); this.lastModified = options.lastModified ?? Date.now(); }
	}
	class FormData {
		#list = [];
		#entry(k, v, name) { return [String(k), v instanceof Blob ? (v instanceof File && name === undefined ? v : new File([v], name ?? "blob", { type: v.type })) : String(v)]; }
		append(k, v, name) { this.#list.push(this.#entry(k, v, name)); }
		set(k, v, name) { this.delete(k); this.append(k, v, name); }
		get(k) { return this.#list.find((p) => p[0] === k)?.[1] ?? null; }
		getAll(k) { return this.#list.filter((p) => p[0] === k).map((p) => p[1]); }
		has(k) { return this.#list.some((p) => p[0] === k); }
		delete(k) { this.#list = this.#list.filter((p) => p[0] !== k); }
		forEach(f) { for (const [k, v] of this.#list) f(v, k, this); }
		*entries() { yield* this.#list; }
		*keys() { for (const p of this.#list) yield p[0]; }
		*values() { for (const p of this.#list) yield p[1]; }
		[Symbol.iterator]() { return this.entries(); }
	}
	const multipart = (form) => {
		const mark = "----form" + binary(randomBytes(12)).replace(/[^]/g, (c) => c.charCodeAt(0).toString(16).padStart(2, "0"));
		const quote = (s) => s.replace(/\r?\n/g, "%0D%0A").replaceAll('"', "%22");
		const parts = [];
		for (const [k, v] of form) {
			parts.push("--" + mark + '\r\nContent-Disposition: form-data; name="' + quote(k) + '"');
			if (v instanceof Blob) parts.push('; filename="' + quote(v.name) + '"\r\nContent-Type: ' + (v.type || "application/octet-stream") + "\r\n\r\n", v, "\r\n");
			else parts.push("\r\n\r\n" + v + "\r\n");
		}
		parts.push("--" + mark + "--\r\n");
		return new Blob(parts, { type: "multipart/form-data; boundary=" + mark });
	};
	for (const c of [Blob, File, FormData])
		Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });
	inner.parts.blob = { Blob, File, FormData, multipart, rawBlob };
})();
