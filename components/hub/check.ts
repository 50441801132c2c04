import {
  DNS_LABEL,
  DNS_LABEL_EXPECTED,
  HUB_TENANT,
  MetricsBackend,
  SIGNALS,
  type Signal,
} from "../contract/names";
import { USUAL_RATES } from "../contract/usual";
import { DURATION, DURATION_EXPECTED } from "../kit/duration";
import type { Problem } from "../kit/problems";
import { ALERTMANAGER, ALERTMANAGER_EXPECTED } from "../kit/urls";
import {
  GatewayServiceType,
  type HubEdgeArgs,
  type HubGatewayArgs,
  type HubLogsArgs,
  type HubMetricsArgs,
  type HubObservabilityArgs,
  type HubTracesArgs,
} from "./args";
import { BackendTopology } from "../backends/kit/architecture";
import { sharedRedis } from "../backends/kit/cache-check";
import type { TopologyFault } from "../backends/kit/topology";
import { grafanaProblems } from "./grafana/check";
import { cellEdges, cellOf, cellSeries, type Writers } from "./inventory";
import { cellLogs } from "../backends/loki/inventory";
import { lokiFaults } from "../backends/loki/plan";
import { topologyFaults } from "../backends/kit/metrics/plan";
import { MetricsProfile } from "../backends/kit/metrics/profiles";
import { cellTraces } from "../backends/tempo/inventory";
import { tempoFaults } from "../backends/tempo/plan";

type Path = readonly string[];

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Everything that is wrong with the arguments. The same rules hold for configuration; here they also hold for other programs. */
export function argsProblems(args: HubObservabilityArgs): Problem[] {
  return [
    ...namespaceProblems(args),
    ...gatewayProblems(args.gateway),
    ...cellProblems(args),
    ...tenantProblems(args),
    ...Object.entries(args.edges).flatMap(([name, edge]) => edgeProblems(args, name, edge)),
    ...alertingProblems(args),
    ...(args.grafana ? grafanaProblems(args.grafana, Object.keys(args.tenants)) : []),
  ];
}

function namespaceProblems({ namespace, existingNamespace }: HubObservabilityArgs): Problem[] {
  if (namespace !== undefined && existingNamespace !== undefined) {
    return [
      {
        path: "namespace, existingNamespace",
        got: "both",
        expected: "one: namespace for one to make, existingNamespace for one that is there",
        paste: `namespace: ${JSON.stringify(namespace)}`,
      },
    ];
  }
  return unless(namespace === undefined || DNS_LABEL.test(namespace), ["namespace"], namespace, {
    expected: DNS_LABEL_EXPECTED,
    example: "heliograph-hub",
  });
}

function gatewayProblems(gateway: HubGatewayArgs): Problem[] {
  const { host, port, serviceType, nodePort, replicas } = gateway;
  const types = Object.values(GatewayServiceType);
  return [
    ...unless(/^[a-zA-Z0-9][-.a-zA-Z0-9]*$/.test(host), ["gateway", "host"], host, {
      expected: "a name or an IPv4 address, without scheme, port or path",
      example: "ingest.ops.example.com",
    }),
    ...unless(isWhole(port ?? 443, 1, 65_535), ["gateway", "port"], port, {
      expected: "a port: a whole number from 1 to 65535",
      example: 443,
    }),
    ...unless(
      !serviceType || types.includes(serviceType),
      ["gateway", "serviceType"],
      serviceType,
      {
        expected: `one of ${types.join(", ")}`,
        example: "LoadBalancer",
      },
    ),
    ...unless(
      nodePort === undefined || serviceType === "NodePort",
      ["gateway", "serviceType"],
      serviceType,
      {
        expected: "NodePort, because a nodePort is given",
        example: "NodePort",
      },
    ),
    ...unless(isWhole(nodePort ?? 30_000, 30_000, 32_767), ["gateway", "nodePort"], nodePort, {
      expected: "a port of nodes: a whole number from 30000 to 32767",
      example: 30_443,
    }),
    ...unless(isWhole(replicas ?? 2, 1, 50), ["gateway", "replicas"], replicas, {
      expected: "a whole number from 1 to 50",
      example: 2,
    }),
  ];
}

function cellProblems({ cells, ...writers }: HubObservabilityArgs): Problem[] {
  const names = Object.keys(cells);
  return [
    ...unless(names.length > 0, ["cells"], cells, {
      expected: "at least one cell",
      example: { main: { metrics: { bucket: "..." } } },
    }),
    ...names.flatMap((name) => nameProblems(["cells"], name)),
    ...sharedRedis(cells).flatMap(({ cell, signal, fault }) =>
      faultProblems(cell, signal, [fault]),
    ),
    ...Object.entries(cells).flatMap(([name, cell]) => [
      ...SIGNALS.flatMap((signal) => storeProblems(["cells", name, signal], cell[signal])),
      ...schemaProblems(["cells", name, "logs"], cell.logs),
      ...metricsProblems(name, cell.metrics, writers),
      ...faultProblems(
        name,
        "logs",
        cell.logs ? lokiFaults(name, cell.logs, cellLogs(writers, name)) : [],
      ),
      ...faultProblems(
        name,
        "traces",
        cell.traces ? tempoFaults(name, cell.traces, cellTraces(writers, name)) : [],
      ),
    ]),
  ];
}

function storeProblems(
  path: Path,
  store: HubMetricsArgs | HubLogsArgs | HubTracesArgs | undefined,
): Problem[] {
  const { diskSize = "50Gi", topology = "single" } = store ?? {};
  return [
    ...unless(/^\d+(Mi|Gi|Ti)$/.test(diskSize), [...path, "diskSize"], diskSize, {
      expected: "a Kubernetes quantity in Mi, Gi or Ti",
      example: "50Gi",
    }),
    ...unless(topology in BackendTopology, [...path, "topology"], topology, {
      expected: `one of ${Object.keys(BackendTopology).join(", ")}`,
      example: BackendTopology.single,
    }),
  ];
}

function schemaProblems(path: Path, logs: HubLogsArgs | undefined): Problem[] {
  return unless(!logs || DAY.test(logs.schemaFrom), [...path, "schemaFrom"], logs?.schemaFrom, {
    expected: "a day: year, month and day",
    example: "2026-01-31",
  });
}

function metricsProblems(cell: string, metrics: HubMetricsArgs, writers: Writers): Problem[] {
  const at = (key: string) => ["cells", cell, "metrics", key];
  const load = { activeSeries: cellSeries(writers, cell), edges: cellEdges(writers, cell) };
  const { backend = MetricsBackend.mimir, profile } = metrics;
  const known = backend in MetricsBackend;
  return [
    ...unless(known, at("backend"), backend, {
      expected: `one of ${Object.keys(MetricsBackend).join(", ")}`,
      example: MetricsBackend.mimir,
    }),
    ...unless(profile === undefined || profile in MetricsProfile, at("profile"), profile, {
      expected: `one of ${Object.keys(MetricsProfile).join(", ")}`,
      example: MetricsProfile.small,
    }),
    ...faultProblems(cell, "metrics", known ? topologyFaults(cell, metrics, load) : []),
  ];
}

function faultProblems(
  cell: string,
  signal: Signal,
  faults: readonly TopologyFault<string>[],
): Problem[] {
  return faults.flatMap(({ key, got, ...mend }) =>
    unless(false, ["cells", cell, signal, key], got, mend),
  );
}

function tenantProblems({ tenants, cells }: HubObservabilityArgs): Problem[] {
  return Object.entries(tenants).flatMap(
    ([name, { retentionDays, logRetentionDays = 1, traceRetentionDays = 1 }]) => [
      ...nameProblems(["tenants"], name),
      ...unless(
        cellOf({ tenants }, name) in cells,
        ["tenants", name, "cell"],
        cellOf({ tenants }, name),
        {
          expected: `one of the cells: ${Object.keys(cells).join(", ")}`,
          example: Object.keys(cells)[0] ?? "main",
        },
      ),
      ...unless(name !== HUB_TENANT, ["tenants", name], name, {
        expected: "another id: the hub keeps what it records about itself in this one",
        example: { retentionDays },
        as: ["tenants", `${HUB_TENANT}-2`],
      }),
      ...Object.entries({ retentionDays, logRetentionDays, traceRetentionDays }).flatMap(
        ([field, days]) =>
          unless(isWhole(days, 1, 3650), ["tenants", name, field], days, {
            expected: "days: a whole number from 1 to 3650",
            example: 90,
          }),
      ),
    ],
  );
}

/** What an edge sends: the most that it may, and an example. */
const RATES = {
  activeSeries: [100_000_000, 200_000],
  logBytesPerSecond: [1_000_000_000, USUAL_RATES.logBytesPerSecond],
  spansPerSecond: [10_000_000, USUAL_RATES.spansPerSecond],
} as const;

function edgeProblems(
  { tenants }: HubObservabilityArgs,
  name: string,
  edge: HubEdgeArgs,
): Problem[] {
  const at = (field: keyof HubEdgeArgs) => ["edges", name, field];
  const rates = Object.keys(RATES) as (keyof typeof RATES)[];
  return [
    ...nameProblems(["edges"], name),
    ...unless(edge.tenant in tenants, at("tenant"), edge.tenant, {
      expected: `one of the tenants: ${Object.keys(tenants).join(", ") || "there are none yet"}`,
      example: Object.keys(tenants)[0] ?? "dev",
    }),
    ...unless(isWhole(edge.keyGeneration, 1, 10_000), at("keyGeneration"), edge.keyGeneration, {
      expected: "a whole number from 1 to 10000",
      example: 1,
    }),
    ...unless(DURATION.test(edge.outage), at("outage"), edge.outage, {
      expected: DURATION_EXPECTED,
      example: "6h",
    }),
    ...rates.flatMap((rate) => {
      const [most, example] = RATES[rate];
      const asked = { ...USUAL_RATES, ...edge }[rate];
      return unless(isWhole(asked, 1, most), at(rate), asked, {
        expected: `a whole number from 1 to ${most}`,
        example,
      });
    }),
  ];
}

function alertingProblems({
  edges,
  watchedBy,
  renewBeforeDays,
  alerting = {},
}: HubObservabilityArgs): Problem[] {
  const { alertmanagers = [], deadMansSwitch } = alerting;
  const seconds = deadMansSwitch?.everySeconds;
  return [
    ...unless(watchedBy === undefined || watchedBy in edges, ["watchedBy"], watchedBy, {
      expected: `one of the edges: ${Object.keys(edges).join(", ") || "there are none yet"}`,
      example: Object.keys(edges)[0] ?? "ops",
    }),
    ...unless(isWhole(renewBeforeDays ?? 1, 1, 3650), ["renewBeforeDays"], renewBeforeDays, {
      expected: "days: a whole number from 1 to 3650",
      example: 90,
    }),
    ...unless(
      alertmanagers.every((url) => ALERTMANAGER.test(url)),
      ["alerting", "alertmanagers"],
      alertmanagers,
      {
        expected: `each ${ALERTMANAGER_EXPECTED}`,
        example: ["http://alertmanager.monitoring:9093"],
      },
    ),
    ...unless(
      isWhole(seconds ?? 60, 10, 86_400),
      ["alerting", "deadMansSwitch", "everySeconds"],
      seconds,
      {
        expected: "seconds: a whole number from 10 to 86400",
        example: 60,
      },
    ),
  ];
}

/** Names become subjects of certificates, names of objects, and keys of maps. */
function nameProblems(path: Path, name: string): Problem[] {
  return unless(DNS_LABEL.test(name), [...path, name], name, {
    expected: `a name that is ${DNS_LABEL_EXPECTED}`,
    example: "...",
    as: [...path, "my-name"],
  });
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

interface Mend {
  readonly expected: string;
  readonly example: unknown;
  /** Where the lines to paste go, if not to the path itself. */
  readonly as?: Path;
}

function unless(
  good: boolean,
  path: Path,
  got: unknown,
  { expected, example, as = path }: Mend,
): Problem[] {
  return good ? [] : [{ path: path.join("."), got, expected, paste: pasteLines(as, example) }];
}

/** `["edges","dev","outage"], "6h"` -> `edges: { dev: { outage: "6h" } }` */
function pasteLines(path: Path, example: unknown): string {
  const key = (name: string) => (/^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name));
  const [first = "", ...rest] = path;
  const value = [...rest]
    .reverse()
    .reduce((inner, name) => `{ ${key(name)}: ${inner} }`, JSON.stringify(example));
  return `${key(first)}: ${value}`;
}
