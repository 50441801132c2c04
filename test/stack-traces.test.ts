/** Proves: an error in a file that tsx compiled points into the file. Does not prove: that Pulumi prints it. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a stack trace points at the line of the source, and one without a message takes no look at sources", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heliograph-traces-"));
  const source = join(folder, "source.ts");
  const lines = [
    "interface Gone {",
    "  from: string;",
    "}",
    'export const stack = (message: string) => new Error(message).stack ?? "";',
  ];
  await writeFile(source, lines.join("\n"));
  const ask = `require("./src/stack-traces.cjs"); require("tsx/cjs"); const { stack } = require(${JSON.stringify(source)});
    console.log(JSON.stringify({ said: stack("broken"), silent: stack("") }));`;
  const { said, silent } = JSON.parse(execFileSync(process.execPath, ["-e", ask], { encoding: "utf8" }));
  await rm(folder, { recursive: true });
  expect(said).toMatch(/^Error: broken\n {4}at .*source\.ts:4:/);
  expect(silent).toMatch(/^Error\n {4}at .*source\.ts:\d+:\d+\)?\n/);
});
