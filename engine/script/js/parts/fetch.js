// fetch, and what it takes and gives. Addresses that stay as they are written
// do without the reader of URLs.
(() => {
	const inner = globalThis.$inner, { need } = inner, { start, stop } = need("outside");

	const plain = /^https?:\/\/(?:127\.0\.0\.1|(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*)(?::(?!80\b|443\b)(?:[1-9]\d{0,3}|[1-5]\d{4}))?\/[\w\-.~!$&()*+,;=:@\/%]*(?:\?[\w\-.~!$&()*+,;=:@\/%?]*)?$/;
	const address = (input) => {
		const text = typeof input === "string" ? input : String(input);
		return plain.test(text) && !/\/(?:\.|%2e)/i.test(text) && !text.includes("xn--") ? text : new (need("url").URL)(text).href;
	};
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
		*entries() {
			for (const k of [...this.#map.keys()].sort()) {
				const all = this.#map.get(k);
				if (k === "set-cookie") for (const v of all) yield [k, v];
				else yield [k, all.join(", ")];
			}
		}
		*keys() { for (const [k] of this.entries()) yield k; }
		*values() { for (const [, v] of this.entries()) yield v; }
		forEach(f, self) { for (const [k, v] of this.entries()) f.call(self, v, k, this); }
		[Symbol.iterator]() { return this.entries(); }
	}
	// body reads any of the forms a body may have: {text} or {bytes}, and its type.
	const bodyOf = (b) => {
		if (b === undefined || b === null) return { kind: null };
		const { blob, url, streams } = inner.parts; // not loaded: b is none of theirs
		if (streams && b instanceof streams.ReadableStream) return { stream: b, kind: null };
		if (blob && b instanceof blob.FormData) b = blob.multipart(b);
		if (blob && b instanceof blob.Blob) return { bytes: blob.rawBlob(b), kind: b.type || null };
		if (url && b instanceof url.URLSearchParams) return { text: b.toString(), kind: "application/x-www-form-urlencoded;charset=UTF-8" };
		if (b instanceof ArrayBuffer || ArrayBuffer.isView(b)) return { bytes: need("text").bytesOf(b), kind: null };
		return { text: String(b), kind: "text/plain;charset=UTF-8" };
	};
	class Body {
		#data;
		#used = false;
		#stream = null;
		constructor(data) { this.#data = data; }
		static data(b) { return b.#data; }
		async #take() {
			const d = this.#data;
			if (this.#used || this.#stream?.locked || d.stream?.locked) throw new TypeError("the body has been read already");
			this.#used = d.text !== undefined || d.bytes !== undefined || d.stream !== undefined;
			return d.stream ? { bytes: await need("streams").gather(d.stream) } : d;
		}
		get bodyUsed() { return this.#used; }
		get body() {
			const d = this.#data;
			if (d.text === undefined && d.bytes === undefined && d.stream === undefined) return null;
			let at = 0, bytes;
			return (this.#stream ??= d.stream ?? new (need("streams").ReadableStream)({
				pull: (c) => {
					if (bytes === undefined && this.#used) throw new TypeError("the body has been read already");
					this.#used = true;
					bytes ??= d.bytes ?? new (need("text").TextEncoder)().encode(d.text);
					if (at < bytes.length) c.enqueue(bytes.slice(at, (at += 65536)));
					if (at >= bytes.length) c.close();
				},
				cancel: () => { this.#used = true; },
			}));
		}
		async text() { const d = await this.#take(); return (d.text && d.text.charCodeAt(0) === 0xfeff ? d.text.slice(1) : d.text) ?? (d.bytes ? new (need("text").TextDecoder)().decode(d.bytes) : ""); }
		async json() { return JSON.parse(await this.text()); }
		async bytes() { const d = await this.#take(); return d.bytes ? d.bytes.slice() : new (need("text").TextEncoder)().encode(d.text ?? ""); }
		async arrayBuffer() { return (await this.bytes()).buffer; }
		async blob() { return new (need("blob").Blob)([await this.bytes()], { type: this.headers.get("content-type") ?? "" }); }
		async formData() {
			const f = new (need("blob").FormData)();
			for (const [k, v] of new (need("url").URLSearchParams)(await this.text())) f.append(k, v);
			return f;
		}
	}
	const dataOf = Body.data;
	delete Body.data;
	// copyOf is what a clone reads: a stream goes both ways.
	const copyOf = (b) => {
		const d = dataOf(b);
		if (b.bodyUsed || d.stream?.locked) throw new TypeError("the body has been read already");
		if (!d.stream) return d;
		const [mine, other] = d.stream.tee();
		d.stream = mine;
		return { ...d, stream: other };
	};
	class Request extends Body {
		constructor(input, init = {}) {
			const from = input instanceof Request ? input : null;
			const method = String(init.method ?? from?.method ?? "GET");
			const body = init.body !== undefined ? bodyOf(init.body) : init.$data ?? (from ? dataOf(from) : bodyOf());
			super(body);
			this.method = /^(get|head|post|put|delete|options|patch)$/i.test(method) ? method.toUpperCase() : method;
			if (body.kind !== null && (this.method === "GET" || this.method === "HEAD") && init.body !== undefined) throw new TypeError("a " + this.method + " request has no body");
			this.url = from ? from.url : address(input);
			this.headers = new Headers(init.headers ?? from?.headers);
			if (body.kind && !this.headers.has("content-type")) this.headers.set("content-type", body.kind);
			this.signal = init.signal ?? from?.signal ?? null;
			this.redirect = init.redirect ?? from?.redirect ?? "follow";
		}
		clone() { return new Request(this, { $data: copyOf(this) }); }
	}
	class Response extends Body {
		constructor(body = null, init = {}) {
			const data = init.$data ?? bodyOf(body), status = init.status ?? 200;
			if (!(status >= 200 && status <= 599) && init.$url === undefined) throw new RangeError("The status provided (" + status + ") is outside the range [200, 599]");
			if (body !== null && body !== undefined && [204, 205, 304].includes(status)) throw new TypeError("Response with null body status cannot have body");
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
		clone() { return new Response(null, { status: this.status, statusText: this.statusText, headers: this.headers, $data: copyOf(this), $url: this.url, $redirected: this.redirected }); }
		static json(v, init = {}) {
			const r = new Response(JSON.stringify(v), init);
			if (!new Headers(init.headers).has("content-type")) r.headers.set("content-type", "application/json");
			return r;
		}
		static error() { return new Response(null, { status: 0, $url: "" }); }
		static redirect(url, status = 302) { return new Response(null, { status, headers: { location: address(url) } }); }
	}
	// An address that holds what it names: its type, and the text or base64 behind a comma.
	const held = (url) => {
		const m = /^data:([^,]*?)(;\s*base64)?,([^#]*)/is.exec(url);
		if (!m) throw new TypeError("fetch failed: the data: address has no comma");
		const { TextEncoder, atob } = need("text");
		const plain = [];
		for (let i = 0; i < m[3].length; i++) {
			const hex = /^%([0-9a-f]{2})/i.exec(m[3].slice(i, i + 3));
			if (hex) { plain.push(parseInt(hex[1], 16)); i += 2; } else plain.push(...new TextEncoder().encode(m[3][i]));
		}
		const bytes = m[2] ? Uint8Array.from(atob(String.fromCharCode(...plain).replace(/\s/g, "")), (c) => c.charCodeAt(0)) : Uint8Array.from(plain);
		const type = m[1].trim();
		return new Response(null, { headers: { "content-type": type.startsWith(";") ? "text/plain" + type : type || "text/plain;charset=US-ASCII" }, $url: url, $data: { bytes, kind: null } });
	};
	const fetch = async (input, init) => {
		const r = new Request(input, init);
		r.signal?.throwIfAborted();
		if (/^data:/i.test(r.url)) return held(r.url);
		let d = dataOf(r);
		if (d.stream) d = { bytes: await need("streams").gather(d.stream) };
		const payload = {
			method: r.method, url: r.url, headers: [...r.headers], redirect: r.redirect,
			text: d.text, bytes: d.bytes ? need("text").binary(d.bytes) : undefined,
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
					$data: a.text !== undefined ? { text: a.text, kind: null } : { bytes: need("text").unbinary(a.bytes ?? ""), kind: null },
				}));
			});
			r.signal?.addEventListener("abort", () => { stop(id); reject(r.signal.reason); }, { once: true });
		});
	};
	if (inner.parts.bun) {
		Object.defineProperty(Headers.prototype, "toJSON", { configurable: true, writable: true, value() {
			const out = Object.fromEntries(this);
			if (out["set-cookie"] !== undefined) out["set-cookie"] = this.getSetCookie();
			return out;
		} });
	}
	for (const c of [Headers, Request, Response])
		Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });
	inner.parts.fetch = { Headers, Request, Response, fetch };
})();
