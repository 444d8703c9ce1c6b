// URL and URLSearchParams.
(() => {
	const inner = globalThis.$inner, { need } = inner;

	const { TextEncoder, TextDecoder } = need("text");
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
			if (!h.endsWith("]")) throw 0;
			return "[" + shortest(pieces(h.slice(1, -1))) + "]";
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
	// pieces are the eight numbers of an IPv6 address; shortest writes them as RFC 5952 does.
	const pieces = (text) => {
		const v4 = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
		if (v4) {
			const b = v4.slice(2).map((s) => { if (s.length > 1 && s[0] === "0" || Number(s) > 255) throw 0; return Number(s); });
			text = v4[1] + (b[0] * 256 + b[1]).toString(16) + ":" + (b[2] * 256 + b[3]).toString(16);
		}
		const halves = text.split("::");
		if (halves.length > 2) throw 0;
		const read = (s) => (s === "" ? [] : s.split(":").map((p) => { if (!/^[0-9a-f]{1,4}$/i.test(p)) throw 0; return parseInt(p, 16); }));
		const [head, tail = []] = halves.map(read), gap = 8 - head.length - tail.length;
		if (halves.length === 1 ? gap !== 0 : gap < 1) throw 0;
		return [...head, ...new Array(gap).fill(0), ...tail];
	};
	const shortest = (ns) => {
		let from = -1, most = 1;
		for (let i = 0; i < 8; i++) {
			let n = 0;
			while (i + n < 8 && ns[i + n] === 0) n++;
			if (n > most) { from = i; most = n; }
			i += n;
		}
		const hex = (list) => list.map((n) => n.toString(16)).join(":");
		return from < 0 ? hex(ns) : hex(ns.slice(0, from)) + "::" + hex(ns.slice(from + most));
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
		u.marks = [search === "?" ? "?" : "", hash === "#" ? "#" : ""]; // nothing follows them, and href has them
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
			return u.protocol + (u.hostname !== null ? "//" + user + this.host : "") + u.pathname + (u.search || u.marks[0]) + (u.hash || u.marks[1]);
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
			this.#u.marks[0] = String(v) === "?" ? "?" : "";
			v = String(v).replace(/^\?/, "");
			this.#u.search = v === "" ? "" : "?" + escape(v, inQuery);
			if (this.#params) reread(this.#params, this.#u.search);
		}
		get searchParams() { return (this.#params ??= new URLSearchParams(this.#u.search, (s) => { this.#u.search = s === "" ? "" : "?" + s; })); }
		get hash() { return this.#u.hash; }
		set hash(v) { this.#u.marks[1] = String(v) === "#" ? "#" : ""; v = String(v).replace(/^#/, ""); this.#u.hash = v === "" ? "" : "#" + escape(v, inFragment); }
		toString() { return this.href; }
		toJSON() { return this.href; }
	}
	for (const c of [URL, URLSearchParams])
		Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });
	if (inner.parts.bun) {
		Object.defineProperty(URLSearchParams.prototype, "toJSON", { configurable: true, writable: true, value() {
			const out = {};
			for (const k of this.keys()) {
				const all = this.getAll(k);
				out[k] = all.length > 1 ? all : all[0];
			}
			return out;
		} });
	}
	inner.parts.url = { URL, URLSearchParams };
})();
