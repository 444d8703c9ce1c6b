// Node's Buffer.
(() => {
	const inner = globalThis.$inner;
	const { TextEncoder, TextDecoder, binary, unbinary, toBase64, fromBase64, hex } = inner.need("text");

	const known = ["utf8", "utf-8", "hex", "base64", "base64url", "latin1", "binary", "ascii", "utf16le", "utf-16le", "ucs2", "ucs-2"];
	const named = (encoding = "utf8") => {
		const e = String(encoding).toLowerCase();
		if (!known.includes(e)) throw Object.assign(new TypeError("Unknown encoding: " + encoding), { code: "ERR_UNKNOWN_ENCODING" });
		return e;
	};
	// encode makes bytes of a text.
	const encode = (text, encoding) => {
		switch (named(encoding)) {
			case "base64": case "base64url": return fromBase64(text);
			case "hex": return (text.match(/^(?:[0-9a-f]{2})*/i)[0].match(/../g) ?? []).map((h) => parseInt(h, 16));
			case "latin1": case "binary": case "ascii": return unbinary(text);
			case "utf16le": case "utf-16le": case "ucs2": case "ucs-2": {
				const b = new Uint8Array(text.length * 2);
				for (let i = 0; i < text.length; i++) { b[2 * i] = text.charCodeAt(i) & 255; b[2 * i + 1] = text.charCodeAt(i) >> 8; }
				return b;
			}
		}
		return new TextEncoder().encode(text);
	};
	const whole = (n, otherwise) => { n = Math.trunc(Number(n)); return Number.isNaN(n) ? otherwise : n; };

	class Buffer extends Uint8Array {
		static poolSize = 8192;
		static from(x, encoding, length) {
			if (typeof x === "string") x = encode(x, encoding);
			else if (x instanceof ArrayBuffer) return new Buffer(x, encoding, length);
			else if (x?.type === "Buffer" && Array.isArray(x.data)) x = x.data;
			else if (typeof x === "number" || x === null || x === undefined) throw Object.assign(new TypeError("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object."), { code: "ERR_INVALID_ARG_TYPE" });
			const b = new Buffer(x.length ?? 0);
			b.set(x);
			return b;
		}
		static alloc(n, fill = 0, encoding) { const b = new Buffer(n); return fill ? b.fill(fill, encoding) : b; }
		static allocUnsafe(n) { return new Buffer(n); }
		static allocUnsafeSlow(n) { return new Buffer(n); }
		static isBuffer(x) { return x instanceof Buffer; }
		static isEncoding(x) { return known.includes(String(x).toLowerCase()); }
		static byteLength(x, encoding) { return typeof x === "string" ? encode(x, encoding).length : x.byteLength; }
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
			const b = this.subarray(Math.max(0, whole(from, 0)), Math.max(0, whole(to, 0)));
			switch (named(encoding)) {
				case "base64": return toBase64(b);
				case "base64url": return toBase64(b, true);
				case "hex": return hex(b);
				case "latin1": case "binary": return binary(b);
				case "ascii": return binary(b.map((c) => c & 127));
				case "utf16le": case "utf-16le": case "ucs2": case "ucs-2": {
					let s = "";
					for (let i = 0; i + 1 < b.length; i += 2) s += String.fromCharCode(b[i] | (b[i + 1] << 8));
					return s;
				}
			}
			return new TextDecoder("utf-8", { ignoreBOM: true }).decode(b);
		}
		toLocaleString(...a) { return this.toString(...a); }
		equals(b) { return Buffer.compare(this, b) === 0; }
		compare(b, ts = 0, te = b.length, ss = 0, se = this.length) { return Buffer.compare(this.subarray(ss, se), b.subarray(ts, te)); }
		write(s, at, length, encoding) {
			if (typeof at === "string") [at, encoding] = [0, at];
			else if (typeof length === "string") [length, encoding] = [undefined, length];
			at = whole(at ?? 0, 0);
			const utf16 = /^(?:utf-?16le|ucs-?2)$/i.test(encoding ?? ""), utf8 = /^utf-?8$/i.test(encoding ?? "utf8");
			let b = encode(String(s), encoding), n = Math.min(b.length, this.length - at, length ?? Infinity);
			if (utf16) n -= n % 2;
			while (utf8 && n < b.length && n > 0 && (b[n] & 0xc0) === 0x80) n--; // a character is not divided
			b = b instanceof Uint8Array ? b : Uint8Array.from(b);
			this.set(b.subarray(0, n), at);
			return n;
		}
		fill(value, from, to, encoding) {
			if (typeof from === "string") [from, encoding] = [undefined, from];
			else if (typeof to === "string") [to, encoding] = [undefined, to];
			from ??= 0; to ??= this.length;
			if (typeof value === "string") value = encode(value, encoding);
			if (typeof value === "number" || typeof value === "boolean") super.fill(Number(value) & 255, from, to);
			else if (value.length === 0) super.fill(0, from, to);
			else for (let i = from, k = 0; i < to; i++, k++) this[i] = value[k % value.length];
			return this;
		}
		#find(what, at, encoding, step) {
			if (typeof at === "string") [at, encoding] = [undefined, at];
			if (typeof what === "number") what = [what & 255];
			else if (typeof what === "string") what = encode(what, encoding);
			const last = this.length - what.length;
			at = whole(at ?? (step > 0 ? 0 : this.length), step > 0 ? 0 : this.length);
			if (at < 0) at += this.length;
			if (what.length === 0) return step > 0 ? Math.min(Math.max(at, 0), this.length) : Math.min(at, this.length);
			for (let i = step > 0 ? Math.max(at, 0) : Math.min(at, last); i >= 0 && i <= last; i += step) {
				let k = 0;
				while (k < what.length && this[i + k] === what[k]) k++;
				if (k === what.length) return i;
			}
			return -1;
		}
		indexOf(what, at, encoding) { return this.#find(what, at, encoding, 1); }
		lastIndexOf(what, at, encoding) { return this.#find(what, at, encoding, -1); }
		includes(what, at, encoding) { return this.indexOf(what, at, encoding) >= 0; }
		copy(to, at = 0, from = 0, end = this.length) {
			const part = this.subarray(from, Math.min(end, from + to.length - at));
			to.set(part, at);
			return part.length;
		}
		slice(a, b) { return this.subarray(a, b); }
		toJSON() { return { type: "Buffer", data: Array.from(this) }; }
		get parent() { return this.buffer; }
		readUIntBE(at, n) { let v = 0; for (let i = 0; i < n; i++) v = v * 256 + this.#at(at, n)[at + i]; return v; }
		readUIntLE(at, n) { let v = 0; for (let i = n - 1; i >= 0; i--) v = v * 256 + this.#at(at, n)[at + i]; return v; }
		readIntBE(at, n) { const v = this.readUIntBE(at, n), half = 2 ** (8 * n - 1); return v < half ? v : v - 2 * half; }
		readIntLE(at, n) { const v = this.readUIntLE(at, n), half = 2 ** (8 * n - 1); return v < half ? v : v - 2 * half; }
		writeUIntBE(v, at, n) { this.#at(at, n); for (let i = n - 1; i >= 0; i--) { this[at + i] = v % 256; v = Math.floor(v / 256); } return at + n; }
		writeUIntLE(v, at, n) { this.#at(at, n); for (let i = 0; i < n; i++) { this[at + i] = v % 256; v = Math.floor(v / 256); } return at + n; }
		writeIntBE(v, at, n) { return this.writeUIntBE(v < 0 ? v + 2 ** (8 * n) : v, at, n); }
		writeIntLE(v, at, n) { return this.writeUIntLE(v < 0 ? v + 2 ** (8 * n) : v, at, n); }
		#at(at, n) {
			if (at < 0 || at + n > this.length) throw Object.assign(new RangeError("Attempt to access memory outside buffer bounds"), { code: "ERR_BUFFER_OUT_OF_BOUNDS" });
			return this;
		}
		#swap(n) {
			if (this.length % n) throw Object.assign(new RangeError("Buffer size must be a multiple of " + 8 * n + "-bits"), { code: "ERR_INVALID_BUFFER_SIZE" });
			for (let i = 0; i < this.length; i += n) this.subarray(i, i + n).reverse();
			return this;
		}
		swap16() { return this.#swap(2); }
		swap32() { return this.#swap(4); }
		swap64() { return this.#swap(8); }
		static {
			const view = (b) => new DataView(b.buffer, b.byteOffset, b.byteLength);
			for (const [name, size] of [["Int8", 1], ["Uint8", 1], ["Int16", 2], ["Uint16", 2], ["Int32", 4], ["Uint32", 4], ["Float32", 4], ["Float64", 8], ["BigInt64", 8], ["BigUint64", 8]])
				for (const end of size === 1 ? [""] : ["BE", "LE"]) {
					const ours = { Float32: "Float", Float64: "Double", BigUint64: "BigUInt64" }[name] ?? name.replace("Uint", "UInt");
					const little = end === "LE";
					const get = { [ours](at = 0) { return view(this.#at(at, size))["get" + name](at, little); } }[ours];
					const set = { [ours](v, at = 0) { view(this.#at(at, size))["set" + name](at, v, little); return at + size; } }[ours];
					for (const n of new Set([ours, ours.replace("UInt", "Uint")])) {
						Object.defineProperty(this.prototype, "read" + n + end, { value: get, writable: true, configurable: true });
						Object.defineProperty(this.prototype, "write" + n + end, { value: set, writable: true, configurable: true });
					}
				}
		}
	}
	inner.parts.buffer = { Buffer };
})();
