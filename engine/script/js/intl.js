// Dates and numbers as text. Unlike most parts it changes what is there, so it is
// loaded before the script.
(() => {
	const inner = globalThis.$inner, { host, def } = inner, stringify = JSON.stringify;

	// English dates and numbers with every time zone; see the expression engine.
	const formats = [[Date.prototype, "toLocaleString"], [Date.prototype, "toLocaleDateString"], [Date.prototype, "toLocaleTimeString"], [Number.prototype, "toLocaleString"]];
	let formatted = false;
	const locale = (l) => {
		for (const x of l === undefined ? [] : Array.isArray(l) ? l : [l])
			if (!/^en(-US)?(-u-.*)?$/i.test(String(x)))
				throw new RangeError("the locale " + stringify(String(x)) + " is not available here: use \"en-US\", or build the text from parts");
	};
	const guard = (proto, name, real) =>
		def(proto, name, {
			configurable: true, writable: true,
			value(l, options) {
				locale(l);
				if (real) return real.call(this, l, options);
				intl();
				return proto[name].call(this, l, options);
			},
		});
	const intl = () => {
		if (formatted) return;
		formatted = true;
		delete globalThis.Intl;
		for (const [proto, name] of formats) delete proto[name];
		host("intl");
		for (const [proto, name] of formats) guard(proto, name, proto[name]);
		for (const name of ["DateTimeFormat", "NumberFormat"])
			Intl[name] = new Proxy(Intl[name], {
				construct(t, args) { locale(args[0]); return Reflect.construct(t, args); },
				apply(t, self, args) { locale(args[0]); return t.apply(self, args); },
			});
	};
	for (const [proto, name] of formats) guard(proto, name, null);
	def(globalThis, "Intl", { configurable: true, get() { intl(); return globalThis.Intl; }, set(v) { def(globalThis, "Intl", { value: v, writable: true, configurable: true }); } });
	inner.parts.intl = {};
})();
