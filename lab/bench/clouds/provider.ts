/**
 * Entry point of what stands in for the provider of a cloud: it takes everything, knows nothing of
 * the cloud, and can preview only.
 */
import { changesBetween } from "../../plugins/rpc/diff";
import type {
  ChangeRequest,
  Diff,
  DiffRequest,
  Recorded,
  ResourceProvider,
} from "../../plugins/rpc/provider";
import { servePlugin } from "../../plugins/rpc/serve";
import { addProvider } from "../../plugins/rpc/service";

const previewsOnly = (what: string) =>
  `The lab has no provider of this cloud: it measures previews, without ${what}.`;
const no = (what: string) => () => Promise.reject(new Error(previewsOnly(what)));

const provider: ResourceProvider = {
  version: "0.0.0",
  refuse: previewsOnly,
  checkConfig: () => [],
  configReplaces: async () => [],
  configure: async () => undefined,
  check: async ({ news }) => ({ inputs: news, failures: [] }),
  diff: ({ oldInputs, inputs }: DiffRequest): Diff => ({
    changes: changesBetween(oldInputs, inputs, () => false),
  }),
  async create({ inputs, preview }: ChangeRequest): Promise<Recorded> {
    if (!preview) throw new Error(previewsOnly("updates"));
    return { id: "", state: inputs };
  },
  update: no("updates"),
  read: no("imports"),
  delete: no("deletions"),
  cancel: () => undefined,
};

void servePlugin("cloud", (server, engine) => addProvider(server, engine, provider));
