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
		if (options?.timeZoneName !== undefined && !/^short/.test(options.timeZoneName)) $refuse("timeZoneName: " + options.timeZoneName);
		if (options?.currencyDisplay === "name") $refuse("currencyDisplay: name");
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
	// How other languages write dates and times in digits and plain numbers, from CLDR
	// 48: date; with two digits; what stands between date and time; time; hour and
	// minute with two digits; with seconds; hour and minute; AM; PM; between thousands;
	// decimal mark; minus; how many digits stand before the first thousands' mark.
	const $tables = {
		"en-CA": "y-MM-dd|y-MM-dd|, |H:mm:ss a|HH:mm a|HH:mm:ss a|H:mm a|a.m.|p.m.|,|.|-|1",
		"en-GB": "dd/MM/y|dd/MM/y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||,|.|-|1",
		"en-AU": "dd/MM/y|dd/MM/y|, |H:mm:ss a|HH:mm a|HH:mm:ss a|H:mm a|am|pm|,|.|-|1",
		"en-IE": "d/M/y|dd/MM/y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||,|.|-|1",
		"en-NZ": "d/MM/y|dd/MM/y|, |H:mm:ss a|HH:mm a|HH:mm:ss a|H:mm a|am|pm|,|.|-|1",
		"de-DE": "d.M.y|dd.MM.y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||.|,|-|1",
		"de-AT": "d.M.y|dd.MM.y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u00a0|,|-|1",
		"de-CH": "d.M.y|dd.MM.y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||'|.|-|1",
		"fr-FR": "dd/MM/y|dd/MM/y| |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u202f|,|-|1",
		"es-ES": "d/M/y|dd/MM/y|, |H:mm:ss|HH:mm|HH:mm:ss|H:mm|||.|,|-|2",
		"it-IT": "dd/MM/y|dd/MM/y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||.|,|-|2",
		"nl-NL": "d-M-y|dd-MM-y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||.|,|-|1",
		"pt-BR": "dd/MM/y|dd/MM/y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||.|,|-|1",
		"pt-PT": "dd/MM/y|dd/MM/y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u00a0|,|-|2",
		"pl-PL": "d.MM.y|dd.MM.y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u00a0|,|-|2",
		"sv-SE": "y-MM-dd|y-MM-dd| |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u00a0|,|\u2212|1",
		"da-DK": "d.M.y|dd.MM.y|, |HH.mm.ss|HH.mm|HH.mm.ss|H.mm|||.|,|-|1",
		"nb-NO": "d.M.y|dd.MM.y|, |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u00a0|,|\u2212|1",
		"fi-FI": "d.M.y|dd.MM.y| klo |H.mm.ss|HH.mm|HH.mm.ss|H.mm|||\u00a0|,|\u2212|1",
		"cs-CZ": "d. M. y|dd. MM. y| |H:mm:ss|HH:mm|HH:mm:ss|H:mm|||\u00a0|,|-|1",
		"tr-TR": "dd.MM.y|dd.MM.y| |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||.|,|-|1",
		"ja-JP": "y/M/d|y/MM/dd| |H:mm:ss|HH:mm|HH:mm:ss|H:mm|||,|.|-|1",
		"zh-CN": "y/M/d|y/MM/dd| |HH:mm:ss|HH:mm|HH:mm:ss|H:mm|||,|.|-|1",
		"ko-KR": "y. M. d.|y. MM. dd.| |a H:mm:ss|a HH:mm|a HH:mm:ss|a H:mm|AM|PM|,|.|-|1",
	};
	const $tableOf = (l) => {
		const x = $all(l)[0], name = typeof x === "string" ? x.toLowerCase() : "";
		const found = Object.keys($tables).find((k) => k.toLowerCase() === name || name.length === 2 && name !== "en" && k.startsWith(name + "-"));
		return found && { name: found, t: $tables[found].split("|") };
	};
	const $only = (l) => {
		throw new RangeError("the locale " + stringify(l.name) + " is available here only for dates and times in digits and for plain numbers: use \"en-US\", or build the text from parts");
	};
	// $dateIn makes the function that writes a date in another language. what tells which
	// fields are shown if none is asked for.
	function $dateIn(l, options, what) {
		const o = { ...options }, [date, date2, between, time, hour2, time2, hour, am, pm] = l.t;
		const fields = ["year", "month", "day", "hour", "minute", "second"];
		for (const k of Object.keys(o))
			if (o[k] !== undefined && !fields.includes(k) && !["timeZone", "hour12", "hourCycle"].includes(k)) $only(l);
		let dates = fields.slice(0, 3).filter((k) => o[k] !== undefined), times = fields.slice(3).filter((k) => o[k] !== undefined);
		const none = dates.length + times.length === 0;
		const add = (list) => { for (const k of list) o[k] = "numeric"; return list; };
		if (what === "date" ? dates.length === 0 : what === "all" && none) dates = add(fields.slice(0, 3));
		if (what === "time" ? times.length === 0 : what === "all" && none) times = add(fields.slice(3));
		if (what === "any" && none) dates = add(fields.slice(0, 3));
		let pattern = "", midnight = 0;
		if (dates.length > 0) {
			if (dates.length < 3 || o.year !== "numeric" || o.month !== o.day || !/^(numeric|2-digit)$/.test(o.day)) $only(l);
			pattern = o.day === "numeric" ? date : date2;
		}
		if (times.length > 0) {
			if (o.hour === undefined || o.minute === undefined) $only(l);
			let t = o.second === undefined ? (o.hour === "2-digit" ? hour2 : hour) : o.hour === "2-digit" ? time2 : time;
			const whole = o.hour12 === undefined ? (o.hourCycle === undefined ? undefined : /^h2[34]$/.test(o.hourCycle)) : !o.hour12;
			if (whole === false && am === "" || o.hourCycle !== undefined && !/^h(12|23)$/.test(o.hourCycle)) $only(l);
			if (whole && am !== "") {
				if (!l.name.startsWith("en-")) $only(l);
				t = t.replace(/\sa$/, "").replace(/^H+/, "HH");
				if (o.hour12 === false) midnight = 24; // as node and bun have it
			}
			pattern += (pattern && between) + t;
		}
		$load();
		const real = new $Real("en-US", { timeZone: o.timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
		const write = (x) => {
			const p = {};
			for (const { type, value } of real.formatToParts(x)) p[type] = value;
			const h = Number(p.hour), half = pattern.includes("a") && am !== "" && /a/.test(pattern.replace(/klo/, ""));
			const two = (n) => String(n).padStart(2, "0"), h12 = half ? h % 12 || 12 : h || midnight;
			return pattern.replace(/klo|dd?|MM?|y|HH?|mm|ss|a/g, (k) => ({
				klo: "klo", d: String(Number(p.day)), dd: two(p.day), M: String(Number(p.month)), MM: two(p.month), y: p.year,
				H: String(h12), HH: two(h12), mm: two(p.minute), ss: two(p.second), a: h < 12 ? am : pm,
			})[k]);
		};
		write.real = real;
		return write;
	}
	function $numberIn(l, options) {
		const [group, decimal, minus, most] = l.t.slice(9);
		for (const k of Object.keys(options ?? {}))
			if (options[k] !== undefined && !["minimumFractionDigits", "maximumFractionDigits", "useGrouping", "minimumIntegerDigits"].includes(k) && !(k === "style" && options[k] === "decimal")) $only(l);
		return (n) => {
			if (!Number.isFinite(Number(n))) $only(l);
			const m = /^(-?)([\d,]*)(?:\.(\d+))?$/.exec($number.call(Number(n), "en-US", options));
			if (!m) $only(l);
			const digits = m[2].replaceAll(",", "").length < 3 + Number(most) ? m[2].replaceAll(",", "") : m[2].replaceAll(",", group);
			return (m[1] && minus) + digits + (m[3] === undefined ? "" : decimal + m[3]);
		};
	}
	let $Real, $number;
	let $ready = false;
	function $load() {
		if ($ready) return;
		$ready = true;
		delete globalThis.Intl;
		for (const [proto, name] of formats) delete proto[name];
		host("load");
		$Real = Intl.DateTimeFormat;
		$number = Number.prototype.toLocaleString;
		for (const [proto, name] of formats) $guard(proto, name, proto[name]);
		for (const name of ["DateTimeFormat", "NumberFormat"]) {
			const Real = Intl[name];
			Intl[name] = new Proxy(Real, {
				construct(t, args) {
					const l = $tableOf(args[0]);
					if (l) return $formatter(l, args[1], name);
					$locale(args[0], args[1]); return Reflect.construct(t, [args[0], $digits(args[1])]);
				},
				apply(t, self, args) {
					const l = $tableOf(args[0]);
					if (l) return $formatter(l, args[1], name);
					$locale(args[0], args[1]); return t.call(self, args[0], $digits(args[1]));
				},
			});
		}
		Intl.Collator = $Collator;
		for (const name of ["PluralRules", "ListFormat", "RelativeTimeFormat", "Segmenter", "DisplayNames", "DurationFormat", "Locale"]) {
			if (Intl[name] === undefined) Intl[name] = function () { $refuse("Intl." + name); };
		}
	}
	function $formatter(l, options, name) {
		const write = name === "DateTimeFormat" ? $dateIn(l, options, "any") : $numberIn(l, options);
		const resolved = () => ({ locale: l.name, numberingSystem: "latn", ...(write.real && { calendar: "gregory", timeZone: write.real.resolvedOptions().timeZone }) });
		return { format: (x) => write(x), formatToParts: () => $only(l), resolvedOptions: resolved };
	}
	const $method = (proto, name, value) => def(proto, name, { configurable: true, writable: true, value });
	function $guard(proto, name, real) {
		$method(proto, name, function $format(locale, options) {
			const l = $tableOf(locale);
			if (l && proto === Number.prototype) return $load(), $numberIn(l, options)(this);
			if (l) {
				const write = $dateIn(l, options, name === "toLocaleString" ? "all" : name === "toLocaleDateString" ? "date" : "time");
				return isNaN(this) ? "Invalid Date" : write(this);
			}
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
		const l = $tableOf(locale);
		if (l && (options === undefined || Object.keys(options).length === 0)) {
			const [group, , minus, most] = l.t.slice(9), n = String(this).replace("-", "");
			return (this < 0n ? minus : "") + (n.length < 3 + Number(most) ? n : n.replace(/\B(?=(\d{3})+$)/g, group));
		}
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
