// Text and bytes: encoding, base64, and what the other parts share of it.
(() => {
	const inner = globalThis.$inner, { host, need } = inner;

	// Bytes cross to the host as text with one character for each byte.
	const binary = (b) => {
		let s = "";
		for (let i = 0; i < b.length; i += 8192) s += String.fromCharCode.apply(null, b.subarray(i, i + 8192));
		return s;
	};
	const unbinary = (s) => {
		const b = new Uint8Array(s.length);
		for (let i = 0; i < s.length; i++) b[i] = s.charCodeAt(i);
		return b;
	};
	const bytesOf = (x) =>
		x instanceof ArrayBuffer ? new Uint8Array(x)
		: ArrayBuffer.isView(x) ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength)
		: new TextEncoder().encode(String(x));

	const randomBytes = (n) => unbinary(host("random", n));
	const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
	class TextEncoder {
		get encoding() { return "utf-8"; }
		encode(text = "") {
			text = String(text).toWellFormed();
			const out = [];
			for (let i = 0; i < text.length; i++) {
				const c = text.charCodeAt(i);
				if (c < 0x80) out.push(c);
				else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
				else if (c >= 0xd800 && c < 0xdc00) {
					const p = text.codePointAt(i++);
					out.push(0xf0 | (p >> 18), 0x80 | ((p >> 12) & 63), 0x80 | ((p >> 6) & 63), 0x80 | (p & 63));
				} else out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
			}
			return new Uint8Array(out);
		}
		encodeInto(text, into) {
			let read = 0, written = 0;
			for (const c of String(text).toWellFormed()) { // a character is not divided
				const b = this.encode(c);
				if (written + b.length > into.length) break;
				into.set(b, written);
				read += c.length;
				written += b.length;
			}
			return { read, written };
		}
	}
	// What windows-1252 has where latin1 has controls (Encoding standard, index
	// windows-1252).
	const upper = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
	class TextDecoder {
		#fatal; #latin; #wide; #bom; #rest = [];
		constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
			label = String(label).trim().toLowerCase();
			this.#latin = ["latin1", "iso-8859-1", "ascii", "us-ascii", "windows-1252", "cp1252", "x-cp1252", "l1"].includes(label);
			this.#wide = ["utf-16le", "utf-16", "ucs-2", "unicode"].includes(label);
			if (!this.#latin && !this.#wide && !["utf-8", "utf8", "unicode-1-1-utf-8"].includes(label)) throw new RangeError("the encoding " + label + " is not available here");
			this.#fatal = fatal;
			this.#bom = ignoreBOM;
		}
		get encoding() { return this.#latin ? "windows-1252" : this.#wide ? "utf-16le" : "utf-8"; }
		get fatal() { return this.#fatal; }
		decode(data = new Uint8Array(), { stream = false } = {}) {
			let b = bytesOf(data);
			if (this.#latin) return binary(b).replace(/[\x80-\x9f]/g, (c) => upper[c.charCodeAt(0) - 0x80]);
			if (this.#rest.length) { b = Uint8Array.from([...this.#rest, ...b]); this.#rest = []; }
			if (this.#wide) {
				let s = "";
				for (let i = 0; i + 1 < b.length; i += 2) s += String.fromCharCode(b[i] | (b[i + 1] << 8));
				if (b.length % 2) { if (stream) this.#rest = [b[b.length - 1]]; else s += "\ud800"; }
				if (!s.isWellFormed()) {
					if (this.#fatal) throw new TypeError("the bytes are not UTF-16");
					s = s.toWellFormed();
				}
				return !this.#bom && s.charCodeAt(0) === 0xfeff ? s.slice(1) : s;
			}
			let out = "", i = 0;
			const wrong = () => { if (this.#fatal) throw new TypeError("the bytes are not UTF-8"); out += "\ufffd"; };
			if (!this.#bom && b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf) i = 3;
			while (i < b.length) {
				let c = b[i];
				if (c < 0x80) {
					let e = i + 1;
					while (e < b.length && b[e] < 0x80 && e - i < 8192) e++;
					out += String.fromCharCode.apply(null, b.subarray(i, e));
					i = e;
					continue;
				}
				const n = c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 0;
				if (n === 0) { wrong(); i++; continue; }
				let p = c & (63 >> n), k = 1;
				for (; k <= n && i + k < b.length; k++) {
					const d = b[i + k];
					const low = k === 1 && c === 0xe0 ? 0xa0 : k === 1 && c === 0xf0 ? 0x90 : 0x80;
					const high = k === 1 && c === 0xed ? 0x9f : k === 1 && c === 0xf4 ? 0x8f : 0xbf;
					if (d < low || d > high) break;
					p = (p << 6) | (d & 63);
				}
				if (k <= n) {
					if (stream && i + k === b.length) { this.#rest = [...b.subarray(i)]; return out; }
					wrong();
					i += k;
					continue;
				}
				out += String.fromCodePoint(p);
				i += n + 1;
			}
			return out;
		}
	}
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const values = new Map([...digits].map((c, i) => [c, i]).concat([["-", 62], ["_", 63]]));
	const toBase64 = (b, url) => {
		let s = "";
		for (let i = 0; i < b.length; i += 3) {
			const n = (b[i] << 16) | ((b[i + 1] ?? 0) << 8) | (b[i + 2] ?? 0);
			s += digits[n >> 18] + digits[(n >> 12) & 63] + (i + 1 < b.length ? digits[(n >> 6) & 63] : "=") + (i + 2 < b.length ? digits[n & 63] : "=");
		}
		return url ? s.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") : s;
	};
	const fromBase64 = (s) => {
		const out = [];
		let n = 0, bits = 0;
		for (const c of s) {
			const v = values.get(c);
			if (v === undefined) continue;
			n = ((n << 6) | v) & 0xffffff;
			bits += 6;
			if (bits >= 8) { bits -= 8; out.push((n >> bits) & 255); }
		}
		return new Uint8Array(out);
	};
	const btoa = (s) => {
		s = String(s);
		for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 255) throw new (need("events").DOMException)("btoa takes characters up to U+00FF only", "InvalidCharacterError");
		return toBase64(unbinary(s));
	};
	const atob = (s) => {
		s = String(s).replace(/[\t\n\f\r ]/g, "");
		if (s.length % 4 === 0) s = s.replace(/={1,2}$/, "");
		if (s.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(s)) throw new (need("events").DOMException)("the text is not base64", "InvalidCharacterError");
		return binary(fromBase64(s));
	};
	inner.parts.text = { TextEncoder, TextDecoder, atob, btoa, binary, unbinary, bytesOf, toBase64, fromBase64, randomBytes, hex };
})();
