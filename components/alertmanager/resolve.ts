import { RECEIVER_KINDS, receiverFields, type ReceiverKind } from "./args";
import type { Alertmanager, AlertReceiver, AlertRoute, AlertTimes } from "./model";
import { ALERTMANAGER_PORT, podHost } from "./ports";

/** The part of the arguments of alerting, or of a stack file's section, that is about routing. */
export interface AlertingInput {
  readonly alertmanagers?: readonly string[] | undefined;
  readonly alertmanager?: AlertmanagerInput | undefined;
  readonly receivers?: Readonly<Record<string, ReceiverInput>> | undefined;
  readonly routes?: readonly RouteInput[] | undefined;
  readonly testReceiver?: string | undefined;
  readonly timeIntervals?: Readonly<Record<string, readonly TimesInput[]>> | undefined;
  readonly inhibitions?: readonly InhibitionInput[] | undefined;
}

interface AlertmanagerInput {
  readonly replicas?: number | undefined;
  readonly extraConfig?: Readonly<Record<string, unknown>> | undefined;
}

type ReceiverInput = { readonly sendResolved?: boolean | undefined } & {
  readonly [K in ReceiverKind]?: object | undefined;
};

export type RouteInput = OrUndefined<Omit<AlertRoute, "routes">> & {
  readonly routes?: readonly RouteInput[] | undefined;
};

type TimesInput = OrUndefined<AlertTimes>;

interface InhibitionInput {
  readonly sourceMatchers: readonly string[];
  readonly targetMatchers: readonly string[];
  readonly equal?: readonly string[] | undefined;
}

type OrUndefined<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** One that tells, and one that does while the other is away: 003 asks for a pair per cluster. */
export const EDGE_ALERTMANAGERS = 2;

/**
 * The Alertmanagers of a hub or of an edge: there are some where there is a receiver.
 *
 * @param defaultReplicas How many there are where nothing is said of it.
 */
export function resolveAlertmanager(
  alerting: AlertingInput,
  defaultReplicas: number,
): Alertmanager | undefined {
  const { alertmanager = {}, receivers = {}, routes, testReceiver } = alerting;
  const { timeIntervals, inhibitions } = alerting;
  if (Object.keys(receivers).length === 0) return undefined;
  const replicas = alertmanager.replicas ?? defaultReplicas;
  return {
    replicas,
    addresses: Array.from(
      { length: replicas },
      (_, pod) => `http://${podHost(pod)}:${ALERTMANAGER_PORT}`,
    ),
    receivers: Object.entries(receivers).map(resolveReceiver),
    routes: (routes ?? []).map(resolveRoute),
    ...(testReceiver !== undefined && { testReceiver }),
    timeIntervals: (timeIntervals ?? {}) as Alertmanager["timeIntervals"],
    inhibitions: (inhibitions ?? []).map(({ equal = [], ...matchers }) => ({ ...matchers, equal })),
    ...(alertmanager.extraConfig && { extraConfig: alertmanager.extraConfig }),
  };
}

function resolveReceiver([name, receiver]: [string, ReceiverInput]): AlertReceiver {
  const kinds = RECEIVER_KINDS.flatMap((kind) => {
    const given = receiver[kind];
    return given ? [[kind, withoutSecrets(kind, given)] as const] : [];
  });
  return { name, sendResolved: receiver.sendResolved ?? true, ...Object.fromEntries(kinds) };
}

function withoutSecrets(kind: ReceiverKind, given: object): object {
  const open = Object.keys(receiverFields[kind]).filter((field) => !field.endsWith("From"));
  return Object.fromEntries(
    Object.entries(given).filter(([field, value]) => open.includes(field) && value !== undefined),
  );
}

export function resolveRoute({ routes = [], ...route }: RouteInput): AlertRoute {
  const given = Object.entries(route).filter(([, value]) => value !== undefined);
  return {
    matchers: [],
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    ...Object.fromEntries(given),
    routes: routes.map(resolveRoute),
  };
}
