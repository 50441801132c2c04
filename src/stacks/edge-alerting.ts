import type { EdgeAlertingArgs, Issue } from "@heliograph/heliograph";
import {
  type Alertmanager,
  type ContractReceiver,
  EDGE_ALERTMANAGERS,
  type EdgeAlertingFacts,
  mapValues,
  RECEIVER_KINDS,
  RECEIVER_SECRETS,
  refuse,
  resolveAlertmanager,
} from "@heliograph/heliograph/model";
import type { EdgeAlertingSection } from "../config/alerting-schema";
import { isTold, needsSecret } from "../config/alerting-check";
import { keepsMetrics } from "../config/edge-metrics-schema";
import type { EdgeSection } from "../config/edge-schema";
import type { Configuration } from "../config/load";
import { ofStack, setSecret, STACK_FILE } from "../config/notation";
import { receiverArgs } from "./alerting";

type Secrets = Configuration["receivers"];

/** Who tells the alerts of an edge by itself, and to whom. Without secrets. */
export interface EdgeTells
  extends
    Pick<EdgeAlertingFacts, "receivers" | "routes" | "timeIntervals" | "inhibitions">,
    Partial<Pick<EdgeAlertingFacts, "thresholds" | "disabled">> {
  readonly alertmanager?: EdgeAlertingSection["alertmanager"];
  /** Whether receivers and routes are those of the hub. */
  readonly asTheHub: boolean;
}

/**
 * Whom the alerts of an edge are told to by its own Alertmanagers: the receivers of its own
 * section, or else those of its hub. Undefined where it has no Alertmanagers of its own.
 */
export function edgeTells(
  { metrics, alerting }: Pick<EdgeSection, "metrics" | "alerting">,
  hub: EdgeAlertingFacts | undefined,
): EdgeTells | undefined {
  if (!keepsMetrics(metrics) || alerting?.enabled === false) return undefined;
  const { alertmanager, ...own } = alerting ?? {};
  const rules = hub && { thresholds: hub.thresholds, disabled: hub.disabled };
  const common = { ...rules, ...(alertmanager && { alertmanager }) };
  if (isTold(own)) return { ...(own as EdgeAlertingFacts), ...common, asTheHub: false };
  if (!hub || !isTold(hub)) return undefined;
  return { ...hub, ...common, asTheHub: true };
}

/** How many Alertmanagers an edge has of its own. Undefined where it has none. */
export function edgeAlertmanagers(
  edge: Pick<EdgeSection, "metrics" | "alerting">,
  hub: EdgeAlertingFacts | undefined,
): Pick<Alertmanager, "replicas"> | undefined {
  const tells = edgeTells(edge, hub);
  return tells && resolveAlertmanager(tells, EDGE_ALERTMANAGERS);
}

/** The same with the secrets of the edge's stack. Throws where one is missing. */
export function edgeAlertingArgs(
  stack: string,
  { asTheHub, receivers, alertmanager, ...rest }: EdgeTells,
  secrets: Secrets,
): EdgeAlertingArgs {
  // Those of the edge's own section are looked at when the stack file is read.
  if (asTheHub)
    refuse(
      `Secrets of stack ${stack}`,
      missingSecrets(receivers, secrets).map((issue) => ofStack(stack, issue)),
      STACK_FILE,
    );
  return {
    ...rest,
    ...(alertmanager && { alertmanager }),
    receivers: mapValues(receivers, (receiver, name) =>
      receiverArgs(withSecretOf(receiver, secrets[name] ?? {}), secrets[name] ?? {}),
    ),
  } as EdgeAlertingArgs;
}

/** What the edge's stack gives wins over a Secret that the hub's receiver refers to. */
function withSecretOf(receiver: ContractReceiver, given: Secrets[string]): ContractReceiver {
  const kinds = RECEIVER_KINDS.map((kind) => {
    const section: Readonly<Record<string, unknown>> | undefined = receiver[kind];
    if (!section || given[kind] === undefined) return [kind, section];
    const reference = `${RECEIVER_SECRETS[kind]}From`;
    return [kind, Object.fromEntries(Object.entries(section).filter(([key]) => key !== reference))];
  });
  return { ...receiver, ...Object.fromEntries(kinds) } as ContractReceiver;
}

function missingSecrets(
  receivers: Readonly<Record<string, ContractReceiver>>,
  secrets: Secrets,
): Issue[] {
  return Object.entries(receivers).flatMap(([name, receiver]) =>
    RECEIVER_KINDS.filter((kind) => needsSecret(receiver, kind) && !secrets[name]?.[kind]).map(
      (kind) => ({
        path: ["secrets", "receivers", name, kind],
        expected:
          `the secret of the hub's receiver ${name}: its ${RECEIVER_SECRETS[kind]}. ` +
          "This edge keeps its metrics, and tells its alerts by itself",
        lines: setSecret(["receivers", name, kind]),
      }),
    ),
  );
}
