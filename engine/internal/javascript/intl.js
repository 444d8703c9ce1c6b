// Run where a text mentions Intl, a toLocale method or localeCompare.
(() => {
	const def = Object.defineProperty, stringify = JSON.stringify, host = globalThis.$intl;
	delete globalThis.$intl;

	// Dates and numbers are formatted in English, with every time zone. Another
	// language or calendar would come out English in silence, so it is refused.
	const $all = (l) => (l === undefined ? [] : Array.isArray(l) ? l : [l]);
	function $locale(l, options) {
		for (const x of $all(l)) {
			if (!/^en(-US)?(-u-.*)?$/i.test(String(x)))
				throw new RangeError("the locale " + stringify(String(x)) + " is not available here: use \"en-US\", or build the text from parts");
			if (/-u-.*\b(ca|nu)-(?!gregory\b|iso8601\b|latn\b)/i.test(String(x))) $refuse(String(x));
		}
		if (options?.calendar !== undefined && !/^(gregory|iso8601)$/.test(options.calendar)) $refuse(options.calendar);
		if (options?.numberingSystem !== undefined && options.numberingSystem !== "latn") $refuse(options.numberingSystem);
		if (options?.era !== undefined) $refuse("era");
	}
	function $refuse(what) {
		throw new RangeError(stringify(what) + " is not available here: build the text from parts");
	}
	// A currency's own least number of digits gives way to the greatest that is asked
	// for (ECMA-402 2023, SetNumberFormatDigitOptions); the engine refuses it.
	const $whole = /^(JPY|KRW|VND|CLP|ISK|XAF|XOF|XPF|PYG|RWF|UGX|VUV|BIF|DJF|GNF|KMF)$/i;
	const $digits = (o) => {
		if (o?.style !== "currency" || o.maximumFractionDigits === undefined || o.minimumFractionDigits !== undefined) return o;
		return { ...o, minimumFractionDigits: Math.min(o.maximumFractionDigits, $whole.test(o.currency) ? 0 : 2) };
	};
	let $ready = false;
	function $load() {
		if ($ready) return;
		$ready = true;
		delete globalThis.Intl;
		for (const [proto, name] of formats) delete proto[name];
		host("load");
		for (const [proto, name] of formats) $guard(proto, name, proto[name]);
		for (const name of ["DateTimeFormat", "NumberFormat"]) {
			const Real = Intl[name];
			Intl[name] = new Proxy(Real, {
				construct(t, args) { $locale(args[0], args[1]); return Reflect.construct(t, [args[0], $digits(args[1])]); },
				apply(t, self, args) { $locale(args[0], args[1]); return t.call(self, args[0], $digits(args[1])); },
			});
		}
		Intl.Collator = $Collator;
	}
	const $method = (proto, name, value) => def(proto, name, { configurable: true, writable: true, value });
	function $guard(proto, name, real) {
		$method(proto, name, function $format(locale, options) {
			$locale(locale, options);
			if (real) return real.call(this, locale, $digits(options));
			$load();
			return proto[name].call(this, locale, options);
		});
	}
	const formats = [
		[Date.prototype, "toLocaleString"],
		[Date.prototype, "toLocaleDateString"],
		[Date.prototype, "toLocaleTimeString"],
		[Number.prototype, "toLocaleString"],
	];
	for (const [proto, name] of formats) $guard(proto, name, null);
	$method(BigInt.prototype, "toLocaleString", function $format(locale, options) {
		$locale(locale);
		if (options !== undefined && Object.keys(options).length > 0) $refuse("the format of a big integer");
		return String(this).replace(/\B(?=(\d{3})+$)/g, ",");
	});
	$method(Array.prototype, "toLocaleString", function $format(locale, options) {
		return this.map((x) => (x === null || x === undefined ? "" : x.toLocaleString(locale, options))).join(",");
	});
	for (const [name, real] of [["toLocaleUpperCase", String.prototype.toUpperCase], ["toLocaleLowerCase", String.prototype.toLowerCase]]) {
		$method(String.prototype, name, function $case(locale) {
			for (const x of $all(locale)) if (/^(tr|az|lt)\b/i.test(String(x))) $refuse(String(x));
			return real.call(this);
		});
	}

	// The order of words is that of the language.
	const $compare = (a, b, locale, options) => {
		const o = options ?? {};
		for (const k of ["usage", "ignorePunctuation", "caseFirst"])
			if (o[k] !== undefined && o[k] !== false && o[k] !== "false" && o[k] !== "sort") $refuse(k);
		return host("compare", String(a), String(b), String($all(locale)[0] ?? "en"), String(o.sensitivity ?? "variant"), !!o.numeric);
	};
	$method(String.prototype, "localeCompare", function $order(that, locale, options) { return $compare(this, that, locale, options); });
	function $Collator(locale, options) {
		$compare("", "", locale, options);
		return {
			compare: (a, b) => $compare(a, b, locale, options),
			resolvedOptions: () => ({ locale: String($all(locale)[0] ?? "en-US"), usage: "sort", sensitivity: options?.sensitivity ?? "variant", numeric: !!options?.numeric }),
		};
	}
	def(globalThis, "Intl", {
		configurable: true,
		get() { $load(); return globalThis.Intl; },
		set(value) { def(globalThis, "Intl", { value, writable: true, configurable: true }); },
	});
})();
