import { HUB_TENANT } from "../../components/contract/names";
import { toSeconds } from "../../components/kit/duration";
import type { Problem } from "../../components/kit/problems";
import { cellEdges, cellSeries, topologyFaults } from "../../components/topology";
import { authorityProblems } from "./authority-check";
import { pasteLines, showPath } from "./explain";
import { bucketPlace } from "./bucket-place";
import type { BucketSection, HubSection } from "./hub-schema";
import type { Secrets, Settings } from "./schema";

/** Contradictions between values that are each well-formed. */
export function contradictions(settings: Settings): Problem[] {
  const { hub, edge } = settings;
  return [
    ...(hub || edge ? [] : [noSection()]),
    ...(hub ? hubProblems(hub) : []),
    ...(hub && edge ? ownEdgeProblems(hub, edge) : []),
    ...(edge ? monitorProblems(edge) : []),
  ];
}

function hubProblems(hub: HubSection): Problem[] {
  const checks = [
    gatewayProblems,
    authorityProblems,
    inventoryProblems,
    sharedBuckets,
    reservedTenant,
    topologyProblems,
    retentionProblems,
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
  const path = ["hub", "gateway", "nodePort"];
  if (gateway.serviceType === "NodePort" && gateway.nodePort === undefined) {
    return [
      {
        path: showPath(path),
        expected: "the port of the node, since serviceType is NodePort",
        paste: pasteLines(path, 30_443),
      },
    ];
  }
  if (gateway.serviceType !== "NodePort" && gateway.nodePort !== undefined) {
    return [
      {
        path: showPath(path),
        got: gateway.nodePort,
        expected: `nothing, since serviceType is ${gateway.serviceType}`,
        paste: pasteLines(["hub", "gateway", "serviceType"], "NodePort"),
      },
    ];
  }
  return [];
}

function inventoryProblems({ cells, tenants, edges }: HubSection): Problem[] {
  return Object.entries(edges).flatMap(([name, edge]) => {
    const problems: Problem[] = [];
    const oneOf = (field: "tenant" | "cell", known: object, kind: string, example: object) => {
      if (edge[field] in known) return;
      problems.push({
        path: showPath(["hub", "edges", name, field]),
        got: edge[field],
        expected: `one of \`${kind}\`: ${Object.keys(known).join(", ") || "there is none yet"}`,
        paste: pasteLines(["hub", kind, edge[field]], example),
      });
    };
    oneOf("tenant", tenants, "tenants", { retentionDays: 90 });
    oneOf("cell", cells, "cells", { region: edge.region, metrics: { bucket: "..." } });
    if (edge.request && edge.fromStack) {
      problems.push({
        path: showPath(["hub", "edges", name, "fromStack"]),
        got: edge.fromStack,
        expected: "nothing, since `request` is given: a request comes from one place",
        paste: `# remove either heliograph:hub.edges.${name}.fromStack or heliograph:hub.edges.${name}.request`,
      });
    }
    return problems;
  });
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

/**
 * Mimir knows one bucket per installation, and two installations in one bucket would delete each other's blocks, unless each has a prefix: to one without,
 * the prefix of the other is a tenant.
 */
function sharedBuckets({ cells }: HubSection): Problem[] {
  const all = Object.entries(cells);
  return all.flatMap(
    (
      [
        cell,
        {
          metrics: { bucket },
        },
      ],
      index,
    ) => {
      const place = bucketPlace(bucket);
      const [other] =
        all.slice(0, index).find(([, { metrics }]) => {
          const apart = metrics.bucket.prefix && bucket.prefix && metrics.bucket.prefix !== bucket.prefix;
          return bucketPlace(metrics.bucket) === place && !apart;
        }) ?? [];
      if (!other) return [];
      const path = ["hub", "cells", cell, "metrics", "bucket"];
      return [
        {
          path: showPath(path),
          got: place,
          expected: `a bucket of its own, or a prefix for each: cell ${other} has this one`,
          paste: pasteLines(path, elsewhere(bucket, cell)),
        },
      ];
    },
  );
}

function retentionProblems({ tenants }: HubSection): Problem[] {
  return Object.entries(tenants).flatMap(([id, { retentionDays, minRetentionDays = 0 }]) => {
    if (retentionDays >= minRetentionDays) return [];
    const path = ["hub", "tenants", id, "retentionDays"];
    return [
      {
        path: showPath(path),
        got: retentionDays,
        expected: `at least ${minRetentionDays}, the tenant's minRetentionDays`,
        paste: pasteLines(path, minRetentionDays),
      },
    ];
  });
}

function topologyProblems({ cells, edges }: HubSection): Problem[] {
  return Object.entries(cells).flatMap(([cell, { metrics }]) => {
    const load = { activeSeries: cellSeries({ edges }, cell), edges: cellEdges({ edges }, cell) };
    return topologyFaults(cell, metrics, load).map(({ key, got, expected, example, as }) => {
      const path = ["hub", "cells", cell, "metrics", key];
      return { path: showPath(path), got, expected, paste: pasteLines(as ? ["hub", ...as] : path, example) };
    });
  });
}

function elsewhere(bucket: BucketSection, cell: string): object {
  switch (bucket.provider) {
    case "azure":
      return { ...bucket, existing: { ...bucket.existing, container: `${bucket.existing.container}-${cell}` } };
    case "s3-compatible":
      return { ...bucket, bucket: `${bucket.bucket}-${cell}` };
    default:
      return { ...bucket, existing: { ...bucket.existing, bucket: `${bucket.existing.bucket}-${cell}` } };
  }
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

/** Credentials that a bucket names and the secrets do not hold. */
export function missingCredentials({ hub }: Settings, { objectStores }: Secrets): Problem[] {
  return Object.entries(hub?.cells ?? {}).flatMap(([cell, { metrics }]) => {
    const { bucket } = metrics;
    if (bucket.provider !== "s3-compatible" || bucket.credentials in objectStores) return [];
    const key = `heliograph:secrets.objectStores.${bucket.credentials}`;
    return [
      {
        path: showPath(["hub", "cells", cell, "metrics", "bucket", "credentials"]),
        got: bucket.credentials,
        expected: `one of \`heliograph:secrets\` \`objectStores\`: ${Object.keys(objectStores).join(", ") || "there is none yet"}`,
        paste: `pulumi config set --secret --path '${key}.accessKeyId' ...\npulumi config set --secret --path '${key}.secretAccessKey' ...`,
      },
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
      paste: "pulumi config set --secret --path 'heliograph:secrets.deadMansSwitch.url' https://...",
    },
  ];
}
