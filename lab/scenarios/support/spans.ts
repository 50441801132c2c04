import { join } from "node:path";
import { backendOf, HUB_NAMESPACE, type StoredSpan } from "@heliograph/heliograph/model";
import type { EdgeView } from "../../../src/cli/commands/verify/edge";
import { inBatches } from "../../../src/cli/promises";
import { clusterNamed } from "../../clusters/topology.js";
import { run } from "../../host/run.js";
import type { ScenarioContext } from "../context.js";
import { cell } from "./hub.js";

export interface SpanCount {
  /** Of a trace, each counted once. */
  readonly spans: number;
  /** Those that came again. */
  readonly repeated: number;
}

/**
 * What a tenant has of each trace, of a Tempo that is one process: asked past its frontend, which
 * would look into every part of the bucket.
 */
export async function spanCounts(
  lab: ScenarioContext,
  tenant: string,
  ids: readonly string[],
): Promise<SpanCount[]> {
  const pod = [
    "get",
    "pod",
    `tempo-${cell}-0`,
    `--namespace=${HUB_NAMESPACE}`,
    "--output=jsonpath={.status.podIP}",
  ];
  const { httpPort } = backendOf("traces", "tempo").architecture({});
  const url = `http://${await lab.kubectl("ops", pod)}:${httpPort}/querier/api/traces`;
  const program = [process.execPath, join(__dirname, "span-counter.mjs"), url, tenant];
  const inside = [`--net=/run/netns/${clusterNamed("ops").namespace}`, "--", ...program];
  const counts = await run("nsenter", inside, { input: ids.join("\n"), signal: lab.signal });
  return counts
    .trim()
    .split("\n")
    .map((line) => {
      const [spans = 0, repeated = 0] = line.split(" ").map(Number);
      return { spans, repeated };
    });
}

/** Connections through the API server, one for each trace. */
const AT_A_TIME = 10;

/** Traces that an edge's tenant has of these, with their spans. */
export async function storedTraces(
  lab: ScenarioContext,
  { entry, hub }: EdgeView,
  ids: readonly string[],
): Promise<StoredSpan[][]> {
  const counts = await spanCounts(lab, entry.tenant, ids);
  const tempo = await hub.traces(entry.cell);
  const stored = ids.filter((_, index) => counts[index]?.spans !== 0);
  return inBatches(stored, AT_A_TIME, (id) => tempo.trace(entry.tenant, id));
}
