import type { Issue } from "@heliograph/heliograph";
import {
  hubIssues,
  missingNodePortIssues,
  monitorIssues,
  telemetryIssues,
  under,
} from "@heliograph/heliograph/model";
import { edgeAlertingIssues } from "./alerting-check";
import { authorityIssues } from "./authority-check";
import { bucketIssues } from "./bucket-check";
import { unusedPrefixes } from "./cell-check";
import { removeKey, setSecret } from "./notation";
import { edgeStoreIssues, ownEdgeStays } from "./edge-metrics-check";
import type { HubSection } from "./hub-schema";
import { retentionIssues } from "./tenant-check";
import type { Secrets, Settings } from "./schema";

/** Contradictions between values that are each well-formed. */
export function contradictions(settings: Settings): Issue[] {
  const { hub, edge } = settings;
  return [
    ...(hub || edge ? [] : [noSection()]),
    ...(hub ? hubContradictions(hub) : []),
    ...(hub && edge ? ownEdgeIssues(hub, edge) : []),
    ...(edge
      ? [
          ...monitorContradictions(edge),
          ...telemetryContradictions(edge),
          ...edgeStoreIssues(edge),
          ...edgeAlertingIssues(edge),
        ]
      : []),
  ];
}

/** Those that the library finds in any hub, and those of what only a stack file has. */
function hubContradictions(hub: HubSection): Issue[] {
  return [
    ...under(["hub"], hubIssues(hub, { region: "...", metrics: { bucket: "..." } })),
    ...missingNodePortIssues(["hub", "gateway"], hub.gateway, 30_443),
    ...authorityIssues(hub),
    ...requestsTwice(hub),
    ...retentionIssues(hub),
    ...bucketIssues(hub),
    ...unusedPrefixes(hub),
  ];
}

function noSection(): Issue {
  return {
    path: ["edge"],
    expected: "a section `edge`, a section `hub`, or both: a stack without either deploys nothing",
    example: { name: "dev", hub: { fromStack: "organization/heliograph/ops" } },
  };
}

function requestsTwice({ edges }: HubSection): Issue[] {
  return Object.entries(edges).flatMap(([name, { request, fromStack }]) =>
    request && fromStack ? [requestTwice(name, fromStack)] : [],
  );
}

function requestTwice(name: string, fromStack: string): Issue {
  return {
    path: ["hub", "edges", name, "fromStack"],
    got: fromStack,
    expected: "nothing, since `request` is given: a request comes from one place",
    lines: `# remove either heliograph:hub.edges.${name}.fromStack or heliograph:hub.edges.${name}.request`,
  };
}

/**
 * A stack that is hub and edge at once signs its own request: no reference to itself, and one key
 * generation.
 */
function ownEdgeIssues(hub: HubSection, edge: NonNullable<Settings["edge"]>): Issue[] {
  const issues: Issue[] = [];
  const entry = hub.edges[edge.name];
  if (!entry) {
    return [
      {
        path: ["hub", "edges", edge.name],
        expected: `an entry for this stack's own edge, ${edge.name}`,
        example: {
          tenant: edge.name,
          environment: edge.name,
          region: "uaenorth",
          clusterType: "ops",
        },
      },
    ];
  }
  if (edge.hub) {
    issues.push({
      path: ["edge", "hub"],
      got: edge.hub,
      expected: "nothing: the hub is in this stack",
      lines: removeKey(["edge", "hub"]),
    });
  }
  for (const field of ["request", "fromStack"] as const) {
    if (entry[field] === undefined) continue;
    const path = ["hub", "edges", edge.name, field];
    issues.push({
      path,
      got: entry[field],
      expected: "nothing: this stack makes the request of its own edge itself",
      lines: removeKey(path),
    });
  }
  issues.push(...ownEdgeStays(hub, edge));
  if (entry.keyGeneration !== edge.keyGeneration) {
    issues.push({
      path: ["edge", "keyGeneration"],
      got: edge.keyGeneration,
      expected: `${entry.keyGeneration}, as in heliograph:hub.edges.${edge.name}.keyGeneration`,
      example: entry.keyGeneration,
    });
  }
  return issues;
}

function telemetryContradictions(edge: NonNullable<Settings["edge"]>): Issue[] {
  return under(
    ["edge"],
    telemetryIssues(edge).map((issue) => ({
      ...issue,
      lines: `${issue.path.at(-1)}: ${JSON.stringify(issue.example)}`,
    })),
  );
}

function monitorContradictions({ sources }: NonNullable<Settings["edge"]>): Issue[] {
  return under(
    ["edge", "sources", "monitors"],
    monitorIssues(sources.monitors).map((issue) => ({
      ...issue,
      lines: `${issue.path.at(-1)}: ${String(issue.example)}`,
    })),
  );
}

export function missingAddress({ hub }: Settings, { deadMansSwitch }: Secrets): Issue[] {
  if (!hub?.alerting.deadMansSwitch || deadMansSwitch) return [];
  return [
    {
      path: ["secrets", "deadMansSwitch", "url"],
      expected:
        "the address that the dead man's switch calls, since heliograph:hub.alerting.deadMansSwitch asks for one",
      lines: setSecret(["deadMansSwitch", "url"], "https://..."),
    },
  ];
}
