// node:events.
const kept = new WeakMap(); // what an emitter has: names → [{f, once}]
const of = (e) => kept.get(e) ?? (kept.set(e, { lists: new Map(), most: undefined }), kept.get(e));
const fault = (code, message, type = Error) => Object.assign(new type(message), { code });
const callable = (f) => { if (typeof f !== "function") throw fault("ERR_INVALID_ARG_TYPE", 'The "listener" argument must be of type function.', TypeError); };
// It may be called as a function, too: util.inherits does.
export function EventEmitter() {}
const add = (e, name, f, once, first) => {
	callable(f);
	const { lists } = of(e);
	if (lists.has("newListener")) e.emit("newListener", name, f);
	const list = lists.get(name) ?? [], one = { f, once };
	lists.set(name, first ? [one, ...list] : [...list, one]);
	return e;
};
const drop = (e, name, at) => {
	const { lists } = of(e), list = lists.get(name), [gone] = list.slice(at);
	if (list.length === 1) lists.delete(name);
	else lists.set(name, list.toSpliced(at, 1));
	if (lists.has("removeListener")) e.emit("removeListener", name, gone.f);
};
const methods = {
	on(name, f) { return add(this, name, f, false, false); },
	once(name, f) { return add(this, name, f, true, false); },
	prependListener(name, f) { return add(this, name, f, false, true); },
	prependOnceListener(name, f) { return add(this, name, f, true, true); },
	off(name, f) {
		callable(f);
		const at = (of(this).lists.get(name) ?? []).findLastIndex((l) => l.f === f);
		if (at >= 0) drop(this, name, at);
		return this;
	},
	removeAllListeners(name) {
		const { lists } = of(this);
		for (const n of name !== undefined ? [name] : [...lists.keys()].filter((n) => n !== "removeListener").concat("removeListener"))
			if (!lists.has("removeListener")) lists.delete(n);
			else while (lists.has(n)) drop(this, n, lists.get(n).length - 1);
		return this;
	},
	emit(name, ...args) {
		const list = of(this).lists.get(name);
		if (!list) {
			if (name !== "error") return false;
			const [e] = args;
			throw e instanceof Error ? e : Object.assign(fault("ERR_UNHANDLED_ERROR", "Unhandled error. (" + (typeof e === "string" ? "'" + e + "'" : String(e)) + ")"), { context: e });
		}
		for (const l of list) {
			if (l.once) {
				const at = (of(this).lists.get(name) ?? []).indexOf(l);
				if (at < 0) continue; // it was called meanwhile
				drop(this, name, at);
			}
			l.f.apply(this, args);
		}
		return true;
	},
	listeners(name) { return (of(this).lists.get(name) ?? []).map((l) => l.f); },
	rawListeners(name) { return this.listeners(name); },
	listenerCount(name, f) { return (of(this).lists.get(name) ?? []).filter((l) => f === undefined || l.f === f).length; },
	eventNames() { return [...of(this).lists.keys()]; },
	setMaxListeners(n) { of(this).most = n; return this; },
	getMaxListeners() { return of(this).most ?? EventEmitter.defaultMaxListeners; },
};
methods.addListener = methods.on;
methods.removeListener = methods.off;
for (const k of Object.keys(methods)) Object.defineProperty(EventEmitter.prototype, k, { value: methods[k], writable: true, configurable: true });

// once waits for an event, and fails with an error that comes before it.
export const once = (e, name, { signal } = {}) => new Promise((resolve, reject) => {
	signal?.throwIfAborted();
	if (typeof e.addEventListener === "function") return e.addEventListener(name, (ev) => resolve([ev]), { once: true });
	const end = (then) => (v) => {
		e.off(name, came).off("error", failed);
		signal?.removeEventListener("abort", gone);
		then(v);
	};
	const well = end(resolve), failed = end(reject), came = (...args) => well(args), gone = () => failed(signal.reason);
	e.once(name, came);
	if (name !== "error") e.once("error", failed);
	signal?.addEventListener("abort", gone, { once: true });
});
// on gives events as they come, for await.
export const on = (e, name, { signal } = {}) => {
	const came = [], waiting = [];
	let end = null;
	const stop = (how) => { end ??= how; e.off(name, take); e.off("error", failed); for (const w of waiting.splice(0)) how(w); };
	const take = (...args) => { waiting.length ? waiting.shift().resolve({ value: args, done: false }) : came.push(args); };
	const fails = (why) => { let told = false; stop((w) => (told ? w.resolve({ value: undefined, done: true }) : (told = true, w.reject(why)))); };
	const failed = (why) => fails(why);
	const finish = () => stop((w) => w.resolve({ value: undefined, done: true }));
	signal?.throwIfAborted();
	e.on(name, take);
	if (name !== "error") e.on("error", failed);
	signal?.addEventListener("abort", () => fails(signal.reason), { once: true });
	return {
		next() {
			if (came.length) return Promise.resolve({ value: came.shift(), done: false });
			const w = Promise.withResolvers();
			end ? end(w) : waiting.push(w);
			return w.promise;
		},
		return() { finish(); return Promise.resolve({ value: undefined, done: true }); },
		throw(why) { fails(why); return Promise.resolve({ value: undefined, done: true }); },
		[Symbol.asyncIterator]() { return this; },
	};
};
export const defaultMaxListeners = 10;
export const listenerCount = (e, name) => e.listenerCount(name), getEventListeners = (e, name) => e.listeners(name);
export const setMaxListeners = (n, ...emitters) => { for (const e of emitters) e.setMaxListeners?.(n); };
export default Object.assign(EventEmitter, { EventEmitter, once, on, listenerCount, getEventListeners, setMaxListeners, defaultMaxListeners });
