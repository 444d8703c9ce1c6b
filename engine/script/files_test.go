package script

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/engine/run"
	"sluice/engine/script/child"
	"sluice/engine/script/internal/scripttest"
)

// The steps of a flow with same_worker hand files to each other in ./shared,
// whatever their languages.
func TestSharedFolder(t *testing.T) {
	x := newJS(t)
	dir := t.TempDir()
	for _, s := range []struct {
		exec           Executor
		language, code string
		want           string
	}{
		{&child.Bash{}, "bash", "printf 'from bash' > ./shared/a.txt\necho true", `"true"`},
		{x, "bun", `import { readFileSync, writeFileSync } from "fs"
			export function main() { const s = readFileSync("./shared/a.txt", "utf8"); writeFileSync("shared/b.txt", s + ", JS ✓"); return s }`, `"from bash"`},
		{&child.Python{}, "python3", "def main():\n    s = open('./shared/b.txt', encoding='utf-8').read()\n    open('shared/c.bin', 'wb').write(bytes([0, 255, 65]))\n    return s", `"from bash, JS \u2713"`},
		{x, "bun", `import * as fs from "node:fs/promises"
			export async function main() { return [...await fs.readFile("/shared/c.bin")] }`, `[0,255,65]`},
		{x, "deno", `export async function main() { await Deno.writeTextFile("./shared/d/../e.txt", "e"); return Deno.readTextFile("shared/e.txt") }`, `"e"`},
		{x, "bun", `import { join, basename, extname } from "path"
			export async function main() { await Bun.write(join("shared", ".", "f.json"), "[1]"); return [await Bun.file("./shared/f.json").json(), basename("/a/f.json", ".json"), extname("f.tar.gz")] }`, `[[1],"f",".gz"]`},
		{x, "bun", `import fs from "fs"
			export function main() {
				fs.mkdirSync("shared/x/y", { recursive: true }); fs.appendFileSync("shared/x/y/1", "a"); fs.appendFileSync("shared/x/y/1", Buffer.from("b"));
				fs.copyFileSync("shared/x/y/1", "shared/x/2"); fs.renameSync("shared/x/2", "shared/x/3");
				const out = [fs.readdirSync("shared/x"), fs.statSync("shared/x/3").size, fs.statSync("shared/x").isDirectory(), fs.existsSync("shared/x/2")];
				fs.rmSync("shared/x", { recursive: true }); fs.rmSync("shared/x", { force: true });
				return [...out, fs.existsSync("shared/x")];
			}`, `[["3","y"],2,true,false,false]`},
	} {
		j := scripttest.Job(s.language, s.code, `{}`)
		j.Shared = dir
		got, err := s.exec.Run(context.Background(), j, &scripttest.Log{})
		if err != nil || string(got) != s.want {
			t.Fatalf("%s\ngot %s, %v; want %s", s.code, got, err, s.want)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "b.txt")); err != nil || string(b) != "from bash, JS ✓" {
		t.Errorf("the folder holds %q, %v", b, err)
	}
}

// A preprocessor's script is entered at preprocessor; one without it at main.
func TestPreprocessor(t *testing.T) {
	x := newJS(t)
	for _, s := range []struct {
		exec           Executor
		language, code string
		want           string
	}{
		{x, "bun", "export function main() { return 'main' }\nexport function preprocessor(event: any) { return event.kind }", `"webhook"`},
		{x, "bun", "export function main(event: any) { return ['main', event.kind] }", `["main","webhook"]`},
		{&child.Python{}, "python3", "def main():\n    return 'main'\ndef preprocessor(event):\n    return event['kind']", `"webhook"`},
		{&child.Python{}, "python3", "def main(event):\n    return ['main', event['kind']]", `["main", "webhook"]`},
	} {
		j := scripttest.Job(s.language, s.code, `{"event":{"kind":"webhook"}}`)
		j.Step = run.PreprocessorStep
		if got, err := s.exec.Run(context.Background(), j, &scripttest.Log{}); err != nil || string(got) != s.want {
			t.Errorf("%s\ngot %s, %v; want %s", s.code, got, err, s.want)
		}
	}
}

// A pipe in the folder that steps share does not hold up an embedded step.
func TestPipeInSharedFolder(t *testing.T) {
	j := scripttest.Job("bash", "mkfifo shared/pipe", `{}`)
	j.Shared = t.TempDir()
	if _, err := (&child.Bash{}).Run(t.Context(), j, &scripttest.Log{}); err != nil {
		t.Fatal(err)
	}
	x := newJS(t)
	for _, source := range []string{
		`import * as fs from "node:fs"; export const main = () => fs.readFileSync("./shared/pipe", "utf8")`,
		`import * as fs from "node:fs"; export const main = () => fs.writeFileSync("./shared/pipe", "x")`,
	} {
		k := scripttest.Job("bun", source, `{}`)
		k.Shared = j.Shared
		if _, err := x.Run(t.Context(), k, &scripttest.Log{}); err == nil || !strings.Contains(err.Error(), "not a file") && !strings.Contains(err.Error(), "EIO") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
