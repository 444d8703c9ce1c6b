// How the part that scripts share with expressions asks us; it follows. Unlike most
// parts it changes what is there, so it is loaded before the script.
(() => {
	const inner = globalThis.$inner;
	globalThis.$intl = (op, ...args) => (op === "compare" ? inner.host("compare", ...args) : inner.host("intl"));
	inner.parts.intl = {};
})();
