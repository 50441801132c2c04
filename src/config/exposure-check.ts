import type { Problem } from "../../components/kit/problems";
import { pasteLines, showPath } from "./explain";

interface Exposure {
  readonly serviceType: "LoadBalancer" | "NodePort" | "ClusterIP";
  readonly nodePort?: number | undefined;
}

/** A port of the node belongs to the type NodePort alone. `path`: of the section with the fields; `example`: a port. */
export function nodePortProblems(
  path: readonly string[],
  { serviceType, nodePort }: Exposure,
  example: number,
): Problem[] {
  const key = [...path, "nodePort"];
  if (serviceType === "NodePort" && nodePort === undefined) {
    const expected = "the port of the node, since serviceType is NodePort";
    return [{ path: showPath(key), expected, paste: pasteLines(key, example) }];
  }
  if (serviceType !== "NodePort" && nodePort !== undefined) {
    const expected = `nothing, since serviceType is ${serviceType}`;
    const paste = pasteLines([...path, "serviceType"], "NodePort");
    return [{ path: showPath(key), got: nodePort, expected, paste }];
  }
  return [];
}
