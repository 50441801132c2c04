import { HUB_NAMESPACE, THANOS_HTTP_PORT } from "../../../../components/contract/places";
import {
  answeringRoles,
  deployedEndpoints,
  ENDPOINTS_FILE,
  GLOBAL_QUERY,
  microservicesRole,
  type Answer,
  type Architecture,
  type DeployedEndpoints,
} from "../../../../components/in-force";
import type { ClusterView } from "../../cluster/cluster";
import { GlobalQuery } from "../../cluster/global-query";
import type { Endpoint } from "../../cluster/http";
import { keptOpen } from "../../cluster/kept-connections";
import { Mimir } from "../../cluster/mimir";
import { Failure } from "../../ui/failure";
import { onceEach } from "./once";
import { readyPods } from "./ready-pods";

type Find<Client> = (cell: string, what?: Answer) => Promise<Client>;

/** Whichever topology is there: who asks need not know. Each pod is looked for once. */
export function finder<Client>(
  cluster: ClusterView,
  backendOf: (cell: string) => Architecture,
  Client: new (endpoint: Endpoint, title: string) => Client,
): Find<Client> {
  const find = (what: Answer) =>
    onceEach(async (cell) => {
      const backend = backendOf(cell);
      const roles = answeringRoles(backend, what, cell);
      const [pod] = await readyPods(
        cluster,
        HUB_NAMESPACE,
        `pod of ${backend.title} of cell ${cell}`,
        ...roles,
      );
      const endpoint = cluster.endpoint({
        namespace: HUB_NAMESPACE,
        pod: pod.name,
        port: backend.httpPort,
      });
      return new Client(keptOpen(endpoint), backend.title);
    });
  const found = {
    reads: find("reads"),
    allReads: find("allReads"),
    writes: find("writes"),
    rules: find("rules"),
  };
  return (cell, what = "reads") =>
    found[what === "allReads" && !backendOf(cell).answers.allReads ? "reads" : what](cell);
}

/** The hub's one query, and whom it asks. */
export interface GlobalQueryFound {
  readonly query: GlobalQuery;
  readonly endpoints: DeployedEndpoints;
}

/** Pods that compact and delete what Thanos has in the bucket of a cell; at least one. */
export async function findCompactors(
  cluster: ClusterView,
  backend: Architecture,
  cell: string,
): Promise<Mimir[]> {
  const role = microservicesRole(backend.name, cell, "compactor");
  const ready = await readyPods(
    cluster,
    HUB_NAMESPACE,
    `compactor of ${backend.title} of cell ${cell}`,
    role,
  );
  const at = (pod: string) =>
    cluster.endpoint({ namespace: HUB_NAMESPACE, pod, port: backend.httpPort });
  return ready.map(({ name }) => new Mimir(at(name), backend.title));
}

export async function findGlobalQuery(
  stack: string,
  cluster: ClusterView,
): Promise<GlobalQueryFound> {
  const [map, endpoint] = await Promise.all([
    cluster.configMap(HUB_NAMESPACE, GLOBAL_QUERY.name),
    cluster.service(HUB_NAMESPACE, GLOBAL_QUERY.name, THANOS_HTTP_PORT),
  ]);
  const text = map?.data?.[ENDPOINTS_FILE];
  if (text === undefined)
    throw new Failure(
      `there is no ConfigMap ${HUB_NAMESPACE}/${GLOBAL_QUERY.name}`,
      `npm run up -- ${stack}`,
    );
  return { query: new GlobalQuery(keptOpen(endpoint)), endpoints: deployedEndpoints(text) };
}
