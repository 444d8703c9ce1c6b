#!/usr/bin/env bash
# node 24.11.1 (npm package node), ICU as built in: the text that Intl.DateTimeFormat
# gives and its own parts are not the same text.
#
# One would expect that the values of formatToParts, joined, are what format returns:
# ECMA-402 makes both of one list of parts (FormatDateTime, FormatDateTimeToParts). In
# node they differ before AM and PM: CLDR has a narrow no-break space (U+202F) there,
# format, toLocaleString and toLocaleTimeString give a plain space instead, while
# formatToParts and also formatRange, a text like that of format, give U+202F. So a table
# of patterns that is made from the parts writes other bytes than node does, and a text
# of format cannot be compared with one of formatRange.
#
# Seen: format "3:04:05 AM" with U+0020; parts, range and range's parts with U+202F; the
# same for en-CA ("3:04:05 a.m.") and for en-AU ("3:04:05 am").
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >npm.log
npm install --no-audit --no-fund --save-exact node@24.11.1 >>npm.log 2>&1
node=./node_modules/.bin/node
[ "$("$node" -v)" = v24.11.1 ] || { echo "not the pinned node: $("$node" -v)"; exit 1; }
cat >look.js <<'JS'
const d = new Date(Date.UTC(2026, 5, 5, 3, 4, 5)), later = new Date(Date.UTC(2026, 5, 5, 5, 4, 5));
const space = (s) => (s.includes("\u202f") ? "narrow" : s.includes(" ") ? "plain" : "none");
const join = (parts) => parts.map((p) => p.value).join("");
for (const l of ["en-US", "en-CA", "en-AU"]) {
  const o = { timeZone: "UTC", hour: "numeric", minute: "numeric", second: "numeric" }, f = new Intl.DateTimeFormat(l, o);
  console.log(l, "format", space(f.format(d)), "toLocaleTimeString", space(d.toLocaleTimeString(l, o)),
    "parts", space(join(f.formatToParts(d))), "range", space(f.formatRange(d, later).slice(-5)), "range's parts", space(join(f.formatRangeToParts(d, later)).slice(-5)));
}
JS
"$node" look.js | tee seen.txt
cat >want.txt <<'T'
en-US format plain toLocaleTimeString plain parts narrow range narrow range's parts narrow
en-CA format plain toLocaleTimeString plain parts narrow range narrow range's parts narrow
en-AU format plain toLocaleTimeString plain parts narrow range narrow range's parts narrow
T
diff want.txt seen.txt && echo "as it was seen"
