import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Watcher } from "../../../components/hub/model";
import type { TenantLoad } from "../../../components/backends/kit/metrics/load";
import type { Cache } from "../../../components/backends/kit/cache-config";
import type { MetricsComponent } from "../../../components/backends/kit/metrics/components";
import {
  BUCKET_FILE,
  HASHRINGS_FILE,
  LIMITS_FILE,
  POD_NAME,
  TENANT_LABEL,
  thanosArguments,
  type Port,
  type ThanosModel,
} from "../../../components/backends/thanos/config";
import {
  retentionsOf,
  thanosLimits,
  widestBounds,
} from "../../../components/backends/thanos/limits";
import { toYaml } from "../../../components/kit/yaml";
import { thanosStoreConfig } from "../../../components/backends/thanos/program/store-config";
import { LOOPBACK } from "./backend-processes";
import type { ObjectStore } from "./object-store";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

const PORTS = ["http", "grpc", "write"] as const;

/** Minutes in a pod. */
export const THANOS_SOONER = {
  "sync-block-duration": "5s",
  "store.sd-dns-interval": "1s",
} as const;
/** Two hours in a pod: only what is in a block is in the bucket. How often it looks for tenants that are gone follows from that. */
export const THANOS_SHORT_BLOCKS = {
  "tsdb.min-block-duration": "30s",
  "tsdb.max-block-duration": "30s",
  "tsdb.retention": "0d",
} as const;
/** Minutes, and days for what is marked. */
export const THANOS_DELETES_SOON = {
  "wait-interval": "2s",
  "delete-delay": "0s",
  "consistency-delay": "0s",
  "compact.cleanup-interval": "2s",
} as const;

/** What is read of a block's `meta.json`. */
interface Block {
  readonly ulid: string;
  readonly stats: { readonly numSamples: number };
  readonly thanos: { readonly labels: Readonly<Record<string, string>> };
}

export interface ThanosProcess extends RunningProgram {
  readonly url: string;
  readonly writeUrl: string;
  /** Host and port of its gRPC interface. */
  readonly grpcAddress: string;
  readonly ready: () => Promise<void>;
}

interface ThanosProcessesArgs {
  readonly folder: string;
  readonly store: ObjectStore;
  readonly tenants: Readonly<Record<string, TenantLoad>>;
  /** Left out: one. */
  readonly ingesters?: readonly string[];
  readonly watcher?: Watcher;
  readonly cache?: Cache;
  /** What pods find in their environment beside the keys of the bucket. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Processes of Thanos on loopback, with the command lines of the pods but for folders and ports. */
export class ThanosProcesses {
  private readonly running: RunningProgram[] = [];

  private constructor(
    private readonly args: ThanosProcessesArgs,
    private readonly ports: Readonly<Record<string, Readonly<Record<Port, number>>>>,
  ) {}

  static async in(args: ThanosProcessesArgs): Promise<ThanosProcesses> {
    const { folder, store, ingesters = ["ingester-0"] } = args;
    const names = [
      ...ingesters,
      "distributor",
      "querier",
      "query-frontend",
      "all-querier",
      "store-gateway",
      "ruler",
    ];
    const all = [...names, "compactor"];
    const free = await freePorts(PORTS.length * all.length);
    const ports = Object.fromEntries(
      all.map((name, index) => [
        name,
        Object.fromEntries(
          PORTS.map((port, offset) => [port, free[PORTS.length * index + offset]!]),
        ),
      ]),
    ) as Record<string, Record<Port, number>>;
    const processes = new ThanosProcesses({ ...args, ingesters }, ports);
    for (const name of ["config", "runtime", "hashrings", "rules"])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "config", BUCKET_FILE), toYaml(thanosStoreConfig(store.connection)));
    const endpoints = ingesters.map((name) => ({ address: `${LOOPBACK}:${ports[name]!.grpc}` }));
    writeFileSync(join(folder, "hashrings", HASHRINGS_FILE), JSON.stringify([{ endpoints }]));
    processes.limits(args.tenants);
    return processes;
  }

  /** Writes the limits of tenants; gives the text. */
  limits(tenants: ThanosProcessesArgs["tenants"]): string {
    const { folder, watcher, ingesters = [] } = this.args;
    const reads = `${LOOPBACK}:${this.ports["all-querier"]!.http}`;
    const text = toYaml(
      thanosLimits({ cell: "main", tenants, watcher, copies: copiesOf(ingesters), reads }),
    );
    writeFileSync(join(folder, "runtime", LIMITS_FILE), text);
    return text;
  }

  /** The disk of each process, by its name. */
  get disks(): string {
    return join(this.args.folder, "disks");
  }

  /** What is in the bucket, as Thanos itself lists it. */
  async blocksOf(tenant: string): Promise<Block[]> {
    const { folder, store } = this.args;
    const config = join(folder, "config", BUCKET_FILE);
    const list = ["tools", "bucket", "ls", "--output=json", `--objstore.config-file=${config}`];
    const env = { ...process.env, ...store.env };
    const { stdout } = await promisify(execFile)(program("thanos", "thanos"), list, { env });
    const blocks = stdout.split(/^(?={)/m).filter(Boolean);
    return blocks
      .map((block) => JSON.parse(block) as Block)
      .filter(({ thanos }) => thanos.labels[TENANT_LABEL] === tenant);
  }

  /** `name`: of a component, or of one of several. One that has run before finds its data. `other`: flags instead of the pod's. */
  async start(
    name: string,
    { group, other = {} }: { group?: string; other?: Readonly<Record<string, string>> } = {},
  ): Promise<ThanosProcess> {
    const { store, env, ingesters = [] } = this.args;
    const component = name.replace(/-\d+$/, "") as MetricsComponent;
    const [http = 0, grpc = 0] = group
      ? await freePorts(2)
      : [this.ports[name]!.http, this.ports[name]!.grpc];
    const model = this.model(
      { http, grpc, write: this.ports[name]!.write },
      `${name}${group ?? ""}`,
    );
    const replaced: Readonly<Record<string, string>> = { ...THANOS_SOONER, ...other };
    const given = thanosArguments(component, model, group).flatMap((arg) => {
      const [, flag = ""] = /^--([^=]+)/.exec(arg) ?? [];
      if (flag in replaced) return [`--${flag}=${replaced[flag]}`];
      if (flag === "endpoint")
        return ingesters.map((each) => `--endpoint=${LOOPBACK}:${this.ports[each]!.grpc}`);
      return [this.filledIn(arg, { ...env, [POD_NAME]: name })];
    });
    const added = Object.keys(other).filter(
      (flag) => !given.some((arg) => arg.startsWith(`--${flag}=`)),
    );
    // Which nobody here uses, and each would open at the same place.
    const unused = given[0] === "receive" ? [`--receive.capnproto-address=${LOOPBACK}:0`] : [];
    const args = [
      ...given,
      ...unused,
      ...added.map((flag) => (other[flag] ? `--${flag}=${other[flag]}` : `--${flag}`)),
    ];
    const started = run(program("thanos", "thanos"), args, { env: { ...store.env, ...env } });
    this.running.push(started);
    const url = `http://${LOOPBACK}:${http}`;
    const answers = async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined);
    return {
      ...started,
      url,
      writeUrl: `http://${LOOPBACK}:${model.at("distributor", "write").split(":")[1]}`,
      grpcAddress: `${LOOPBACK}:${grpc}`,
      ready: async () => {
        await untilReady(name, started, answers);
      },
    };
  }

  /** As Kubernetes does. */
  private filledIn(arg: string, env: Readonly<Record<string, string>>): string {
    return arg.replace(/\$\((\w+)\)/g, (whole, variable: string) => env[variable] ?? whole);
  }

  async stop(): Promise<void> {
    for (const { signal } of this.running) signal("SIGKILL");
    await Promise.all(this.running.map(({ stop }) => stop()));
  }

  private model(own: Readonly<Record<Port, number>>, data: string): ThanosModel {
    const { folder, tenants, watcher, cache, ingesters = [] } = this.args;
    const at = (component: MetricsComponent, port: Port) => {
      const of = component === "ingester" ? ingesters[0]! : component;
      return `${LOOPBACK}:${this.ports[of]![port]}`;
    };
    const folders = ["config", "runtime", "hashrings", "rules"].map((each) => [
      each,
      join(folder, each),
    ]);
    return {
      at,
      listen: (port) => `${LOOPBACK}:${own[port]}`,
      paths: {
        ...Object.fromEntries(folders),
        data: join(this.disks, data),
      } as ThanosModel["paths"],
      copies: copiesOf(ingesters),
      ...widestBounds(tenants),
      limited: watcher !== undefined,
      retentions: retentionsOf(tenants, {}),
      cache,
      alertmanagers: [],
    };
  }
}

const copiesOf = (ingesters: readonly string[]) => (ingesters.length < 3 ? 1 : 3);
