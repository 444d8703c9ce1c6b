// ReadableStream, as bodies are read by it: chunks come from a source that is pulled.
(() => {
	const inner = globalThis.$inner;

	class ReadableStreamDefaultReader {
		#stream;
		constructor(stream) { take(stream, this); this.#stream = stream; }
		async read() { return of(this.#stream, this).next(); }
		async cancel(reason) { return of(this.#stream, this).end(reason); }
		get closed() { return of(this.#stream, this).closed; }
		releaseLock() { if (this.#stream) { release(this.#stream); this.#stream = undefined; } }
	}
	// state is what a stream knows; the reader that holds it asks it for chunks.
	class State {
		#queue = [];
		#source;
		#controller;
		#waiting = [];
		#over = false;
		#error;
		#pulling = false;
		#begun;
		constructor(source) {
			this.#source = source;
			this.closed = new Promise((done, no) => { this.done = done; this.no = no; });
			this.closed.catch(() => {});
			this.#controller = {
				enqueue: (v) => {
					if (this.#over) throw new TypeError("the stream is closed");
					const w = this.#waiting.shift();
					w ? w.done({ value: v, done: false }) : this.#queue.push(v);
				},
				close: () => this.#finish(),
				error: (e) => { this.#error = { e }; this.#finish(); },
				get desiredSize() { return 1; },
			};
			this.#begun = Promise.resolve(source.start?.(this.#controller)).catch((e) => this.#controller.error(e));
		}
		#finish() {
			this.#over = true;
			if (this.#error) this.no(this.#error.e);
			else if (this.#queue.length === 0) this.done();
			for (const w of this.#waiting.splice(0)) this.#error ? w.no(this.#error.e) : w.done({ value: undefined, done: true });
		}
		async next() {
			await this.#begun;
			if (this.#queue.length > 0) {
				const value = this.#queue.shift();
				if (this.#over && this.#queue.length === 0 && !this.#error) this.done();
				return { value, done: false };
			}
			if (this.#error) throw this.#error.e;
			if (this.#over) return { value: undefined, done: true };
			const found = new Promise((done, no) => this.#waiting.push({ done, no }));
			this.#pull();
			return found;
		}
		async #pull() {
			if (this.#pulling || !this.#source.pull) return;
			this.#pulling = true;
			try {
				while (this.#waiting.length > 0 && !this.#over) await this.#source.pull(this.#controller);
			} catch (e) { this.#controller.error(e); }
			this.#pulling = false;
		}
		async end(reason) {
			if (this.#over && this.#queue.length === 0) return;
			this.#queue = [];
			this.#finish();
			await this.#source.cancel?.(reason);
		}
	}
	let take, release, of;
	class ReadableStream {
		#state;
		#reader;
		constructor(source = {}) { this.#state = new State(source); }
		static {
			take = (s, r) => { if (s.#reader) throw new TypeError("the stream is locked to a reader"); s.#reader = r; };
			release = (s) => { s.#reader = undefined; };
			of = (s, r) => { if (!s || s.#reader !== r) throw new TypeError("the reader was released"); return s.#state; };
		}
		get locked() { return this.#reader !== undefined; }
		pipeTo() { throw new TypeError("streams cannot be piped here (pipeTo): read them with for await, or getReader()"); }
		pipeThrough() { throw new TypeError("streams cannot be piped here (pipeThrough): read them with for await, or getReader()"); }
		getReader(o) {
			if (o?.mode !== undefined) throw new TypeError("readers of bytes (mode: " + o.mode + ") are not available here");
			return new ReadableStreamDefaultReader(this);
		}
		async cancel(reason) {
			if (this.locked) throw new TypeError("the stream is locked to a reader");
			return this.#state.end(reason);
		}
		async *values() {
			const r = this.getReader();
			try {
				for (;;) {
					const { value, done } = await r.read();
					if (done) return;
					yield value;
				}
			} finally { await r.cancel(); r.releaseLock(); }
		}
		[Symbol.asyncIterator]() { return this.values(); }
		tee() {
			const r = this.getReader(), out = [];
			const make = () => new ReadableStream({ start(c) { out.push(c); }, async pull() {
				const { value, done } = await r.read();
				for (const c of out) done ? c.close() : c.enqueue(value);
			} });
			return [make(), make()];
		}
		static from(list) {
			const it = list[Symbol.asyncIterator]?.() ?? list[Symbol.iterator]();
			return new ReadableStream({ async pull(c) {
				const { value, done } = await it.next();
				done ? c.close() : c.enqueue(await value);
			}, cancel: () => it.return?.() });
		}
	}
	// gather reads a whole stream of bytes or texts.
	const gather = async (stream) => {
		const parts = [];
		let n = 0;
		for await (const c of stream) {
			const b = typeof c === "string" ? new (inner.need("text").TextEncoder)().encode(c) : inner.need("text").bytesOf(c);
			parts.push(b);
			n += b.length;
		}
		const all = new Uint8Array(n);
		n = 0;
		for (const b of parts) { all.set(b, n); n += b.length; }
		return all;
	};
	for (const c of [ReadableStream, ReadableStreamDefaultReader])
		Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true });
	inner.parts.streams = { ReadableStream, ReadableStreamDefaultReader, gather };
})();
