// A result that comes piece by piece: main is an async generator, or returned one.
(() => {
	const inner = globalThis.$inner, { host } = inner;
	inner.parts.pieces = {
		gather: async (pieces) => {
			let text = "";
			for await (const piece of pieces) {
				if (typeof piece !== "string") throw new TypeError("a result that comes piece by piece is text, and a piece is " + (piece === null ? "null" : "of type " + typeof piece));
				text += piece;
				host("write", piece);
			}
			return text;
		},
	};
})();
