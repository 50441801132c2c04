import * as pulumi from "@pulumi/pulumi";
import { bufferDiskOf, fromSeconds } from "@heliograph/heliograph/model";
import { bucketAddress } from "../config/bucket-address";
import { keepsMetrics } from "../config/edge-metrics-schema";
import type { EdgeSection } from "../config/edge-schema";
import type { Settings } from "../config/schema";
import { judge } from "../guards/rejection";
import { hubStores, queueOf, type Stored } from "../guards/stored";
import { strandingChanges } from "../guards/stranding";
import { factsOf, gatewayOf } from "./inventory";
import type { Connection, ConnectionState } from "./connection-state";

/**
 * What a stack will store once it is as its file says. `elsewhere` is the connection state of an
 * edge whose hub is another stack.
 */
export function intendedStored(
  { hub, edge }: Settings,
  elsewhere: ConnectionState | undefined,
  recorded: Stored,
): Stored {
  const own = hub && edge && hub.edges[edge.name];
  const known = hub && own ? { facts: factsOf(hub, own), ...gatewayOf(hub) } : undefined;
  const connection = elsewhere?.connection ?? known;
  return {
    ...(hub && { hub: hubStores(hub, edge?.name, recorded.hub) }),
    ...(edge && connection && edgeStores(edge, connection)),
  };
}

function edgeStores(
  edge: EdgeSection,
  { facts, url, serverName }: Pick<Connection, "facts" | "url" | "serverName">,
): Stored {
  const { name, metrics, storageClass } = edge;
  const load = { outage: fromSeconds(facts.outageSeconds), activeSeries: facts.activeSeries };
  if (keepsMetrics(metrics)) {
    const { bucket } = metrics;
    const bufferDisk = bufferDiskOf({ ...edge, ...load, localStore: metrics });
    return {
      kept: { edge: name, bucket: bucketAddress(bucket), prefix: bucket.prefix ?? "", bufferDisk },
    };
  }
  return {
    queue: queueOf({
      edge: name,
      facts,
      gateway: { url, serverName },
      bufferDisk: bufferDiskOf({ ...edge, ...load }),
      storageClass,
    }),
  };
}

/** Stops a change that would leave data behind before anything is registered, unless accepted. */
export async function refuseStranding(
  recorded: Stored,
  intended: Stored,
  { hub, edge }: Settings,
): Promise<void> {
  const accepted = [...(hub?.acceptStranding ?? []), ...(edge?.acceptStranding ?? [])];
  const { rejection, unused } = judge(
    pulumi.getStack(),
    strandingChanges(recorded, intended),
    accepted,
  );
  if (rejection) throw new pulumi.RunError(rejection);
  // A stack that has nothing recorded may be on its way there, or rendered.
  if (unused.length === 0 || (!recorded.hub && !recorded.queue && !recorded.kept)) return;
  await pulumi.log.warn(
    `acceptStranding names what no change needs any more. Remove: ${unused.join(", ")}`,
  );
}
