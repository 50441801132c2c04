/** Writes the files that are derived from others; with --check it writes nothing and fails where one is out of date. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { stackConfigJsonSchema } from "../src/config/json-schema";

const root = resolve(__dirname, "..");
const generated: Readonly<Record<string, () => string>> = {
  "schemas/stack-config.json": () => `${JSON.stringify(stackConfigJsonSchema(), null, 2)}\n`,
};

const check = process.argv.includes("--check");
let stale = 0;
for (const [file, make] of Object.entries(generated)) {
  const path = resolve(root, file);
  const content = make();
  if (check && readFileSync(path, "utf8") !== content) {
    stale += 1;
    console.error(`${file} is out of date. Run: npm run generate`);
  }
  if (!check) writeFileSync(path, content);
}
process.exitCode = stale > 0 ? 1 : 0;
