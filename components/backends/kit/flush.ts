import { HUB_NAMESPACE } from "../../contract/cluster-names";
import { backendName } from "./architecture";

/** Commands that call a path of a backend's Service. */
export function flushByPath(backend: string, cell: string, port: number, path: string): string[] {
  return [
    `kubectl -n ${HUB_NAMESPACE} port-forward service/${backendName(backend, cell)} ${port} &`,
    `curl -X POST 'http://localhost:${port}/${path}'`,
  ];
}
