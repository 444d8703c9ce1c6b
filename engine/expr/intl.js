// Loaded where an expression mentions Intl or a toLocale method.
(() => {
	const def = Object.defineProperty, stringify = JSON.stringify, host = globalThis.$intl;
	delete globalThis.$intl;

	// Dates and numbers are formatted in English, with every time zone. Another
	// language would come out English in silence, so it is refused.
	function $locale(l) {
		for (const x of l === undefined ? [] : Array.isArray(l) ? l : [l]) {
			if (!/^en(-US)?(-u-.*)?$/i.test(String(x)))
				throw new RangeError("the locale " + stringify(String(x)) + " is not available here: use \"en-US\", or build the text from parts");
		}
	}
	let $ready = false;
	function $load() {
		if ($ready) return;
		$ready = true;
		delete globalThis.Intl;
		for (const [proto, name] of formats) delete proto[name];
		host();
		for (const [proto, name] of formats) $guard(proto, name, proto[name]);
		for (const name of ["DateTimeFormat", "NumberFormat"]) {
			const Real = Intl[name];
			Intl[name] = new Proxy(Real, {
				construct(t, args) { $locale(args[0]); return Reflect.construct(t, args); },
				apply(t, self, args) { $locale(args[0]); return t.apply(self, args); },
			});
		}
	}
	function $guard(proto, name, real) {
		def(proto, name, {
			configurable: true,
			writable: true,
			value: function $format(locale, options) {
				$locale(locale);
				if (real) return real.call(this, locale, options);
				$load();
				return proto[name].call(this, locale, options);
			},
		});
	}
	const formats = [
		[Date.prototype, "toLocaleString"],
		[Date.prototype, "toLocaleDateString"],
		[Date.prototype, "toLocaleTimeString"],
		[Number.prototype, "toLocaleString"],
	];
	for (const [proto, name] of formats) $guard(proto, name, null);
	def(globalThis, "Intl", { configurable: true, get() { $load(); return globalThis.Intl; } });
})();
