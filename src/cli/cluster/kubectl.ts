import { type Role, selectorLabels } from "@heliograph/heliograph/model";
import type { ClusterView, Pod } from "./cluster";
import { Failure } from "../ui/failure";

/**
 * A command that shows more of the pods of one role, or of several. It selects them by the last of
 * their labels: the name of the installation where there are several, or the name.
 */
export function kubectl(
  { context }: { readonly context: string },
  namespace: string,
  verb: string,
  ...roles: Role[]
): string {
  const labels = roles.map(
    (role) => Object.entries(selectorLabels({ ...role, component: undefined })).at(-1) ?? [],
  );
  const [label] = labels[0] ?? [];
  const values = [...new Set(labels.map(([, value]) => value))];
  const selector =
    values.length === 1 ? `${label}=${values[0]}` : `'${label} in (${values.join(",")})'`;
  return `kubectl --context ${context} --namespace ${namespace} ${verb} --selector ${selector}`;
}

/**
 * Pods of these roles that are ready; at least one.
 *
 * @param what Names them where there is none, e.g. "pod of the gateway".
 * @throws Failure where none is ready.
 */
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
