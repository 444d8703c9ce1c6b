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
	// Node's createHash and createHmac, as far as node:crypto here has them.
	Object.defineProperty(crypto, "$hash", {
		value: (name, key) => {
			const parts = [];
			const h = {
				update(x, encoding) { const Buffer = need("buffer").Buffer; parts.push(typeof x === "string" ? Buffer.from(x, encoding) : bytesOf(x)); return h; },
				digest(encoding) {
					const Buffer = need("buffer").Buffer;
					const all = binary(Buffer.concat(parts));
					const out = Buffer.from(unbinary(key === undefined ? host("hash", name, all) : host("hmac", name, binary(bytesOf(key)), all)));
					return encoding ? out.toString(encoding) : out;
				},
			};
			return h;
		},
	});
	inner.parts.crypto = { crypto, Crypto: CryptoKey };
})();
