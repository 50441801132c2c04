import type { EdgeLabels } from "../contract/names";
import type { AlertInhibitionArgs, AlertRouteArgs, AlertTimeIntervalArgs } from "./args";
import { isForWatchdog } from "./config";
import { implies, takesTheRest } from "./issues";
import { matches, parseMatchers } from "./matchers";
import { CONDITION_LABELS, NOBODY, type AlertConditions, type AlertRoute } from "./model";
import { resolveRoute, type AlertingInput } from "./resolve";

/** The labels that all alerts of an edge have. */
type OwnLabels = Pick<EdgeLabels, "cluster" | "environment" | "tenant_id">;

/** What an edge has to know of who is told. */
export interface AlertingPart<Receiver> {
  readonly receivers: Record<string, Receiver>;
  readonly routes: AlertRouteArgs[];
  readonly timeIntervals: Record<string, AlertTimeIntervalArgs[]>;
  readonly inhibitions: AlertInhibitionArgs[];
}

interface Whole<Receiver> extends Omit<AlertingInput, "receivers"> {
  readonly receivers: Readonly<Record<string, Receiver>>;
}

/**
 * The part of a hub's routes and receivers that alerts of one edge can reach: what is not for its
 * tenant, its environment or itself is left out. So an edge needs the secrets of those alone who
 * are told of its alerts. Its alerts take the same way through the part as through the whole.
 */
export function partOf<Receiver>(
  { receivers, routes = [], timeIntervals = {}, inhibitions = [] }: Whole<Receiver>,
  labels: OwnLabels,
): AlertingPart<Receiver> {
  const own = part(watchdogFirst(routes.map(resolveRoute)), labels, NOBODY);
  const all = own.flatMap((route) => [route, ...flattened(route)]);
  const named = new Set(all.map(({ receiver }) => receiver));
  const times = new Set(
    all.flatMap(({ muteTimeIntervals, activeTimeIntervals }) => [
      ...muteTimeIntervals,
      ...activeTimeIntervals,
    ]),
  );
  return {
    receivers: picked(receivers, named),
    routes: own as readonly object[] as AlertRouteArgs[],
    timeIntervals: picked(timeIntervals, times) as AlertingPart<Receiver>["timeIntervals"],
    inhibitions: inhibitions as AlertInhibitionArgs[],
  };
}

/** Those that take some of the edge's alerts, without the conditions that all of these fulfil. */
function part(routes: readonly AlertRoute[], labels: OwnLabels, inherited: string): AlertRoute[] {
  const left: AlertRoute[] = [];
  for (const route of routes) {
    if (!concerns(route, labels)) continue;
    const { receiver = inherited } = route;
    const within = part(route.routes, labels, receiver);
    const own: AlertRoute = {
      ...withoutFulfilled(route),
      // Nothing is left over for its own receiver, whose secret is then not needed.
      receiver: within.some(takesTheRest) ? NOBODY : receiver,
      routes: within,
    };
    if (left.some((earlier) => !earlier.continue && implies(own, earlier))) continue;
    left.push(own);
  }
  return left;
}

/** In no other route, they are offered alerts first wherever they stand. */
function watchdogFirst(routes: readonly AlertRoute[]): AlertRoute[] {
  return [...routes.filter(isForWatchdog), ...routes.filter((route) => !isForWatchdog(route))];
}

/** The conditions that are about the edge, each with the label that it asks for. */
const ABOUT_EDGE = ["tenants", "environments", "clusters"] as const satisfies readonly Exclude<
  keyof AlertConditions,
  "alerts"
>[];

function concerns(route: AlertRoute, labels: OwnLabels): boolean {
  return (
    ABOUT_EDGE.every(
      (condition) => route[condition]?.includes(labels[CONDITION_LABELS[condition]]) ?? true,
    ) &&
    route.matchers
      .filter(isAboutEdge)
      .every((matcher) => matches(parseMatchers(matcher), { ...labels }))
  );
}

function isAboutEdge(matcher: string): boolean {
  const about: readonly string[] = ABOUT_EDGE.map((condition) => CONDITION_LABELS[condition]);
  return parseMatchers(matcher).every(({ name }) => about.includes(name));
}

function withoutFulfilled(route: AlertRoute): AlertRoute {
  const fulfilled: readonly string[] = ABOUT_EDGE;
  const left = Object.entries(route).filter(([field]) => !fulfilled.includes(field));
  return {
    ...(Object.fromEntries(left) as unknown as AlertRoute),
    matchers: route.matchers.filter((matcher) => !isAboutEdge(matcher)),
  };
}

function flattened({ routes }: AlertRoute): AlertRoute[] {
  return routes.flatMap((route) => [route, ...flattened(route)]);
}

function picked<T>(all: Readonly<Record<string, T>>, names: ReadonlySet<string | undefined>) {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}
