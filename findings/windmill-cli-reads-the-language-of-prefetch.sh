#!/usr/bin/env bash
# windmill-cli 1.819.0: a push changes the language of a bun script whose name ends in
# "fetch" or "deno".
#
# One would expect f/shop/prefetch.ts, which the client's own pull wrote for a bun
# script, to be a bun script when it is pushed. The client asks whether the name ends in
# "fetch.ts", "bun.ts" or "deno.ts", without the dot before it, so it sends language
# nativets, and the script then runs in another runtime. A pull afterwards renames the
# file to prefetch.fetch.ts.
#
# A small server answers as Windmill does for a workspace with this one script, and
# prints what it is sent.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --no-audit --no-fund --ignore-scripts windmill-cli@1.819.0 >npm.log 2>&1
cat >server.mjs <<'JS'
import http from "node:http";
import zlib from "node:zlib";
import fs from "node:fs";
// The archive of a workspace: files as they are, without compression.
function zip(files) {
	const parts = [], list = [];
	let at = 0;
	for (const [name, text] of Object.entries(files)) {
		const n = Buffer.from(name), d = Buffer.from(text), h = Buffer.alloc(30), c = Buffer.alloc(46);
		h.writeUInt32LE(0x04034b50, 0); h.writeUInt16LE(20, 4); h.writeUInt32LE(zlib.crc32 ? zlib.crc32(d) : crc(d), 14);
		h.writeUInt32LE(d.length, 18); h.writeUInt32LE(d.length, 22); h.writeUInt16LE(n.length, 26);
		c.writeUInt32LE(0x02014b50, 0); c.writeUInt16LE(20, 4); c.writeUInt16LE(20, 6); h.copy(c, 16, 14, 26); c.writeUInt16LE(n.length, 28); c.writeUInt32LE(at, 42);
		parts.push(h, n, d); list.push(c, n); at += 30 + n.length + d.length;
	}
	const dir = Buffer.concat(list), end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(list.length / 2, 8); end.writeUInt16LE(list.length / 2, 10); end.writeUInt32LE(dir.length, 12); end.writeUInt32LE(at, 16);
	return Buffer.concat([...parts, dir, end]);
}
function crc(d) {
	let c = ~0;
	for (const b of d) { c ^= b; for (let i = 0; i < 8; i++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1)); }
	return ~c >>> 0;
}
const meta = { summary: "", description: "", lock: "", kind: "script", schema: {} };
const code = "export function main() {}\n";
http.createServer((q, r) => {
	const path = q.url.split("?")[0];
	let body = "";
	q.on("data", (d) => body += d).on("end", () => {
		const send = (v, status = 200) => { r.writeHead(status, { "content-type": typeof v === "string" ? "text/plain" : "application/json" }); r.end(typeof v === "string" ? v : JSON.stringify(v)); };
		if (path.endsWith("/workspaces/tarball")) return r.end(zip({ "f/a/prefetch.script.json": JSON.stringify(meta), "f/a/prefetch.ts": code, "f/a/other.script.json": JSON.stringify(meta), "f/a/other.ts": code }));
		if (path.endsWith("whoami")) return send({ email: "a@b.example", username: "a", is_admin: true });
		if (path.includes("/scripts/get/p/")) return send({ ...meta, hash: "00", content: code, language: "bun", path: path.split("/p/")[1] });
		if (path.endsWith("/scripts/create")) { const b = JSON.parse(body); fs.appendFileSync("seen.txt", `${b.path} is sent as ${b.language}\n`); return send("01", 201); }
		if (path.endsWith("/list_ws_specific") || path.includes("/jobs/") || path.endsWith("ext_map")) return send([]);
		if (path.endsWith("/version")) return send("CE v1.819.0");
		send("Not found", 404);
	});
}).listen(0, "127.0.0.1", function () { fs.writeFileSync("port", String(this.address().port)); });
JS
: >seen.txt
node server.mjs &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
while [ ! -s port ]; do sleep 0.1; done
mkdir out && cd out
printf 'defaultTs: bun\nincludes: ["f/**"]\n' >wmill.yaml
wmill() { node ../node_modules/windmill-cli/esm/main.js --base-url "http://127.0.0.1:$(cat ../port)" --workspace w --token t --config-dir "$work" "$@" >>../cli.log 2>&1; }
wmill sync pull --yes
for name in prefetch other; do echo "// changed" >>f/a/$name.ts; done
wmill sync push --yes
cd ..
sort seen.txt
cat >want.txt <<'T'
f/a/other is sent as bun
f/a/prefetch is sent as nativets
T
diff want.txt <(sort seen.txt) && echo "as it was seen"
