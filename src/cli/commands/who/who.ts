import {
  type AlertmanagerConfig,
  type HubModel,
  type Inhibition,
  type Labels,
  type Muted,
  type Notification,
  type OwnAlert,
  ownAlerts,
  Routing,
  WATCHDOG,
} from "@heliograph/heliograph/model";
import { closest, distance } from "fastest-levenshtein";
import { oddValues } from "../../alerts/labels";
import { waysOf } from "../../alerts/receivers";

/** Who is called for an alert with these labels. */
export interface Answer {
  readonly labels: Labels;
  /** Moment for which time intervals are asked, in UTC. */
  readonly at: string;
  readonly notifications: readonly Told[];
  readonly inhibitions: readonly Met[];
  /** What is odd about the question. */
  readonly notes: readonly string[];
}

/** A receiver that a route gives the alert to. */
export interface Told extends Notification {
  /** How it tells people. Empty where it tells nobody. */
  readonly ways: readonly string[];
  /** The time intervals for which it is not told at that moment. */
  readonly muted?: Muted;
}

/** An inhibition that can mute the alert. */
export interface Met extends Inhibition {
  /** The alerts that fire and do. */
  readonly by: readonly Labels[];
}

/** A line of the table of all alerts: those of a tenant's edges that are told alike. */
export interface Line {
  readonly tenant: string;
  readonly alert: string;
  readonly severity: string;
  readonly edges: readonly string[];
  /** False where the tenant's other edges are told in another way. */
  readonly allEdges: boolean;
  readonly receivers: readonly Pick<Told, "receiver" | "ways" | "muted">[];
}

export interface Question {
  readonly labels: Labels;
  readonly at: Date;
  /** Alerts that fire, beside the one that always does. */
  readonly firing: readonly Labels[];
}

/** Answers who is called, from a hub's stack file alone. */
export class Directory {
  private readonly routing: Routing;
  private readonly alerts: readonly OwnAlert[];

  constructor(
    private readonly hub: HubModel,
    private readonly config: AlertmanagerConfig,
  ) {
    this.routing = new Routing(config);
    this.alerts = ownAlerts(hub);
  }

  ask({ labels: given, at, firing }: Question): Answer {
    const labels = this.withSeverity(given);
    const all = [...this.alwaysFiring(), ...firing];
    const inhibitors = this.routing.inhibitors(labels, all);
    const inhibitions = this.routing.inhibitions(labels).map((inhibition) => ({
      ...inhibition,
      by: inhibitors
        .filter((each) => each.inhibition.source === inhibition.source)
        .map(({ alert }) => alert),
    }));
    const notes = [...this.unusedLabels(given), ...oddValues(labels, this.hub, this.alerts)];
    return {
      labels,
      at: at.toISOString(),
      notifications: this.told(labels, at),
      inhibitions,
      notes,
    };
  }

  /** Every alert of Heliograph's own rules for every tenant. Labels that are given narrow it. */
  askAll({ labels: given, at }: Question): Line[] {
    const { alertname, severity, tenant_id: tenant, cluster, environment, ...others } = given;
    const wanted = (value: string, asked: string | undefined) =>
      asked === undefined || asked === value;
    const alerts = this.alerts.filter(
      (alert) => wanted(alert.name, alertname) && wanted(alert.severity, severity),
    );
    const tenants = this.hub.tenants.filter(({ id }) => wanted(id, tenant));
    return tenants.flatMap(({ id }) => {
      const edges = this.hub.edges.filter(
        (edge) =>
          edge.tenant === id &&
          !edge.revoked &&
          wanted(edge.name, cluster) &&
          wanted(edge.environment, environment),
      );
      const sets = edges.map((edge) => ({
        cluster: edge.name,
        environment: edge.environment,
        region: edge.region,
        cluster_type: edge.clusterType,
        tenant_id: id,
        ...others,
      }));
      return alerts
        .filter((alert) => alert.tenant === undefined || alert.tenant === id)
        .flatMap((alert) => this.lines(id, alert, sets, at));
    });
  }

  private lines(tenant: string, alert: OwnAlert, sets: Labels[], at: Date): Line[] {
    const { name, severity, labels: own } = alert;
    const alike = new Map<string, Line & { edges: string[] }>();
    for (const labels of sets) {
      const told = this.told({ alertname: name, severity, ...labels, ...own }, at);
      const receivers = told.map(({ receiver, ways, muted }) => ({
        receiver,
        ways,
        ...(muted && { muted }),
      }));
      const key = JSON.stringify(receivers);
      const line = alike.get(key) ?? {
        tenant,
        alert: name,
        severity,
        edges: [],
        allEdges: true,
        receivers,
      };
      line.edges.push(labels["cluster"] ?? "");
      alike.set(key, line);
    }
    return [...alike.values()].map((line) => ({ ...line, allEdges: alike.size === 1 }));
  }

  private told(labels: Labels, at: Date): Told[] {
    return this.routing.notifications(labels).map((notification) => {
      const muted = this.routing.mutedAt(notification, at);
      return {
        ...notification,
        ways: waysOf(this.config, notification.receiver),
        ...(muted && { muted }),
      };
    });
  }

  /** An alert of ours has the severity that its rule gives it. */
  private withSeverity(labels: Labels): Labels {
    const own = this.alerts.filter(({ name }) => name === labels["alertname"]);
    const [only, ...others] = new Set(own.map(({ severity }) => severity));
    if (labels["severity"] !== undefined || only === undefined || others.length > 0) return labels;
    return { ...labels, severity: only };
  }

  private alwaysFiring(): Labels[] {
    return this.alerts
      .filter(({ name }) => name === WATCHDOG)
      .map(({ name, severity }) => ({ alertname: name, severity }));
  }

  private unusedLabels(labels: Labels): string[] {
    const used = [...this.routing.labelNames()].sort();
    return Object.keys(labels)
      .filter((name) => !used.includes(name))
      .map((name) => {
        const near = closest(name, used);
        // Short names are near to many.
        const hint =
          distance(near, name) <= Math.min(2, name.length / 3)
            ? `did you mean ${near}?`
            : `they look at: ${used.join(", ")}`;
        return `No route or inhibition looks at the label ${name}; ${hint}`;
      });
  }
}
