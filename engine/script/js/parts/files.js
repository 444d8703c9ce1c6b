// Files, as Node names what is done with them: those of the folder ./shared.
(() => {
	const inner = globalThis.$inner, { host, need, def } = inner;
	// Host answers errors as "ENOENT: …", the way Node words them.
	const file = (op, path, ...rest) => {
		try {
			return host("file", op, String(path?.href?.startsWith("file://") ? decodeURIComponent(path.pathname) : path), ...rest);
		} catch (e) {
			const code = /^(E[A-Z]+): /.exec(e.message)?.[1];
			if (code) Object.assign(e, { code, path: String(path), syscall: op });
			throw e;
		}
	};
	const encodingOf = (o) => (typeof o === "string" ? o : o?.encoding ?? null);
	const isText = (encoding) => /^utf-?8$/i.test(encoding);
	const put = (op, path, data, o) => {
		const encoding = encodingOf(o) ?? "utf8";
		if (o?.flag === "a") op = "append";
		if (typeof data === "string" && isText(encoding)) return void file(op, path, data.toWellFormed(), false);
		const { binary, bytesOf } = need("text");
		file(op, path, binary(typeof data === "string" ? need("buffer").Buffer.from(data, encoding) : bytesOf(data)), true);
	};
	const stats = (s) => ({
		size: s.size, mtimeMs: s.time, mtime: new Date(s.time), mode: s.dir ? 0o40700 : 0o100600,
		isFile: () => !s.dir, isDirectory: () => s.dir, isSymbolicLink: () => false,
	});
	const stat = (path) => stats(JSON.parse(file("stat", path)));
	const sync = {
		readFile(path, o) {
			const encoding = encodingOf(o);
			if (encoding && isText(encoding)) return file("read", path, false);
			const b = need("buffer").Buffer.from(need("text").unbinary(file("read", path, true)));
			return encoding ? b.toString(encoding) : b;
		},
		writeFile: (path, data, o) => put("write", path, data, o),
		appendFile: (path, data, o) => put("append", path, data, o),
		mkdir: (path, o) => void file("mkdir", path, !!o?.recursive),
		readdir(path, o) {
			const names = JSON.parse(file("list", path));
			return o?.withFileTypes ? names.map((name) => ({ name, parentPath: String(path), ...stat(path + "/" + name) })) : names;
		},
		stat, lstat: stat,
		access: (path) => void stat(path),
		rm(path, o) {
			try { file("remove", path, !!o?.recursive); } catch (e) { if (!(o?.force && e.code === "ENOENT")) throw e; }
		},
		unlink: (path) => void file("remove", path, false),
		rmdir: (path) => void file("remove", path, false),
		rename: (from, to) => void file("rename", from, String(to)),
		copyFile: (from, to) => void file("copy", from, String(to)),
	};
	// Node has each thrice: at once, as a promise, with a callback at the end.
	const promises = {}, fs = { promises };
	for (const [name, f] of Object.entries(sync)) {
		fs[name + "Sync"] = f;
		promises[name] = async (...args) => f(...args);
		fs[name] = (...args) => {
			const done = args.pop();
			promises[name](...args).then((v) => done(null, v), (e) => done(e));
		};
	}
	fs.existsSync = (path) => { try { stat(path); return true; } catch { return false; } };
	fs.constants = promises.constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };
	inner.parts.files = { fs, promises };
	def(globalThis, "$files", { value: inner.parts.files }); // the modules take it from there
})();
