import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import {
  THANOS_GRPC_PORT,
  THANOS_HTTP_PORT,
} from "../../../components/backends/thanos/program/ports";
import { agentInstances, IDENTITY_FILES, podOf } from "../../../components/contract/cluster-names";
import {
  PROMETHEUS_AGENT_PORT,
  agentConfig,
  agentConfigFile,
} from "../../../components/edge/metrics/config";
import { hubTarget } from "../../../components/edge/hub-target";
import {
  bucketOfEdge,
  compactorArgs,
  QUERY_TRUST_FILE,
  queryArgs,
  serverArgs,
  sidecarArgs,
  storeArgs,
  LOCAL_STORE_PATHS,
  LOCAL_STORE_GATEWAY,
} from "../../../components/edge/local-store/config";
import { serverSize } from "../../../components/edge/local-store/size";
import type { ObjectStoreConnection } from "../../../components/storage/connection";
import type { Credentials } from "./certificates";
import { STORE_KEYS } from "./minio";
import { program } from "./programs";
import { KUBE_STATE_METRICS_ALONE, PodFolder } from "./prometheus-agent";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

/** Ports of one process of Thanos. */
export interface ThanosPorts {
  readonly http: number;
  readonly grpc: number;
}

export async function thanosPorts(): Promise<ThanosPorts> {
  const [http = 0, grpc = 0] = await freePorts(2);
  return { http, grpc };
}

/** The real Thanos with a pod's arguments, on ports of loopback. `here`: puts paths of this machine into them. */
export function runThanos(
  args: readonly string[],
  { http, grpc }: ThanosPorts,
  here: (argument: string) => string = (argument) => argument,
): RunningProgram {
  const own = args.map((argument) =>
    here(argument)
      .replace(`-address=:${THANOS_HTTP_PORT}`, `-address=127.0.0.1:${http}`)
      .replace(`-address=:${THANOS_GRPC_PORT}`, `-address=127.0.0.1:${grpc}`),
  );
  return run(program("thanos", "thanos"), [...own, "--enable-auto-gomemlimit"], {
    env: STORE_KEYS,
  });
}

export interface ThanosEdgeArgs {
  readonly name: string;
  readonly folder: string;
  readonly bucket: ObjectStoreConnection;
  /** What it scrapes, as host and port. */
  readonly target: string;
  /** Where it sends what the hub watches it by. */
  readonly gateway: { readonly url: string; readonly trust: string };
  readonly identity: Credentials;
  /** CA that vouches for the hub's queries. */
  readonly queryTrust: string;
  /** In OpenMetrics: what its pair has stored before, in a block. */
  readonly history: string;
}

/** An edge whose metrics stay with it, as processes: a pair of Prometheus with sidecars, a query, a store gateway and a compactor. */
export class ThanosEdge {
  private readonly pods: PodFolder[] = [];
  private readonly running = new Map<string, RunningProgram>();
  private readonly ports = new Map<string, ThanosPorts>();
  /** Where each Prometheus answers. */
  readonly prometheus: number[] = [];

  private constructor(private readonly args: ThanosEdgeArgs) {}

  static async start(args: ThanosEdgeArgs): Promise<ThanosEdge> {
    const edge = new ThanosEdge(args);
    for (const instance of agentInstances(2)) await edge.startAgent(instance);
    const bucket = bucketOfEdge(args.bucket, args.name);
    // Blocks are found at once, not within a quarter of an hour.
    await edge.startThanos("store", [...storeArgs(bucket), "--sync-block-duration=1s"]);
    await edge.startThanos(
      "compactor",
      compactorArgs(bucket, { retentionDaysRaw: 3, retentionDays5m: 11, retentionDays1h: 11 }),
    );
    await edge.startThanos("query", queryArgs(2));
    return edge;
  }

  /** Where the hub asks. */
  get endpoint(): number {
    return this.ports.get("query")?.grpc ?? 0;
  }

  http(part: string): number {
    return this.ports.get(part)?.http ?? 0;
  }

  output(part: string): string {
    return this.running.get(part)?.output() ?? "";
  }

  /** What whoever shows this gets where the hub asks: `answered`, or why not. */
  outcomeFor(identity?: Credentials): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect({
        port: this.endpoint,
        ...identity,
        ALPNProtocols: ["h2"],
        rejectUnauthorized: false,
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on("close", () => resolve("closed"));
      // The server's settings, with which HTTP/2 begins.
      socket.on("data", () => {
        resolve("answered");
        socket.destroy();
      });
      const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
      socket.write(Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), settings]));
    });
  }

  async stop(...parts: string[]): Promise<void> {
    const chosen = parts.length > 0 ? parts : [...this.running.keys()];
    await Promise.all(chosen.map((part) => this.running.get(part)?.stop()));
    if (parts.length === 0) this.pods.forEach((pod) => pod.remove());
  }

  private async startAgent(instance: ReturnType<typeof agentInstances>[number]): Promise<void> {
    const { name, gateway, identity, target, history } = this.args;
    const pod = new PodFolder();
    this.pods.push(pod);
    pod.identity(identity, gateway.trust);
    const config = agentConfig({
      labels: {
        cluster: name,
        environment: name,
        region: "here",
        cluster_type: "workload",
        tenant_id: name,
      },
      replica: podOf(instance),
      stays: true,
      hub: hubTarget({ url: gateway.url, serverName: "localhost" }),
      scrapeInterval: "1s",
      sources: KUBE_STATE_METRICS_ALONE,
      namespace: "heliograph",
      nodeNamespace: "heliograph-node",
      verifyKubelets: true,
    });
    pod.config(
      agentConfigFile(config).text.replaceAll("kube-state-metrics.heliograph.svc:8080", target),
    );
    const [port = 0] = await freePorts(1);
    this.prometheus.push(port);
    const here = (argument: string) =>
      pod.here(argument).replace(`:${PROMETHEUS_AGENT_PORT}`, `:${port}`);
    const size = serverSize({ outageSeconds: 3600, activeSeries: 1000, scrapeIntervalSeconds: 1 });
    const server = serverArgs(size).map((argument) =>
      here(argument).replace("address=:", "address=127.0.0.1:"),
    );
    const data =
      server.flatMap((argument) => /^--storage.tsdb.path=(.*)$/.exec(argument)?.[1] ?? [])[0] ?? "";
    this.remember(data, history);
    const prometheus = run(program("prometheus", "prometheus"), server);
    this.running.set(instance, prometheus);
    // A sidecar that finds nobody looks again after half a minute.
    await untilReady(
      "Prometheus",
      prometheus,
      async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok || undefined,
    );
    await this.startThanos(
      `sidecar of ${instance}`,
      sidecarArgs(bucketOfEdge(this.args.bucket, name)),
      here,
    );
  }

  /** As if the Prometheus had written it hours ago. */
  private remember(data: string, history: string): void {
    mkdirSync(data, { recursive: true });
    const text = join(data, "history.txt");
    writeFileSync(text, history);
    execFileSync(program("prometheus", "promtool"), [
      "tsdb",
      "create-blocks-from",
      "openmetrics",
      text,
      data,
    ]);
  }

  private async startThanos(
    part: string,
    args: readonly string[],
    here: (argument: string) => string = (argument) => argument,
  ): Promise<void> {
    const { folder, name, identity, queryTrust } = this.args;
    const own = join(folder, `${name} ${part}`);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, IDENTITY_FILES.certificate), identity.cert);
    writeFileSync(join(own, IDENTITY_FILES.privateKey), identity.key);
    writeFileSync(join(own, QUERY_TRUST_FILE), queryTrust);
    const grpc = (of: string) => `127.0.0.1:${this.ports.get(of)?.grpc}`;
    const ports = await thanosPorts();
    this.ports.set(part, ports);
    const process = runThanos(args, ports, (argument) =>
      here(argument)
        .replaceAll(LOCAL_STORE_PATHS.identity, own)
        .replaceAll(LOCAL_STORE_PATHS.trust, own)
        .replace(LOCAL_STORE_PATHS.data, join(own, "data"))
        .replace(`dns+${LOCAL_STORE_GATEWAY.name}:${THANOS_GRPC_PORT}`, grpc("store"))
        .replace(
          /^--endpoint=dns\+(prometheus-agent.*):\d+$/,
          (_, agent: string) => `--endpoint=${grpc(`sidecar of ${agent}`)}`,
        ),
    );
    this.running.set(part, process);
  }
}
