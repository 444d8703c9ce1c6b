// node:querystring.
export const escape = (s) => encodeURIComponent(String(s));
export const unescape = (s) => { try { return decodeURIComponent(s); } catch { return s; } };
const text = (v) => (typeof v === "string" || typeof v === "boolean" || typeof v === "bigint" || Number.isFinite(v) ? String(v) : "");
export const stringify = (o, sep = "&", eq = "=") =>
	typeof o !== "object" || o === null ? "" : Object.keys(o).flatMap((k) => (Array.isArray(o[k]) ? o[k].map((v) => escape(k) + eq + escape(text(v))) : [escape(k) + eq + escape(text(o[k]))])).join(sep);
export const parse = (s, sep = "&", eq = "=") => {
	const out = { __proto__: null };
	if (typeof s !== "string" || s === "") return out;
	for (const part of s.split(sep).slice(0, 1000)) {
		if (part === "") continue;
		const i = part.indexOf(eq), read = (x) => unescape(x.replaceAll("+", " "));
		const k = read(i < 0 ? part : part.slice(0, i)), v = i < 0 ? "" : read(part.slice(i + eq.length));
		out[k] = k in out ? [].concat(out[k], v) : v;
	}
	return out;
};
export const encode = stringify, decode = parse;
export default { escape, unescape, stringify, parse, encode, decode };
