// Stacks of errors as scripts read them: name and message in the first line, and
// Error.captureStackTrace. What the engine itself throws has frames only.
(() => {
	const { def, parts } = globalThis.$inner;
	const toString = Error.prototype.toString;
	for (const name of ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"]) {
		const Real = globalThis[name];
		const title = (e) => {
			if (typeof e.stack === "string") def(e, "stack", { value: toString.call(e) + "\n" + e.stack, configurable: true, writable: true });
			return e;
		};
		const Titled = new Proxy(Real, {
			construct: (t, args, to) => title(Reflect.construct(t, args, to === Titled ? t : to)),
			apply: (t, self, args) => title(Reflect.apply(t, self, args)),
		});
		def(Real.prototype, "constructor", { value: Titled, configurable: true, writable: true });
		def(globalThis, name, { value: Titled, configurable: true, writable: true });
	}
	def(Error, "captureStackTrace", {
		configurable: true, writable: true,
		value: { captureStackTrace(o, above) {
			if ((typeof o !== "object" && typeof o !== "function") || o === null) throw new TypeError("Invalid argument");
			const frames = new Error().stack.split("\n").slice(2);
			if (typeof above === "function") {
				const i = frames.findIndex((f) => f.includes("at " + (above.name || "<anonymous>") + " "));
				if (i >= 0) frames.splice(0, i + 1);
			}
			let head;
			try { head = toString.call(o); } catch { head = "Error"; }
			def(o, "stack", { value: [head, ...frames].join("\n"), configurable: true, writable: true });
		} }.captureStackTrace,
	});
	def(Error, "stackTraceLimit", { value: 10, configurable: true, writable: true, enumerable: true });
	parts.errors = {};
})();
