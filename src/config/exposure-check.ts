import type { Issue, IssuePath } from "@heliograph/heliograph";

interface Exposure {
  readonly serviceType: "LoadBalancer" | "NodePort" | "ClusterIP";
  readonly nodePort?: number | undefined;
}

/** A port of the node belongs to the type NodePort alone. `path`: of the section with the fields; `example`: a port. */
export function nodePortIssues(
  path: IssuePath,
  { serviceType, nodePort }: Exposure,
  example: number,
): Issue[] {
  const key = [...path, "nodePort"];
  if (serviceType === "NodePort" && nodePort === undefined) {
    const expected = "the port of the node, since serviceType is NodePort";
    return [{ path: key, expected, example }];
  }
  if (serviceType !== "NodePort" && nodePort !== undefined) {
    const expected = `nothing, since serviceType is ${serviceType}`;
    const exampleAt = [...path, "serviceType"];
    return [{ path: key, got: nodePort, expected, example: "NodePort", exampleAt }];
  }
  return [];
}
