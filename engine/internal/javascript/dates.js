// Dates of local time; see Parts in javascript.go.
(() => {
	const Real = Date, proto = Real.prototype, def = Object.defineProperty, { construct, apply } = Reflect;
	const { getTime, setTime, getTimezoneOffset } = proto, { UTC, parse } = Real;
	const minute = 60000, day = 86400000;
	const away = (t) => apply(getTimezoneOffset, new Real(t), []) * minute;

	// instant is the time at which clocks show what they show in UTC at l. A time
	// that comes twice is the first, one that is left out is read with the offset
	// of before.
	const instant = (l) => {
		const before = away(l - day);
		if (away(l + before) === before) return l + before;
		const after = away(l + day);
		return away(l + after) === after ? l + after : l + before;
	};

	// A text without a zone tells a local time, unless it is a date of ISO alone.
	const iso = /^\s*(?:\d{4}|[+-]\d{6})(?:-\d\d(?:-\d\d)?)?(T[\d:.,]*)?\s*$/;
	const zoned = /(?:^|[^a-z])(?:z|ut|utc|gmt|[ecmp][sd]t)(?![a-z])|:\d\d.*[+-]\s*\d|T.*[+-]\d/i;
	const read = (text) => {
		const n = parse(text), m = iso.exec(text);
		if (Number.isNaN(n) || (m ? m[1] === undefined : zoned.test(text.replace(/\([^]*/, "")))) return n;
		const l = parse(m ? text.trim() + "Z" : text.replace(/\([^]*/, "") + " GMT");
		return Number.isNaN(l) ? n : instant(l);
	};

	const method = (o, name, length, f) => {
		def(f, "length", { value: length, configurable: true });
		def(o, name, { value: f, configurable: true, writable: true });
	};
	for (const [name, length] of [["Milliseconds", 1], ["Seconds", 2], ["Minutes", 3], ["Hours", 4], ["Date", 1], ["Month", 2], ["FullYear", 3], ["Year", 1]]) {
		const key = "set" + name, set = proto[name === "Year" ? "setUTCFullYear" : "setUTC" + name];
		const year = name === "Year" || name === "FullYear";
		method(proto, key, length, { [key](...args) {
			let t = apply(getTime, this, []);
			if (name === "Year") {
				const y = Number(args[0]);
				args = [y >= 0 && y <= 99 ? 1900 + Math.trunc(y) : y];
			}
			t = Number.isNaN(t) ? (year ? 0 : t) : t - away(t);
			const l = new Real(t);
			return apply(setTime, this, [instant(apply(set, l, args))]);
		} }[key]);
	}
	method(Real, "parse", 1, { parse(text) { return read(String(text)); } }.parse);
	const Local = new Proxy(Real, {
		construct(t, args, to) {
			if (to === Local) to = t;
			if (args.length > 1) return construct(t, [instant(apply(UTC, undefined, args))], to);
			let v = args[0];
			if (typeof v === "object" && v !== null && typeof v[Symbol.toPrimitive] === "function" && !(v instanceof Real)) v = v[Symbol.toPrimitive]("default");
			return construct(t, typeof v === "string" ? [read(v)] : args, to);
		},
	});
	def(proto, "constructor", { value: Local, configurable: true, writable: true });
	def(globalThis, "Date", { value: Local, configurable: true, writable: true });
})();
