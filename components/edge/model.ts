import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { EdgeConnectionBackends } from "../contract/connection";
import { SIGNALS, type EdgeLabels, type Signal } from "../contract/names";
import {
  agentInstances,
  EDGE_NAMESPACE,
  podOf,
  defaultAgentReplicas,
  type AgentInstance,
} from "../contract/cluster-names";
import { toSeconds } from "../kit/duration";
import { allFieldIssues, fieldIssues } from "../kit/fields";
import { issueUnless, refuse, under, type Issue } from "../kit/issues";
import { bytesQuantity } from "../kit/quantity";
import {
  edgeFields,
  edgeHubFields,
  edgeLabelFields,
  edgeSizeFields,
  namespaceField,
  type EdgeAgentArgs,
  type EdgeHubArgs,
} from "./args";
import {
  edgeAlertingIssues,
  resolveEdgeAlerting,
  type EdgeAlertingModel,
  type EdgeAlertingValues,
} from "./alerting/model";
import { edgeExporters, exporterIssues } from "./collector/args";
import { extraConfigIssues } from "./extra-config";
import { backendIssues, hubTarget, type HubTarget } from "./hub-target";
import {
  localStoreFields,
  localStoreIssues,
  retentionOf,
  type EdgeLocalStoreArgs,
  type LocalStoreRetention,
} from "./local-store/args";
import { serverArgs } from "./local-store/config";
import { serverSize, type ServerSize } from "./local-store/size";
import { edgeLogs } from "./logs/args";
import { logAgentIssues, logWriteIssues } from "./logs/registry";
import { bufferOf } from "./metrics/buffer";
import { agentArgs, type AgentConfigArgs } from "./metrics/config";
import { monitorIssues } from "./metrics/sources/args";
import { edgeSources, resolveSources, type Sources } from "./metrics/sources/registry";
import { resolveTelemetry, type Telemetry } from "./telemetry";
import { edgeTraces, traceIssues } from "./traces/args";

/** An edge with every default applied: what its builders, and whoever compares it, read. */
export interface EdgeModel {
  readonly labels: EdgeLabels;
  readonly namespace: string;
  /** Namespace of everything that runs on each node. */
  readonly nodeNamespace: string;
  readonly hub: HubTarget;
  readonly agents: readonly AgentInstance[];
  readonly sources: Sources;
  /** What an agent runs with, and what it takes. */
  readonly program: AgentProgram;
  /** Disk of each agent, as a Kubernetes quantity. */
  readonly bufferDisk: string;
  /** Present where metrics stay at the edge. */
  readonly localStore?: LocalStoreModel;
  /** Present where the edge tells its alerts by itself. */
  readonly alerting?: EdgeAlertingModel;
  readonly telemetry: Telemetry;
  /** The configuration of one of the agents. */
  agentConfig(instance: AgentInstance): AgentConfigArgs;
}

/** An agent that sends what it scrapes, or a Prometheus that keeps it. */
interface AgentProgram {
  readonly args: readonly string[];
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

export interface LocalStoreModel {
  readonly size: ServerSize;
  readonly retention: LocalStoreRetention;
  /** Room of the compactor, as a Kubernetes quantity. */
  readonly compactorDisk: string;
}

/** Arguments whose values are known, but for certificates and keys. */
export type EdgeValues = Known<Omit<EdgeAgentArgs, "hub" | "localStore" | "alerting">> & {
  readonly hub?: Known<Omit<EdgeHubArgs, Identity>> | undefined;
  readonly localStore?: Known<Partial<EdgeLocalStoreArgs>> | undefined;
  readonly alerting?: EdgeAlertingValues | undefined;
};
type Identity = "trustBundle" | "certificate" | "privateKey";
type Known<T> = {
  readonly [Key in keyof T]: Exclude<T[Key], Promise<unknown> | pulumi.Output<unknown>> | undefined;
};

/** The model of an edge. Throws a ConfigurationError with everything that is wrong with it. */
export function resolveEdge(args: EdgeValues, subject = "Edge"): EdgeModel {
  refuse(subject, edgeIssues(args));
  const { environment, region } = said(args);
  const { cluster, clusterType, tenantId } = said(args);
  const labels: EdgeLabels = {
    cluster: cluster ?? "",
    environment: environment ?? "",
    region: region ?? "",
    cluster_type: clusterType ?? "",
    tenant_id: tenantId ?? "",
  };
  const size = z.object(edgeSizeFields).parse(said(args));
  const { scrapeInterval, verifyKubelets, replicas } = z.object(edgeFields).parse(args);
  const { namespace = EDGE_NAMESPACE, localStore } = args;
  const hub = hubOf(args);
  const target = hubTarget(hub, hub.backends);
  const agents = agentInstances(replicas ?? defaultAgentReplicas(localStore !== undefined));
  const namespaces = { namespace, nodeNamespace: `${namespace}-node` };
  const sources = resolveSources(args.sources);
  const { program, server } = programFor({ ...size, scrapeInterval }, localStore !== undefined);
  const alerting = args.alerting && resolveEdgeAlerting(args.alerting, namespace);
  return {
    labels,
    ...namespaces,
    hub: target,
    agents,
    sources,
    program,
    bufferDisk: args.bufferDisk ?? bytesQuantity(program.diskBytes),
    ...(server && {
      localStore: {
        size: server,
        retention: retentionOf(localStore ?? {}),
        compactorDisk: localStore?.compactorDisk ?? bytesQuantity(server.compactorDiskBytes),
      },
    }),
    ...(alerting && { alerting }),
    telemetry: resolveTelemetry({
      labels,
      ...namespaces,
      hub: target,
      signals: hub.signals,
      logs: edgeLogs.parse(args.logs),
      traces: edgeTraces.parse(args.traces),
      exporters: edgeExporters.parse(args.exporters),
      outageSeconds: toSeconds(size.outage),
      logBytesPerSecond: size.logBytesPerSecond,
      spansPerSecond: size.spansPerSecond,
      nodes: size.nodes,
      extraConfig: args.extraConfig,
    }),
    agentConfig: (instance) => ({
      labels,
      hub: target,
      scrapeInterval,
      verifyKubelets,
      sources,
      ...(server && { stays: true }),
      ...(alerting && { alerts: { to: alerting.alertmanager.addresses } }),
      ...namespaces,
      ...(hub.deduplicates && { replica: podOf(instance) }),
      ...((args.pods?.proxy ?? args.pods?.agent?.proxy) && { proxied: true }),
      ...(args.extraConfig?.agent && { extra: args.extraConfig.agent }),
    }),
  };
}

type Sizes = Pick<EdgeValues, "outage" | "activeSeries" | "scrapeInterval">;

function programFor({ outage, activeSeries, scrapeInterval }: Sizes, keeps: boolean) {
  const size = z.object(edgeSizeFields).parse({ outage, activeSeries });
  const load = {
    outageSeconds: toSeconds(size.outage),
    activeSeries: size.activeSeries,
    scrapeIntervalSeconds: toSeconds(edgeFields.scrapeInterval.parse(scrapeInterval)),
  };
  if (keeps) {
    const server = serverSize(load);
    return { program: { ...server, args: serverArgs(server) }, server };
  }
  const buffer = bufferOf(load);
  return { program: { ...buffer, args: agentArgs(buffer) }, server: undefined };
}

/** The disk of the buffer that EdgeAgent derives from these arguments, as a Kubernetes quantity. */
export function bufferDiskOf(
  args: Sizes & Pick<EdgeValues, "bufferDisk"> & { readonly localStore?: object | undefined },
): string {
  const { program } = programFor(args, args.localStore !== undefined);
  return args.bufferDisk ?? bytesQuantity(program.diskBytes);
}

/** Arguments that the connection may say, too. */
const IN_CONNECTION = [
  "cluster",
  "environment",
  "region",
  "clusterType",
  "tenantId",
  "outage",
  "activeSeries",
  "logBytesPerSecond",
  "spansPerSecond",
  "nodes",
] as const;

/** What is said of them, by the arguments or by the connection. */
function said(args: EdgeValues): Pick<EdgeValues, (typeof IN_CONNECTION)[number]> {
  const { connection } = args;
  return Object.fromEntries(
    IN_CONNECTION.map((field) => [field, args[field] ?? connection?.[field]]),
  );
}

interface Hub extends Pick<HubTarget, "url" | "serverName"> {
  readonly deduplicates: boolean;
  readonly signals: readonly Signal[];
  readonly backends: EdgeConnectionBackends;
}

function hubOf({ connection, hub }: EdgeValues): Hub {
  if (connection) {
    const { url, serverName, deduplicates, backends } = connection;
    const signals = SIGNALS.filter((signal) => backends[signal] !== undefined);
    return { url, serverName, deduplicates, backends, signals };
  }
  const { url = "", serverName = "", deduplicates = true, signals = [], backends = {} } = hub ?? {};
  return { url, serverName, deduplicates, backends, signals };
}

/** Everything that is wrong with an edge, at once. Certificates and keys are checked once known. */
export function edgeIssues(args: EdgeValues): Issue[] {
  const { connection, namespace, sources, logs, traces, exporters } = args;
  return [
    ...labelIssues(args),
    ...(connection ? connectionIssues(args) : hubIssues(args)),
    ...pairIssues(args),
    ...(namespace === undefined ? [] : fieldIssues(namespaceField, ["namespace"], namespace)),
    ...allFieldIssues(edgeSizeFields, [], args),
    ...allFieldIssues(edgeFields, [], args),
    ...fieldIssues(edgeSources, ["sources"], sources),
    ...under(["sources", "monitors"], monitorIssues(sources?.monitors ?? [])),
    ...fieldIssues(edgeLogs, ["logs"], logs),
    ...fieldIssues(edgeTraces, ["traces"], traces),
    ...fieldIssues(edgeExporters, ["exporters"], exporters),
    ...telemetryIssues(args),
    ...backendIssuesOf(args),
    ...(args.localStore ? under(["localStore"], storeIssues(args)) : []),
    ...(args.alerting ? under(["alerting"], tellingIssues(args)) : []),
    ...under(["extraConfig"], extraConfigIssues(args.extraConfig ?? {})),
  ];
}

/** Contradictions of logs, traces and exporters. */
export function telemetryIssues({
  logs = {},
  traces = {},
  exporters = [],
}: Pick<EdgeValues, "logs" | "traces" | "exporters">): Issue[] {
  return [
    ...under(["logs"], logAgentIssues(logs)),
    ...under(["traces"], traceIssues(traces)),
    ...under(["exporters"], exporterIssues(exporters, logs.agent ?? "otel")),
  ];
}

function labelIssues(args: EdgeValues): Issue[] {
  const values = said(args);
  return Object.entries(edgeLabelFields).flatMap(([key, schema]) => {
    const field = key as keyof typeof edgeLabelFields;
    const inConnection = args.connection !== undefined && args[field] === undefined;
    return fieldIssues(schema, inConnection ? ["connection", field] : [field], values[field]);
  });
}

function hubIssues({ hub }: EdgeValues): Issue[] {
  if (hub) return allFieldIssues(edgeHubFields, ["hub"], hub);
  const expected = "the connection that the hub has for this edge, or else `hub` and the labels";
  return [{ path: ["connection"], expected, lines: `connection: hub.edges["dev"]` }];
}

/** Where the edge cannot write to what stores its signals. */
function backendIssuesOf(args: EdgeValues): Issue[] {
  const { backends, signals } = hubOf(args);
  const { agent, enabled = true } = args.logs ?? {};
  const sent = enabled && signals.includes("logs");
  return [
    ...under([args.connection ? "connection" : "hub", "backends"], backendIssues(backends)),
    ...(sent ? under(["logs"], logWriteIssues(agent, backends.logs)) : []),
  ];
}

/** What is repeated has to be the same. */
function connectionIssues(args: EdgeValues): Issue[] {
  const { connection, hub, privateKey } = args;
  const repeated = IN_CONNECTION.flatMap((field) => {
    const [got, known] = [args[field], connection?.[field]];
    return issueUnless(got === undefined || known === undefined || got === known, [field], {
      got,
      expected: `${JSON.stringify(known)}, as the connection says, or nothing`,
      lines: `// remove ${field}`,
    });
  });
  return [
    ...allFieldIssues(edgeHubFields, ["connection"], { ...connection }),
    ...repeated,
    ...issueUnless(hub === undefined, ["hub"], {
      expected: "nothing, since the connection says how the hub is reached",
      lines: "// remove hub",
    }),
    ...issueUnless(privateKey !== undefined, ["privateKey"], {
      expected: "the private key of the certificate in the connection",
      example: "-----BEGIN PRIVATE KEY-----...",
    }),
  ];
}

function pairIssues({ connection, replicas, hub }: EdgeValues): Issue[] {
  const deduplicates = (connection ?? hub)?.deduplicates ?? true;
  if (deduplicates || (replicas ?? 1) === 1) return [];
  return connection
    ? [
        {
          path: ["replicas"],
          got: replicas,
          expected: "1: the hub would store every sample of a pair twice",
          example: 1,
        },
      ]
    : [
        {
          path: ["hub", "deduplicates"],
          got: false,
          expected: "true, since there are 2 agents: every sample would be stored twice",
          example: true,
        },
      ];
}

function storeIssues({ localStore: store = {}, connection }: EdgeValues): Issue[] {
  const asked = store.queryTrust ?? connection?.queryTrust;
  return [
    ...allFieldIssues(localStoreFields, [], { ...store }),
    ...localStoreIssues(store),
    ...issueUnless(asked !== undefined, ["queryTrust"], {
      expected: "CA certificates of the hub that queries the edge",
      example: ["-----BEGIN CERTIFICATE-----..."],
    }),
  ];
}

/** Without metrics of its own it has nothing to evaluate. */
function tellingIssues({ alerting = {}, localStore }: EdgeValues): Issue[] {
  if (localStore) return edgeAlertingIssues(alerting);
  return [
    {
      path: [],
      got: Object.keys(alerting),
      expected: "nothing, since the edge sends its metrics, and its hub evaluates them",
      lines: "// remove alerting, or give the edge a localStore",
    },
  ];
}
