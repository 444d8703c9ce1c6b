// crypto: random numbers, hashes, HMAC.
(() => {
	const inner = globalThis.$inner, { host, need } = inner;
	const { binary, unbinary, bytesOf, fromBase64, randomBytes, hex } = need("text");

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
			if (a.byteLength > 65536) throw new (need("events").DOMException)("at most 65536 bytes at once", "QuotaExceededError");
			new Uint8Array(a.buffer, a.byteOffset, a.byteLength).set(randomBytes(a.byteLength));
			return a;
		},
		subtle: {
			async digest(a, data) { return unbinary(host("hash", hashName(a), binary(bytesOf(data)))).buffer; },
			async importKey(format, key, a, extractable, usages) {
				if (hashName(a).toUpperCase() !== "HMAC") throw new (need("events").DOMException)("only HMAC keys are available here", "NotSupportedError");
				const raw = format === "raw" ? bytesOf(key).slice() : format === "jwk" ? fromBase64(key.k) : null;
				if (!raw) throw new (need("events").DOMException)("the key format " + format + " is not available here", "NotSupportedError");
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
	// Node's own part, as far as node:crypto here has it.
	const Buf = () => need("buffer").Buffer;
	const coded = (error, code) => Object.assign(error, { code });
	const data = (x, encoding) => (typeof x === "string" ? Buf().from(x, encoding) : bytesOf(x));
	const given = (bytes, encoding) => { const b = Buf().from(bytes); return encoding && encoding !== "buffer" ? b.toString(encoding) : b; };
	const hasher = (name, key) => {
		let parts = [], over = false;
		try { host("hash", name, ""); } catch { throw coded(new Error("Digest method not supported: " + name), "ERR_CRYPTO_INVALID_DIGEST"); }
		const h = {
			update(x, encoding) {
				if (over) throw coded(new Error("Digest already called"), "ERR_CRYPTO_HASH_FINALIZED");
				if (typeof x !== "string" && !ArrayBuffer.isView(x)) throw coded(new TypeError('The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView.'), "ERR_INVALID_ARG_TYPE");
				parts.push(data(x, encoding));
				return h;
			},
			digest(encoding) {
				if (over && key === undefined) throw coded(new Error("Digest already called"), "ERR_CRYPTO_HASH_FINALIZED");
				const all = binary(Buf().concat(over ? [] : parts));
				const out = over ? [] : unbinary(key === undefined ? host("hash", name, all) : host("hmac", name, binary(data(key)), all));
				over = true;
				return given(out, encoding);
			},
		};
		return h;
	};
	const node = {
		createHash: (name) => hasher(String(name)),
		createHmac: (name, key) => hasher(String(name), key),
		hash: (name, x, encoding = "hex") => hasher(String(name)).update(x).digest(encoding),
		getHashes: () => ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"],
		randomBytes: (n, then) => { const b = given(randomBytes(n)); return then ? void Promise.resolve().then(() => then(null, b)) : b; },
		randomFillSync: (b, at = 0, n = b.length - at) => { b.set(randomBytes(n), at); return b; },
		randomInt: (low, high, then) => {
			if (high === undefined || typeof high === "function") [low, high, then] = [0, low, high];
			const span = high - low;
			if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || span <= 0 || span >= 2 ** 48) throw coded(new RangeError('The value of "max" is out of range.'), "ERR_OUT_OF_RANGE");
			const fair = 2 ** 48 - (2 ** 48 % span);
			let n;
			do n = randomBytes(6).reduce((v, b) => v * 256 + b, 0); while (n >= fair);
			n = low + (n % span);
			return then ? void Promise.resolve().then(() => then(null, n)) : n;
		},
		timingSafeEqual: (a, b) => {
			a = bytesOf(a); b = bytesOf(b);
			if (a.length !== b.length) throw coded(new RangeError("Input buffers must have the same byte length"), "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH");
			let diff = 0;
			for (let i = 0; i < a.length; i++) diff |= a[i] ^ b[i];
			return diff === 0;
		},
		pbkdf2Sync: (password, salt, rounds, length, name) => given(unbinary(host("pbkdf2", String(name), binary(data(password)), binary(data(salt)), rounds, length))),
		pbkdf2: (password, salt, rounds, length, name, then) => { const b = node.pbkdf2Sync(password, salt, rounds, length, name); Promise.resolve().then(() => then(null, b)); },
		hkdfSync: (name, key, salt, info, length) => Uint8Array.from(unbinary(host("hkdf", String(name), binary(data(key)), binary(data(salt)), binary(data(info)), length))).buffer,
	};
	Object.defineProperty(crypto, "$node", { value: node });
	inner.parts.crypto = { crypto, Crypto: CryptoKey };
})();
