#!/usr/bin/env bash
# yaml 2.9.1 of npm: some texts that it writes itself it reads back as others.
#
# One would expect parse(stringify(x)) to be x for every text. Two kinds are not:
#
# 1. A text of blanks that ends in a line end, as " \n", is written as a literal block
#    with nothing but blanks in it, and read back without the blanks.
# 2. A text that begins with blanks and has a first line of more than 80 columns is
#    written as a folded block. Its first line is then more indented than the rest, and
#    line ends beside such a line are kept, so that a blank comes back as a line end.
#
# Windmill's command line client writes its files so: a pull and a push of such an input
# change it on the server. A quoted text would do in both cases.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --ignore-scripts yaml@2.9.1 >npm.log 2>&1
cat >main.js <<'JS'
import YAML from "yaml";
for (const text of ["a\n", " \n", " a\n", "word ".repeat(20) + "\n", " " + "word ".repeat(20) + "\n"]) {
	const back = YAML.parse(YAML.stringify({ a: { b: text } })).a.b;
	console.log(back === text ? "the same" : "changed", JSON.stringify(text.slice(0, 8)), text.length, "long", "back as", JSON.stringify(back.slice(-30)));
}
JS
node main.js | tee seen.txt
cat >want.txt <<'T'
the same "a\n" 2 long back as "a\n"
changed " \n" 2 long back as "\n"
the same " a\n" 3 long back as " a\n"
the same "word wor" 101 long back as "ord word word word word word \n"
changed " word wo" 102 long back as "ord\nword word word word word \n"
T
diff want.txt seen.txt && echo "as it was seen"
