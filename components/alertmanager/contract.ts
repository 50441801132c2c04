import { z } from "zod";
import type { HubContract } from "../contract/hub";
import { mapValues } from "../kit/records";
import type { WorkloadAlerts } from "../rules/workloads/rules";
import { thresholdFields } from "../rules/workloads/thresholds";
import {
  receiverFields,
  routingFields,
  sendResolvedField,
  type AlertReceiverArgs,
  type ReceiverKind,
} from "./args";
import { partOf, type AlertingPart } from "./part";
import type { AlertingInput } from "./resolve";

const thresholds = z.strictObject(thresholdFields);
const fieldsOf = <K extends ReceiverKind>(kind: K) =>
  z.strictObject(receiverFields[kind]).optional();

/**
 * What a hub tells edges that tell their alerts by themselves: who is told of which, and which
 * there are. Strict, because a condition that is not understood would call somebody else.
 */
const contractAlerting = z.strictObject({
  receivers: z.record(
    z.string(),
    z.strictObject({
      sendResolved: sendResolvedField,
      slack: fieldsOf("slack"),
      pagerDuty: fieldsOf("pagerDuty"),
      opsgenie: fieldsOf("opsgenie"),
      teams: fieldsOf("teams"),
      email: fieldsOf("email"),
      webhook: fieldsOf("webhook"),
    } satisfies Readonly<Record<keyof AlertReceiverArgs, z.ZodType>>),
  ),
  ...routingFields,
  thresholds,
  environments: z.record(z.string(), thresholds),
  tenants: z.record(z.string(), thresholds),
  disabled: z.array(z.string()),
});

type ContractAlerting = z.output<typeof contractAlerting>;
/** A receiver without its secret: it says at most which Secret has it. */
export type ContractReceiver = ContractAlerting["receivers"][string];

/** Alerting of an edge as its hub has it. Argument `alerting` of EdgeAgent adds the secrets. */
export interface EdgeAlertingFacts extends AlertingPart<ContractReceiver> {
  readonly thresholds: ContractAlerting["thresholds"];
  readonly disabled: string[];
}

/**
 * The hub's side, without secrets. `alerting`: its arguments or its section, of whose receivers
 * only fields are looked at that are no secret.
 */
export function encodeAlerting(
  { receivers = {}, routes = [], timeIntervals = {}, inhibitions = [] }: AlertingInput,
  { thresholds, environments, tenants, disabled }: WorkloadAlerts,
): object {
  const rules = { thresholds, environments, tenants, disabled };
  return { receivers: mapValues(receivers, open), routes, timeIntervals, inhibitions, ...rules };
}

function open({ sendResolved, ...kinds }: Readonly<Record<string, unknown>>): object {
  const given = Object.entries(kinds).flatMap(([kind, section]) => {
    const fields = receiverFields[kind as ReceiverKind];
    if (!section) return [];
    const known = Object.entries(section).filter(
      ([field, value]) => field in fields && value !== undefined,
    );
    return [[kind, Object.fromEntries(known)]];
  });
  return { ...(sendResolved !== undefined && { sendResolved }), ...Object.fromEntries(given) };
}

/**
 * Whom the alerts of an edge are told to, by its hub's contract: the part of the hub's routes that
 * they can take, and the thresholds of the edge's tenant and environment. Undefined where the hub
 * does not know the edge, or is older than this.
 *
 * @param name The edge.
 * @throws An Error where a newer version wrote it.
 */
export function edgeAlerting(
  { alerting, edges }: Pick<HubContract, "alerting" | "edges">,
  name: string,
): EdgeAlertingFacts | undefined {
  const entry = edges[name];
  if (alerting === undefined || !entry) return undefined;
  const parsed = contractAlerting.safeParse(alerting);
  if (!parsed.success)
    throw new Error(
      `it has alerting that this program does not know: ${z.prettifyError(parsed.error)}`,
    );
  const { thresholds, environments, tenants, disabled, ...whole } = parsed.data;
  const { environment, tenant } = entry;
  return {
    ...partOf<ContractReceiver>(whole, { cluster: name, environment, tenant_id: tenant }),
    thresholds: { ...thresholds, ...environments[environment], ...tenants[tenant] },
    disabled,
  };
}
