import type * as pulumi from "@pulumi/pulumi";
import { FEDERATION } from "../../backends/federation";
import { HUB_TENANT } from "../../contract/names";
import { imageReference } from "../../kit/images";
import type { HubObservabilityArgs } from "../args";
import { queriedEdges } from "../inventory";
import type { HubModel } from "../model";
import type { DeployedCell } from "../stores";
import { CellReader } from "./cell-reader";
import { GlobalQuery } from "./global-query";

/** The one query over every edge and every cell. Undefined where it is not wanted. */
export function createGlobalQuery(
  name: string,
  hub: HubModel,
  { globalQuery, gateway, images }: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: readonly DeployedCell[],
  opts: pulumi.ComponentResourceOptions,
): GlobalQuery | undefined {
  if (!globalQuery) return undefined;
  const image = imageReference(FEDERATION.name, images);
  const nginxImage = imageReference("nginx", images);
  const tenants = [HUB_TENANT, ...hub.tenants.map(({ id }) => id)];
  const addresses = cells.map(({ cell, stores: { metrics } }) => {
    const { grpcAddress, readAddress: reads } = metrics;
    if (grpcAddress !== undefined) return grpcAddress;
    const asks = { cell: cell.name, reads, tenants };
    const reader = { ...asks, namespace, image, nginxImage };
    return new CellReader(`${name}-${cell.name}`, reader, opts).address;
  });
  return new GlobalQuery(
    name,
    {
      ...globalQuery,
      namespace,
      edges: queriedEdges(hub),
      cells: addresses,
      edgeTrust: gateway.clientTrustBundle,
      image,
    },
    opts,
  );
}
