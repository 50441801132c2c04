import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { POD_LOGS } from "../../../components/edge/logs/pipeline";
import type { CollectorConfig } from "../../../components/edge/collector/config";
import {
  CONFIG_FILE,
  CONFIG_FOLDER,
  STATE_FOLDER,
  COLLECTOR,
  COLLECTOR_HEALTH_PORT,
  COLLECTOR_METRICS_PORT,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
} from "../../../components/edge/collector/program";
import { IDENTITY_FOLDER } from "../../../components/edge/collector/exporters";
import { IDENTITY_FILES } from "../../../components/contract/cluster-names";
import { toYaml } from "../../../components/kit/yaml";
import type { Credentials } from "./certificates";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

export const otelcol = () => program("otelcol", "otelcol");

export interface PodOptions {
  readonly identity: Credentials;
  /** Whom it trusts, PEM. */
  readonly trust: string;
  readonly kubeconfig?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A collector with our configuration, in a folder that stands for its pod: what is mounted there,
 * at other paths, and on ports of loopback.
 */
export class CollectorPod {
  private readonly root = mkdtempSync(join(tmpdir(), "heliograph-collector-"));
  private running?: RunningProgram;
  private earlier = "";

  private constructor(
    private readonly options: PodOptions,
    private readonly ports: ReadonlyMap<number, number>,
  ) {
    for (const folder of ["config", "identity", "state", "logs"])
      mkdirSync(join(this.root, folder));
    const { certificate, privateKey, trustBundle } = IDENTITY_FILES;
    const files = {
      [certificate]: options.identity.cert,
      [privateKey]: options.identity.key,
      [trustBundle]: options.trust,
    };
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(this.root, "identity", name), text);
  }

  static async make(options: PodOptions): Promise<CollectorPod> {
    const asked = [OTLP_GRPC_PORT, OTLP_HTTP_PORT, COLLECTOR_METRICS_PORT, COLLECTOR_HEALTH_PORT];
    const ports = await freePorts(asked.length);
    return new CollectorPod(
      options,
      new Map(asked.map((port, index) => [port, ports[index] ?? 0])),
    );
  }

  address(port: number): string {
    return `127.0.0.1:${this.ports.get(port)}`;
  }

  /** Stands for `/var/log/pods`. */
  get logs(): string {
    return join(this.root, "logs");
  }

  get state(): string {
    return join(this.root, "state");
  }

  /** Text of ours as it is to be here. */
  here(text: string): string {
    const folders: [string, string][] = [
      [IDENTITY_FOLDER, join(this.root, "identity")],
      [STATE_FOLDER, this.state],
      [CONFIG_FOLDER, join(this.root, "config")],
      [POD_LOGS, this.logs],
    ];
    const moved = folders.reduce((result, [from, to]) => result.replaceAll(from, to), text);
    return [...this.ports]
      .reduce(
        (result, [from, to]) => result.replaceAll(`0.0.0.0:${from}`, `127.0.0.1:${to}`),
        moved,
      )
      .replace(/host: 0\.0\.0\.0\n(\s+)port: \d+/, (_, space: string) => {
        return `host: 127.0.0.1\n${space}port: ${this.ports.get(COLLECTOR_METRICS_PORT)}`;
      })
      .replace("auth_type: serviceAccount", "auth_type: kubeConfig")
      .replaceAll(/^(\s+)compression: gzip$/gm, "$1compression: gzip\n$1encoding: json");
  }

  /** Starts it with this configuration, or again with the one that it had. */
  async start(config?: CollectorConfig): Promise<void> {
    if (config) writeFileSync(join(this.root, "config", CONFIG_FILE), this.here(toYaml(config)));
    const { kubeconfig: KUBECONFIG = "", env } = this.options;
    const args = COLLECTOR.args.map((argument) => this.here(argument));
    const running = run(otelcol(), args, {
      env: { INSTANCE: "instance-0", NODE_NAME: "node-a", KUBECONFIG, ...env },
    });
    this.running = running;
    await untilReady("the collector", running, async () => {
      const { ok } = await fetch(`http://${this.address(COLLECTOR_HEALTH_PORT)}/`);
      return ok || undefined;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.running?.signal(signal);
  }

  /** Ends it at once, as a node does that loses its power. */
  async kill(): Promise<void> {
    this.running?.signal("SIGKILL");
    await this.end();
  }

  /** Ends it as kubelet does. */
  async end(): Promise<void> {
    await this.running?.stop();
    this.earlier += this.running?.output() ?? "";
    this.running = undefined;
  }

  output(): string {
    return this.earlier + (this.running?.output() ?? "");
  }

  /** Sums of its own metrics, by name. */
  async metrics(): Promise<Record<string, number>> {
    const text = await (
      await fetch(`http://${this.address(COLLECTOR_METRICS_PORT)}/metrics`)
    ).text();
    const sums: Record<string, number> = {};
    for (const [, name = "", value] of text.matchAll(/^(\w+)(?:\{[^\n]*\})? (\S+)$/gm)) {
      sums[name] = (sums[name] ?? 0) + Number(value);
    }
    return sums;
  }

  /** Sends OTLP as JSON, as an application does. */
  async send(path: "/v1/logs" | "/v1/traces" | "/v1/metrics", body: object): Promise<number> {
    const { status } = await fetch(`http://${this.address(OTLP_HTTP_PORT)}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return status;
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.root, { recursive: true, force: true });
  }
}
