import { telemetryProblems } from "../../components/topology";
import { HUB_TENANT } from "../../components/contract/names";
import { toSeconds } from "../../components/kit/duration";
import type { Problem } from "../../components/kit/problems";
import { authorityProblems } from "./authority-check";
import { cellProblems } from "./cell-check";
import { pasteLines, showPath } from "./explain";
import { edgeStoreProblems, ownEdgeStays, queryProblems } from "./edge-metrics-check";
import { nodePortProblems } from "./exposure-check";
import { grafanaProblems } from "./grafana-check";
import type { HubSection } from "./hub-schema";
import { retentionProblems } from "./tenant-check";
import type { Secrets, Settings } from "./schema";

/** Contradictions between values that are each well-formed. */
export function contradictions(settings: Settings): Problem[] {
  const { hub, edge } = settings;
  return [
    ...(hub || edge ? [] : [noSection()]),
    ...(hub ? hubProblems(hub) : []),
    ...(hub && edge ? ownEdgeProblems(hub, edge) : []),
    ...(edge
      ? [...monitorProblems(edge), ...telemetryContradictions(edge), ...edgeStoreProblems(edge)]
      : []),
  ];
}

function hubProblems(hub: HubSection): Problem[] {
  const checks = [
    gatewayProblems,
    authorityProblems,
    inventoryProblems,
    reservedTenant,
    retentionProblems,
    cellProblems,
    grafanaProblems,
    queryProblems,
  ];
  return checks.flatMap((check) => check(hub));
}

function noSection(): Problem {
  return {
    path: "heliograph:edge",
    expected: "a section `edge`, a section `hub`, or both: a stack without either deploys nothing",
    paste: pasteLines(["edge"], { name: "dev", hub: { fromStack: "organization/heliograph/ops" } }),
  };
}

function gatewayProblems({ gateway }: HubSection): Problem[] {
  return nodePortProblems(["hub", "gateway"], gateway, 30_443);
}

function inventoryProblems({ cells, tenants, edges }: HubSection): Problem[] {
  const oneOf = (
    path: readonly string[],
    got: string,
    kind: "tenants" | "cells",
    known: object,
    example: object,
  ) =>
    got in known
      ? []
      : [
          {
            path: showPath(path),
            got,
            expected: `one of \`${kind}\`: ${Object.keys(known).join(", ") || "there is none yet"}`,
            paste: pasteLines(["hub", kind, got], example),
          },
        ];
  return [
    ...Object.entries(tenants).flatMap(([id, { cell }]) =>
      oneOf(["hub", "tenants", id, "cell"], cell, "cells", cells, {
        region: "...",
        metrics: { bucket: "..." },
      }),
    ),
    ...Object.entries(edges).flatMap(([name, { tenant, request, fromStack }]) => [
      ...oneOf(["hub", "edges", name, "tenant"], tenant, "tenants", tenants, { retentionDays: 90 }),
      ...(request && fromStack ? [requestTwice(name, fromStack)] : []),
    ]),
  ];
}

function requestTwice(name: string, fromStack: string): Problem {
  return {
    path: showPath(["hub", "edges", name, "fromStack"]),
    got: fromStack,
    expected: "nothing, since `request` is given: a request comes from one place",
    paste: `# remove either heliograph:hub.edges.${name}.fromStack or heliograph:hub.edges.${name}.request`,
  };
}

function reservedTenant({ tenants }: HubSection): Problem[] {
  if (!(HUB_TENANT in tenants)) return [];
  return [
    {
      path: showPath(["hub", "tenants", HUB_TENANT]),
      got: HUB_TENANT,
      expected: "another id: the hub keeps what it records about itself in this one",
      paste: pasteLines(["hub", "tenants", "platform"], tenants[HUB_TENANT]),
    },
  ];
}

/** A stack that is hub and edge at once signs its own request: no reference to itself, and one key generation. */
function ownEdgeProblems(hub: HubSection, edge: NonNullable<Settings["edge"]>): Problem[] {
  const problems: Problem[] = [];
  const entry = hub.edges[edge.name];
  if (!entry) {
    return [
      {
        path: showPath(["hub", "edges", edge.name]),
        expected: `an entry for this stack's own edge, ${edge.name}`,
        paste: pasteLines(["hub", "edges", edge.name], {
          tenant: edge.name,
          environment: edge.name,
          region: "uaenorth",
          clusterType: "ops",
        }),
      },
    ];
  }
  if (edge.hub) {
    problems.push({
      path: showPath(["edge", "hub"]),
      got: edge.hub,
      expected: "nothing: the hub is in this stack",
      paste: "# remove heliograph:edge.hub",
    });
  }
  for (const field of ["request", "fromStack"] as const) {
    if (entry[field] === undefined) continue;
    problems.push({
      path: showPath(["hub", "edges", edge.name, field]),
      got: entry[field],
      expected: "nothing: this stack makes the request of its own edge itself",
      paste: `# remove heliograph:hub.edges.${edge.name}.${field}`,
    });
  }
  problems.push(...ownEdgeStays(hub, edge));
  if (entry.keyGeneration !== edge.keyGeneration) {
    problems.push({
      path: showPath(["edge", "keyGeneration"]),
      got: edge.keyGeneration,
      expected: `${entry.keyGeneration}, as in heliograph:hub.edges.${edge.name}.keyGeneration`,
      paste: pasteLines(["edge", "keyGeneration"], entry.keyGeneration),
    });
  }
  return problems;
}

/** A monitor's name is the label `job` of what it finds, and queries look back 5 minutes. */
function telemetryContradictions(edge: NonNullable<Settings["edge"]>): Problem[] {
  return telemetryProblems(edge).map(({ path, got, expected, example }) => ({
    path: showPath(["edge", ...path.map(String)]),
    got,
    expected,
    paste: `${path.at(-1)}: ${JSON.stringify(example)}`,
  }));
}

function monitorProblems({ sources: { monitors } }: NonNullable<Settings["edge"]>): Problem[] {
  return monitors.flatMap(({ name, interval }, index) => {
    const at = (field: string) => `${showPath(["edge", "sources", "monitors"])}.${index}.${field}`;
    const twice = monitors.findIndex((other) => other.name === name) < index;
    const seldom = interval !== undefined && toSeconds(interval) > 300;
    return [
      ...(twice
        ? [
            {
              path: at("name"),
              got: name,
              expected: "a name that no other monitor has",
              paste: `name: ${name}-${index}`,
            },
          ]
        : []),
      ...(seldom
        ? [
            {
              path: at("interval"),
              got: interval,
              expected: "at most 5m: queries look back so far",
              paste: "interval: 5m",
            },
          ]
        : []),
    ];
  });
}

export function missingAddress({ hub }: Settings, { deadMansSwitch }: Secrets): Problem[] {
  if (!hub?.alerting.deadMansSwitch || deadMansSwitch) return [];
  return [
    {
      path: "heliograph:secrets.deadMansSwitch.url",
      expected:
        "the address that the dead man's switch calls, since heliograph:hub.alerting.deadMansSwitch asks for one",
      paste:
        "pulumi config set --secret --path 'heliograph:secrets.deadMansSwitch.url' https://...",
    },
  ];
}
