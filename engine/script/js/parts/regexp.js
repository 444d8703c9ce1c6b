// What RegExp remembers of the last match: $1 to $9 and the like.
(() => {
	const { def, parts } = globalThis.$inner, proto = RegExp.prototype, { exec } = proto;
	let last = null, input = "";
	def(proto, "exec", {
		configurable: true, writable: true,
		value: { exec(text) {
			const m = exec.call(this, text);
			if (m !== null) {
				last = m;
				input = m.input;
			}
			return m;
		} }.exec,
	});
	const names = {
		input: () => input, lastMatch: () => last?.[0] ?? "", lastParen: () => (last !== null && last.length > 1 ? last[last.length - 1] ?? "" : ""),
		leftContext: () => (last === null ? "" : input.slice(0, last.index)),
		rightContext: () => (last === null ? "" : input.slice(last.index + last[0].length)),
	};
	for (let i = 1; i < 10; i++) names["$" + i] = () => last?.[i] ?? "";
	const short = { $_: "input", "$&": "lastMatch", "$+": "lastParen", "$`": "leftContext", "$'": "rightContext" };
	for (const s of Object.keys(short)) names[s] = names[short[s]];
	for (const n of Object.keys(names)) def(RegExp, n, { get: names[n], set() {}, configurable: true });
	parts.regexp = {};
})();
