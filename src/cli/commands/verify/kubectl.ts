import {
  EDGE_NAMESPACE,
  HUB_NAMESPACE,
  NODE_NAMESPACE,
} from "../../../../components/contract/places";
import {
  answeringRoles,
  FLUENT_BIT,
  GATEWAY,
  GLOBAL_QUERY,
  OTEL_AGENT,
  OTEL_GATEWAY,
  PROMETHEUS_AGENT,
  PROMTAIL,
  type Architecture,
} from "../../../../components/in-force";
import { selectorLabels, type Role } from "../../../../components/kit/labels";
import type { EdgeView, HubView } from "./fleet";

/**
 * A command that shows more of the pods of a role, or of several. The last of the labels that all have, the name of the installation where there are
 * several, is enough to tell them.
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
  const values = labels.map(([, value]) => value);
  const selector =
    values.length === 1 ? `${label}=${values[0]}` : `'${label} in (${values.join(",")})'`;
  return `kubectl --context ${context} --namespace ${namespace} ${verb} --selector ${selector}`;
}

export function agentCommand({ home, name }: EdgeView, verb: string): string {
  return kubectl({ context: home?.context ?? name }, EDGE_NAMESPACE, verb, PROMETHEUS_AGENT);
}

/** What may send logs and traces, and where. */
export const COLLECTORS = [
  { role: OTEL_AGENT, namespace: NODE_NAMESPACE },
  { role: OTEL_GATEWAY, namespace: EDGE_NAMESPACE },
  { role: PROMTAIL, namespace: NODE_NAMESPACE },
  { role: FLUENT_BIT, namespace: NODE_NAMESPACE },
] as const;

export function collectorCommand({ home, name }: EdgeView, verb: string): string {
  return kubectl(
    { context: home?.context ?? name },
    NODE_NAMESPACE,
    verb,
    OTEL_AGENT,
    PROMTAIL,
    FLUENT_BIT,
  );
}

export function gatewayCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GATEWAY);
}

export function globalQueryCommand({ cluster }: HubView, verb: string): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, GLOBAL_QUERY);
}

export function mimirCommand(hub: HubView, cell: string, verb: string): string {
  return backendCommand(hub, hub.metricsBackend(cell), cell, verb);
}

export function backendCommand(
  { cluster }: HubView,
  backend: Architecture,
  cell: string,
  verb: string,
): string {
  return kubectl(cluster, HUB_NAMESPACE, verb, ...answeringRoles(backend, "reads", cell));
}
