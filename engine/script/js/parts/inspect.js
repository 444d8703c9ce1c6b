// How node:util shows values: as Node does, but for lists in columns, colors, and what
// a promise has come to.
(() => {
	const inner = globalThis.$inner, own = Object.hasOwn, shown = Symbol.for("nodejs.util.inspect.custom");
	const quote = (s) => {
		const q = !s.includes("'") ? "'" : !s.includes('"') ? '"' : !s.includes("`") && !s.includes("${") ? "`" : "'";
		const short = { "\n": "\\n", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\r": "\\r", "\\": "\\\\" };
		return q + s.replace(/[\0-\x1f\\\x7f-\x9f]|'|[\ud800-\udfff]/gu, (c) =>
			c === "'" ? (q === "'" ? "\\'" : c) : short[c] ?? (c.charCodeAt(0) < 256 ? "\\x" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0") : "\\u" + c.charCodeAt(0).toString(16).toUpperCase())) + q;
	};
	const nameOf = (v) => {
		for (let p = v; p; p = Object.getPrototypeOf(p)) {
			const d = Object.getOwnPropertyDescriptor(p, "constructor");
			if (d && typeof d.value === "function" && d.value.name && v instanceof d.value) return d.value.name;
		}
		return null;
	};
	const functionTag = (f) => {
		const name = f.name ? ": " + f.name : " (anonymous)";
		if (/^class\b/.test(Function.prototype.toString.call(f))) {
			const base = Object.getPrototypeOf(f).name;
			return "[class " + (f.name || "(anonymous)") + (base ? " extends " + base : "") + "]";
		}
		return "[" + Object.prototype.toString.call(f).slice(8, -1) + name + "]";
	};
	const primitive = (v) =>
		typeof v === "string" ? quote(v)
		: typeof v === "bigint" ? v + "n"
		: Object.is(v, -0) ? "-0" : String(v);
	const member = (k) => (typeof k === "symbol" ? "[" + String(k) + "]" : /^[a-zA-Z_][\w]*$/.test(k) ? k : quote(k));

	class Shower {
		seen = []; circles = new Map(); indent = 0; deepest = 0;
		constructor(o) { this.o = o; }
		show(v, level) {
			if ((typeof v !== "object" || v === null) && typeof v !== "function") return typeof v === "string" && v.length > 10000 ? quote(v.slice(0, 10000)) + "... " + (v.length - 10000) + " more characters" : primitive(v);
			if (this.o.customInspect && typeof v[shown] === "function" && v[shown] !== inspect) {
				const depth = this.o.depth === null ? null : this.o.depth - level, r = v[shown](depth, { ...this.o, depth }, inspect);
				if (r !== v) return typeof r === "string" ? r.replaceAll("\n", "\n" + " ".repeat(this.indent)) : this.show(r, level);
			}
			if (this.seen.includes(v)) {
				if (!this.circles.has(v)) this.circles.set(v, this.circles.size + 1);
				return "[Circular *" + this.circles.get(v) + "]";
			}
			return this.object(v, level);
		}
		object(v, level) {
			const name = nameOf(v), list = Array.isArray(v), typed = ArrayBuffer.isView(v) && !(v instanceof DataView);
			let keys = Object.keys(v), base = "", open = "{", close = "}", inside = null;
			if (list || typed) keys = keys.filter((k) => !/^(?:0|[1-9]\d*)$/.test(k));
			keys.push(...Object.getOwnPropertySymbols(v).filter((s) => Object.prototype.propertyIsEnumerable.call(v, s)));
			const mark = v[Symbol.toStringTag], extra = typeof mark === "string" && mark !== "" && mark !== name && !typed ? "[" + mark + "] " : "";
			const front = (kind, size = "") => (name === null ? "[" + kind + size + ": null prototype] " : name + size + " ") + extra;
			const each = (xs, f) => {
				const out = [...xs].slice(0, 100).map((x) => { this.indent += 2; const s = f(x); this.indent -= 2; return s; });
				if (xs.length > 100) out.push("... " + (xs.length - 100) + " more item" + (xs.length > 101 ? "s" : ""));
				return out;
			};
			const sub = (x) => this.show(x, level + 1);
			if (list) {
				open = (name === "Array" && !extra ? "" : front("Array", "(" + v.length + ")")) + "[";
				close = "]";
				inside = () => {
					const out = [];
					let i = 0;
					for (; i < v.length && out.length < 100; i++) {
						if (i in v) { out.push(...each([v[i]], sub)); continue; }
						let n = 1;
						while (i + n < v.length && !(i + n in v)) n++;
						out.push("<" + n + " empty item" + (n > 1 ? "s" : "") + ">");
						i += n - 1;
					}
					if (i < v.length) out.push("... " + (v.length - i) + " more item" + (v.length - i > 1 ? "s" : ""));
					return out;
				};
			} else if (typed && v.constructor.name === "Buffer") {
				base = "<Buffer" + [...v.subarray(0, 50)].map((x) => " " + x.toString(16).padStart(2, "0")).join("") + (v.length > 50 ? " ... " + (v.length - 50) + " more byte" + (v.length > 51 ? "s" : "") : "") + ">";
			} else if (typed) {
				open = front(v.constructor.name, "(" + v.length + ")") + "[";
				close = "]";
				inside = () => each(v, sub);
			} else if (v instanceof Map) {
				open = front("Map", "(" + v.size + ")") + "{";
				inside = () => each([...v], ([k, x]) => sub(k) + " => " + sub(x));
			} else if (v instanceof Set) {
				open = front("Set", "(" + v.size + ")") + "{";
				inside = () => each([...v], sub);
			} else if (name === "URLSearchParams" || name === "Headers") {
				open = name + " {";
				inside = () => each([...v], ([k, x]) => sub(k) + " => " + sub(x));
			} else if (typeof v === "function") base = functionTag(v);
			else if (v instanceof RegExp) base = String(v);
			else if (v instanceof Date) base = Number.isNaN(v.getTime()) ? "Invalid Date" : v.toISOString();
			else if (v instanceof Error) {
				base = String(v.stack || "");
				const first = v.name + (v.message ? ": " + v.message : "");
				if (!base.startsWith(first)) base = first + (base ? "\n" + base : "");
				base = base.trimEnd().includes("\n") ? base.trimEnd().replaceAll("\n", "\n" + " ".repeat(this.indent)) : "[" + base.trimEnd() + "]";
				if (own(v, "cause") && !keys.includes("cause")) keys.push("cause");
				if (v instanceof AggregateError && !keys.includes("errors")) keys.push("errors");
				keys = keys.filter((k) => k !== "stack" && k !== "message");
			} else if ([Number, String, Boolean, BigInt, Symbol].some((c) => v instanceof c)) {
				const p = v.valueOf();
				base = "[" + name + ": " + primitive(p) + "]";
				if (typeof p === "string") keys = keys.filter((k) => !/^\d+$/.test(k));
			} else if (v instanceof ArrayBuffer) {
				open = "ArrayBuffer {";
				const b = new Uint8Array(v);
				inside = () => ["[Uint8Contents]: <" + [...b.slice(0, 50)].map((x) => x.toString(16).padStart(2, "0")).join(" ") + (b.length > 50 ? " ... " + (b.length - 50) + " more byte" + (b.length > 51 ? "s" : "") : "") + ">", "byteLength: " + b.length];
			} else if (v instanceof Promise) open = "Promise {";
			else if (v instanceof WeakSet || v instanceof WeakMap) { open = name + " {"; inside = () => ["<items unknown>"]; }
			else if (inner.parts.url && v instanceof inner.parts.url.URL) {
				open = "URL {";
				inside = () => each(["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"], (k) => k + ": " + sub(v[k]));
			} else if (name !== "Object" || extra) open = front("Object") + "{";
			if (base !== "" && keys.length === 0) return base;
			const none = keys.length === 0 && (!inside || v.length === 0 || v.size === 0) && !this.circles.has(v);
			if (none) return open + close;
			if (this.o.depth !== null && level > this.o.depth)
				return "[" + (list ? "Array" : name === null ? "Object: null prototype" : name + (extra ? " " + extra.trim() : "")) + "]";
			this.seen.push(v);
			this.deepest = level;
			let items = inside?.() ?? [];
			items.push(...keys.map((k) => {
				const d = Object.getOwnPropertyDescriptor(v, k) ?? { value: v[k], enumerable: true };
				this.indent += 2;
				const text = "get" in d && d.get ? (d.set ? "[Getter/Setter]" : "[Getter]") : d.set ? "[Setter]" : this.show(d.value, level + 1);
				this.indent -= 2;
				return (d.enumerable ? member(k) : "[" + String(k) + "]") + ": " + text;
			}));
			this.seen.pop();
			if (this.o.sorted) items = items.sort(typeof this.o.sorted === "function" ? this.o.sorted : undefined);
			if (this.circles.has(v)) { const ref = "<ref *" + this.circles.get(v) + ">"; base === "" ? (open = ref + " " + open) : (base = ref + " " + base); }
			if (items.length === 0) return open + close;
			// On one line if it fits, and holds no more than three levels.
			const { compact, breakLength } = this.o, whole = base === "" ? open : base + " " + open;
			if (compact === true || (compact !== false && this.deepest - level < compact)) {
				const length = items.reduce((n, s) => n + s.length, 0) + items.length * 2 + this.indent + open.length + base.length + 10;
				if (length <= breakLength && !base.includes("\n") && !items.some((s) => s.includes("\n"))) return whole + " " + items.join(", ") + " " + close;
			}
			const pad = "\n" + " ".repeat(this.indent);
			return whole + pad + "  " + items.join("," + pad + "  ") + pad + close;
		}
	}
	const inspect = (v, o) => {
		const given = typeof o === "object" && o !== null ? o : {};
		const all = { depth: 2, customInspect: true, breakLength: 80, compact: 3, sorted: false, ...given };
		if (all.depth === Infinity || all.depth === undefined) all.depth = all.depth === undefined ? 2 : null;
		if (typeof all.compact === "number" && all.compact === 0) all.compact = false;
		return new Shower(all).show(v, 0);
	};
	inspect.custom = shown;
	inspect.defaultOptions = { depth: 2, breakLength: 80, compact: 3, sorted: false };
	const builtIn = new Set([Object, Array, Map, Set, RegExp, Promise]);
	const plainText = (v) => {
		if (typeof v === "bigint" || Object.is(v, -0)) return primitive(v);
		if (typeof v !== "object" || v === null) return String(v);
		if (v instanceof Error || v instanceof Date) return v instanceof Date ? inspect(v) : String(v);
		// What has words of its own says them.
		for (let p = v; p && !builtIn.has(p.constructor); p = Object.getPrototypeOf(p)) if (own(p, "toString")) return String(v);
		return inspect(v, { depth: 0 });
	};
	const numeric = (v, f) => (typeof v === "bigint" ? v + "n" : typeof v === "symbol" ? "NaN" : primitive(f(v)));
	const format = (...args) => {
		const worded = typeof args[0] === "string";
		let text = "", at = 0;
		if (worded) {
			at = 1;
			text = args.length === 1 ? args[0] : args[0].replace(/%[sdifjoOc%]/g, (m) => {
				if (m === "%%") return "%";
				if (at >= args.length) return m;
				const v = args[at++];
				switch (m[1]) {
					case "s": return plainText(v);
					case "d": return typeof v === "object" && v !== null ? primitive(Number(v)) : numeric(v, Number);
					case "i": return typeof v === "object" && v !== null ? primitive(parseInt(v, 10)) : numeric(v, (x) => parseInt(x, 10));
					case "f": return typeof v === "symbol" ? "NaN" : primitive(parseFloat(v));
					case "j": try { return JSON.stringify(v); } catch (e) { if (/circular/i.test(e.message)) return "[Circular]"; throw e; }
					case "c": return "";
					default: return inspect(v, m[1] === "o" ? { depth: 4 } : {});
				}
			});
		}
		const rest = args.slice(at).map((v) => (typeof v === "string" ? v : inspect(v)));
		return worded ? [text, ...rest].join(" ") : rest.join(" ");
	};
	inner.parts.inspect = { inspect, format };
})();
