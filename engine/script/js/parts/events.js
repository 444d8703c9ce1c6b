// Events, and signals that end what runs.
(() => {
	const inner = globalThis.$inner, { host, need } = inner;

	class DOMException extends Error {
		constructor(message = "", name = "Error") { super(message); Object.defineProperty(this, "name", { value: name, configurable: true }); }
		get code() { return this.name === "AbortError" ? 20 : this.name === "TimeoutError" ? 23 : 0; }
	}
	class Event {
		#stopped = false;
		constructor(type, init = {}) {
			this.type = String(type);
			this.bubbles = !!init.bubbles;
			this.cancelable = !!init.cancelable;
			this.defaultPrevented = false;
			this.target = this.currentTarget = null;
			this.timeStamp = host("now");
		}
		preventDefault() { if (this.cancelable) this.defaultPrevented = true; }
		stopPropagation() {}
		stopImmediatePropagation() { this.#stopped = true; }
		static stopped(e) { return e.#stopped; }
	}
	const stopped = Event.stopped;
	delete Event.stopped;
	class CustomEvent extends Event {
		constructor(type, init = {}) { super(type, init); this.detail = init.detail ?? null; }
	}
	class EventTarget {
		#listeners = new Map();
		addEventListener(type, f, options) {
			if (!f) return;
			const list = this.#listeners.get(type) ?? [];
			if (list.some((l) => l.f === f)) return;
			this.#listeners.set(type, [...list, { f, once: typeof options === "object" && !!options?.once }]);
			if (typeof options === "object") options?.signal?.addEventListener("abort", () => this.removeEventListener(type, f));
		}
		removeEventListener(type, f) { this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((l) => l.f !== f)); }
		dispatchEvent(e) {
			e.target = e.currentTarget = this;
			if (typeof this["on" + e.type] === "function") this["on" + e.type](e);
			for (const l of this.#listeners.get(e.type) ?? []) {
				if (stopped(e)) break;
				if (l.once) this.removeEventListener(e.type, l.f);
				typeof l.f === "function" ? l.f.call(this, e) : l.f.handleEvent(e);
			}
			return !e.defaultPrevented;
		}
	}
	class AbortSignal extends EventTarget {
		aborted = false;
		reason = undefined;
		onabort = null;
		throwIfAborted() { if (this.aborted) throw this.reason; }
		static abort(reason) { const c = new AbortController(); c.abort(reason); return c.signal; }
		static timeout(ms) {
			const c = new AbortController();
			need("timers").setTimeout(() => c.abort(new DOMException("The operation timed out", "TimeoutError")), ms);
			return c.signal;
		}
		static any(signals) {
			const c = new AbortController();
			for (const s of signals) {
				if (s.aborted) { c.abort(s.reason); break; }
				s.addEventListener("abort", () => c.abort(s.reason), { once: true });
			}
			return c.signal;
		}
	}
	class AbortController {
		signal = new AbortSignal();
		abort(reason = new DOMException("The operation was aborted", "AbortError")) {
			if (this.signal.aborted) return;
			this.signal.aborted = true;
			this.signal.reason = reason;
			this.signal.dispatchEvent(new Event("abort"));
		}
	}
	for (const c of [AbortSignal, Event, DOMException])
		Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });
	inner.parts.events = { DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController };
})();
