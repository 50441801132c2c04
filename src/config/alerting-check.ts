import type { Issue } from "@heliograph/heliograph";
import {
  alertingIssues,
  RECEIVER_KINDS,
  RECEIVER_SECRETS,
  type ReceiverKind,
  under,
} from "@heliograph/heliograph/model";
import type { AlertingSection, ReceiverSecrets } from "./alerting-schema";
import { keepsMetrics, KEEPS_METRICS } from "./edge-metrics-schema";
import type { EdgeSection } from "./edge-schema";
import { removeKey, setSecret } from "./notation";
import type { Settings } from "./schema";

type Receivers = AlertingSection["receivers"];
type Receiver = Receivers[string];

interface NeededSecret {
  readonly receiver: string;
  readonly kind: ReceiverKind;
}

/** Receivers of a stack: those of its hub, or those of its edge, and where they stand. */
function receiversOf({ hub, edge }: Sections): { receivers: Receivers; path: string } {
  if (hub) return { receivers: hub.alerting.receivers, path: "heliograph:hub.alerting.receivers" };
  const path = "heliograph:edge.alerting.receivers";
  return { receivers: edge?.alerting?.receivers ?? {}, path };
}

type Sections = Pick<Settings, "hub" | "edge">;

/** Secrets of receivers that somebody has to give: those that no Secret of the cluster holds. */
function neededReceiverSecrets(sections: Sections): NeededSecret[] {
  return Object.entries(receiversOf(sections).receivers).flatMap(([receiver, given]) =>
    RECEIVER_KINDS.filter((kind) => needsSecret(given, kind)).map((kind) => ({ receiver, kind })),
  );
}

export function needsSecret(receiver: Receiver, kind: ReceiverKind): boolean {
  const given: Readonly<Record<string, unknown>> | undefined = receiver[kind];
  if (!given || given[`${RECEIVER_SECRETS[kind]}From`] !== undefined) return false;
  // Some mail servers let everybody in who is near enough.
  return kind !== "email" || given["username"] !== undefined;
}

export function missingReceiverSecrets(sections: Sections, secrets: ReceiverSecrets): Issue[] {
  const { receivers, path } = receiversOf(sections);
  const needed = neededReceiverSecrets(sections);
  const missing = needed.filter(({ receiver, kind }) => !secrets[receiver]?.[kind]);
  // An edge without receivers may have those of its hub, which are known once that is asked.
  const known = sections.hub !== undefined || Object.keys(receivers).length > 0;
  const given = Object.entries(known ? secrets : {}).flatMap(([receiver, of]) =>
    RECEIVER_KINDS.filter((kind) => of[kind] !== undefined).map((kind) => ({ receiver, kind })),
  );
  const unused = given.filter(
    ({ receiver, kind }) =>
      !needed.some((each) => each.receiver === receiver && each.kind === kind),
  );
  return [
    ...missing.map(({ receiver, kind }) => ({
      path: ["secrets", "receivers", receiver, kind],
      expected: `the secret of ${path}.${receiver}.${kind}: its ${RECEIVER_SECRETS[kind]}`,
      lines: setSecret(["receivers", receiver, kind]),
    })),
    ...unused.map(({ receiver, kind }) => ({
      path: ["secrets", "receivers", receiver, kind],
      got: "[secret]",
      expected: `nothing: ${path}.${receiver} has no ${kind} that takes its secret from here`,
      lines: `pulumi config rm --path 'heliograph:secrets.receivers.${receiver}.${kind}'`,
    })),
  ];
}

/** Whether anybody is told. */
export function isTold({ receivers = {} }: { readonly receivers?: object | undefined }): boolean {
  return Object.keys(receivers).length > 0;
}

/** Contradictions of what an edge tells by itself. */
export function edgeAlertingIssues({ metrics, alerting }: EdgeSection): Issue[] {
  const path = ["edge", "alerting"];
  if (!alerting) return [];
  if (!keepsMetrics(metrics)) {
    const expected = `nothing, unless \`metrics.mode\` is ${KEEPS_METRICS}: the hub evaluates what this edge sends`;
    return [{ path, got: alerting, expected, lines: removeKey(path) }];
  }
  if (isTold(alerting)) return under(path, alertingIssues(alerting));
  const ways = ["routes", "timeIntervals", "inhibitions"] as const;
  const first = ways.find((key) => Object.keys(alerting[key]).length > 0);
  if (first === undefined) return [];
  return [
    {
      path: [...path, "receivers"],
      expected: `at least one receiver, since \`${first}\` is for the edge's own: without them, those of the hub are told`,
      example: { slack: { channel: "#alerts" } },
      exampleAt: [...path, "receivers", "on-call"],
    },
  ];
}
