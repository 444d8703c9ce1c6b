// Paths, as Node splits and joins them.
export const sep = "/", delimiter = ":";
export const isAbsolute = (p) => p.startsWith("/");
export const normalize = (p) => {
	const out = [];
	for (const s of p.split("/")) {
		if (s === "" || s === ".") continue;
		if (s !== ".." || (!isAbsolute(p) && (out.length === 0 || out.at(-1) === ".."))) out.push(s);
		else out.pop();
	}
	const body = out.join("/");
	if (isAbsolute(p)) return "/" + body + (body && p.endsWith("/") ? "/" : "");
	return body === "" ? (p.endsWith("/") ? "./" : ".") : body + (p.endsWith("/") ? "/" : "");
};
export const join = (...parts) => normalize(parts.filter((s) => s !== "").join("/"));
export const resolve = (...parts) => {
	let p = "";
	for (const s of parts) if (s !== "") p = isAbsolute(s) ? s : p + "/" + s;
	p = normalize(isAbsolute(p) ? p : "/" + p);
	return p.length > 1 && p.endsWith("/") ? p.slice(0, -1) : p;
};
const bare = (p) => (p.length > 1 ? p.replace(/\/+$/, "") : p);
export const dirname = (p) => {
	const s = bare(p), i = s.lastIndexOf("/");
	return i < 0 ? "." : i === 0 ? "/" : s.slice(0, i);
};
export const basename = (p, end = "") => {
	const s = bare(p), b = s.slice(s.lastIndexOf("/") + 1);
	return end && b.endsWith(end) ? b.slice(0, -end.length) : b;
};
export const extname = (p) => {
	const b = basename(p), i = b.lastIndexOf(".");
	return i <= 0 ? "" : b.slice(i);
};
export const relative = (from, to) => {
	const a = resolve(from).split("/").filter(Boolean), b = resolve(to).split("/").filter(Boolean);
	let n = 0;
	while (n < a.length && n < b.length && a[n] === b[n]) n++;
	return [...a.slice(n).map(() => ".."), ...b.slice(n)].join("/");
};
export const parse = (p) => {
	const base = basename(p), ext = extname(p);
	return { root: isAbsolute(p) ? "/" : "", dir: p.includes("/") ? dirname(p) : "", base, ext, name: base.slice(0, base.length - ext.length) };
};
export const format = (o) => {
	const base = o.base || (o.name ?? "") + (o.ext ? (o.ext.startsWith(".") ? "" : ".") + o.ext : "");
	const dir = o.dir || o.root;
	return !dir ? base : dir === o.root ? dir + base : dir + "/" + base;
};
export const posix = { sep, delimiter, isAbsolute, normalize, join, resolve, dirname, basename, extname, relative, parse, format };
export default posix;
