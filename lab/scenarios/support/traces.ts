import type { StoredSpan } from "../../../src/cli/clients/tempo";
import type { EdgeView } from "../../../src/cli/verify/fleet";
import { inBatches } from "../../../src/cli/verify/in-batches";

/** Each is a connection through the API server. */
const AT_A_TIME = 10;

/** Spans of each of the traces, as the edge's tenant has them; none where it has not the trace. */
export async function tracesOf({ entry, hub }: EdgeView, ids: readonly string[]): Promise<StoredSpan[][]> {
  const tempo = await hub.tempo(entry.cell);
  return inBatches(ids, AT_A_TIME, (id) => tempo.trace(entry.tenant, id));
}
