// What main's parameters are called, so that arguments find them by name.
(() => {
	const inner = globalThis.$inner;
	const source = Function.prototype.call.bind(Function.prototype.toString);
	const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy, blank = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
	// parameters reads the names in a function's head: a name, null for a
	// pattern; it ends at a rest parameter.
	inner.parameters = (f) => {
		const s = source(f);
		let i = 0;
		const skip = () => { blank.lastIndex = i; blank.test(s); i = Math.max(i, blank.lastIndex); };
		const name = () => { word.lastIndex = i; const m = word.exec(s); if (!m) return ""; i = word.lastIndex; return m[0]; };
		for (skip(); i < s.length && s[i] !== "("; skip()) {
			if (s[i] === "*") { i++; continue; }
			const w = name();
			if (w === "") return [];
			skip();
			if (s.startsWith("=>", i)) return [w];
		}
		i++;
		const out = [];
		// past skips one piece: a text, a template, a pattern, brackets, a character.
		const past = () => {
			const c = s[i];
			if (c === '"' || c === "'") {
				for (i++; i < s.length && s[i] !== c; i++) if (s[i] === "\\") i++;
				i++;
			} else if (c === "`") {
				for (i++; i < s.length && s[i] !== "`"; ) {
					if (s[i] === "\\") i += 2;
					else if (s.startsWith("${", i)) { i++; past(); }
					else i++;
				}
				i++;
			} else if (c === "(" || c === "[" || c === "{") {
				const end = { "(": ")", "[": "]", "{": "}" }[c];
				for (i++, skip(); i < s.length && s[i] !== end; skip()) past();
				i++;
			} else if (c === "/" && /[=(,:\[!&|?{};>]\s*$/.test(s.slice(Math.max(0, i - 20), i))) {
				for (let set = false, e = i + 1; e < s.length && s[e] !== "\n"; e++) {
					if (s[e] === "\\") e++;
					else if (s[e] === "[") set = true;
					else if (s[e] === "]") set = false;
					else if (s[e] === "/" && !set) { i = e; break; }
				}
				i++;
			} else i++;
		};
		for (skip(); i < s.length && s[i] !== ")"; skip()) {
			if (s.startsWith("...", i)) return out;
			out.push(s[i] === "{" || s[i] === "[" ? null : name());
			for (skip(); i < s.length && s[i] !== "," && s[i] !== ")"; skip()) past();
			if (s[i] === ",") i++;
		}
		return out;
	};
})();
