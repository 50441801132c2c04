import { z } from "zod";
import { described, whole } from "./fields";
import type { Issue, IssuePath } from "./issues";

/** How a Service can be reached. */
export const ServiceType = {
  /** From inside the cluster. */
  ClusterIP: "ClusterIP",
  /** Through a load balancer that the cluster's platform creates. */
  LoadBalancer: "LoadBalancer",
  /** At a port of every node. */
  NodePort: "NodePort",
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** Fields of a Service that is reached from outside of its cluster. `nodePort`: an example. */
export const exposureFields = (nodePort: number) => ({
  serviceType: described(
    z.enum(["LoadBalancer", "NodePort", "ClusterIP"]).default("LoadBalancer"),
    "How the Service can be reached",
    "LoadBalancer",
    "LoadBalancer, NodePort or ClusterIP",
  ),
  nodePort: whole(
    "Port of the nodes, if serviceType is NodePort",
    [30_000, 32_767],
    nodePort,
  ).optional(),
  serviceAnnotations: described(
    z.record(z.string(), z.string()).default({}),
    "Annotations of the Service, for load balancers",
    { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
    "a map of text to text",
  ),
});

interface Exposure {
  readonly serviceType?: string | undefined;
  readonly nodePort?: unknown;
}

/**
 * A port of the node belongs to the type NodePort alone. `path`: of the arguments with the fields.
 */
export function nodePortIssues(
  path: IssuePath,
  { serviceType = "LoadBalancer", nodePort }: Exposure,
): Issue[] {
  if (serviceType === "NodePort" || nodePort === undefined) return [];
  return [
    {
      path: [...path, "nodePort"],
      got: nodePort,
      expected: `nothing, since serviceType is ${serviceType}`,
      example: "NodePort",
      exampleAt: [...path, "serviceType"],
    },
  ];
}

/**
 * Where ports of nodes are part of addresses that others have written down, none is left to the
 * cluster's choice. `example`: a port.
 */
export function missingNodePortIssues(
  path: IssuePath,
  { serviceType, nodePort }: Exposure,
  example: number,
): Issue[] {
  if (serviceType !== "NodePort" || nodePort !== undefined) return [];
  const expected = "the port of the node, since serviceType is NodePort";
  return [{ path: [...path, "nodePort"], expected, example }];
}
