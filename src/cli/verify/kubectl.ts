import { EDGE_NAMESPACE, HUB_NAMESPACE } from "../../../components/contract/places";
import { GATEWAY, mimirRole, PROMETHEUS_AGENT } from "../../../components/in-force";
import { selectorLabels, type Role } from "../../../components/kit/labels";
import type { EdgeView, HubView } from "./fleet";

/** A command that shows more of the pods of a role. The last of the labels, the name of the installation where there are several, is enough to tell them. */
export function kubectl(
  { context }: { readonly context: string },
  namespace: string,
  verb: string,
  role: Role,
): string {
  const selector = Object.entries(selectorLabels(role)).at(-1)?.join("=");
  return `kubectl --context ${context} --namespace ${namespace} ${verb} --selector ${selector}`;
}

export function agentCommand({ home, name }: EdgeView, verb: string): string {
  return kubectl({ context: home?.context ?? name }, EDGE_NAMESPACE, verb, PROMETHEUS_AGENT);
}

export function gatewayCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GATEWAY);
}

export function mimirCommand({ cluster }: HubView, cell: string, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, mimirRole(cell));
}
