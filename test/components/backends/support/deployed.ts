import * as pulumi from "@pulumi/pulumi";
import { deployBackend } from "../../../../components/backends/deploy";
import type { Cell, Store } from "../../../../components/hub/model";
import { mapValues } from "../../../../components/kit/records";
import type { ImageArgs } from "../../../../components/kit/images";
import { recordResources, settled, type Recorded } from "../../../support/mocks";
import { connection } from "../../hub/hub";
import { cell as cellWith } from "./cell";

const rules = pulumi.output({ text: "groups: []\n", hash: "0123456789ab" });
const workloadRules = pulumi.output({ text: "groups: []\n", hash: "ba9876543210" });

/** Objects of a backend of cell `main`, by the names that a hub `hub` gives them. */
export async function deployed(
  store: Store,
  cell: Partial<Cell> = {},
  images?: ImageArgs,
  logRules: Readonly<Record<string, string>> = {},
): Promise<Recorded[]> {
  const recorded = recordResources();
  deployBackend(
    `hub-${store.backend.name}-main`,
    {
      store,
      cell: cellWith({ ...cell, stores: { ...cell.stores, [store.signal]: store } }),
      namespace: "heliograph-hub",
      bucket: pulumi.output(connection),
      images,
      rules,
      workloadRules,
      tenantRules: [],
      logRules:
        Object.keys(logRules).length > 0
          ? [mapValues(logRules, (text) => pulumi.output(text))]
          : [],
    },
    {},
  );
  await settled();
  return recorded.filter(({ type }) => type.startsWith("kubernetes:"));
}

/** One line for each object: kind, logical name, name, number of pods. */
export function objectLines(recorded: readonly Recorded[]): string[] {
  return recorded
    .map(({ type, name, inputs }) => {
      const { replicas } = (inputs["spec"] ?? {}) as { replicas?: number };
      const { name: object } = inputs["metadata"] as { name: string };
      return [type.split(":").at(-1), name, object, ...(replicas ? [replicas] : [])].join(" ");
    })
    .sort();
}
