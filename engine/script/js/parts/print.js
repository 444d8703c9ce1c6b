// How console shows values that are not text. Loaded at the first such value.
(() => {
	const inner = globalThis.$inner;
	const inspect = (v, depth = 0, seen = []) => {
		if (typeof v === "string") return depth === 0 ? v : JSON.stringify(v);
		if (typeof v === "bigint") return v + "n";
		if (typeof v === "function") return "[" + (/^class\b/.test(Function.prototype.toString.call(v)) ? "class" : "Function") + (v.name ? ": " + v.name : " (anonymous)") + "]";
		if (typeof v !== "object" || v === null) return Object.is(v, -0) ? "-0" : String(v);
		if (seen.includes(v)) return "[Circular]";
		if (v instanceof Error) {
			const stack = String(v.stack ?? "").split("\n").filter((l) => /^\s+at /.test(l) && !l.includes("<eval>")).join("\n");
			return v.name + ": " + v.message + (stack && depth === 0 ? "\n" + stack : "");
		}
		if (v instanceof Date) return Number.isNaN(v.getTime()) ? "Invalid Date" : v.toISOString();
		if (v instanceof RegExp) return String(v);
		if (v instanceof Promise) return "Promise {}";
		if (v.constructor?.name === "URL" && typeof v.href === "string") return v.href;
		const name = v.constructor?.name;
		if (depth > 3) return Array.isArray(v) ? "[Array]" : "[" + (name || "Object") + "]";
		const inside = [...seen, v], sub = (x) => inspect(x, depth + 1, inside);
		let items, open = "{", close = "}", tag = name && name !== "Object" && name !== "Array" ? name + " " : "";
		const capped = (list, n) => (n > 100 ? [...list, "… " + (n - 100) + " more"] : list);
		if (Array.isArray(v) || (ArrayBuffer.isView(v) && !(v instanceof DataView))) {
			[open, close] = "[]";
			items = capped(Array.from(v.slice(0, 100), sub), v.length);
			if (!Array.isArray(v)) tag = name + "(" + v.length + ") ";
		} else if (v instanceof Map) items = [...v].slice(0, 100).map(([k, x]) => sub(k) + " => " + sub(x));
		else if (v instanceof Set) items = [...v].slice(0, 100).map(sub);
		else if (name === "Headers" || name === "URLSearchParams") items = [...v].map(([k, x]) => sub(k) + ": " + sub(x));
		else {
			const keys = Object.keys(v);
			items = capped(keys.slice(0, 100).map((k) => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(k) ? k : JSON.stringify(k)) + ": " + sub(v[k])), keys.length);
		}
		if (items.length === 0) return tag + open + close;
		const line = items.join(", ");
		if (line.length <= 72 && !line.includes("\n")) return open === "[" ? tag + "[ " + line + " ]" : tag + "{ " + line + " }";
		return tag + open + "\n" + items.map((x) => "  " + x.replaceAll("\n", "\n  ")).join(",\n") + "\n" + close;
	};
	const format = (args) => {
		args = [...args];
		if (typeof args[0] === "string" && args.length > 1 && args[0].includes("%")) {
			const form = args.shift();
			args.unshift(form.replace(/%([sdifjoOc%])/g, (m, c) => {
				if (c === "%") return "%";
				if (args.length === 0) return m;
				const x = args.shift();
				if (c === "c") return "";
				if (c === "d" || c === "f") return String(Number(x));
				if (c === "i") return String(parseInt(x, 10));
				if (c === "j") return JSON.stringify(x);
				return c === "s" && typeof x !== "object" ? String(x) : inspect(x, typeof x === "string" ? 0 : 1);
			}));
		}
		return args.map((x) => inspect(x)).join(" ");
	};
	inner.parts.print = { format };
})();
