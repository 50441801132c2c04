import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toYaml } from "../../../components/kit/yaml";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

export const LOOPBACK = "127.0.0.1";

/**
 * A process of a backend on loopback, with the configuration of the pods but for folders and ports.
 */
export interface BackendProcess extends RunningProgram {
  readonly url: string;
  readonly ready: () => Promise<void>;
}

/** What pods are given, and the file with limits. */
interface PodFiles {
  readonly backend: string;
  readonly paths: Readonly<Record<"runtime" | "data", string>>;
  readonly runtimeFile: string;
}

interface PodConfig {
  readonly server: object;
  readonly memberlist?: object;
}

interface Launch {
  /** Which of the microservices; left out, what the configuration says. */
  readonly target?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Left out, a free port. */
  readonly grpcPort?: number;
}

/** Processes of one backend that share a folder and limits, and gossip with each other. */
export abstract class BackendProcesses {
  private readonly running: RunningProgram[] = [];
  private gossiping = 0;

  protected constructor(
    private readonly pod: PodFiles,
    protected readonly folder: string,
    /** Where microservices find the first of them. */
    private readonly seed: number,
  ) {}

  /** Writes the limits of tenants, which those that run read again within 10 s; gives the text. */
  limits(runtime: object): string {
    const text = toYaml(runtime);
    mkdirSync(join(this.folder, "runtime"), { recursive: true });
    writeFileSync(join(this.folder, "runtime", this.pod.runtimeFile), text);
    return text;
  }

  async stop(): Promise<void> {
    // A stop ships what it holds; here nobody will read it.
    for (const { signal } of this.running) signal("SIGKILL");
    await Promise.all(this.running.map(({ stop }) => stop()));
  }

  /** One of a name that has run before finds its data. */
  protected async launch(name: string, config: PodConfig, launch: Launch): Promise<BackendProcess> {
    const { target, flags = [], env } = launch;
    const [http = 0, grpc = 0, gossip = 0] = await freePorts(3);
    const data = join(this.folder, name);
    mkdirSync(data, { recursive: true });
    const file = join(this.folder, `${name}.yaml`);
    const here = this.onLoopback(config, { http, grpc: launch.grpcPort ?? grpc, gossip });
    const { paths, backend } = this.pod;
    const text = toYaml(here)
      .replaceAll(paths.data, data)
      .replaceAll(paths.runtime, join(this.folder, "runtime"));
    writeFileSync(file, text);
    const args = [
      `-config.file=${file}`,
      "-config.expand-env=true",
      ...(target ? [`-target=${target}`] : []),
      ...flags,
    ];
    // A working directory that nobody can write to, like the read-only root of the pod.
    const started = this.keep(
      run(program(backend, backend), args, { cwd: "/proc", env: { ...env, POD_IP: LOOPBACK } }),
    );
    const url = `http://${LOOPBACK}:${http}`;
    const ask = async () => ((await fetch(`${url}/ready`)).ok ? true : undefined);
    const ready = async () => {
      await untilReady(name, started, ask);
    };
    return { ...started, url, ready };
  }

  /** Ended with the others. */
  protected keep(started: RunningProgram): RunningProgram {
    this.running.push(started);
    return started;
  }

  private onLoopback(
    config: PodConfig,
    { http, grpc, gossip }: Record<"http" | "grpc" | "gossip", number>,
  ): object {
    const { server, memberlist } = config;
    const listen = {
      http_listen_address: LOOPBACK,
      http_listen_port: http,
      grpc_listen_address: LOOPBACK,
      grpc_listen_port: grpc,
    };
    if (!memberlist) return { ...config, server: { ...server, ...listen } };
    const port = this.gossiping++ === 0 ? this.seed : gossip;
    return {
      ...config,
      server: { ...server, ...listen },
      memberlist: {
        ...memberlist,
        bind_addr: [LOOPBACK],
        bind_port: port,
        advertise_port: port,
        join_members: [`${LOOPBACK}:${this.seed}`],
      },
    };
  }
}
