/**
 * Proves: an error in a file that tsx compiled points into the file. Does not prove: that Pulumi
 * prints it.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "heliograph-traces-"))));
afterEach(() => rm(folder, { recursive: true }));

const ask = (script: string) =>
  execFileSync(process.execPath, ["-e", `require("./src/typescript.cjs"); ${script}`], {
    encoding: "utf8",
    timeout: 10_000,
  });

test("a stack trace points at the line of the source, and one without a message takes no look at sources", async () => {
  const source = join(folder, "source.ts");
  const lines = [
    "interface Gone {",
    "  from: string;",
    "}",
    'export const stack = (message: string) => new Error(message).stack ?? "";',
  ];
  await writeFile(source, lines.join("\n"));
  const { said, silent } = JSON.parse(
    ask(`const { stack } = require(${JSON.stringify(source)});
      console.log(JSON.stringify({ said: stack("broken"), silent: stack("") }));`),
  );
  expect(said).toMatch(/^Error: broken\n {4}at .*source\.ts:4:/);
  expect(silent).toMatch(/^Error\n {4}at .*source\.ts:\d+:\d+\)?\n/);
});

test("an error that comes through a dependency is inspected at once, whatever its source map says", async () => {
  const dependency = join(folder, "node_modules", "@scope", "dependency");
  await mkdir(dependency, { recursive: true });
  const map = { version: 3, sources: ["../index.ts"], names: [], mappings: "AAAA" };
  await writeFile(join(dependency, "index.js.map"), JSON.stringify(map));
  const code = 'exports.fail = () => new Error("broken");\n//# sourceMappingURL=index.js.map\n';
  await writeFile(join(dependency, "index.js"), code);
  const said = ask(`const { fail } = require(${JSON.stringify(dependency)});
    console.log(require("node:util").inspect(fail(), { colors: true }));`);
  expect(said).toMatch(/^Error: broken\n {4}at .*index\.js:1:/);
});
