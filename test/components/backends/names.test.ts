import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, it } from "vitest";
import { BACKENDS } from "../../../components/backends/registry";

const folder = resolve(__dirname, "../../../components/backends");
const names = BACKENDS.map(({ name }) => name);

/** Files of the kit, and those beside the folders of backends. */
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
  .filter((file) => !names.includes(file.split("/")[0]!));

it("only the registry's list and the federation's door name a backend", () => {
  const named = new RegExp(names.join("|"), "i");
  const naming = files.filter((file) => named.test(readFileSync(join(folder, file), "utf8")));
  expect(naming.sort()).toEqual(["backends.ts", "federation-pod.ts", "federation.ts"]);
});
