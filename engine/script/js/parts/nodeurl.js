// node:url: the classes of the web, file addresses, and the older parse and format.
import { parse as fields } from "node:querystring";
const { URL, URLSearchParams } = globalThis;
export { URL, URLSearchParams };
export const fileURLToPath = (u) => {
	const url = typeof u === "string" ? new URL(u) : u;
	if (url.protocol !== "file:") throw Object.assign(new TypeError("The URL must be of scheme file"), { code: "ERR_INVALID_URL_SCHEME" });
	if (url.hostname !== "") throw Object.assign(new TypeError('File URL host must be "localhost" or empty on ' + process.platform), { code: "ERR_INVALID_FILE_URL_HOST" });
	if (/%2f/i.test(url.pathname)) throw Object.assign(new TypeError("File URL path must not include encoded / characters"), { code: "ERR_INVALID_FILE_URL_PATH" });
	return decodeURIComponent(url.pathname);
};
export const pathToFileURL = (p) => {
	const out = [];
	for (const s of (p.startsWith("/") ? p : "/" + p).split("/").slice(1)) {
		if (s === "..") out.pop();
		else if (s !== "." && s !== "") out.push(s);
	}
	return new URL("file:///" + out.map((s) => encodeURIComponent(s).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)).join("/") + (p.endsWith("/") && out.length ? "/" : ""));
};
const pattern = /^(?:([A-Za-z][\w+.-]*:))?(\/\/)?(?:([^@\/?#]*)@)?([^\/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/;
export const parse = (text, query = false, hosts = false) => {
	let [, protocol = null, slashes, auth = null, host = "", path, search = null, hash = null] = pattern.exec(String(text).trim()) ?? [];
	if (slashes && protocol === null && !hosts) { path = "//" + (auth === null ? "" : auth + "@") + host + path; slashes = undefined; auth = null; host = null; }
	else if (!slashes && (auth === null || protocol === null)) { path = (auth === null ? "" : auth + "@") + host + path; auth = null; host = null; }
	const [, hostname = null, port = null] = host === null ? [] : (/^(.*?)(?::(\d*))?$/.exec(host.toLowerCase()) ?? []);
	const pathname = path || (slashes && /^https?:$/i.test(protocol ?? "") ? "/" : null), q = search === null ? null : search.slice(1);
	const u = {
		protocol: protocol?.toLowerCase() ?? null, slashes: slashes ? true : null, auth: auth === null ? null : decodeURIComponent(auth), host: host === null ? null : host.toLowerCase(), port: port || null, hostname, hash, search: search === null && query ? "" : search,
		query: query ? fields(q ?? "") : q, pathname, path: pathname === null && search === null ? null : (pathname ?? "") + (search ?? ""),
	};
	return { ...u, href: format(u) };
};
export const domainToASCII = (name) => { try { return new URL("ws://" + name).hostname; } catch { return ""; } };
export const format = (u, { auth = true, fragment = true, search: asked = true } = {}) => {
	if (typeof u === "string") return parse(u).href;
	if (u instanceof URL) {
		const c = new URL(u.href);
		if (!auth) c.username = c.password = "";
		if (!fragment) c.hash = "";
		if (!asked) c.search = "";
		return c.href;
	}
	const protocol = u.protocol ? (u.protocol.endsWith(":") ? u.protocol : u.protocol + ":") : "";
	let host = u.host ?? (u.hostname ? u.hostname + (u.port ? ":" + u.port : "") : null);
	if (host !== null && host !== undefined && u.auth) host = encodeURIComponent(u.auth).replace(/%3A/i, ":") + "@" + host;
	const slashes = u.slashes || (/^(?:https?|ftp|file):$/.test(protocol) && host !== null && host !== undefined);
	const query = u.query && typeof u.query === "object" ? new URLSearchParams(Object.entries(u.query).flatMap(([k, v]) => [v].flat().map((x) => [k, x]))).toString() : "";
	let search = u.search || (query ? "?" + query : ""), hash = u.hash || "", path = u.pathname || "";
	if (search && !search.startsWith("?")) search = "?" + search;
	if (hash && !hash.startsWith("#")) hash = "#" + hash;
	if (slashes && path && !path.startsWith("/")) path = "/" + path;
	return protocol + (slashes ? "//" : "") + (host ?? "") + path.replace(/[?#]/g, encodeURIComponent) + search.replaceAll("#", "%23") + hash;
};
export const resolve = (from, to) => {
	const base = new URL(to, new URL(from, "resolve://"));
	return base.protocol === "resolve:" ? base.pathname + base.search + base.hash : base.href;
};
export default { URL, URLSearchParams, fileURLToPath, pathToFileURL, domainToASCII, parse, format, resolve };
