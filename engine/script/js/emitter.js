// node:events.
export class EventEmitter {
	#on = new Map();
	#most;
	#listen(name, f, first, once) {
		if (typeof f !== "function") throw new TypeError('The "listener" argument must be of type function. Received ' + (f === null ? "null" : f === undefined ? "undefined" : "type " + typeof f));
		if (this.#on.has("newListener")) this.emit("newListener", name, f);
		const list = this.#on.get(name) ?? [], entry = { f, once };
		this.#on.set(name, first ? [entry, ...list] : [...list, entry]);
		return this;
	}
	on(name, f) { return this.#listen(name, f, false, false); }
	once(name, f) { return this.#listen(name, f, false, true); }
	prependListener(name, f) { return this.#listen(name, f, true, false); }
	prependOnceListener(name, f) { return this.#listen(name, f, true, true); }
	addListener(name, f) { return this.on(name, f); }
	removeListener(name, f) { return this.off(name, f); }
	off(name, f) {
		const list = this.#on.get(name) ?? [], i = list.findLastIndex((e) => e.f === f);
		if (i < 0) return this;
		if (list.length === 1) this.#on.delete(name);
		else this.#on.set(name, list.toSpliced(i, 1));
		if (this.#on.has("removeListener")) this.emit("removeListener", name, f);
		return this;
	}
	removeAllListeners(name) {
		if (name === undefined) this.#on.clear();
		else this.#on.delete(name);
		return this;
	}
	emit(name, ...args) {
		const list = this.#on.get(name);
		if (list === undefined) {
			if (name !== "error") return false;
			if (args[0] instanceof Error) throw args[0];
			throw Object.assign(new Error("Unhandled error. (" + (typeof args[0] === "string" ? "'" + args[0] + "'" : String(args[0])) + ")"), { code: "ERR_UNHANDLED_ERROR", context: args[0] });
		}
		for (const e of list) {
			if (e.once) this.off(name, e.f);
			e.f.apply(this, args);
		}
		return true;
	}
	listenerCount(name, f) { return (this.#on.get(name) ?? []).filter((e) => f === undefined || e.f === f).length; }
	listeners(name) { return (this.#on.get(name) ?? []).map((e) => e.f); }
	rawListeners(name) { return this.listeners(name); }
	eventNames() { return [...this.#on.keys()]; }
	setMaxListeners(n) { this.#most = n; return this; }
	getMaxListeners() { return this.#most ?? EventEmitter.defaultMaxListeners; }
	static defaultMaxListeners = 10;
}
export const once = (emitter, name) => new Promise((done, no) => {
	const bad = (e) => { emitter.off(name, good); no(e); };
	const good = (...args) => { if (name !== "error") emitter.off("error", bad); done(args); };
	emitter.once(name, good);
	if (name !== "error") emitter.once("error", bad);
});
export const defaultMaxListeners = 10;
Object.assign(EventEmitter, { EventEmitter, once });
export default EventEmitter;
