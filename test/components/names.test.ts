/** Proves: a backend is a plug-in: nothing but its folder, the registry and defaults names it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BACKENDS } from "../../components/backends/registry";

const root = join(__dirname, "../..");

/** Files that may name one, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  "components/contract/defaults.ts": "the default backends of contracts that name none",
  "src/config/edge-metrics-schema.ts": "a value that users write: `metrics.mode: thanos`",
};

const files = ["components", "src"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => file.endsWith(".ts") && !/(^|\/)(node_modules|dist)\//.test(file))
  .filter((file) => !file.startsWith("components/backends/"));

test.each(BACKENDS.map(({ name }) => name))("no file elsewhere names %s", (name) => {
  // "temporary" is none.
  const named = new RegExp(`${name}(?!rar)`, "i");
  const naming = files.filter((file) => named.test(readFileSync(join(root, file), "utf8")));
  expect(naming.filter((file) => !(file in ALLOWED))).toEqual([]);
});

test("every file that may name one does", () => {
  const named = new RegExp(BACKENDS.map(({ name }) => name).join("|"), "i");
  const silent = Object.keys(ALLOWED).filter(
    (file) => !named.test(readFileSync(join(root, file), "utf8")),
  );
  expect(silent).toEqual([]);
});
