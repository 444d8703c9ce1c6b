// The names that expressions may use. Everything here whose name begins with $
// belongs to the evaluator. Values are read when they are first touched.
(() => {
	const parse = JSON.parse, stringify = JSON.stringify, host = globalThis.$host;
	delete globalThis.$host;
	// An overflow that is caught is a RangeError, as elsewhere.
	Object.setPrototypeOf(InternalError.prototype, RangeError.prototype);
	InternalError.prototype.name = "RangeError";
	delete globalThis.InternalError;
	const def = Object.defineProperty;
	const cache = new Map();
	let here = new Set(), ids = [], depth = 0, held;

	function $read(name) {
		if (cache.has(name)) return cache.get(name);
		const text = host(name);
		const v = text === null ? null : parse(text);
		cache.set(name, v);
		return v;
	}
	const $name = (name, absent) => (here.has(name) ? $read(name) ?? absent() : absent());
	const $null = () => null;

	function $input() {
		if (cache.has("input")) return cache.get("input");
		const v = here.has("flow_input") ? $read("flow_input") ?? {} : {};
		if (depth > 0 && v !== null && typeof v === "object" && !("iter" in v)) {
			let name = "iter";
			for (let i = depth - 1; i >= 0; i--, name += "_parent") {
				const it = host("iter:" + i);
				if (it !== null) v[name] = parse(it);
			}
		}
		cache.set("input", v);
		return v;
	}

	// The error of the step before, in whichever shape its result carries it.
	function $error() {
		const p = here.has("previous_result") ? $read("previous_result") : here.has("result") ? $read("result") : null;
		if (p && typeof p === "object" && !Array.isArray(p) && p.error !== undefined) return p.error;
		const all = Array.isArray(p) ? p.filter((x) => x && x.error).map((x) => x.error) : [];
		if (all.length === 1) return all[0];
		if (all.length > 1) {
			const line = (e) => (e.step_id ? `[${e.step_id}] ` : "") + (e.message ?? String(e));
			return { name: "MultipleErrors", message: all.map(line).join("; "), errors: p };
		}
		return { name: "UnknownError", message: Array.isArray(p) ? "No error found" : "Could not parse the error" };
	}

	const results = new Proxy(Object.create(null), {
		get: (_, k) => (typeof k === "string" ? $read("results." + k) : undefined),
		has: (_, k) => typeof k === "string" && $read("results." + k) !== null,
		ownKeys: () => ids,
		getOwnPropertyDescriptor: (_, k) =>
			typeof k === "string" && ids.includes(k)
				? { value: $read("results." + k), enumerable: true, configurable: true, writable: true }
				: undefined,
	});

	const $getters = {
		flow_input: $input,
		results: () => results,
		previous_result: () => $name("previous_result", $null),
		result: () => $name("result", $null),
		resume: () => $name("resume", $null),
		resumes: () => $name("resumes", () => []),
		approvers: () => $name("approvers", () => []),
		flow_env: () => $name("flow_env", () => ({})),
		all_iters: () => $name("all_iters", () => []),
		error: $error,
		params: () => ({}),
	};
	const $expose = (name, get) =>
		def(globalThis, name, { get, configurable: true, set(v) { def(globalThis, name, { value: v, writable: true, configurable: true }); } });

	const $path = (p, prefix) => (typeof p === "string" && p.startsWith(prefix) ? p.slice(prefix.length) : p);
	// What is not stored is no mistake of a type, as which our errors come.
	const $stored = (kind, path, prefix) => {
		try { return $read(kind + $path(path, prefix)); } catch (e) { if (e instanceof TypeError) e.name = "NotFound"; throw e; }
	};
	const $functions = {
		variable: function $variable(path) { return $stored("variable:", path, "$var:"); },
		resource: function $resource(path) { return $stored("resource:", path, "$res:"); },
		flow_user_state: (key) => $read("flow_user_state:" + key),
		// Flows of 2022 wrote step(-1) for the step before.
		step: function $step(n) {
			if (n === -1) return $getters.previous_result();
			throw new Error("step(" + n + ") is not known any more: write results.<id of the step>");
		},
	};
	def(BigInt.prototype, "toJSON", { value() { return this.toString(); }, configurable: true, writable: true });

	// $declare makes the names that the expressions mention: names are those of
	// the place, words those of the texts.
	globalThis.$declare = (names, words, results, iters) => {
		here = new Set(names);
		ids = results;
		depth = iters;
		for (const w of words) {
			if (Object.hasOwn($functions, w)) globalThis[w] = $functions[w];
			else if (Object.hasOwn($getters, w)) $expose(w, $getters[w]);
			else if (here.has(w)) $expose(w, () => $name(w, $null));
		}
	};

	// A member without a value is null, as in Windmill.
	const whole = (_, v) => (v === undefined ? null : v);

	// $hold keeps the value of an expression; $take gives it as JSON, or its truth.
	globalThis.$hold = (v, how) => {
		held = { v: how === "run" ? v() : v, boxed: how === "await" };
		const p = held;
		if (p.v !== null && typeof p.v === "object" && typeof p.v.then === "function" && p.v !== results) {
			p.waits = true;
			p.v.then(
				(v) => { p.v = p.boxed ? v.value : v; p.waits = false; },
				(e) => { p.error = e; p.failed = true; p.waits = false; },
			);
		}
	};
	globalThis.$take = (truth) => {
		if (held.waits) return false;
		if (held.failed) throw held.error;
		if (truth) return held.v ? "true" : "false";
		const text = stringify(held.v, whole);
		return text ?? "null";
	};
})();
