/**
 * The Alertmanagers of a hub or of an edge: who is told of which alert. Nothing in it is secret: it
 * knows that a receiver has a secret, and not what that is.
 */
export interface Alertmanager {
  readonly replicas: number;
  /** Address of each pod. Whoever has alerts sends every alert to every one. */
  readonly addresses: readonly string[];
  readonly receivers: readonly AlertReceiver[];
  readonly routes: readonly AlertRoute[];
  /** Gets the test alerts of `verify`. Left out: none is sent. */
  readonly testReceiver?: string;
  readonly timeIntervals: Readonly<Record<string, readonly AlertTimes[]>>;
  readonly inhibitions: readonly AlertInhibition[];
  readonly extraConfig?: Readonly<Record<string, unknown>>;
}

/** At least one of what it consists of is there. */
export interface AlertReceiver {
  readonly name: string;
  readonly sendResolved: boolean;
  readonly slack?: { readonly channel?: string };
  readonly pagerDuty?: { readonly apiUrl?: string };
  readonly opsgenie?: { readonly apiUrl?: string };
  readonly teams?: object;
  readonly email?: {
    readonly to: readonly string[];
    readonly from: string;
    readonly smarthost: string;
    readonly caCertificate?: string;
    /** Where it is left out, there is no password either. */
    readonly username?: string;
  };
  readonly webhook?: { readonly port?: number };
}

/** The conditions of a route, each a list any of which holds. Undefined for any. */
export interface AlertConditions {
  readonly tenants?: readonly string[];
  readonly environments?: readonly string[];
  readonly severities?: readonly string[];
  readonly teams?: readonly string[];
  readonly clusters?: readonly string[];
  readonly alerts?: readonly string[];
}

export interface AlertRoute extends AlertConditions {
  /** Left out: that of the route around it. */
  readonly receiver?: string;
  /** More conditions, all of which hold. */
  readonly matchers: readonly string[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly continue: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly AlertRoute[];
}

export interface AlertTimes {
  readonly times?: readonly { readonly start: string; readonly end: string }[];
  readonly weekdays?: readonly string[];
  readonly daysOfMonth?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  readonly timeZone?: string;
}

export interface AlertInhibition {
  readonly sourceMatchers: readonly string[];
  readonly targetMatchers: readonly string[];
  readonly equal: readonly string[];
}

/** The receiver that is always there, and tells nobody. */
export const NOBODY = "nobody";

/** The label that each of the lists of conditions is about. */
export const CONDITION_LABELS = {
  tenants: "tenant_id",
  environments: "environment",
  severities: "severity",
  teams: "team",
  clusters: "cluster",
  alerts: "alertname",
} as const satisfies Readonly<Record<keyof AlertConditions, string>>;
export const CONDITIONS = Object.keys(CONDITION_LABELS) as (keyof AlertConditions)[];

/** Used where a route and those around it say nothing. */
export const GROUPING_DEFAULTS = {
  groupBy: ["cluster", "environment", "tenant_id", "alertname"],
  /** Alerts of one cause come within one evaluation of rules, or the next. */
  groupWait: "10s",
  /** Upstream's. */
  groupInterval: "5m",
  repeatInterval: "4h",
} as const;
