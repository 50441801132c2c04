import type * as pulumi from "@pulumi/pulumi";
import { HUB_TENANT } from "../contract/names";
import { imageReference } from "../kit/images";
import type { HubObservabilityArgs } from "./args";
import type { CellBackends } from "./cells";
import { CellReader } from "./global-query/cell-reader";
import { GlobalQuery } from "./global-query/global-query";
import { queriedEdges } from "./inventory";

/** The one query over every edge and every cell, where it is wanted. */
export function createGlobalQuery(
  name: string,
  args: HubObservabilityArgs,
  namespace: pulumi.Output<string>,
  cells: Record<string, CellBackends>,
  opts: pulumi.ComponentResourceOptions,
): GlobalQuery | undefined {
  const { globalQuery, tenants, gateway, images } = args;
  if (!globalQuery) return undefined;
  const image = imageReference("thanos", images);
  const nginxImage = imageReference("nginx", images);
  const addresses = Object.entries(cells).map(([cell, { metrics }]) => {
    if ("grpcAddress" in metrics) return metrics.grpcAddress;
    const asks = {
      cell,
      reads: metrics.readAddress,
      tenants: [HUB_TENANT, ...Object.keys(tenants)],
    };
    return new CellReader(`${name}-${cell}`, { ...asks, namespace, image, nginxImage }, opts)
      .address;
  });
  return new GlobalQuery(
    name,
    {
      ...globalQuery,
      namespace,
      edges: queriedEdges(args),
      cells: addresses,
      edgeTrust: gateway.clientTrustBundle,
      image,
    },
    opts,
  );
}
