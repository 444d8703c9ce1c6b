// node:assert. What it says is shorter than what Node says.
const { util, equal: same } = globalThis.$util;
export class AssertionError extends Error {
	constructor(o) {
		super(o.message ?? util.inspect(o.actual) + " " + o.operator + " " + util.inspect(o.expected));
		this.name = "AssertionError";
		this.code = "ERR_ASSERTION";
		this.generatedMessage = o.message === undefined;
		this.actual = o.actual;
		this.expected = o.expected;
		this.operator = o.operator;
	}
}
const check = (ok, actual, expected, operator, message) => {
	if (ok) return;
	if (message instanceof Error) throw message;
	throw new AssertionError({ actual, expected, operator, message });
};
export const ok = (v, message) => check(v, v, true, "==", message ?? "The expression evaluated to a falsy value");
export const equal = (a, b, m) => check(a == b || (a !== a && b !== b), a, b, "==", m);
export const notEqual = (a, b, m) => check(a != b && (a === a || b === b), a, b, "!=", m);
export const strictEqual = (a, b, m) => check(Object.is(a, b), a, b, "strictEqual", m);
export const notStrictEqual = (a, b, m) => check(!Object.is(a, b), a, b, "notStrictEqual", m);
export const deepEqual = (a, b, m) => check(same(a, b, false), a, b, "deepEqual", m);
export const notDeepEqual = (a, b, m) => check(!same(a, b, false), a, b, "notDeepEqual", m);
export const deepStrictEqual = (a, b, m) => check(same(a, b, true), a, b, "deepStrictEqual", m);
export const notDeepStrictEqual = (a, b, m) => check(!same(a, b, true), a, b, "notDeepStrictEqual", m);
export const match = (text, pattern, m) => check(pattern.test(text), text, pattern, "match", m);
export const doesNotMatch = (text, pattern, m) => check(!pattern.test(text), text, pattern, "doesNotMatch", m);
export const fail = (m = "Failed") => check(false, undefined, undefined, "fail", m);
export const ifError = (e) => { if (e !== null && e !== undefined) throw e; };
const fits = (e, want, m) => {
	if (want === undefined || typeof want === "string") return;
	if (want instanceof RegExp) return check(want.test(String(e)), e, want, "throws", m);
	if (typeof want === "function") {
		if (want.prototype !== undefined && e instanceof want) return;
		if (Error.isPrototypeOf(want) || want === Error) return check(false, e, want, "throws", m);
		return check(want.call({}, e) === true, e, want, "throws", m);
	}
	for (const k of Object.keys(want)) check(want[k] instanceof RegExp && typeof e[k] === "string" ? want[k].test(e[k]) : same(e[k], want[k], true), e, want, "throws", m);
};
export const throws = (f, want, m) => {
	let e, thrown = false;
	try { f(); } catch (x) { e = x; thrown = true; }
	check(thrown, undefined, want, "throws", (typeof want === "string" ? want : m) ?? "Missing expected exception.");
	fits(e, want, m);
};
export const rejects = async (p, want, m) => {
	let e, thrown = false;
	try { await (typeof p === "function" ? p() : p); } catch (x) { e = x; thrown = true; }
	check(thrown, undefined, want, "rejects", (typeof want === "string" ? want : m) ?? "Missing expected rejection.");
	fits(e, want, m);
};
export const doesNotThrow = (f, m) => { try { f(); } catch (e) { fail(typeof m === "string" ? m : "Got unwanted exception.\n" + e.message); } };
export const doesNotReject = async (p, m) => { try { await (typeof p === "function" ? p() : p); } catch (e) { fail(typeof m === "string" ? m : "Got unwanted rejection.\n" + e.message); } };
const assert = Object.assign((v, m) => ok(v, m), {
	AssertionError, ok, equal, notEqual, strictEqual, notStrictEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, match, doesNotMatch, fail, ifError, throws, rejects, doesNotThrow, doesNotReject,
});
const strict = Object.assign((v, m) => ok(v, m), assert, { equal: strictEqual, notEqual: notStrictEqual, deepEqual: deepStrictEqual, notDeepEqual: notDeepStrictEqual });
assert.strict = strict.strict = strict;
export { strict };
export default assert;
