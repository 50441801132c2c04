import type { EndpointsConfig } from "../../backends/federation";
import { edgeHost } from "./config";
import { fromYaml } from "../../kit/yaml";

/** Whom the global query asks, by address. */
export interface DeployedEndpoints {
  /** Undefined where it does not ask the edge. */
  edge(name: string): string | undefined;
  readonly cells: readonly string[];
}

/** `text`: its file of endpoints. Edges alone are asked with a certificate. */
export function deployedEndpoints(text: string): DeployedEndpoints {
  const { endpoints } = fromYaml(text) as EndpointsConfig;
  const addresses = (edges: boolean) =>
    endpoints
      .filter(({ client_config }) => (client_config !== undefined) === edges)
      .map(({ address }) => address);
  return {
    edge: (name) => addresses(true).find((address) => address.startsWith(`${edgeHost(name)}:`)),
    cells: addresses(false),
  };
}
