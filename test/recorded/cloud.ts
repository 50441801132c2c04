/**
 * A plugin of a cloud that is a folder: a file for each resource, which tests change as somebody
 * would by hand.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changesBetween } from "../../lab/plugins/rpc/diff";
import type { Found, ResourceProvider } from "../../lab/plugins/rpc/provider";
import { servePlugin } from "../../lab/plugins/rpc/serve";
import { addProvider } from "../../lab/plugins/rpc/service";
import { reveal, type PropertyMap } from "../../lab/plugins/rpc/values";

/** Beside the folder of executables. */
const folder = join(__dirname, "..", "..", "cloud");
const fileOf = (urn: string) => join(folder, `${urn.split("::").at(-1)}.json`);

function keep(urn: string, inputs: PropertyMap): PropertyMap {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(urn), JSON.stringify(reveal(inputs), undefined, 2));
  return stateOf(urn, inputs);
}

/** What a cloud adds, as far as the program asks for it. */
const stateOf = (urn: string, inputs: PropertyMap): PropertyMap => ({
  ...inputs,
  arn: `arn:aws:x:::${urn.split("::").at(-1)}`,
});

const refuse = (what: string) => `The cloud of a test has no ${what}.`;

const provider: ResourceProvider = {
  version: "0.0.0",
  refuse,
  checkConfig: () => [],
  configReplaces: async () => [],
  configure: async () => undefined,
  check: async ({ news }) => ({ inputs: news, failures: [] }),
  diff: ({ oldInputs, inputs }) => ({ changes: changesBetween(oldInputs, inputs) }),
  create: async ({ urn, inputs, preview }) => ({
    id: preview ? "" : (urn.split("::").at(-1) ?? ""),
    state: preview ? inputs : keep(urn, inputs),
  }),
  update: async ({ urn, inputs, preview }) => (preview ? inputs : keep(urn, inputs)),
  read: async ({ id, urn }): Promise<Found | undefined> => {
    try {
      const inputs = JSON.parse(readFileSync(fileOf(urn), "utf8")) as PropertyMap;
      return { id, inputs, state: stateOf(urn, inputs) };
    } catch {
      return undefined;
    }
  },
  delete: async ({ urn }) => rmSync(fileOf(urn), { force: true }),
  cancel: () => undefined,
};

void servePlugin("pulumi-resource-cloud", (server, engine) =>
  addProvider(server, engine, provider),
);
