// Node's Buffer.
(() => {
	const inner = globalThis.$inner;
	const { TextEncoder, TextDecoder, binary, unbinary, toBase64, fromBase64, hex } = inner.need("text");

	class Buffer extends Uint8Array {
		static from(x, encoding, length) {
			if (typeof x === "string") {
				switch (String(encoding ?? "utf8").toLowerCase()) {
					case "base64": case "base64url": return Buffer.from(fromBase64(x));
					case "hex": return Buffer.from((x.match(/^(?:[0-9a-f]{2})*/i)[0].match(/../g) ?? []).map((h) => parseInt(h, 16)));
					case "latin1": case "binary": case "ascii": return Buffer.from(unbinary(x));
					default: return Buffer.from(new TextEncoder().encode(x));
				}
			}
			if (x instanceof ArrayBuffer) return new Buffer(x, encoding, length);
			if (x?.type === "Buffer" && Array.isArray(x.data)) x = x.data;
			const b = new Buffer(x.length);
			b.set(x);
			return b;
		}
		static alloc(n, fill = 0) { const b = new Buffer(n); if (fill) b.fill(typeof fill === "string" ? fill.charCodeAt(0) : fill); return b; }
		static allocUnsafe(n) { return new Buffer(n); }
		static isBuffer(x) { return x instanceof Buffer; }
		static byteLength(x, encoding) { return typeof x === "string" ? Buffer.from(x, encoding).length : x.byteLength; }
		static concat(list, total = list.reduce((n, b) => n + b.length, 0)) {
			const out = new Buffer(total);
			let at = 0;
			for (const b of list) { out.set(b.subarray(0, total - at), at); at += b.length; }
			return out;
		}
		static compare(a, b) {
			for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
			return Math.sign(a.length - b.length);
		}
		toString(encoding = "utf8", from = 0, to = this.length) {
			const b = this.subarray(from, to);
			switch (String(encoding).toLowerCase()) {
				case "base64": return toBase64(b);
				case "base64url": return toBase64(b, true);
				case "hex": return hex(b);
				case "latin1": case "binary": case "ascii": return binary(b);
				default: return new TextDecoder("utf-8", { ignoreBOM: true }).decode(b);
			}
		}
		equals(b) { return Buffer.compare(this, b) === 0; }
		write(s, at = 0) { const b = Buffer.from(s); this.set(b.subarray(0, this.length - at), at); return Math.min(b.length, this.length - at); }
		slice(a, b) { return this.subarray(a, b); }
		toJSON() { return { type: "Buffer", data: Array.from(this) }; }
	}
	inner.parts.buffer = { Buffer };
})();
