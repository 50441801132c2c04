import { toSeconds, DURATION } from "../kit/duration";
import { valueAt } from "../kit/extra-config";
import { listed } from "../kit/fields";
import { issueUnless, type Issue, type IssuePath } from "../kit/issues";
import { RECEIVER_KINDS } from "./args";
import { PROTECTED_CONFIG } from "./config";
import {
  CONDITIONS,
  GROUPING_DEFAULTS,
  NOBODY,
  type AlertConditions,
  type AlertRoute,
} from "./model";
import { resolveRoute, type AlertingInput, type RouteInput } from "./resolve";

/** What routes may name, beside what the section itself has: the inventory of the hub. */
interface Known {
  readonly tenants: readonly string[];
  readonly environments: readonly string[];
  readonly clusters: readonly string[];
}

/** A route and where it is. */
interface Placed {
  readonly path: IssuePath;
  readonly route: AlertRoute;
  /** The route around it. */
  readonly around?: Placed;
  /** Those that are offered an alert before it. */
  readonly before: readonly Placed[];
  readonly within: readonly Placed[];
}

/**
 * Contradictions between values that are each well-formed. Paths start below `alerting`.
 *
 * @param known Left out at an edge, which does not know the inventory: names are not compared.
 */
export function alertingIssues(alerting: AlertingInput, known?: Known): Issue[] {
  const routes = placed(alerting.routes ?? []);
  const all = routes.flatMap((route) => [route, ...route.within]);
  if (Object.keys(alerting.receivers ?? {}).length === 0) return withoutReceivers(alerting);
  return [
    ...receiverIssues(alerting, all),
    ...testReceiverIssues(alerting),
    ...lastRouteIssues(alerting, routes),
    ...all.flatMap((each) => [
      ...nameIssues(each, alerting, known),
      ...receiverOfRoute(each),
      ...neverTaken(each),
      ...waitIssues(each),
    ]),
    ...intervalIssues(alerting, all),
    ...extraConfigIssues(alerting),
  ];
}

function placed(
  routes: readonly RouteInput[],
  path: IssuePath = ["routes"],
  around?: Placed,
): Placed[] {
  const here: Placed[] = [];
  routes.forEach((route, index) => {
    const within: Placed[] = [];
    const each: Placed = {
      path: [...path, index],
      route: resolveRoute(route),
      ...(around && { around }),
      before: [...here],
      within,
    };
    within.push(...placed(route.routes ?? [], [...each.path, "routes"], each));
    here.push(each);
  });
  return here;
}

/** Without receivers there is no Alertmanager of the hub's own that anything could be for. */
function withoutReceivers(alerting: AlertingInput): Issue[] {
  const given = [
    ["alertmanager", alerting.alertmanager],
    ["routes", alerting.routes?.length],
    ["testReceiver", alerting.testReceiver],
    ["timeIntervals", Object.keys(alerting.timeIntervals ?? {}).length],
    ["inhibitions", alerting.inhibitions?.length],
  ] as const;
  const [first] = given.find(([, value]) => Boolean(value)) ?? [];
  if (first === undefined) return [];
  const named = alerting.routes?.find(({ receiver }) => receiver !== undefined)?.receiver;
  return [
    {
      path: ["receivers"],
      expected: `at least one receiver, since \`${first}\` is for the hub's own Alertmanager, and that is there for receivers`,
      example: { slack: { channel: "#alerts" } },
      exampleAt: ["receivers", named ?? "on-call"],
    },
  ];
}

function receiverIssues(
  { receivers = {}, testReceiver }: AlertingInput,
  all: readonly Placed[],
): Issue[] {
  const used = new Set([testReceiver, ...all.filter(takesItself).map(receiverOf)]);
  return Object.entries(receivers).flatMap(([name, receiver]) => [
    ...issueUnless(name !== NOBODY, ["receivers", name], {
      got: name,
      expected: "another name: a receiver that tells nobody has this one already",
      lines: `rename ${NOBODY}, or remove it`,
    }),
    ...issueUnless(
      RECEIVER_KINDS.some((kind) => receiver[kind]),
      ["receivers", name],
      {
        got: receiver,
        expected: `at least one of ${listed(RECEIVER_KINDS)}`,
        example: { slack: { channel: "#alerts" } },
      },
    ),
    ...issueUnless(used.has(name) || name === NOBODY, ["receivers", name], {
      got: name,
      expected: "a receiver to which a route leads; no alert reaches this one",
      example: [{ severities: ["critical"], receiver: name }],
      exampleAt: ["routes"],
    }),
  ]);
}

function testReceiverIssues({ receivers = {}, testReceiver }: AlertingInput): Issue[] {
  const there = Object.keys(receivers);
  return issueUnless(testReceiver === undefined || there.includes(testReceiver), ["testReceiver"], {
    got: testReceiver,
    expected: `one of \`alerting.receivers\`: ${there.join(", ")}`,
    example: { webhook: {} },
    exampleAt: ["receivers", testReceiver ?? "..."],
  });
}

/** Whether alerts can be left over for its own receiver. */
function takesItself({ within }: Placed): boolean {
  return !within.some(({ route }) => takesTheRest(route));
}

function receiverOf({ route, around }: Placed): string | undefined {
  return route.receiver ?? (around && receiverOf(around));
}

/** Whether a route has no condition, and leaves nothing to those after it. */
export function takesTheRest(route: AlertRoute): boolean {
  const takesAll =
    CONDITIONS.every((condition) => !route[condition]) && route.matchers.length === 0;
  return takesAll && !route.continue;
}

function lastRouteIssues({ receivers = {} }: AlertingInput, routes: readonly Placed[]): Issue[] {
  if (routes.some(({ route }) => takesTheRest(route))) return [];
  const [first = NOBODY] = Object.keys(receivers);
  return [
    {
      path: ["routes", routes.length],
      expected:
        "a last route without conditions: an alert that no route takes would reach nobody, and nobody would know",
      example: { receiver: first },
    },
  ];
}

function nameIssues(
  { route, path }: Placed,
  alerting: AlertingInput,
  known: Known | undefined,
): Issue[] {
  const { receivers = {}, timeIntervals = {} } = alerting;
  const unknown = (
    key: string,
    names: readonly string[] = [],
    there: readonly string[] | undefined,
    what: string,
  ): Issue[] =>
    names.flatMap((name, index) =>
      issueUnless(!there || there.includes(name), [...path, key, index], {
        got: name,
        expected: `one of ${what}: ${there?.join(", ") || "there is none yet"}`,
        example: there?.[0] ?? "...",
      }),
    );
  const { receiver } = route;
  const there = [...Object.keys(receivers), NOBODY];
  const intervals = Object.keys(timeIntervals);
  return [
    ...issueUnless(receiver === undefined || there.includes(receiver), [...path, "receiver"], {
      got: receiver,
      expected: `one of \`alerting.receivers\`: ${there.join(", ")}`,
      example: { slack: { channel: "#alerts" } },
      exampleAt: ["receivers", receiver ?? "..."],
    }),
    ...unknown("tenants", route.tenants, known?.tenants, "`tenants`"),
    ...unknown(
      "environments",
      route.environments,
      known?.environments,
      "the environments of `edges`",
    ),
    ...unknown("clusters", route.clusters, known?.clusters, "`edges`"),
    ...(["muteTimeIntervals", "activeTimeIntervals"] as const).flatMap((key) =>
      unknown(key, route[key], intervals, "`alerting.timeIntervals`"),
    ),
  ];
}

function receiverOfRoute({ route, path, around }: Placed): Issue[] {
  return issueUnless(around !== undefined || route.receiver !== undefined, [...path, "receiver"], {
    expected: "a receiver, since this route is in no other one",
    example: NOBODY,
  });
}

/** One reason is enough: a route before it that takes everything, or conditions that exclude. */
function neverTaken(each: Placed): Issue[] {
  const { path, route, before } = each;
  const other = before.find((earlier) => !earlier.route.continue && implies(route, earlier.route));
  if (other) {
    return [
      {
        path,
        got: shown(route),
        expected: `a route that some alert reaches: ${nameOf(other)} is offered alerts before it, and takes all that it would take`,
        lines: `move it before ${nameOf(other)}, or give ${nameOf(other)} \`continue: true\``,
      },
    ];
  }
  return CONDITIONS.flatMap((condition) => {
    const outer = nearest(each.around, condition);
    const values = route[condition];
    if (!outer || !values || values.some((value) => outer.values.includes(value))) return [];
    return [
      {
        path: [...path, condition],
        got: values,
        expected: `values that the route around it lets through: ${outer.values.join(", ")}`,
        example: outer.values,
      },
    ];
  });
}

function nearest(
  around: Placed | undefined,
  condition: keyof AlertConditions,
): { readonly values: readonly string[] } | undefined {
  const values = around?.route[condition];
  if (values) return { values };
  return around && nearest(around.around, condition);
}

/** Whether whatever takes the first would be taken by the second, as far as can be read. */
export function implies(inner: AlertRoute, outer: AlertRoute): boolean {
  return (
    CONDITIONS.every((condition) => {
      const [values, wanted] = [inner[condition], outer[condition]];
      return !wanted || (values?.every((value) => wanted.includes(value)) ?? false);
    }) && outer.matchers.every((matcher) => inner.matchers.includes(matcher))
  );
}

/** `routes[0]`, as people count to find it. */
function nameOf({ path }: Placed): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}

/** The conditions of a route and its receiver. */
function shown({ receiver, matchers, ...route }: AlertRoute): object {
  const given = CONDITIONS.filter((condition) => route[condition]);
  return {
    ...Object.fromEntries(given.map((condition) => [condition, route[condition]])),
    ...(matchers.length > 0 && { matchers }),
    ...(receiver !== undefined && { receiver }),
  };
}

/** Upstream's `--data.retention`: what was sent longer ago is forgotten, and sent again. */
export const RETENTION = "5d";

function waitIssues(each: Placed): Issue[] {
  const { route, path } = each;
  const { repeatInterval } = route;
  const waits = [waitOf(each, "groupInterval"), waitOf(each, "repeatInterval")];
  if (!waits.every((wait) => DURATION.test(wait))) return [];
  const [group = 0, repeat = 0] = waits.map(toSeconds);
  return [
    ...issueUnless(
      repeatInterval === undefined || repeat <= toSeconds(RETENTION),
      [...path, "repeatInterval"],
      {
        got: repeatInterval,
        expected: `at most ${RETENTION}: Alertmanager remembers no longer what it has sent`,
        example: RETENTION,
      },
    ),
    ...issueUnless(
      repeat >= group || (repeatInterval === undefined && route.groupInterval === undefined),
      [...path, "repeatInterval"],
      {
        got: waits[1],
        expected: `at least the \`groupInterval\`, ${waits[0]}: a group is looked at no more often`,
        example: waits[0],
      },
    ),
  ];
}

function waitOf({ route, around }: Placed, key: "groupInterval" | "repeatInterval"): string {
  return route[key] ?? (around ? waitOf(around, key) : GROUPING_DEFAULTS[key]);
}

function intervalIssues({ timeIntervals = {} }: AlertingInput, all: readonly Placed[]): Issue[] {
  const used = all.flatMap(({ route }) => [
    ...route.muteTimeIntervals,
    ...route.activeTimeIntervals,
  ]);
  return Object.keys(timeIntervals).flatMap((name) =>
    issueUnless(used.includes(name), ["timeIntervals", name], {
      got: name,
      expected: "a time interval that a route uses",
      lines: `// remove ${name}, or name it in muteTimeIntervals or activeTimeIntervals of a route`,
    }),
  );
}

function extraConfigIssues({ alertmanager }: AlertingInput): Issue[] {
  return PROTECTED_CONFIG.flatMap((key) => {
    const got = valueAt(alertmanager?.extraConfig, [key]);
    return issueUnless(got === undefined, ["alertmanager", "extraConfig", key], {
      got,
      expected: "nothing: routes, receivers, templates and time intervals have arguments",
      lines: `// remove ${key}`,
    });
  });
}
