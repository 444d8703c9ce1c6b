// Bun gives headers and the fields of addresses a form in JSON; the others do not. Its
// parts look whether this one is loaded.
(() => {
	globalThis.$inner.parts.bun = {};
})();
