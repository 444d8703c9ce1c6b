// The less common of console. The script's own console is completed.
(() => {
	const inner = globalThis.$inner;
	const counts = new Map(), times = new Map(), print = console.log;
	Object.assign(console, {
		dir: (x) => print(x), table: print,
		trace: (...args) => print("Trace:", ...args),
		assert: (ok, ...args) => { if (!ok) print("Assertion failed:", ...args); },
		group: (...args) => { if (args.length) print(...args); inner.indent += "  "; },
		groupEnd: () => { inner.indent = inner.indent.slice(2); },
		count: (k = "default") => { counts.set(k, (counts.get(k) ?? 0) + 1); print(k + ": " + counts.get(k)); },
		countReset: (k = "default") => { counts.delete(k); },
		time: (k = "default") => { times.set(k, Date.now()); },
		timeLog: (k = "default", ...args) => { print(k + ": " + (Date.now() - times.get(k)) + "ms", ...args); },
		timeEnd: (k = "default") => { print(k + ": " + (Date.now() - times.get(k)) + "ms"); times.delete(k); },
	});
	console.groupCollapsed = console.group;
	inner.parts.console = {};
})();
