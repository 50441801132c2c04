import type { Role } from "../../../../components/kit/labels";
import type { ClusterView, Pod } from "../../cluster/cluster";
import { Failure } from "../../ui/failure";
import { kubectl } from "./kubectl";

/** Pods of these roles that are ready; at least one. `what` they are for whom there is none, e.g. "pod of the gateway". */
export async function readyPods(
  cluster: ClusterView,
  namespace: string,
  what: string,
  ...roles: Role[]
): Promise<[Pod, ...Pod[]]> {
  const pods = await Promise.all(roles.map((role) => cluster.pods(namespace, role)));
  const [first, ...others] = pods.flat().filter(({ ready }) => ready);
  if (!first)
    throw new Failure(
      `no ${what} is ready`,
      kubectl(cluster, namespace, "describe pods", ...roles),
    );
  return [first, ...others];
}
