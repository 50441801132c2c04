import {
  type Labels,
  type Matcher,
  matches,
  matcherText,
  parseMatchers,
  valueOf,
} from "./matchers";
import { containsTime } from "./time-intervals";
import type { AlertmanagerConfig, Route, TimeInterval } from "./upstream";

/** A route that takes an alert, and whom it tells. */
export interface Notification {
  readonly receiver: string;
  /** The conditions of each route from below the root to this one. Empty where it is the root. */
  readonly path: readonly string[];
  /** What the group of the alert has in common: the alerts in one notification. */
  readonly group: Labels;
  /** Durations as upstream writes them, such as `30s` or `1h30m`. */
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/** Names of the time intervals for which a route sends nothing at a moment. */
export interface Muted {
  /** It sends in these alone, and the moment is in none of them. */
  readonly outside: readonly string[];
  /** The moment is in these. */
  readonly inside: readonly string[];
}

/** An inhibition that an alert may meet. */
export interface Inhibition {
  /** Its name, where it has one. */
  readonly name?: string;
  /** The conditions on the alert that mutes, with the labels that both have alike. */
  readonly source: string;
  /** Labels that the alert has not, and so the one that mutes has not either. */
  readonly without: readonly string[];
}

/** An alert that fires, and mutes another. */
export interface Inhibitor {
  readonly inhibition: Inhibition;
  readonly alert: Labels;
}

/** Upstream's, where the root says nothing. */
const DEFAULTS = {
  groupWait: "30s",
  groupInterval: "5m",
  repeatInterval: "4h",
} as const;
const ALL_LABELS = "...";

interface Node {
  readonly matchers: readonly Matcher[];
  readonly told: Omit<Notification, "group">;
  readonly groupBy: readonly string[];
  readonly continue: boolean;
  readonly children: readonly Node[];
}

interface Rule {
  readonly name?: string;
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/**
 * What Alertmanager does with an alert, read from its configuration: nothing is sent or asked.
 * Tests compare it with the running program.
 */
export class Routing {
  private readonly root: Node;
  private readonly rules: readonly Rule[];
  private readonly intervals: ReadonlyMap<string, TimeInterval>;

  /** Throws where a matcher cannot be read. */
  constructor({ route, inhibit_rules = [], time_intervals = [] }: AlertmanagerConfig) {
    this.root = nodeOf(route);
    this.rules = inhibit_rules.map(({ name, source_matchers, target_matchers, equal = [] }) => ({
      ...(name !== undefined && { name }),
      source: source_matchers.flatMap(parseMatchers),
      target: target_matchers.flatMap(parseMatchers),
      equal,
    }));
    this.intervals = new Map(time_intervals.map((interval) => [interval.name, interval]));
  }

  /** Whom an alert is told to, in the order of the routes: at least one. */
  notifications(labels: Labels): Notification[] {
    return taking(this.root, labels).map(({ told, groupBy }) => ({
      ...told,
      group: groupOf(labels, groupBy),
    }));
  }

  /** Why a route sends nothing at a moment. Undefined where it sends. */
  mutedAt(
    { muteTimeIntervals, activeTimeIntervals }: Notification,
    moment: Date,
  ): Muted | undefined {
    const contains = (name: string) => containsTime(this.interval(name), moment);
    const outside = activeTimeIntervals.some(contains) ? [] : activeTimeIntervals;
    const inside = muteTimeIntervals.filter(contains);
    return outside.length + inside.length > 0 ? { outside, inside } : undefined;
  }

  /** The inhibitions that can mute an alert, whether or not something fires that does. */
  inhibitions(labels: Labels): Inhibition[] {
    return this.rules.filter((rule) => isTarget(rule, labels)).map(inhibitionOf(labels));
  }

  /** The alerts among those that fire that mute an alert. It is sent if there are none. */
  inhibitors(labels: Labels, firing: readonly Labels[]): Inhibitor[] {
    return this.rules
      .filter((rule) => isTarget(rule, labels))
      .flatMap((rule) => {
        const inhibition = inhibitionOf(labels)(rule);
        return firing
          .filter((alert) => mutes(rule, alert, labels))
          .map((alert) => ({ inhibition, alert }));
      });
  }

  /** Names of the labels that a route or an inhibition looks at, or puts into groups. */
  labelNames(): Set<string> {
    const ofRoutes = [...nodesOf(this.root)].flatMap(({ matchers, groupBy }) => [
      ...matchers.map(({ name }) => name),
      ...groupBy.filter((name) => name !== ALL_LABELS),
    ]);
    const ofRules = this.rules.flatMap(({ source, target, equal }) => [
      ...[...source, ...target].map(({ name }) => name),
      ...equal,
    ]);
    return new Set([...ofRoutes, ...ofRules]);
  }

  private interval(name: string): TimeInterval {
    const interval = this.intervals.get(name);
    if (!interval) throw new Error(`a route names the time interval ${name}, which is not there`);
    return interval;
  }
}

function nodeOf(route: Route, parent?: Pick<Node, "told" | "groupBy">): Node {
  const inherited = parent?.told ?? { ...DEFAULTS, receiver: "" };
  const matchers = (route.matchers ?? []).flatMap(parseMatchers);
  const groupBy = route.group_by ?? parent?.groupBy ?? [];
  const told = {
    receiver: route.receiver ?? inherited.receiver,
    path: parent ? [...parent.told.path, textOf(matchers)] : [],
    groupWait: route.group_wait ?? inherited.groupWait,
    groupInterval: route.group_interval ?? inherited.groupInterval,
    repeatInterval: route.repeat_interval ?? inherited.repeatInterval,
    // These alone are not inherited.
    muteTimeIntervals: route.mute_time_intervals ?? [],
    activeTimeIntervals: route.active_time_intervals ?? [],
  };
  const children = (route.routes ?? []).map((child) => nodeOf(child, { told, groupBy }));
  return { matchers, told, groupBy, continue: route.continue ?? false, children };
}

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

/** The nodes that take an alert: the last ones on each way down. */
function taking(node: Node, labels: Labels): Node[] {
  if (!matches(node.matchers, labels)) return [];
  const below: Node[] = [];
  for (const child of node.children) {
    const taken = taking(child, labels);
    below.push(...taken);
    if (taken.length > 0 && !child.continue) break;
  }
  return below.length > 0 ? below : [node];
}

function groupOf(labels: Labels, groupBy: readonly string[]): Labels {
  const all = groupBy.includes(ALL_LABELS);
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => all || groupBy.includes(name)),
  );
}

/** Whether it may mute the alert: the labels that both have alike suit the source, too. */
function isTarget({ source, target, equal }: Rule, labels: Labels): boolean {
  const alike = source.filter(({ name }) => equal.includes(name));
  return matches(target, labels) && matches(alike, labels);
}

/** Alerts that are source and target at once do not mute each other. */
function mutes({ source, target, equal }: Rule, alert: Labels, muted: Labels): boolean {
  return (
    matches(source, alert) &&
    equal.every((name) => valueOf(alert, name) === valueOf(muted, name)) &&
    !(matches(source, muted) && matches(target, alert))
  );
}

function inhibitionOf(labels: Labels): (rule: Rule) => Inhibition {
  return ({ name, source, equal }) => {
    const open = equal.filter(
      (label) => !source.some((each) => each.name === label && each.operator === "="),
    );
    const alike = open
      .map((label) => ({ name: label, operator: "=" as const, value: valueOf(labels, label) }))
      .filter(({ value }) => value !== "");
    return {
      ...(name !== undefined && { name }),
      source: textOf([...source, ...alike]),
      without: open.filter((label) => valueOf(labels, label) === ""),
    };
  };
}

function textOf(matchers: readonly Parameters<typeof matcherText>[0][]): string {
  return `{${matchers.map(matcherText).join(", ")}}`;
}
