// The web's names for scripts: encoding, URLs, events, fetch, crypto, Buffer.
// Loaded where a script mentions one of them.
(() => {
	const inner = globalThis.$inner, { host, expose, start, stop } = inner;

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

	class DOMException extends Error {
		constructor(message = "", name = "Error") { super(message); Object.defineProperty(this, "name", { value: name, configurable: true }); }
		get code() { return this.name === "AbortError" ? 20 : this.name === "TimeoutError" ? 23 : 0; }
	}

	// --- text and bytes ---
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
			const b = this.encode(text).subarray(0, into.length);
			into.set(b);
			return { read: text.length, written: b.length };
		}
	}
	class TextDecoder {
		#fatal; #latin; #bom; #rest = [];
		constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
			label = String(label).trim().toLowerCase();
			this.#latin = ["latin1", "iso-8859-1", "ascii", "us-ascii", "windows-1252"].includes(label);
			if (!this.#latin && !["utf-8", "utf8", "unicode-1-1-utf-8"].includes(label)) throw new RangeError("the encoding " + label + " is not available here");
			this.#fatal = fatal;
			this.#bom = ignoreBOM;
		}
		get encoding() { return this.#latin ? "windows-1252" : "utf-8"; }
		get fatal() { return this.#fatal; }
		decode(data = new Uint8Array(), { stream = false } = {}) {
			let b = bytesOf(data);
			if (this.#latin) return binary(b);
			if (this.#rest.length) { b = Uint8Array.from([...this.#rest, ...b]); this.#rest = []; }
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
		for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) > 255) throw new DOMException("btoa takes characters up to U+00FF only", "InvalidCharacterError");
		return toBase64(unbinary(s));
	};
	const atob = (s) => {
		s = String(s).replace(/[\t\n\f\r ]/g, "");
		if (s.length % 4 === 0) s = s.replace(/={1,2}$/, "");
		if (s.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(s)) throw new DOMException("the text is not base64", "InvalidCharacterError");
		return binary(fromBase64(s));
	};

	// --- events ---
	class Event {
		#stopped = false;
		constructor(type, init = {}) {
			this.type = String(type);
			this.bubbles = !!init.bubbles;
			this.cancelable = !!init.cancelable;
			this.defaultPrevented = false;
			this.target = this.currentTarget = null;
			this.timeStamp = host("now");
		}
		preventDefault() { if (this.cancelable) this.defaultPrevented = true; }
		stopPropagation() {}
		stopImmediatePropagation() { this.#stopped = true; }
		static stopped(e) { return e.#stopped; }
	}
	const stopped = Event.stopped;
	delete Event.stopped;
	class CustomEvent extends Event {
		constructor(type, init = {}) { super(type, init); this.detail = init.detail ?? null; }
	}
	class EventTarget {
		#listeners = new Map();
		addEventListener(type, f, options) {
			if (!f) return;
			const list = this.#listeners.get(type) ?? [];
			if (list.some((l) => l.f === f)) return;
			this.#listeners.set(type, [...list, { f, once: typeof options === "object" && !!options?.once }]);
			if (typeof options === "object") options?.signal?.addEventListener("abort", () => this.removeEventListener(type, f));
		}
		removeEventListener(type, f) { this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((l) => l.f !== f)); }
		dispatchEvent(e) {
			e.target = e.currentTarget = this;
			if (typeof this["on" + e.type] === "function") this["on" + e.type](e);
			for (const l of this.#listeners.get(e.type) ?? []) {
				if (stopped(e)) break;
				if (l.once) this.removeEventListener(e.type, l.f);
				typeof l.f === "function" ? l.f.call(this, e) : l.f.handleEvent(e);
			}
			return !e.defaultPrevented;
		}
	}
	class AbortSignal extends EventTarget {
		aborted = false;
		reason = undefined;
		onabort = null;
		throwIfAborted() { if (this.aborted) throw this.reason; }
		static abort(reason) { const c = new AbortController(); c.abort(reason); return c.signal; }
		static timeout(ms) {
			const c = new AbortController();
			setTimeout(() => c.abort(new DOMException("The operation timed out", "TimeoutError")), ms);
			return c.signal;
		}
		static any(signals) {
			const c = new AbortController();
			for (const s of signals) {
				if (s.aborted) { c.abort(s.reason); break; }
				s.addEventListener("abort", () => c.abort(s.reason), { once: true });
			}
			return c.signal;
		}
	}
	class AbortController {
		signal = new AbortSignal();
		abort(reason = new DOMException("The operation was aborted", "AbortError")) {
			if (this.signal.aborted) return;
			this.signal.aborted = true;
			this.signal.reason = reason;
			this.signal.dispatchEvent(new Event("abort"));
		}
	}

	// --- structuredClone ---
	const structuredClone = (value) => {
		const seen = new Map();
		const copy = (v) => {
			if (typeof v === "function" || typeof v === "symbol") throw new DOMException("a " + typeof v + " can not be cloned", "DataCloneError");
			if (typeof v !== "object" || v === null) return v;
			if (seen.has(v)) return seen.get(v);
			const keep = (c) => { seen.set(v, c); return c; };
			if (v instanceof Date) return keep(new Date(v));
			if (v instanceof RegExp) return keep(new RegExp(v.source, v.flags));
			if (v instanceof ArrayBuffer) return keep(v.slice(0));
			if (v instanceof DataView) return keep(new DataView(copy(v.buffer), v.byteOffset, v.byteLength));
			if (ArrayBuffer.isView(v)) return keep(new (v.constructor === Buffer ? Uint8Array : v.constructor)(copy(v.buffer), v.byteOffset, v.length));
			if (v instanceof Map) { const m = keep(new Map()); for (const [k, x] of v) m.set(copy(k), copy(x)); return m; }
			if (v instanceof Set) { const s = keep(new Set()); for (const x of v) s.add(copy(x)); return s; }
			if (v instanceof Error) {
				const e = keep(Object.create(Object.getPrototypeOf(v)));
				for (const k of ["name", "message", "stack", "cause"]) if (k in v) Object.defineProperty(e, k, { value: copy(v[k]), configurable: true, writable: true });
				return e;
			}
			const out = keep(Array.isArray(v) ? new Array(v.length) : {});
			for (const k of Object.keys(v)) out[k] = copy(v[k]);
			return out;
		};
		return copy(value);
	};

	// --- URL ---
	const ports = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21", "file:": "" };
	const escape = (s, set) => {
		let out = "";
		for (const c of s.toWellFormed()) {
			if (c < " " || c > "~" || set.includes(c)) for (const b of new TextEncoder().encode(c)) out += "%" + b.toString(16).toUpperCase().padStart(2, "0");
			else out += c;
		}
		return out;
	};
	const inPath = " \"#<>?`{}^", inQuery = " \"#<>'", inFragment = " \"<>`", inUser = " \"#<>?`{}/:;=@[\\]^|";
	const unescapeText = (s) => {
		if (!s.includes("%")) return s;
		const b = [];
		const raw = new TextEncoder().encode(s);
		for (let i = 0; i < raw.length; i++) {
			const h = raw[i] === 37 ? String.fromCharCode(raw[i + 1] ?? 0, raw[i + 2] ?? 0) : "";
			if (/^[0-9a-f]{2}$/i.test(h)) { b.push(parseInt(h, 16)); i += 2; }
			else b.push(raw[i]);
		}
		return new TextDecoder().decode(new Uint8Array(b));
	};
	const dots = (path) => {
		const out = [];
		const parts = path.split("/").slice(1);
		parts.forEach((p, i) => {
			const q = p.replace(/%2e/gi, ".");
			if (q === "..") { out.pop(); if (i === parts.length - 1) out.push(""); }
			else if (q === ".") { if (i === parts.length - 1) out.push(""); }
			else out.push(p);
		});
		return "/" + out.join("/");
	};
	const number = (s) => {
		if (s === "" ) return NaN;
		if (/^0x[0-9a-f]*$/i.test(s)) return s.length === 2 ? 0 : parseInt(s, 16);
		if (/^0[0-7]+$/.test(s)) return parseInt(s, 8);
		return /^[0-9]+$/.test(s) ? Number(s) : NaN;
	};
	const hostName = (h, special) => {
		if (h.startsWith("[")) {
			if (!/^\[[0-9a-f:.]+\]$/i.test(h)) throw 0;
			return h.toLowerCase();
		}
		if (!special) return escape(h, "");
		h = unescapeText(h).toLowerCase().normalize("NFKC");
		if (/[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/.test(h)) throw 0;
		if (/[^\0-\x7f]/.test(h)) h = h.split(/[.\u3002]/).map(punycode).join(".");
		const parts = h.replace(/\.$/, "").split(".");
		if (parts.length > 0 && !Number.isNaN(number(parts.at(-1)))) {
			if (parts.length > 4) throw 0;
			const ns = parts.map(number);
			if (ns.some(Number.isNaN) || ns.slice(0, -1).some((n) => n > 255)) throw 0;
			let n = ns.at(-1);
			if (n >= 256 ** (5 - ns.length)) throw 0;
			ns.slice(0, -1).forEach((x, i) => { n += x * 256 ** (3 - i); });
			return [24, 16, 8, 0].map((s) => Math.floor(n / 2 ** s) % 256).join(".");
		}
		return h;
	};
	const punycode = (label) => {
		const ps = [...label].map((c) => c.codePointAt(0));
		if (ps.every((p) => p < 128)) return label;
		let out = ps.filter((p) => p < 128).map((p) => String.fromCharCode(p)).join("");
		let n = 128, delta = 0, bias = 72, h = out.length;
		const b = h;
		if (b > 0) out += "-";
		const digit = (d) => String.fromCharCode(d < 26 ? d + 97 : d + 22);
		while (h < ps.length) {
			const m = Math.min(...ps.filter((p) => p >= n));
			delta += (m - n) * (h + 1);
			n = m;
			for (const p of ps) {
				if (p < n) delta++;
				if (p !== n) continue;
				let q = delta;
				for (let k = 36; ; k += 36) {
					const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
					if (q < t) break;
					out += digit(t + ((q - t) % (36 - t)));
					q = Math.floor((q - t) / (36 - t));
				}
				out += digit(q);
				delta = h === b ? Math.floor(delta / 700) : delta >> 1;
				delta += Math.floor(delta / (h + 1));
				let k = 0;
				for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
				bias = k + Math.floor((36 * delta) / (delta + 38));
				delta = 0;
				h++;
			}
			delta++;
			n++;
		}
		return "xn--" + out;
	};
	const parseURL = (text, base) => {
		text = String(text).replace(/^[\0-\x20]+|[\0-\x20]+$/g, "").replace(/[\t\n\r]/g, "");
		const u = { protocol: "", username: "", password: "", hostname: null, port: "", pathname: "", search: "", hash: "" };
		let rest = text;
		const cut = (mark) => { const i = rest.indexOf(mark); if (i < 0) return ""; const s = rest.slice(i); rest = rest.slice(0, i); return s; };
		const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(rest);
		const hash = cut("#");
		if (scheme) { u.protocol = scheme[0].toLowerCase(); rest = rest.slice(scheme[0].length); }
		else if (!base) throw 0;
		else u.protocol = base.protocol;
		const special = u.protocol in ports;
		const search = cut("?");
		if (special) rest = rest.replaceAll("\\", "/");
		const inherit = (full) => {
			Object.assign(u, { username: base.username, password: base.password, hostname: base.hostname, port: base.port });
			if (full) { u.pathname = base.pathname; u.search = base.search; }
		};
		const relative = !scheme || (special && base && base.protocol === u.protocol && !rest.startsWith("/"));
		const authority = special && scheme && !relative ? /^\/*/.exec(rest)[0].length > 0 || true : rest.startsWith("//");
		if (relative && !rest.startsWith("//")) {
			if (base.hostname === null && !base.pathname.startsWith("/")) { if (rest !== "" || search !== "") throw 0; }
			inherit(rest === "" && search === "");
			if (rest.startsWith("/")) u.pathname = dots(escape(rest, inPath));
			else if (rest !== "") u.pathname = dots(escape(base.pathname.replace(/[^/]*$/, "") + rest, inPath));
			else u.pathname = base.pathname;
		} else if (authority && u.protocol !== "file:" || rest.startsWith("//")) {
			rest = special && u.protocol !== "file:" ? rest.replace(/^\/+/, "") : rest.slice(2);
			const end = rest.search(/\//);
			let auth = end < 0 ? rest : rest.slice(0, end);
			const path = end < 0 ? "" : rest.slice(end);
			const at = auth.lastIndexOf("@");
			if (at >= 0) {
				const [user, ...pass] = auth.slice(0, at).split(":");
				u.username = escape(user, inUser);
				u.password = escape(pass.join(":"), inUser);
				auth = auth.slice(at + 1);
			}
			const m = /^(\[[^\]]*\]|[^:]*)(?::([0-9]*))?$/.exec(auth);
			if (!m || (special && m[1] === "" && u.protocol !== "file:")) throw 0;
			u.hostname = hostName(m[1], special);
			if (m[2]) {
				if (Number(m[2]) > 65535) throw 0;
				u.port = String(Number(m[2])) === ports[u.protocol] ? "" : String(Number(m[2]));
			}
			u.pathname = path === "" ? (special ? "/" : "") : dots(escape(path, inPath));
		} else if (rest.startsWith("/")) {
			if (special) u.hostname = "";
			u.pathname = dots(escape(rest, inPath));
		} else u.pathname = special ? dots("/" + escape(rest, inPath)) : escape(rest, "");
		if (search !== "" || scheme || rest !== "" || !base) u.search = search.length > 1 ? "?" + escape(search.slice(1), special ? inQuery : " \"#<>") : "";
		u.hash = hash.length > 1 ? "#" + escape(hash.slice(1), inFragment) : "";
		return u;
	};
	const formEncode = (s) => escape(String(s), "!'()~%&=+#?/:;@,$[]\\^`{|}<>\"").replaceAll(" ", "+").replaceAll("%20", "+");
	const formDecode = (s) => unescapeText(s.replaceAll("+", " "));
	class URLSearchParams {
		#list = [];
		#url = null;
		constructor(init = "", url = null) {
			this.#url = url;
			if (typeof init === "object" && init !== null) {
				if (typeof init[Symbol.iterator] === "function") for (const [k, v] of init) this.#list.push([String(k), String(v)]);
				else for (const k of Object.keys(init)) this.#list.push([k, String(init[k])]);
			} else this.#read(String(init));
		}
		#read(s) {
			this.#list = s.replace(/^\?/, "").split("&").filter((p) => p !== "").map((p) => {
				const i = p.indexOf("=");
				return i < 0 ? [formDecode(p), ""] : [formDecode(p.slice(0, i)), formDecode(p.slice(i + 1))];
			});
		}
		#changed() { this.#url?.(this.toString()); }
		static reread(p, s) { p.#read(s); }
		get size() { return this.#list.length; }
		append(k, v) { this.#list.push([String(k), String(v)]); this.#changed(); }
		delete(k, v) { this.#list = this.#list.filter((p) => p[0] !== String(k) || (v !== undefined && p[1] !== String(v))); this.#changed(); }
		get(k) { return this.#list.find((p) => p[0] === String(k))?.[1] ?? null; }
		getAll(k) { return this.#list.filter((p) => p[0] === String(k)).map((p) => p[1]); }
		has(k, v) { return this.#list.some((p) => p[0] === String(k) && (v === undefined || p[1] === String(v))); }
		set(k, v) {
			const i = this.#list.findIndex((p) => p[0] === String(k));
			if (i < 0) this.#list.push([String(k), String(v)]);
			else this.#list = this.#list.filter((p, j) => j <= i || p[0] !== String(k)).map((p, j) => (j === i ? [p[0], String(v)] : p));
			this.#changed();
		}
		sort() { this.#list.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); this.#changed(); }
		forEach(f, self) { for (const [k, v] of this.#list) f.call(self, v, k, this); }
		*entries() { for (const [k, v] of this.#list) yield [k, v]; }
		*keys() { for (const p of this.#list) yield p[0]; }
		*values() { for (const p of this.#list) yield p[1]; }
		[Symbol.iterator]() { return this.entries(); }
		toString() { return this.#list.map(([k, v]) => formEncode(k) + "=" + formEncode(v)).join("&"); }
	}
	const reread = URLSearchParams.reread;
	delete URLSearchParams.reread;
	class URL {
		#u;
		#params = null;
		constructor(text, base) {
			try { this.#u = parseURL(text, base === undefined ? undefined : parseURL(base)); }
			catch { throw new TypeError("Invalid URL: " + text); }
		}
		static canParse(text, base) { try { new URL(text, base); return true; } catch { return false; } }
		static parse(text, base) { try { return new URL(text, base); } catch { return null; } }
		get href() {
			const u = this.#u;
			const user = u.username || u.password ? u.username + (u.password ? ":" + u.password : "") + "@" : "";
			return u.protocol + (u.hostname !== null ? "//" + user + this.host : "") + u.pathname + u.search + u.hash;
		}
		set href(v) {
			try { this.#u = parseURL(v); } catch { throw new TypeError("Invalid URL: " + v); }
			if (this.#params) reread(this.#params, this.#u.search);
		}
		get origin() { return this.#u.protocol in ports && this.#u.protocol !== "file:" ? this.#u.protocol + "//" + this.host : "null"; }
		get host() { return (this.#u.hostname ?? "") + (this.#u.port ? ":" + this.#u.port : ""); }
		set host(v) { const m = /^(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?/.exec(v); this.hostname = m[1]; if (m[2]) this.port = m[2]; }
		get hostname() { return this.#u.hostname ?? ""; }
		set hostname(v) { try { this.#u.hostname = hostName(String(v), this.#u.protocol in ports); } catch { /* an impossible name changes nothing */ } }
		get port() { return this.#u.port; }
		set port(v) { const n = parseInt(v, 10); if (v === "") this.#u.port = ""; else if (n >= 0 && n < 65536) this.#u.port = String(n) === ports[this.#u.protocol] ? "" : String(n); }
		get protocol() { return this.#u.protocol; }
		set protocol(v) { v = String(v).toLowerCase().replace(/:.*$/, "") + ":"; if ((v in ports) === (this.#u.protocol in ports)) this.#u.protocol = v; }
		get username() { return this.#u.username; }
		set username(v) { this.#u.username = escape(String(v), inUser); }
		get password() { return this.#u.password; }
		set password(v) { this.#u.password = escape(String(v), inUser); }
		get pathname() { return this.#u.pathname; }
		set pathname(v) { v = String(v); this.#u.pathname = dots(escape(v.startsWith("/") ? v : "/" + v, inPath)); }
		get search() { return this.#u.search; }
		set search(v) {
			v = String(v).replace(/^\?/, "");
			this.#u.search = v === "" ? "" : "?" + escape(v, inQuery);
			if (this.#params) reread(this.#params, this.#u.search);
		}
		get searchParams() { return (this.#params ??= new URLSearchParams(this.#u.search, (s) => { this.#u.search = s === "" ? "" : "?" + s; })); }
		get hash() { return this.#u.hash; }
		set hash(v) { v = String(v).replace(/^#/, ""); this.#u.hash = v === "" ? "" : "#" + escape(v, inFragment); }
		toString() { return this.href; }
		toJSON() { return this.href; }
	}

	// --- fetch ---
	class Headers {
		#map = new Map();
		constructor(init) {
			if (init instanceof Headers || Array.isArray(init) || (init && typeof init[Symbol.iterator] === "function")) for (const [k, v] of init) this.append(k, v);
			else if (init) for (const k of Object.keys(init)) this.append(k, init[k]);
		}
		#key(k) {
			k = String(k).toLowerCase();
			if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(k)) throw new TypeError("Invalid header name: " + k);
			return k;
		}
		append(k, v) { k = this.#key(k); this.#map.set(k, [...(this.#map.get(k) ?? []), String(v).trim()]); }
		set(k, v) { this.#map.set(this.#key(k), [String(v).trim()]); }
		get(k) { return this.#map.get(this.#key(k))?.join(", ") ?? null; }
		getSetCookie() { return [...(this.#map.get("set-cookie") ?? [])]; }
		has(k) { return this.#map.has(this.#key(k)); }
		delete(k) { this.#map.delete(this.#key(k)); }
		*entries() { for (const k of [...this.#map.keys()].sort()) yield [k, this.#map.get(k).join(", ")]; }
		*keys() { for (const [k] of this.entries()) yield k; }
		*values() { for (const [, v] of this.entries()) yield v; }
		forEach(f, self) { for (const [k, v] of this.entries()) f.call(self, v, k, this); }
		[Symbol.iterator]() { return this.entries(); }
	}
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
	// body reads any of the forms a body may have: {text} or {bytes}, and its type.
	const bodyOf = (b) => {
		if (b === undefined || b === null) return { kind: null };
		if (b instanceof FormData) b = multipart(b);
		if (b instanceof Blob) return { bytes: rawBlob(b), kind: b.type || null };
		if (b instanceof URLSearchParams) return { text: b.toString(), kind: "application/x-www-form-urlencoded;charset=UTF-8" };
		if (b instanceof ArrayBuffer || ArrayBuffer.isView(b)) return { bytes: bytesOf(b), kind: null };
		return { text: String(b), kind: "text/plain;charset=UTF-8" };
	};
	class Body {
		#data;
		#used = false;
		constructor(data) { this.#data = data; }
		static data(b) { return b.#data; }
		#take() {
			if (this.#used) throw new TypeError("the body has been read already");
			this.#used = this.#data.text !== undefined || this.#data.bytes !== undefined;
			return this.#data;
		}
		get bodyUsed() { return this.#used; }
		get body() { return null; }
		async text() { const d = this.#take(); return d.text ?? (d.bytes ? new TextDecoder().decode(d.bytes) : ""); }
		async json() { return JSON.parse(await this.text()); }
		async bytes() { const d = this.#take(); return d.bytes ? d.bytes.slice() : new TextEncoder().encode(d.text ?? ""); }
		async arrayBuffer() { return (await this.bytes()).buffer; }
		async blob() { return new Blob([await this.bytes()], { type: this.headers.get("content-type") ?? "" }); }
		async formData() {
			const f = new FormData();
			for (const [k, v] of new URLSearchParams(await this.text())) f.append(k, v);
			return f;
		}
	}
	const dataOf = Body.data;
	delete Body.data;
	class Request extends Body {
		constructor(input, init = {}) {
			const from = input instanceof Request ? input : null;
			const method = String(init.method ?? from?.method ?? "GET");
			const body = init.body !== undefined ? bodyOf(init.body) : from ? dataOf(from) : bodyOf();
			super(body);
			this.method = /^(get|head|post|put|delete|options|patch)$/i.test(method) ? method.toUpperCase() : method;
			if (body.kind !== null && (this.method === "GET" || this.method === "HEAD") && init.body !== undefined) throw new TypeError("a " + this.method + " request has no body");
			this.url = from ? from.url : new URL(input).href;
			this.headers = new Headers(init.headers ?? from?.headers);
			if (body.kind && !this.headers.has("content-type")) this.headers.set("content-type", body.kind);
			this.signal = init.signal ?? from?.signal ?? null;
			this.redirect = init.redirect ?? from?.redirect ?? "follow";
		}
		clone() { return new Request(this); }
	}
	class Response extends Body {
		constructor(body = null, init = {}) {
			const data = init.$data ?? bodyOf(body);
			super(data);
			this.status = init.status ?? 200;
			this.statusText = init.statusText ?? "";
			this.headers = new Headers(init.headers);
			if (data.kind && !this.headers.has("content-type")) this.headers.set("content-type", data.kind);
			this.url = init.$url ?? "";
			this.redirected = init.$redirected ?? false;
			this.type = "default";
		}
		get ok() { return this.status >= 200 && this.status < 300; }
		clone() { return new Response(null, { status: this.status, statusText: this.statusText, headers: this.headers, $data: dataOf(this), $url: this.url, $redirected: this.redirected }); }
		static json(v, init = {}) {
			const r = new Response(JSON.stringify(v), init);
			if (!new Headers(init.headers).has("content-type")) r.headers.set("content-type", "application/json");
			return r;
		}
		static error() { return new Response(null, { status: 0 }); }
		static redirect(url, status = 302) { return new Response(null, { status, headers: { location: String(new URL(url)) } }); }
	}
	const fetch = async (input, init) => {
		const r = new Request(input, init);
		r.signal?.throwIfAborted();
		const d = dataOf(r);
		const payload = {
			method: r.method, url: r.url, headers: [...r.headers], redirect: r.redirect,
			text: d.text, bytes: d.bytes ? binary(d.bytes) : undefined,
		};
		return new Promise((resolve, reject) => {
			const id = start("fetch", JSON.stringify(payload), (text, error) => {
				if (error) {
					const e = new TypeError("fetch failed: " + error);
					return reject(e);
				}
				const a = JSON.parse(text);
				resolve(new Response(null, {
					status: a.status, statusText: a.statusText, headers: a.headers, $url: a.url, $redirected: a.redirected,
					$data: a.text !== undefined ? { text: a.text, kind: null } : { bytes: unbinary(a.bytes ?? ""), kind: null },
				}));
			});
			r.signal?.addEventListener("abort", () => { stop(id); reject(r.signal.reason); }, { once: true });
		});
	};

	// --- crypto ---
	const randomBytes = (n) => unbinary(host("random", n));
	const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
	const hashName = (a) => String(typeof a === "string" ? a : a?.name ?? a?.hash?.name);
	class CryptoKey {
		constructor(raw, algorithm, extractable, usages) {
			Object.defineProperty(this, "$raw", { value: raw });
			Object.assign(this, { type: "secret", algorithm, extractable, usages });
		}
	}
	const hmac = (key, data) => unbinary(host("hmac", key.algorithm.hash.name, binary(key.$raw), binary(bytesOf(data))));
	const crypto = {
		randomUUID() {
			const b = randomBytes(16);
			b[6] = (b[6] & 15) | 64;
			b[8] = (b[8] & 63) | 128;
			return hex(b).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
		},
		getRandomValues(a) {
			if (a.byteLength > 65536) throw new DOMException("at most 65536 bytes at once", "QuotaExceededError");
			new Uint8Array(a.buffer, a.byteOffset, a.byteLength).set(randomBytes(a.byteLength));
			return a;
		},
		subtle: {
			async digest(a, data) { return unbinary(host("hash", hashName(a), binary(bytesOf(data)))).buffer; },
			async importKey(format, key, a, extractable, usages) {
				if (hashName(a).toUpperCase() !== "HMAC") throw new DOMException("only HMAC keys are available here", "NotSupportedError");
				const raw = format === "raw" ? bytesOf(key).slice() : format === "jwk" ? fromBase64(key.k) : null;
				if (!raw) throw new DOMException("the key format " + format + " is not available here", "NotSupportedError");
				return new CryptoKey(raw, { name: "HMAC", hash: { name: hashName(a.hash) } }, extractable, usages);
			},
			async sign(_, key, data) { return hmac(key, data).buffer; },
			async verify(_, key, mac, data) {
				const want = hmac(key, data), got = bytesOf(mac);
				let diff = want.length ^ got.length;
				for (let i = 0; i < want.length; i++) diff |= want[i] ^ (got[i] ?? 0);
				return diff === 0;
			},
		},
	};
	// Node's createHash and createHmac, as far as node:crypto here has them.
	Object.defineProperty(crypto, "$hash", {
		value: (name, key) => {
			const parts = [];
			const h = {
				update(x, encoding) { parts.push(typeof x === "string" ? Buffer.from(x, encoding) : bytesOf(x)); return h; },
				digest(encoding) {
					const all = binary(Buffer.concat(parts));
					const out = Buffer.from(unbinary(key === undefined ? host("hash", name, all) : host("hmac", name, binary(bytesOf(key)), all)));
					return encoding ? out.toString(encoding) : out;
				},
			};
			return h;
		},
	});

	// --- Buffer ---
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

	const performance = { now: () => host("now"), timeOrigin: Date.now() - host("now"), mark() {}, measure() {} };
	for (const c of [URL, URLSearchParams, Headers, Request, Response, Blob, File, FormData, AbortSignal, Event, DOMException])
		Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });
	const all = {
		URL, URLSearchParams, Headers, Request, Response, fetch, FormData, Blob, File, AbortController, AbortSignal, TextEncoder, TextDecoder,
		atob, btoa, structuredClone, crypto, Crypto: CryptoKey, Buffer, Event, EventTarget, CustomEvent, DOMException, performance,
	};
	for (const name in all) {
		const d = Object.getOwnPropertyDescriptor(globalThis, name);
		if (!d || d.get) expose(name, all[name]); // a script's own value stays
	}
})();
